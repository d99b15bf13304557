//! Consolidation: reports of the same giving become one event (design page `matching`, section 9).
//!
//! In stages, not by chaining pairs: first what was administered, the most specific report first; then each report
//! from hearsay goes to the single nearest event. Sources: MIROW, vaccination-level deduplication; requirements E-1 to
//! E-6.

use super::current::{Dose, Report, doses};
use super::pair::{Said, YEAR_OFF_DAYS};
use super::vaccines::Vaccines;
use iis_model::event::EventKind;
use iis_model::{Cvx, EventId, PartialDate, ReportId};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The reports of one event, the preferred one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventGroup<'a> {
    /// Stable while its preferred dose is preferred, also when that is corrected.
    pub id: EventId,
    /// The newest version of each dose behind it.
    pub reports: Vec<&'a Report>,
    /// Whether another event is near enough that somebody should look.
    pub needs_review: bool,
}

/// Consolidates all reports of one person: a pure function of the set.
pub fn consolidate<'a>(reports: &'a [Report], vaccines: &Vaccines) -> Vec<EventGroup<'a>> {
    let mut placeable = Vec::new();
    let mut alike: BTreeMap<Likeness, Vec<Dose<'_>>> = BTreeMap::new();
    for dose in doses(reports) {
        match Given::of(dose, vaccines) {
            Ok(given) => placeable.push(given),
            Err(dose) => alike.entry(Likeness::of(dose.newest)).or_default().push(dose),
        }
    }
    let placed = place(placeable, vaccines);
    let mut groups: Vec<_> = placed.into_iter().filter_map(Event::into_group).collect();
    let others = alike.into_values().filter_map(|mut doses| {
        doses.sort_by_key(|dose| dose.first_id);
        let id = EventId(doses.first()?.first_id.0);
        Some(EventGroup { id, reports: doses.iter().map(|dose| dose.newest).collect(), needs_review: false })
    });
    groups.extend(others);
    groups.sort_by_key(|group| {
        let preferred = group.reports.first();
        (preferred.and_then(|report| report.gist.given_on), group.id)
    });
    groups
}

/// Refusals and observations only join the same thing said again; a dose without vaccine or date joins nothing.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Said(EventKind, Option<PartialDate>, Option<Cvx>, String),
    Unlike(ReportId),
}

impl Likeness {
    fn of(report: &Report) -> Self {
        let gist = &report.gist;
        match report.kind() {
            EventKind::Administered | EventKind::Historical => Self::Unlike(report.id),
            kind => Self::Said(kind, gist.given_on, gist.cvx, gist.said()),
        }
    }
}

/// A dose with what placing needs of it.
struct Given<'a> {
    dose: Dose<'a>,
    said: Said<'a>,
    preference: (bool, bool, Reverse<usize>, Reverse<u8>, ReportId),
}

impl<'a> Given<'a> {
    /// A dose of a known vaccine on a known day or month; otherwise the dose again.
    fn of(dose: Dose<'a>, vaccines: &Vaccines) -> Result<Self, Dose<'a>> {
        let gist = &dose.newest.gist;
        let Some(said) = Said::of(gist, dose.newest.organization_id) else { return Err(dose) };
        let details =
            u8::from(said.names_a_lot()) + u8::from(gist.manufacturer.is_some()) + u8::from(gist.has_ndc);
        // Smallest first: administered, of a known product, of more groups, in more detail, sooner reported.
        let open = vaccines.is_unspecified(said.cvx);
        let groups = Reverse(vaccines.group_count(said.cvx));
        let preference = (!gist.is_administered(), open, groups, Reverse(details), dose.first_id);
        Ok(Self { dose, said, preference })
    }

    fn is_administered(&self) -> bool {
        self.said.gist.is_administered()
    }
}

/// An event in the making: its first report is the one that others are compared with.
struct Event<'a> {
    reports: Vec<Given<'a>>,
    needs_review: bool,
}

/// Places the doses: those given by the reporters, the most telling first; then what is known from hearsay, first
/// where the date is right, then the rest in the order of how far it is off.
fn place<'a>(mut doses: Vec<Given<'a>>, vaccines: &Vaccines) -> Vec<Event<'a>> {
    doses.sort_by_key(|given| (given.preference, given.said.on));
    let mut events: Vec<Event<'a>> = Vec::new();
    let mut hearsay = Vec::new();
    for given in doses {
        if given.is_administered() { put(given, &mut events, vaccines) } else { hearsay.push(given) }
    }
    let off =
        |given: &Given<'_>| near(given, &events, vaccines).map(|(days, _)| days).min().unwrap_or(u32::MAX);
    let mut by_distance: Vec<_> = hearsay.into_iter().map(|given| (off(&given), given)).collect();
    by_distance.sort_by_key(|(days, given)| (*days, given.preference));
    for (_, given) in by_distance {
        put(given, &mut events, vaccines);
    }
    events
}

