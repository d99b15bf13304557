//! Conditions that end, are noted anew, or say less than whoever recorded them believes.

use super::against::{IMMUNOCOMPROMISE, IMMUNOCOMPROMISED};
use super::facts::Facts;
use iis_cdsi::codes::ObservationCode;
use iis_cdsi::dates::Day;
use iis_cdsi::gather::ObservationMade;
pub(super) use iis_cdsi::plan::{PREGNANCY_BEGINNING, PREGNANT};
use iis_cdsi::plan::{TRANSPLANT, TRANSPLANT_DAY};
use iis_model::Date;
use iis_model::recommendation::Notice;
use jiff::ToSpan;

/// Nobody is pregnant for longer.
pub const LONGEST_PREGNANCY_DAYS: i32 = 43 * 7;

/// A note of the day from which something counts: the beginning of a pregnancy, a transplant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begun {
    /// [`PREGNANCY_BEGINNING`] or [`TRANSPLANT_DAY`].
    of: u16,
    /// The day; none: it is not known to the day.
    day: Option<Day>,
    noted: Noted,
    /// The event says no more of it: neither that it happened, nor that it is over.
    is_alone: bool,
}

/// The event in which such a day was noted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noted {
    /// The first and the last day on which it was noted; none: not known.
    pub(super) on: Option<(Day, Day)>,
    /// It stands under a dose, the day of which says nothing of when it was noted.
    pub(super) is_under_dose: bool,
}

impl Begun {
    /// Reads an observation that was made in an event; none: it is another one.
    pub(super) fn of(made: &ObservationMade, noted: Noted) -> Option<Self> {
        let of = made.code.number();
        matches!(of, PREGNANCY_BEGINNING | TRANSPLANT_DAY).then_some(Self {
            of,
            day: made.on,
            noted,
            is_alone: true,
        })
    }

    /// The same of an event that says also what happened on the day.
    pub(super) const fn beside_what_happened(self) -> Self {
        Self { is_alone: false, ..self }
    }

    /// What happened on the day, by its number in the schedule.
    pub(super) const fn happened(&self) -> u16 {
        if self.of == PREGNANCY_BEGINNING { PREGNANT } else { TRANSPLANT }
    }

    /// The last day on which it was noted.
    fn until(&self) -> Option<Day> {
        self.noted.on.map(|(_, last)| last)
    }

    /// That it happened, for who noted the day alone.
    fn implied(&self) -> ObservationMade {
        let noted_on = self.until().filter(|_| !self.noted.is_under_dose);
        ObservationMade { code: ObservationCode::of(self.happened()), on: noted_on.or(self.day) }
    }

    /// Its day, if that can be: nothing began after it was noted, and of a pregnancy not longer before than one lasts.
    fn possible(&self) -> Option<Day> {
        let is_before = |day: &Day| self.noted.on.is_none_or(|(_, last)| last >= *day);
        self.day.filter(|day| self.noted.is_under_dose || (is_before(day) && !self.is_former()))
    }

    /// Whether it was noted long after such a pregnancy: that tells of a former one.
    fn is_former(&self) -> bool {
        let days = self.noted.on.zip(self.day).map(|((first, _), day)| first.days_since(day));
        let is_long = days.is_some_and(|days| days > LONGEST_PREGNANCY_DAYS);
        self.of == PREGNANCY_BEGINNING && !self.noted.is_under_dose && is_long
    }
}

