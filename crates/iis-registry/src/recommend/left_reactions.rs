//! Reactions that name a dose which is not on record: after it was corrected to another vaccine or another day, or deleted,
//! by whatever door. A reaction counts against the vaccine that it names, so the one that caused it may look harmless.

use super::Schedules;
use super::facts::EventFacts;
use super::groups::schedule_groups_of;
use super::observations::{reacted_to, reacting_to};
use iis_cdsi::Schedule;
use iis_model::record::PersonRecord;
use iis_model::{Cvx, PartialDate};
use jiff::ToSpan;

/// A reaction that names a dose which is not on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftReaction {
    /// The vaccine that it names.
    pub after: Cvx,
    /// The day of the dose that it names.
    pub on: PartialDate,
    /// What there is to know, in sentences; dates stand in them as `2026-03-02`.
    pub text: Box<str>,
}

/// Those of a record that another dose of that day may have caused. Of others nobody can say more than what they say.
pub fn left_reactions(schedules: &Schedules, record: &PersonRecord) -> Vec<LeftReaction> {
    let events: Vec<_> = record.events.iter().map(EventFacts::of).collect();
    noticed(&schedules.now().schedule, &events)
}

/// The same of the events of a person.
pub(crate) fn noticed(schedule: &Schedule, events: &[EventFacts<'_>]) -> Vec<LeftReaction> {
    let left = of_events(schedule, events).into_iter().filter(|left| !left.given.is_empty());
    left.map(|Left { after, on, given }| LeftReaction {
        after,
        on,
        text: text(schedule, (after, on), &given).into(),
    })
    .collect()
}

/// A reaction that names a dose which is not on record, whether another dose may have caused it or none.
#[derive(Debug)]
pub(crate) struct Left {
    /// The vaccine that it names.
    pub(crate) after: Cvx,
    /// The day of the dose that it names.
    pub(crate) on: PartialDate,
    /// What was given on that day.
    given: Vec<Cvx>,
}

/// Those of the events of a person.
pub(crate) fn of_events(schedule: &Schedule, events: &[EventFacts<'_>]) -> Vec<Left> {
    let mut left: Vec<Left> = Vec::new();
    for event in events.iter().filter(|event| !event.kind.is_dose()) {
        let named = reacted_to(event);
        let Some(on) = event.given_on.filter(|_| !named.is_empty()) else { continue };
        let doses_within = |days: i32| {
            let doses = events.iter().filter(|dose| dose.kind.is_dose());
            let near = doses.filter(move |dose| dose.given_on.is_some_and(|day| are_near(day, on, days)));
            near.filter_map(|dose| dose.cvx).collect::<Vec<Cvx>>()
        };
        let (near, of_day) = (doses_within(NEAR), doses_within(0));
        for after in named {
            let is_known = left.iter().any(|known| (known.after, known.on) == (after, on));
            if !is_known && !near.iter().any(|cvx| counts_alike(schedule, *cvx, after)) {
                left.push(Left { after, on, given: of_day.clone() });
            }
        }
    }
    left
}

/// Whether a reaction of one date may name a dose of the other: reports of one dose differ by days, and systems date a reaction by its
/// dose, by the day on which it came, or by that of the report.
fn are_near(one: PartialDate, other: PartialDate, days: i32) -> bool {
    let is_before = move |one: PartialDate, other: PartialDate| {
        one.first_day().checked_sub(days.days()).is_ok_and(|day| day <= other.last_day())
    };
    is_before(one, other) && is_before(other, one)
}

/// Days between a dose and the date of a reaction that may name it.
const NEAR: i32 = 60;

/// Whether a reaction counts against the same vaccines, whichever of the two it names.
fn counts_alike(schedule: &Schedule, one: Cvx, other: Cvx) -> bool {
    let against = || reacting_to(schedule, one);
    one == other
        || schedule_groups_of(one) == schedule_groups_of(other)
            && !against().is_empty()
            && against() == reacting_to(schedule, other)
}

fn text(schedule: &Schedule, (after, on): (Cvx, PartialDate), given: &[Cvx]) -> String {
    let name = |cvx: Cvx| {
        let known = iis_cdsi::codes::Cvx::new(cvx.number());
        known.map_or_else(|| format!("CVX {cvx}"), |known| schedule.vaccine_name(known))
    };
    let given: Vec<String> = given.iter().map(|cvx| name(*cvx)).collect();
    format!(
        "A reaction names a dose that is not on record: {} of {on}; on record is of that day {}. It counts against the vaccine that it \
         names, and another one may have caused it. Find out after which vaccine it came; who noted it removes the note, and notes it after that dose.",
        name(after),
        given.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::left_reactions;
    use crate::desk::saying::Reaction;
    use crate::recommend::{Schedules, recommend};
    use iis_model::event::{InformationSource, ObservationValue};
    use iis_model::testing::{dose, person, record};
    use iis_model::{Coded, Cvx};
    use jiff::civil::date;

    /// A vaccine and its day.
    type Dose = (u16, &'static str);

    #[test]
    fn a_reaction_that_names_no_dose_on_record_is_noticed() {
        let schedules = Schedules::built_in();
        #[rustfmt::skip]
        let table: [(&[Dose], &[u16]); 10] = [
            // doses on record                     named by the reaction after hepatitis A of March 2nd, and left
            (&[(83, "2021-03-02")],                &[]),
            (&[(85, "2021-03-02")],                &[]),   // hepatitis A, not said which: it counts the same
            (&[(83, "2021-03")],                   &[]),
            (&[(83, "2021")],                      &[]),
            (&[(83, "2021-03-03")],                &[]),   // two reports of one dose differ so
            (&[(83, "2020-03-03"), (10, "2021-03-02")], &[83]),
            (&[(10, "2021-03-02")],                &[83]), // polio
            (&[(104, "2021-03-02")],               &[83]), // hepatitis A and B
            (&[(10, "2021-03-02"), (83, "2021-03-02")], &[]),
            (&[],                                  &[]),   // an allergy that is known from elsewhere
        ];
        for (doses, expected) in table {
            let reaction = Reaction {
                what: ObservationValue::Coded(Coded::new("39579001", "Anaphylaxis", "SCT")),
                after: (Cvx::new(83), "2021-03-02".parse().expect("a date")),
                on: "2021-03-02".parse().expect("a date"),
                vaers: None,
            };
            let given = |(cvx, on): &Dose| dose(InformationSource::Historical).vaccine(*cvx).given(on);
            let events = doses.iter().map(given).chain([reaction.report()]).collect();
            let record = record(person().born("2019-02-11"), events);
            let left = left_reactions(&schedules, &record);
            let named: Vec<u16> = left.iter().map(|left| left.after.number()).collect();
            assert_eq!(named, expected, "{doses:?}: {left:?}");
            let said = recommend(&schedules, &record, date(2025, 11, 10));
            let is_noticed = said.notices.iter().any(|notice| notice.text.contains("not on record: "));
            assert_eq!(is_noticed, !expected.is_empty(), "{doses:?}");
        }
    }
}
