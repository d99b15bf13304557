//! Conditions that end, are noted anew, or say less than whoever recorded them believes.

use super::against::{IMMUNOCOMPROMISE, IMMUNOCOMPROMISED};
use super::facts::Facts;
use iis_cdsi::dates::Day;
use iis_cdsi::gather::ObservationMade;
pub(super) use iis_cdsi::plan::{PREGNANCY_BEGINNING, PREGNANT};
use iis_cdsi::plan::{TRANSPLANT, TRANSPLANT_DAY};
use iis_model::Date;
use iis_model::recommendation::Notice;
use jiff::ToSpan;

/// Nobody is pregnant for longer.
pub(super) const LONGEST_DAYS: i32 = 43 * 7;

/// Settles what the observations of a person are on a day, in the order in which they were noted.
pub(super) fn settle(facts: &mut Facts, on: Date) {
    end_pregnancies(facts, on);
    let observed = &facts.history.observations;
    let made = |wanted: u16| observed.iter().any(|made| made.code.number() == wanted);
    let mut others = IMMUNOCOMPROMISE.iter().filter(|code| **code != IMMUNOCOMPROMISED);
    let transplanted =
        observed.iter().filter(|made| made.code.number() == TRANSPLANT_DAY).filter_map(|made| made.on);
    let has_lost = |day: Day| facts.history.doses.iter().any(|dose| dose.on < day);
    let notices = [
        (made(PREGNANT) && !made(PREGNANCY_BEGINNING)).then_some(WITHOUT_WEEK),
        (made(TRANSPLANT) && !made(TRANSPLANT_DAY)).then_some(WITHOUT_DAY),
        transplanted.max().is_some_and(has_lost).then_some(BEFORE_TRANSPLANT),
        (made(IMMUNOCOMPROMISED) && !others.any(|code| made(*code))).then_some(GENERAL_WORD),
    ];
    let notices = notices.into_iter().flatten().map(|text| Notice { event: None, text: text.into() });
    let notices: Vec<_> = notices.collect();
    facts.notices.extend(notices);
}

/// A dose of before would serve.
const WITHOUT_WEEK: &str = "A pregnancy is on record without its week: in which weeks Tdap and RSV vaccine are due is not known. \
     Record the pregnancy with its due date.";
const WITHOUT_DAY: &str = "A transplant of hematopoietic stem cells is on record without its day: when the doses after it are due \
     is not known. Record the transplant with its day.";
/// The schedule has a series after a transplant for Haemophilus influenzae type b alone. CDC, General Best Practice Guidelines,
/// altered immunocompetence: patients are to be revaccinated, whatever they had before.
const BEFORE_TRANSPLANT: &str = "Doses of before the transplant of stem cells are counted here, and do not protect any more: what the \
     schedule calls complete has to be given anew. Ask the transplant center for its plan.";
/// The schedule gives live vaccines a contraindication or the caution of decision 0063, and knows no series for the word.
/// Whoever recorded it believes that it counts in all that is due.
const GENERAL_WORD: &str = "“Immunocompromised” is on record without the condition: it speaks against live vaccines, but doses that \
     a condition asks for are not forecast from it. Record the condition or the treatment as well.";

/// Nobody is pregnant for longer than 43 weeks: what was observed before is over, and speaks neither for a dose nor against one.
/// Of several beginnings the one that was noted last counts, and with the weeks of a pregnancy ends what was noted until
/// they were; what was noted later without a due date may be the next pregnancy, and stands.
fn end_pregnancies(facts: &mut Facts, on: Date) {
    let observed = &mut facts.history.observations;
    let is = |made: &ObservationMade, wanted: u16| made.code.number() == wanted;
    let since = |made: &ObservationMade, day: Day| made.on.map(|on| day.days_since(on));
    let today = Day::from(on);
    let begun: Vec<Day> =
        observed.iter().filter(|made| is(made, PREGNANCY_BEGINNING)).filter_map(|made| made.on).collect();
    let latest = begun.last().copied();
    observed.retain(|made| !is(made, PREGNANCY_BEGINNING) || made.on == latest);
    let is_over = |begun: &Day| today.days_since(*begun) > LONGEST_DAYS;
    let is_until = facts.beginning_noted_on;
    let has_ended = |noted: Day| {
        is_until.is_some_and(|until| noted <= until) && latest.is_some_and(|begun| is_over(&begun))
    };
    observed.retain(|made| !(is(made, PREGNANT) && made.on.is_some_and(has_ended)));
    let left = |made: &ObservationMade| {
        let is_of_pregnancy = is(made, PREGNANT) || is(made, PREGNANCY_BEGINNING);
        since(made, today).filter(|_| is_of_pregnancy).map(|days| LONGEST_DAYS - days)
    };
    observed.retain(|made| left(made).is_none_or(|days| days >= 0));
    let next = observed.iter().filter_map(left).min();
    facts.will_change(next.and_then(|days| on.checked_add((i64::from(days) + 1).days()).ok()));
}

#[cfg(test)]
mod tests {
    use super::super::facts::tests::gather;
    use crate::desk::saying::{Observed, observation, with_beginning};
    use iis_cdsi::dates::Day;
    use iis_model::event::InformationSource;
    use iis_model::testing::dose;
    use iis_model::{Beginning, ReportedEvent};
    use jiff::civil::date;