/// Settles what the observations of a person are on a day, in the order in which they were noted.
pub(super) fn settle(facts: &mut Facts, on: Date) {
    let begun = std::mem::take(&mut facts.begun);
    let (of_pregnancies, of_transplants): (Vec<_>, Vec<_>) =
        begun.into_iter().partition(|begun| begun.of == PREGNANCY_BEGINNING);
    settle_pregnancies(facts, &of_pregnancies, on);
    settle_transplants(facts, &of_transplants);
    let observed = &facts.history.observations;
    let made = |wanted: u16| observed.iter().any(|made| made.code.number() == wanted);
    let mut others = IMMUNOCOMPROMISE.iter().filter(|code| **code != IMMUNOCOMPROMISED);
    let transplanted =
        observed.iter().filter(|made| made.code.number() == TRANSPLANT_DAY).filter_map(|made| made.on);
    let has_lost = |day: Day| facts.history.doses.iter().any(|dose| dose.on < day);
    let cannot_be = |begun: &[Begun]| begun.iter().any(|one| one.day.is_some() && one.possible().is_none());
    let without_week = if cannot_be(&of_pregnancies) { IMPOSSIBLE_WEEK } else { WITHOUT_WEEK };
    let without_day = if cannot_be(&of_transplants) { IMPOSSIBLE_DAY } else { WITHOUT_DAY };
    let notices = [
        (made(PREGNANT) && !made(PREGNANCY_BEGINNING)).then_some(without_week),
        (made(TRANSPLANT) && !made(TRANSPLANT_DAY)).then_some(without_day),
        transplanted.max().is_some_and(has_lost).then_some(BEFORE_TRANSPLANT),
        (made(IMMUNOCOMPROMISED) && !others.any(|code| made(*code))).then_some(GENERAL_WORD),
    ];
    let notices = notices.into_iter().flatten().map(|text| Notice { event: None, text: text.into() });
    let notices: Vec<_> = notices.collect();
    facts.notices.extend(notices);
}

const WITHOUT_WEEK: &str = "A pregnancy is on record without its week: in which weeks Tdap and RSV vaccine are due is not known. \
     Record the pregnancy with its due date.";
const IMPOSSIBLE_WEEK: &str = "A pregnancy is on record with a beginning that cannot be: it came after it was noted, or more than 43 \
     weeks before. In which weeks Tdap and RSV vaccine are due is not known. Record the pregnancy with its due date.";
const WITHOUT_DAY: &str = "A transplant of hematopoietic stem cells is on record without its day: when the doses after it are due \
     is not known. Record the transplant with its day.";
const IMPOSSIBLE_DAY: &str = "A transplant of hematopoietic stem cells is on record with a day after the one on which it was noted: \
     when the doses after it are due is not known. Record the transplant with its day.";
/// The schedule has a series after a transplant for Haemophilus influenzae type b alone. CDC, General Best Practice Guidelines,
/// altered immunocompetence: patients are to be revaccinated, whatever they had before.
const BEFORE_TRANSPLANT: &str = "Doses of before the transplant of stem cells are counted here, and do not protect any more: what the \
     schedule calls complete has to be given anew. Ask the transplant center for its plan.";
/// The schedule gives live vaccines a contraindication or the caution of decision 0063, and knows no series for the word.
/// Whoever recorded it believes that it counts in all that is due.
const GENERAL_WORD: &str = "“Immunocompromised” is on record without the condition: it speaks against live vaccines, but doses that \
     a condition asks for are not forecast from it. Record the condition or the treatment as well.";

