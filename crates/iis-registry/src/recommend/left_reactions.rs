//! Reactions that name a dose which is not on record: after it was corrected to another vaccine or another day, or deleted,
//! by whatever door. A reaction counts against the vaccine that it names, so the one that caused it may look harmless.

use super::Schedules;
use super::facts::EventFacts;
use super::groups::schedule_groups_of;
use super::observations::{reacted_to, reacting_to};
use iis_cdsi::Schedule;
use iis_model::record::PersonRecord;
use iis_model::{Cvx, PartialDate};

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

/// Those of a record.
pub fn left_reactions(schedules: &Schedules, record: &PersonRecord) -> Vec<LeftReaction> {
    let events: Vec<_> = record.events.iter().map(EventFacts::of).collect();
    of_events(&schedules.now().schedule, &events)
}

/// Those of the events of a person.
pub(crate) fn of_events(schedule: &Schedule, events: &[EventFacts<'_>]) -> Vec<LeftReaction> {
    let mut left: Vec<LeftReaction> = Vec::new();
    for event in events.iter().filter(|event| !event.kind.is_dose()) {
        let named = reacted_to(event);
        let Some(on) = event.given_on.filter(|_| !named.is_empty()) else { continue };
        let of_day = |dose: &&EventFacts<'_>| {
            dose.kind.is_dose() && dose.given_on.is_some_and(|day| may_be_one(day, on))
        };
        let given: Vec<Cvx> = events.iter().filter(of_day).filter_map(|dose| dose.cvx).collect();
        for after in named {
            let is_known = left.iter().any(|known| (known.after, known.on) == (after, on));
            if !is_known && !given.iter().any(|cvx| counts_alike(schedule, *cvx, after)) {
                left.push(LeftReaction { after, on, text: text(schedule, (after, on), &given).into() });
            }
        }
    }
    left
}

/// Whether two dates, of which days may not be known, can be of one day.
fn may_be_one(one: PartialDate, other: PartialDate) -> bool {
    one.first_day() <= other.last_day() && other.first_day() <= one.last_day()
}

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
    let beside = if given.is_empty() {
        "no dose of that day".to_owned()
    } else {
        format!("of that day {}", given.join(", "))
    };
    format!(
        "A reaction names a dose that is not on record: {} of {on}; on record is {beside}. It counts against the vaccine that it \
         names, and another one may have caused it. Find out after which vaccine it came, remove the note, and note it after that dose.",
        name(after)
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
        let table: [(&[Dose], &[u16]); 9] = [
            // doses on record                     named by the reaction after hepatitis A of March 2nd, and left
            (&[(83, "2021-03-02")],                &[]),
            (&[(85, "2021-03-02")],                &[]),   // hepatitis A, not said which: it counts the same
            (&[(83, "2021-03")],                   &[]),
            (&[(83, "2021")],                      &[]),
            (&[(83, "2021-03-03")],                &[83]),
            (&[(10, "2021-03-02")],                &[83]), // polio
            (&[(104, "2021-03-02")],               &[83]), // hepatitis A and B
            (&[(10, "2021-03-02"), (83, "2021-03-02")], &[]),
            (&[],                                  &[83]),
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
