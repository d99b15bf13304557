//! Refusals, contraindications, immunity and reactions: what stands beside the doses.

use super::doses::vaccine_name;
use crate::pages::status::{Shape, Status};
use crate::pages::{codes, format};
use iis_model::event::{Observation, ObservationValue};
use iis_model::record::ConsolidatedEvent;
use iis_model::{EventKind, PartialDate};

/// One note.
#[derive(Debug, Clone)]
pub(crate) struct NoteView {
    pub(crate) status: Status,
    pub(crate) what: String,
    pub(crate) date: String,
    /// Who said so, and a reason where there is one.
    pub(crate) detail: String,
}

/// All notes of a record, newest first.
pub(crate) fn notes(events: &[ConsolidatedEvent]) -> Vec<NoteView> {
    events.iter().flat_map(notes_of).collect()
}

fn notes_of(event: &ConsolidatedEvent) -> Vec<NoteView> {
    let mut notes: Vec<NoteView> =
        event.best.observations.iter().filter_map(|observation| observed(event, observation)).collect();
    if event.best.kind == EventKind::Refusal {
        notes.insert(0, refusal(event));
    }
    notes
}

fn refusal(event: &ConsolidatedEvent) -> NoteView {
    let reason = event.best.refusal_reason.get().map_or_else(|| "reason not said".to_owned(), codes::word);
    NoteView {
        status: Status::new(Shape::Bad, "Refused"),
        what: vaccine_name(&event.best),
        date: event.best.given_on.get().map(format::partial_date).unwrap_or_default(),
        detail: format!("{reason} · {}", said_by(event)),
    }
}

/// Whether an observation is one of those that official records have.
pub(super) fn medical(observation: &Observation) -> Option<iis_print::NoteKind> {
    match kind(&observation.about.code)? {
        (Shape::Good, _) => Some(iis_print::NoteKind::Immunity),
        (Shape::Out, _) => Some(iis_print::NoteKind::Contraindication),
        _ => None,
    }
}

/// LOINC codes of the observations that clinicians look for (HL7 guide for immunization messaging 1.5, OBX-3).
fn kind(code: &str) -> Option<(Shape, &'static str)> {
    match code {
        "59784-9" | "75505-8" => Some((Shape::Good, "Immunity")),
        "30945-0" => Some((Shape::Out, "Contraindicated")),
        "31044-1" => Some((Shape::Doubt, "Reaction")),
        "59785-6" => Some((Shape::Doubt, "Indication")),
        _ => None,
    }
}

fn observed(event: &ConsolidatedEvent, observation: &Observation) -> Option<NoteView> {
    let (shape, word) = kind(&observation.about.code)?;
    let what = observed_value(observation)?;
    let on: Option<&PartialDate> = observation.observed_on.get().or_else(|| event.best.given_on.get());
    let after = if event.best.kind.is_dose() {
        format!("after {} · ", vaccine_name(&event.best))
    } else {
        String::new()
    };
    Some(NoteView {
        status: Status::new(shape, word),
        what,
        date: on.map(format::partial_date).unwrap_or_default(),
        detail: format!("{after}{}", said_by(event)),
    })
}

/// What was observed, in words.
pub(super) fn observed_value(observation: &Observation) -> Option<String> {
    Some(match observation.value.get()? {
        ObservationValue::Coded(coded) => codes::word(coded),
        ObservationValue::Date(date) => format::partial_date(date),
        ObservationValue::Number(text) | ObservationValue::Text(text) => text.to_string(),
    })
}

fn said_by(event: &ConsolidatedEvent) -> String {
    match event.reports.first() {
        Some(report) => format!("reported by {}", report.organization),
        None => "reporter not known".to_owned(),
    }
}
