//! The status of a person: one packed row with dates for each vaccine group, kept beside the record.
//!
//! The row is written in the plan that changes history or demographics, and again when its `re_evaluate_on` has come or
//! another schedule is in force. It never says due or overdue: those follow from the day of the question.

use super::facts::{EventFacts, Facts};
use super::{InForce, with_scratch};
use iis_cdsi::dates::Day;
use iis_cdsi::status::Status;
use iis_model::{Date, Demographics, PersonId};
use iis_store::person_status::PersonStatus;

/// The row of a person as the facts stand on a day.
pub(crate) fn row(
    schedule: &InForce,
    person: &Demographics,
    events: &mut Vec<EventFacts<'_>>,
    person_id: PersonId,
    on: Date,
) -> PersonStatus {
    let doses = || events.iter().filter(|event| event.kind.is_dose());
    let latest_dose_on = doses().filter_map(|event| event.given_on?.full()).max();
    let doses = i64::try_from(doses().count()).unwrap_or(i64::MAX);
    let facts = Facts::gather(person, events, &schedule.schedule, on);
    let status = status(schedule, &facts, on);
    PersonStatus {
        person_id,
        doses,
        latest_dose_on,
        packed: status.pack().into(),
        release: schedule.mark.clone(),
        re_evaluate_on: status.re_evaluate_on.map(Day::date),
    }
}

/// The status that the recommender gives; of somebody who has died there is none.
pub(crate) fn status(schedule: &InForce, facts: &Facts, on: Date) -> Status {
    if facts.is_deceased {
        return Status::default();
    }
    let schedule = &schedule.schedule;
    let mut status = with_scratch(|scratch| {
        let answer = schedule.evaluate(&facts.history, Day::from(on), scratch);
        schedule.status(&answer, scratch)
    });
    let change_on = facts.change_on.map(Day::from);
    status.re_evaluate_on = status.re_evaluate_on.into_iter().chain(change_on).min();
    status
}