/// Puts a dose to the nearest event with which it can be one dose, or makes it an event of its own.
///
/// An administered report goes to the first of equals. A report from hearsay that fits two doses equally is left alone.
fn put<'a>(given: Given<'a>, events: &mut Vec<Event<'a>>, vaccines: &Vaccines) {
    let least = near(&given, events, vaccines).min();
    let equals =
        near(&given, events, vaccines).filter(|(days, _)| Some(*days) == least.map(|(days, _)| days)).count();
    match least {
        Some((days, at)) if equals == 1 || given.is_administered() => {
            events[at].needs_review |= days == YEAR_OFF_DAYS;
            events[at].reports.push(given);
        }
        _ => {
            let needs_review = !given.is_administered()
                && events.iter().any(|event| event.may_be_mistaken(&given, vaccines));
            events.push(Event { reports: vec![given], needs_review });
        }
    }
}

/// The events with which a dose can be one dose: days apart, and where.
fn near<'e>(
    given: &'e Given<'_>,
    events: &'e [Event<'_>],
    vaccines: &'e Vaccines,
) -> impl Iterator<Item = (u32, usize)> + 'e {
    events.iter().enumerate().filter_map(move |(at, event)| {
        let days = given.said.days_from(&event.reports.first()?.said, vaccines)?;
        (!event.is_reported_by(given)).then_some((days, at))
    })
}

impl<'a> Event<'a> {
    /// Whether one may be a mistake for the other.
    fn may_be_mistaken(&self, given: &Given<'_>, vaccines: &Vaccines) -> bool {
        self.reports.first().is_some_and(|first| given.said.may_be_mistaken_for(&first.said, vaccines))
    }

    /// Whether the same reporter already told of it from hearsay, under another date: nobody lists a dose twice, so
    /// what it says here is another one.
    fn is_reported_by(&self, given: &Given<'_>) -> bool {
        !given.is_administered()
            && self.reports.iter().map(|known| &known.said).any(|known| {
                !known.gist.is_administered() && known.same_reporter(&given.said) && known.on != given.said.on
            })
    }

    fn into_group(self) -> Option<EventGroup<'a>> {
        let id = EventId(self.reports.first()?.dose.first_id.0);
        let reports = self.reports.iter().map(|given| given.dose.newest).collect();
        Some(EventGroup { id, reports, needs_review: self.needs_review })
    }
}

#[cfg(test)]
mod tests {
    use super::consolidate;
    use crate::vaccination::{Report, Vaccines, current};
    use iis_model::InformationSource::{Historical, NewImmunization};
    use iis_model::testing::dose;
    use iis_model::{
        Action, Gist, Given, OrganizationId, ReportId, ReportedEvent, SourceRecordId, Timestamp,
    };
    use proptest::prelude::*;

    #[expect(clippy::needless_pass_by_value, reason = "tables of reports read better without ampersands")]
    fn report(id: i64, source: i64, minute: i64, event: ReportedEvent) -> Report {
        Report {
            id: ReportId(id),
            source_record_id: SourceRecordId(source),
            organization_id: OrganizationId(source),
            dose_key: event.dose_key().into(),
            sent_at: Timestamp::from_second(1_700_000_000 + minute * 60).expect("a moment"),
            revision: id,
            gist: Gist::of(&event),
        }
    }

    #[test]
    fn the_same_shot_reported_twice_is_one_event_and_the_giver_is_preferred() {
        let reports = [
            report(1, 1, 0, dose(Historical)),
            report(2, 2, 5, dose(NewImmunization).lot("L1")),
            report(3, 3, 6, dose(Historical).given("2021-02-21")),
        ];
        let events = consolidate(&reports, &Vaccines::built_in());
        let ids = |n: usize| events[n].reports.iter().map(|r| r.id.0).collect::<Vec<_>>();
        assert_eq!((events.len(), ids(0), ids(1)), (2, vec![2, 1], vec![3]));
    }