/// Nobody is pregnant for longer than 43 weeks: what was observed before is over, and speaks neither for a dose nor against one.
/// Of several beginnings that can be the one that was noted last counts, and with the weeks of a pregnancy ends what was noted until
/// they were; what was noted later without a due date may be the next pregnancy, and stands. Who notes only when a pregnancy began
/// has noted a pregnancy.
fn settle_pregnancies(facts: &mut Facts, begun: &[Begun], on: Date) {
    let today = Day::from(on);
    let latest = begun.iter().rfind(|one| one.possible().is_some());
    let observed = &mut facts.history.observations;
    let undated = begun.iter().filter(|one| one.possible().is_none() && !one.is_former());
    let alone = undated.chain(latest).filter(|one| one.is_alone);
    observed.extend(alone.map(Begun::implied));
    let is_of_pregnancy =
        |made: &ObservationMade| matches!(made.code.number(), PREGNANT | PREGNANCY_BEGINNING);
    if let Some((latest, day)) = latest.and_then(|latest| Some((latest, latest.possible()?))) {
        let is_over = today.days_since(day) > LONGEST_PREGNANCY_DAYS;
        let has_ended = |noted: Day| is_over && latest.until().is_some_and(|until| noted <= until);
        observed.retain(|made| !(is_of_pregnancy(made) && made.on.is_some_and(has_ended)));
        observed.push(ObservationMade { code: ObservationCode::of(PREGNANCY_BEGINNING), on: Some(day) });
    }
    let left = |made: &ObservationMade| {
        let days = made.on.filter(|_| is_of_pregnancy(made)).map(|on| today.days_since(on));
        days.map(|days| LONGEST_PREGNANCY_DAYS - days)
    };
    observed.retain(|made| left(made).is_none_or(|days| days >= 0));
    let next = observed.iter().filter_map(left).min();
    facts.will_change(next.and_then(|days| on.checked_add((i64::from(days) + 1).days()).ok()));
}

/// Who notes only the day of a transplant has noted a transplant.
fn settle_transplants(facts: &mut Facts, begun: &[Begun]) {
    let observed = &mut facts.history.observations;
    observed.extend(begun.iter().rfind(|one| one.is_alone).map(Begun::implied));
    let days = begun.iter().filter_map(Begun::possible);
    let made = |day| ObservationMade { code: ObservationCode::of(TRANSPLANT_DAY), on: Some(day) };
    observed.extend(days.map(made));
}

#[cfg(test)]
mod tests {
    use super::super::facts::tests::gather;
    use crate::desk::saying::{Observed, observation, with_beginning};
    use iis_cdsi::dates::Day;
    use iis_model::event::{InformationSource, Observation, ObservationValue};
    use iis_model::testing::dose;
    use iis_model::{Beginning, Given, ReportedEvent};
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
            ("2025-05-05",   "2025-05-05", true,        Some(date(2026, 3, 3))),  // 301 days
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

    /// What a message says of a beginning, whatever it is.
    fn noted(on: &str, pregnant: bool, begun: Option<&str>) -> ReportedEvent {
        let mut said = pregnancy(on, Some("2026-01-01"));
        let beginning = said.observations.iter_mut().find(|one| one.value.get().is_some_and(is_beginning));
        beginning.expect("it was noted").observed_on.value = begun.map(|day| day.parse().expect("a date"));
        if !pregnant {
            said.observations.retain(|one| one.value.get().is_some_and(is_beginning));
        }
        said
    }

    fn is_beginning(value: &ObservationValue) -> bool {
        matches!(value, ObservationValue::Coded(coded) if Beginning::of(coded).is_some())
    }

