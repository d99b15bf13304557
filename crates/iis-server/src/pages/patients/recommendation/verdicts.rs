//! The verdicts on a dose: for each vaccine group whether it counts, and why.

use super::words;
use crate::pages::patients::doses::{is_dose, vaccine_name};
use crate::pages::status::{Shape, Status};
use crate::pages::{codes, format};
use iis_model::recommendation::{Evaluation, Recommendation, Validity};
use iis_model::record::ConsolidatedEvent;
use iis_model::{EventId, RegistryNumber};

/// What became of a dose in one group.
#[derive(Debug, Clone)]
pub(in crate::pages) struct VerdictView {
    pub(in crate::pages) status: Status,
    /// `Hepatitis B`
    pub(in crate::pages) group: String,
    /// `dose 2`; empty when it satisfied none.
    pub(in crate::pages) dose: String,
    /// `13 days too early: too soon after a live vaccine`; empty for most valid doses.
    pub(in crate::pages) reason: String,
    /// The whole verdict, in a sentence.
    pub(in crate::pages) sentence: String,
    /// The page that lists every check.
    pub(in crate::pages) href: String,
    /// Whether it counts.
    pub(in crate::pages) counts: bool,
    /// Whether somebody should look: it does not count.
    pub(in crate::pages) is_doubtful: bool,
}

/// All verdicts on an event and what was noticed about it. Without any, the dose was not judged.
pub(in crate::pages) fn verdicts(
    said: &Recommendation,
    event: EventId,
    number: RegistryNumber,
) -> Vec<VerdictView> {
    said.evaluations_of(event).map(|evaluation| verdict(evaluation, number)).collect()
}

/// The verdict on an event in one group of the schedule.
pub(in crate::pages) fn verdict_in(
    said: &Recommendation,
    event: EventId,
    group: &str,
    number: RegistryNumber,
) -> Option<VerdictView> {
    let in_group = |evaluation: &&Evaluation| &*evaluation.group.name == group;
    said.evaluations_of(event).find(in_group).map(|evaluation| verdict(evaluation, number))
}

/// What was noticed about an event.
pub(in crate::pages) fn notices(said: &Recommendation, event: EventId) -> Vec<String> {
    let about = said.notices.iter().filter(|notice| notice.event == Some(event));
    about.map(|notice| words::sentence(&notice.text)).collect()
}

/// What was noticed about doses, each named by vaccine and day.
pub(in crate::pages) fn about_doses(said: &Recommendation, events: &[ConsolidatedEvent]) -> Vec<String> {
    let named = |event: &ConsolidatedEvent| {
        let on = event.best.given_on.get().map(format::partial_date).unwrap_or_default();
        let what = if is_dose(event) { vaccine_name(&event.best) } else { "Observation".to_owned() };
        format!("{what} {on}")
    };
    let of_event = |event: &ConsolidatedEvent| {
        let name = named(event);
        notices(said, event.id).into_iter().map(move |text| format!("{}: {text}", name.trim_end()))
    };
    events.iter().rev().flat_map(of_event).collect()
}

/// The status of a dose that the recommender was not asked about, or that it does not know.
pub(in crate::pages) fn not_judged() -> Status {
    Status::new(Shape::Extra, "Not judged")
}

fn verdict(evaluation: &Evaluation, number: RegistryNumber) -> VerdictView {
    let dose = evaluation.dose_number.map(|dose| format!("dose {dose}"));
    VerdictView {
        status: words::validity(evaluation.validity),
        group: codes::schedule_group(&evaluation.group.name),
        dose: dose.unwrap_or_default(),
        reason: reason(evaluation),
        sentence: words::sentence(&evaluation.sentence),
        href: words::why_href(number, &evaluation.group),
        counts: evaluation.validity == Validity::Valid,
        is_doubtful: matches!(evaluation.validity, Validity::NotValid | Validity::SubStandard),
    }
}

/// The distance first: a marginal dose shows as one.
fn reason(evaluation: &Evaluation) -> String {
    // what a dose was forgiven does not matter when something else keeps it from counting
    let matters = |reason: &&&str| evaluation.validity == Validity::Valid || !words::is_forgiven(reason);
    let reasons = evaluation.reasons.iter().filter(matters).map(|reason| words::reason(reason));
    let reasons = reasons.collect::<Vec<_>>().join(", ");
    match evaluation.days_short {
        None => reasons,
        Some(1) => format!("1 day too early: {reasons}"),
        Some(days) => format!("{days} days too early: {reasons}"),
    }
}