    /// A pregnancy as it is noted, and when it began.
    fn pregnancy(on: &str, begun: Option<&str>) -> ReportedEvent {
        let pregnant = iis_model::Coded::new("77386006", "", "SCT");
        let said = observation(Observed::Contraindication, pregnant, on.parse().expect("a date"));
        match begun {
            Some(begun) => with_beginning(said, Beginning::Pregnancy, begun.parse().expect("a date")),
            None => said,
        }
    }

    #[test]
    fn a_pregnancy_ends_whether_somebody_says_so_or_not() {
        #[rustfmt::skip]
        let table = [
            // pregnant on   begun on      both stand   the facts change on
            ("2025-12-01",   "2025-10-01", true,        Some(date(2026, 7, 30))),
            ("2025-05-06",   "2025-05-06", true,        Some(date(2026, 3, 4))),  // 300 days
            ("2025-05-04",   "2025-05-04", false,       None),                    // 302 days
            ("2020-05-04",   "2020-03-01", false,       None),
        ];
        for (pregnant_on, begun_on, stands, change_on) in table {
            let facts = gather(&[pregnancy(pregnant_on, Some(begun_on))]);
            let codes: Vec<_> = facts.history.observations.iter().map(|made| made.code.number()).collect();
            assert_eq!(codes.contains(&7) && codes.contains(&170), stands, "{pregnant_on}: {codes:?}");
            assert_eq!(facts.change_on, change_on, "{pregnant_on}");
        }
        // a former one says nothing of the weeks of this
        let facts = gather(&[pregnancy("2020-05-04", Some("2020-03-01")), pregnancy("2026-02-20", None)]);
        let codes: Vec<_> = facts.history.observations.iter().map(|made| made.code.number()).collect();
        assert_eq!(codes, [7]);
        assert!(facts.notices.iter().any(|notice| notice.text.contains("without its week")));
    }

    #[test]
    fn a_pregnancy_without_its_week_is_noticed() {
        assert_eq!(gather(&[pregnancy("2026-02-01", None)]).notices.len(), 1);
        let facts = gather(&[pregnancy("2026-02-01", Some("2025-11-01"))]);
        assert_eq!(facts.notices.len(), 0);
        let made =
            facts.history.observations.iter().find(|made| made.code.number() == 170).expect("a beginning");
        assert_eq!(made.on, Day::parse("2025-11-01"));
    }

    /// What was noted last counts: the due date that the ultrasound showed, whether it is the earlier or the later one.
    #[test]
    fn a_due_date_that_is_noted_anew_takes_the_place_of_the_former() {
        #[rustfmt::skip]
        let table = [
            // noted first                  then
            (("2026-01-10", "2025-08-20"),  ("2026-02-10", "2025-07-10")),
            (("2026-01-10", "2025-07-10"),  ("2026-02-10", "2025-08-20")),
            (("2026-02-10", "2025-07-10"),  ("2026-02-10", "2025-08-20")), // of one day: the one that was saved last
            (("2026-02-10", "2025-08-20"),  ("2026-02-10", "2025-07-10")),
        ];
        for ((first, one), (then, other)) in table {
            let facts = gather(&[pregnancy(first, Some(one)), pregnancy(then, Some(other))]);
            let made = facts.history.observations.iter().filter(|made| made.code.number() == 170);
            assert_eq!(
                made.filter_map(|made| made.on).collect::<Vec<_>>(),
                [Day::parse(other).expect("a day")]
            );
        }
    }

    /// A pregnancy of which the weeks are known is over when they are, whenever it was noted.
    #[test]
    fn a_pregnancy_that_was_noted_late_ends_with_its_weeks() {
        let facts = gather(&[pregnancy("2025-11-01", Some("2025-03-20"))]); // due on 12/25/2025
        assert_eq!((facts.history.observations.len(), facts.notices.len()), (0, 0));
    }

    #[test]
    fn what_is_noted_after_the_due_date_was_may_be_the_next_pregnancy() {
        for noted in ["2025-10-05", "2026-01-05"] {
            let former = pregnancy("2025-06-01", Some("2025-03-20")); // due on 12/25/2025, over on 01/15/2026
            let facts = gather(&[former, pregnancy(noted, None)]);
            let codes: Vec<_> = facts.history.observations.iter().map(|made| made.code.number()).collect();
            assert_eq!((codes, facts.notices.len()), (vec![7], 1), "{noted}");
        }
    }

    #[test]
    fn doses_of_before_a_transplant_are_noticed() {
        let transplant = iis_model::Coded::new("234336002", "", "SCT");
        let said = observation(Observed::Contraindication, transplant, "2026-01-10".parse().expect("a date"));
        let said = with_beginning(said, Beginning::Transplant, "2025-11-10".parse().expect("a date"));
        for (given, noticed) in [("2024-05-01", 1), ("2026-02-01", 0)] {
            let dose = dose(InformationSource::Historical).given(given);
            assert_eq!(gather(&[said.clone(), dose]).notices.len(), noticed, "{given}");
        }
    }
}
