//! Two reports of a dose: whether they become one, or one may be a mistake for the other.
//!
//! Consolidation places reports by this, and who types a dose is asked by it beforehand. Sources: design page `matching`,
//! section 9; MIROW, vaccination-level deduplication.

use super::nearness::{WINDOW_DAYS, distance_days, is_a_year_off};
use super::vaccines::Vaccines;
use iis_model::{Cvx, Gist, OrganizationId, PartialDate};

/// The same lot so many days apart is one dose with a wrong date.
const SAME_LOT_DAYS: u32 = 7;
/// A bill without a lot so many days apart is about the dose that was given.
const BILL_DAYS: u32 = 5;
/// A report from hearsay so many days apart is about the nearest dose.
const HEARSAY_DAYS: u32 = 7;

/// A report from hearsay exactly a year off counts as so many days away: farther than anything else that can be one
/// dose. Counting it as a dose of its own could leave a child without one that is missing.
pub(super) const YEAR_OFF_DAYS: u32 = HEARSAY_DAYS + 1;

/// What becomes of two reports of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// They can be one dose, dated so many days apart: consolidation takes the nearest.
    One(u32),
    /// They are two doses, and one may be a mistake for the other: of hearsay, somebody is to look.
    Doubtful,
    /// They are two doses.
    Two,
}

/// What becomes of two reports, each of an organization. Without a vaccine or a date they never meet.
pub fn together(
    one: (&Gist, OrganizationId),
    other: (&Gist, OrganizationId),
    vaccines: &Vaccines,
) -> Together {
    let (Some(one), Some(other)) = (Said::of(one.0, one.1), Said::of(other.0, other.1)) else {
        return Together::Two;
    };
    match one.days_from(&other, vaccines) {
        Some(days) => Together::One(days),
        None if one.may_be_mistaken_for(&other, vaccines) => Together::Doubtful,
        None => Together::Two,
    }
}

/// What a report says of a dose, with what it takes to hold it against another one.
pub(super) struct Said<'a> {
    pub(super) gist: &'a Gist,
    organization_id: OrganizationId,
    pub(super) on: PartialDate,
    pub(super) cvx: Cvx,
    lot: Option<String>,
}

impl<'a> Said<'a> {
    /// Of a dose of a known vaccine on a known day or month; none: it is no dose, or one of these is not known.
    pub(super) fn of(gist: &'a Gist, organization_id: OrganizationId) -> Option<Self> {
        let (Some(on), Some(cvx), true) = (gist.given_on, gist.cvx, gist.kind.is_dose()) else {
            return None;
        };
        let lot = gist.lot_number.as_ref().map(|lot| lot.trim().to_uppercase()).filter(|lot| !lot.is_empty());
        Some(Self { gist, organization_id, on, cvx, lot })
    }

    pub(super) fn names_a_lot(&self) -> bool {
        self.lot.is_some()
    }

    /// How far it is from another report that may be the same dose; `None`: it is another dose.
    pub(super) fn days_from(&self, other: &Self, vaccines: &Vaccines) -> Option<u32> {
        // Most pairs are far apart in time: that is asked first, since every report is held against every event.
        let is_hearsay = !(self.gist.is_administered() && other.gist.is_administered());
        let days = distance_days(self.on, other.on);
        let a_year_off = days > HEARSAY_DAYS && is_hearsay && is_a_year_off(self.on, other.on);
        if days > HEARSAY_DAYS && !a_year_off {
            return None;
        }
        let completed = (self.gist.completion, other.gist.completion);
        let contradict = matches!(completed, (Some(a), Some(b)) if a != b);
        if contradict || !vaccines.are_compatible(self.cvx, other.cvx) {
            return None;
        }
        if a_year_off && !vaccines.is_yearly(self.cvx) {
            return Some(YEAR_OFF_DAYS);
        }
        let most = match (!is_hearsay, &self.lot, &other.lot) {
            (false, Some(a), Some(b)) if a != b && days > 0 => return None,
            (false, ..) => HEARSAY_DAYS,
            (true, Some(a), Some(b)) if a == b && vaccines.is_given_days_apart(self.cvx) => 0,
            (true, Some(a), Some(b)) if a == b => SAME_LOT_DAYS,
            (true, Some(_), Some(_)) if self.are_two_injections(other) => return None,
            (true, None, _) | (true, _, None) if !self.same_reporter(other) => BILL_DAYS,
            (true, ..) => 0,
        };
        (days <= most).then_some(days)
    }

    /// Whether another report of the same vaccine lies so near, or exactly a year away, that one may be a mistake for the other.
    pub(super) fn may_be_mistaken_for(&self, other: &Self, vaccines: &Vaccines) -> bool {
        vaccines.share_group(self.cvx, other.cvx)
            && (distance_days(self.on, other.on) <= WINDOW_DAYS || is_a_year_off(self.on, other.on))
    }