    /// A message is not asked as a form is: a beginning alone means a pregnancy, and one that cannot be ends none.
    #[test]
    fn whatever_is_said_of_a_beginning_a_pregnancy_that_may_be_going_on_stands() {
        type Said = (&'static str, bool, Option<&'static str>);
        #[rustfmt::skip]
        let table: [(&[Said], Option<&str>, Option<&str>); 9] = [
            // noted on, pregnant, begun                                     counts from          what is noticed
            (&[("2026-02-01", false, Some("2025-11-01"))],                   Some("2025-11-01"),  None),
            (&[("2026-02-01", true,  None)],                                 None,                Some("without its week")),
            (&[("2026-02-01", false, None)],                                 None,                Some("without its week")),
            (&[("2026-02-01", true,  Some("2026-07"))],                      None,                Some("without its week")),
            (&[("2026-02-01", true,  Some("2026-07-20"))],                   None,                Some("cannot be")), // the due date
            (&[("2026-02-01", true,  Some("2025-02-01"))],                   None,                Some("cannot be")),
            (&[("2026-02-01", true,  Some("0001-01-01"))],                   None,                Some("cannot be")),
            (&[("2025-12-01", true, Some("2025-07-20")), ("2026-02-01", false, Some("2024-03-01"))], Some("2025-07-20"), None), // a former one
            (&[("2025-12-01", true, Some("2025-07-20")), ("2026-02-01", true, Some("2024-03-01"))],  Some("2025-07-20"), None),
        ];
        for (said, begun, noticed) in table {
            let events: Vec<_> =
                said.iter().map(|(on, pregnant, begun)| noted(on, *pregnant, *begun)).collect();
            let facts = gather(&events);
            let made =
                |code: u16| facts.history.observations.iter().filter(move |one| one.code.number() == code);
            assert!(made(7).next().is_some(), "{said:?}: pregnant");
            let days: Vec<_> = made(170).map(|one| one.on).collect();
            let expected: Vec<_> = begun.map(Day::parse).into_iter().collect();
            assert_eq!(days, expected, "{said:?}");
            let texts: Vec<_> = facts.notices.iter().map(|notice| &*notice.text).collect();
            let is_told = noticed.is_none_or(|text| texts.iter().any(|told| told.contains(text)));
            assert!(is_told && texts.len() == usize::from(noticed.is_some()), "{said:?}: {texts:?}");
        }
        // of a former one alone nothing is left
        assert_eq!(gather(&[noted("2026-02-01", false, Some("2024-03-01"))]).history.observations, []);
    }

    /// A message says until when she was pregnant; the beginning stands in a set of its own.
    #[test]
    fn a_pregnancy_that_was_said_to_be_over_does_not_come_back_by_its_beginning() {
        for (until, stands) in [("2026-01-15", false), ("2026-05-15", true)] {
            let mut said = pregnancy("2025-12-01", Some("2025-10-01"));
            let of = said.observations[0].clone();
            let value = Given::of(ObservationValue::Date(until.parse().expect("a date")));
            let about = iis_model::Coded::new("30944-3", "", "LN");
            said.observations.push(Observation { about, value, ..of });
            let facts = gather(&[said]);
            let codes: Vec<_> = facts.history.observations.iter().map(|made| made.code.number()).collect();
            assert_eq!(codes, if stands { vec![7, 170] } else { vec![] }, "{until}");
        }
    }

    /// The day of a dose is not the day on which something was noted under it.
    #[test]
    fn a_day_that_stands_under_a_dose_is_taken_as_it_is() {
        let mut under = noted("2026-01-01", false, Some("2025-11-10"));
        under.observations[0].value =
            Given::of(ObservationValue::Coded(iis_model::Coded::new("171", "", "CDSI")));
        let observations = under.observations;
        let given = dose(InformationSource::Historical).vaccine(3).given("2024-05-01");
        let facts = gather(&[ReportedEvent { observations, ..given }]);
        let codes: Vec<_> = facts.history.observations.iter().map(|made| made.code.number()).collect();
        assert_eq!(codes, [4, 171]);
    }

    #[test]
    fn the_day_of_a_transplant_means_a_transplant() {
        let transplant = iis_model::Coded::new("234336002", "", "SCT");
        let said = observation(Observed::Contraindication, transplant, "2026-01-10".parse().expect("a date"));
        for (day, is_dated) in [(Some("2025-11-10"), true), (Some("2026-01-11"), false), (None, false)] {
            let day_of =
                with_beginning(said.clone(), Beginning::Transplant, "2025-11-10".parse().expect("a date"));
            let mut alone = day_of;
            alone.observations.retain(|one| one.value.get().is_some_and(is_beginning));
            alone.observations[0].observed_on.value = day.map(|day| day.parse().expect("a date"));
            let facts = gather(&[alone]);
            let codes: Vec<_> = facts.history.observations.iter().map(|made| made.code.number()).collect();
            assert_eq!(codes, if is_dated { vec![4, 171] } else { vec![4] }, "{day:?}");
            assert_eq!(facts.notices.len(), usize::from(!is_dated), "{day:?}");
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