    #[test]
    fn reports_meet_by_how_dates_and_vaccines_go_wrong() {
        let pentacel = || report(1, 1, 0, dose(NewImmunization).vaccine(120).given("2021-03-20").lot("L1"));
        #[rustfmt::skip]
        let table = vec![
            // another report of another organization                                      events review
            (dose(Historical).vaccine(17).given("2021-03-20"),                                1, false), // a component
            (dose(Historical).vaccine(107).given("2021-03-27"),                               1, false), // 7 days off
            (dose(Historical).vaccine(107).given("2021-03-28"),                               2, true),  // 8 days off
            (dose(Historical).vaccine(107).given("2021-04-13"),                               2, false), // beyond 23 days
            (dose(Historical).vaccine(107).given("2021-03-01"),                               1, false), // first of the month
            (dose(Historical).vaccine(107).given("2020-03-20"),                               1, true),  // a year off
            (dose(Historical).vaccine(8).given("2021-03-20"),                                 2, false), // another vaccine
            (dose(NewImmunization).vaccine(120).given("2021-03-25"),                          1, false), // a bill
            (dose(NewImmunization).vaccine(120).given("2021-03-26"),                          2, false), // too late for one
            (dose(NewImmunization).vaccine(120).given("2021-03-27").lot("l1"),                1, false), // the same lot
            (dose(NewImmunization).vaccine(120).given("2021-03-20").lot("L2"),                2, false), // another lot
        ];
        for (other, events, needs_review) in table {
            let text = format!("{:?} {:?}", other.cvx.value, other.given_on.value);
            let reports = [pentacel(), report(2, 2, 0, other)];
            let found = consolidate(&reports, &Vaccines::built_in());
            let review = found.iter().any(|event| event.needs_review);
            assert_eq!((found.len(), review), (events, needs_review), "{text}");
        }
    }

    #[test]
    fn hearsay_that_fits_two_doses_equally_is_left_for_review() {
        let reports = [
            report(1, 1, 0, dose(NewImmunization).given("2021-03-04").lot("L1")),
            report(2, 2, 0, dose(NewImmunization).given("2021-03-08").lot("L2")),
            report(3, 3, 0, dose(Historical).given("2021-03-06")),
        ];
        let events = consolidate(&reports, &Vaccines::built_in());
        assert_eq!((events.len(), events.iter().filter(|event| event.needs_review).count()), (3, 1));
    }

    #[test]
    fn two_givers_with_different_lots_gave_two_doses() {
        let reports = [
            report(1, 1, 0, dose(NewImmunization).lot("L1")),
            report(2, 2, 5, dose(NewImmunization).lot("L2")),
            report(3, 3, 5, dose(NewImmunization).lot("l1 ")),
        ];
        assert_eq!(consolidate(&reports, &Vaccines::built_in()).len(), 2);
    }

    #[test]
    fn a_withdrawn_report_vanishes_and_an_older_version_never_overtakes() {
        let mut withdrawal = dose(NewImmunization);
        withdrawal.action = Given::of(Action::Delete);
        let late = report(3, 1, -5, dose(NewImmunization));
        let reports = [report(1, 1, 0, dose(NewImmunization)), report(2, 1, 5, withdrawal), late];
        assert!(current(&reports).is_empty() && consolidate(&reports, &Vaccines::built_in()).is_empty());
    }

    #[test]
    fn a_corrected_dose_keeps_its_event() {
        let first = report(1, 1, 0, dose(NewImmunization).lot("L1"));
        let mut corrected = report(2, 1, 5, dose(NewImmunization).lot("L2"));
        corrected.dose_key.clone_from(&first.dose_key);
        let events = [first, corrected];
        let events = consolidate(&events, &Vaccines::built_in());
        assert_eq!((events.len(), events[0].id.0, events[0].reports[0].id.0), (1, 1, 2));
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_does_not_matter(
            rows in proptest::collection::vec((1..4_i64, 0..3_i64, 0..3_u8, any::<bool>(), any::<bool>()), 0..12),
            swaps in proptest::collection::vec((0..12_usize, 0..12_usize), 0..12),
        ) {
            let mut reports = Vec::new();
            for (n, (source, minute, day, given_here, withdrawn)) in rows.into_iter().enumerate() {
                let mut event = dose(if given_here { NewImmunization } else { Historical });
                event = event.given(["2021-01-20", "2021-01-21", "2021-02"][usize::from(day)]);
                if withdrawn {
                    event.action = Given::of(Action::Delete);
                }
                let id = i64::try_from(n).expect("a few rows") + 1;
                reports.push(report(id, source, minute, event));
            }
            let shape = |reports: &[Report]| consolidate(reports, &Vaccines::built_in())
                .iter().map(|e| (e.id, e.reports.iter().map(|r| r.id).collect::<Vec<_>>())).collect::<Vec<_>>();
            let before = shape(&reports);
            for (a, b) in swaps {
                if a < reports.len() && b < reports.len() {
                    reports.swap(a, b);
                }
            }
            prop_assert_eq!(before, shape(&reports));
        }
    }
}