    /// Two lots on one day are two doses when two organizations gave them, or at two places of the body.
    fn are_two_injections(&self, other: &Self) -> bool {
        let differ = |a: Option<&str>, b: Option<&str>| matches!((a, b), (Some(a), Some(b)) if a != b);
        let site = differ(self.gist.body_site.as_deref(), other.gist.body_site.as_deref());
        let route = differ(self.gist.route.as_deref(), other.gist.route.as_deref());
        !self.same_reporter(other) || (site && route)
    }

    pub(super) fn same_reporter(&self, other: &Self) -> bool {
        self.organization_id == other.organization_id
    }
}

#[cfg(test)]
mod tests {
    use super::{Together, together};
    use crate::vaccination::{Report, Vaccines, consolidate};
    use iis_model::InformationSource::{Historical, NewImmunization};
    use iis_model::testing::dose;
    use iis_model::{Gist, OrganizationId, ReportId, ReportedEvent, SourceRecordId, Timestamp};

    fn report(id: i64, organization: i64, event: &ReportedEvent) -> Report {
        Report {
            id: ReportId(id),
            source_record_id: SourceRecordId(id),
            organization_id: OrganizationId(organization),
            dose_key: format!("{id}").into(),
            sent_at: Timestamp::UNIX_EPOCH,
            revision: id,
            gist: Gist::of(event),
        }
    }

    /// What is told beforehand is what consolidation then does, whoever says which first.
    #[test]
    fn what_becomes_of_two_reports_is_what_consolidation_makes_of_them() {
        use Together::{Doubtful, One, Two};
        let given = || dose(NewImmunization).vaccine(120).given("2021-03-20").lot("L1");
        let here = |day: &'static str| dose(NewImmunization).vaccine(120).given(day);
        let told = |cvx: u16, day: &'static str| dose(Historical).vaccine(cvx).given(day);
        #[rustfmt::skip]
        let table = vec![
            // another report                  by  becomes
            (here("2021-03-20").lot("L1"),     1,  One(0)),
            (here("2021-03-19").lot("l1 "),    1,  One(1)),   // the same lot, typed a day apart
            (here("2021-03-27").lot("L1"),     2,  One(7)),
            (here("2021-03-28").lot("L1"),     1,  Doubtful),
            (here("2021-03-20").lot("L2"),     1,  One(0)),   // one clinic, one day: a lot mistyped
            (here("2021-03-20").lot("L2"),     2,  Doubtful), // two clinics
            (here("2021-03-21"),               1,  Doubtful),
            (here("2021-03-25"),               2,  One(5)),   // a bill
            (here("2021-04-13"),               1,  Two),
            (told(17, "2021-03-20"),           2,  One(0)),   // a component
            (told(107, "2021-03-27"),          1,  One(7)),
            (told(107, "2021-03-28"),          1,  Doubtful),
            (told(107, "2021-03"),             1,  One(6)),   // the day is not known
            (told(107, "2021"),                1,  Two),
            (told(107, "2020-03-20"),          1,  One(8)),   // a year mistyped
            (told(110, "2021-03-20"),          1,  Doubtful), // each has what the other lacks
            (told(8, "2021-03-20"),            1,  Two),      // another vaccine
        ];
        let vaccines = Vaccines::built_in();
        for (other, by, becomes) in table {
            let text =
                format!("{:?} {:?} {:?}", other.cvx.value, other.given_on.value, other.lot.number.value);
            let reports = [report(1, 1, &given()), report(2, by, &other)];
            let [a, b] = reports.each_ref().map(|report| (&report.gist, report.organization_id));
            assert_eq!(together(a, b, &vaccines), becomes, "{text}");
            assert_eq!(together(b, a, &vaccines), becomes, "{text}, the other way round");
            let events = consolidate(&reports, &vaccines);
            assert_eq!(events.len() == 1, matches!(becomes, One(_)), "{text}");
            let is_hearsay = !other.is_administered();
            let is_looked_at = events.len() == 2 && events.iter().any(|event| event.needs_review);
            assert_eq!(is_looked_at, is_hearsay && becomes == Doubtful, "{text}");
        }
    }

    /// After a bite rabies vaccine is given on days 0, 3, 7 and 14, of one lot: each is a dose.
    #[test]
    fn doses_that_are_given_days_apart_are_not_one_with_a_wrong_date() {
        let vaccines = Vaccines::built_in();
        for cvx in [175, 176, 18, 104, 134] {
            let given = |day| dose(NewImmunization).vaccine(cvx).given(day).lot("L1");
            let days = ["2021-03-20", "2021-03-23", "2021-03-27"];
            let reports: Vec<_> = (1..).zip(days).map(|(id, day)| report(id, 1, &given(day))).collect();
            assert_eq!(consolidate(&reports, &vaccines).len(), 3, "{cvx}");
            let same_day = [report(1, 1, &given("2021-03-20")), report(2, 2, &given("2021-03-20"))];
            assert_eq!(consolidate(&same_day, &vaccines).len(), 1, "{cvx}");
        }
    }
}
