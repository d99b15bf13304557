//! Refusals, contraindications, immunity and reactions: what stands beside the doses.

use super::desk::mending::take_back;
use super::doses::{comments, vaccine_name};
use crate::pages::status::{Shape, Status};
use crate::pages::{codes, format};
use iis_model::event::{Observation, ObservationValue};
use iis_model::loinc::{CONTRAINDICATION, INDICATION, PRESUMED_IMMUNITY, REACTION, SEROLOGY, VACCINE_TYPE};
use iis_model::record::{ConsolidatedEvent, PersonRecord, ReportOrigin};
use iis_model::{Beginning, Cvx, EventId, EventKind, OrganizationId, PartialDate, ReportedEvent};
use iis_registry::desk::{Named, ReportKey};
use std::fmt;

/// One note.
#[derive(Debug, Clone)]
pub(crate) struct NoteView {
    pub(crate) status: Status,
    pub(crate) what: String,
    pub(crate) date: String,
    /// Who said so, and a reason where there is one.
    pub(crate) detail: String,
    /// The event that says it.
    event: EventId,
    /// Where its own organization removes it; empty: whoever looks may not.
    pub(crate) remove_href: String,
    /// Who may take it back, for who may write notes and did not write this one.
    pub(crate) not_ours: String,
}

/// All notes of a record, newest first.
pub(crate) fn notes(events: &[ConsolidatedEvent]) -> Vec<NoteView> {
    events.iter().flat_map(notes_of).collect()
}

/// The notes with the way to remove those that this organization wrote, and who can remove the others. What stands under a
/// dose goes with the dose.
pub(crate) fn removable_by(
    mut notes: Vec<NoteView>,
    record: &PersonRecord,
    own: OrganizationId,
) -> Vec<NoteView> {
    for note in &mut notes {
        let event = record.events.iter().find(|event| event.id == note.event && !event.best.kind.is_dose());
        let Some(event) = event else { continue };
        if let Some(report) = event.reports.iter().find(|report| report.owner_id == own) {
            let key = (report.source_record_id, report.report_id);
            note.remove_href = take_back::href(record.registry_number, key);
        } else if let Some(report) = event.reports.first() {
            note.not_ours = only_they_can(&report.organization);
        }
    }
    notes
}

fn only_they_can(organization: &str) -> String {
    format!("If this is wrong, ask {organization}: only who reported it can remove it.")
}

fn notes_of(event: &ConsolidatedEvent) -> Vec<NoteView> {
    let observations = event.best.observations.iter();
    let is_told_beside =
        |one: &Observation| beginning(one).is_some_and(|of| beside(&event.best, of).is_some());
    let mut notes: Vec<NoteView> = observations
        .filter(|one| !is_told_beside(one))
        .filter_map(|observation| observed(event, observation))
        .collect();
    if event.best.kind == EventKind::Refusal {
        notes.insert(0, refusal(event));
    }
    notes
}

/// Of which day an observation tells from which something counts: that is no note of its own.
fn beginning(observation: &Observation) -> Option<Beginning> {
    match observation.value.get() {
        Some(ObservationValue::Coded(coded)) => Beginning::of(coded),
        _ => None,
    }
}

/// What was noted with such a day: the other contraindication of the event.
fn beside(event: &ReportedEvent, of: Beginning) -> Option<&Observation> {
    let mut others = event.observations.iter().filter(|one| beginning(one) != Some(of));
    others.find(|one| &*one.about.code == CONTRAINDICATION)
}

/// `began 11/26/2025 · `: the day that stands beside what was noted.
fn since(event: &ReportedEvent, observation: &Observation) -> String {
    let day = event.observations.iter().find_map(|one| {
        let of = beginning(one).filter(|of| beside(event, *of).is_some_and(|noted| noted == observation))?;
        Some((of, one.observed_on.get()?))
    });
    match day {
        Some((Beginning::Pregnancy, on)) => format!("began {} · ", format::partial_date(on)),
        Some((Beginning::Transplant, on)) => format!("transplanted {} · ", format::partial_date(on)),
        None => String::new(),
    }
}

/// What a report says beside the doses, each in a few words: for who removes it.
pub(super) fn said(event: &ReportedEvent) -> Vec<String> {
    let on = |on: Option<&PartialDate>| on.map(format::partial_date).unwrap_or_default();
    let one = |observation: &Observation| {
        let (_, word) = kind(&observation.about.code)?;
        let word = if beginning(observation).is_some() { "Noted" } else { word };
        let date = on(observation.observed_on.get().or_else(|| event.given_on.get()));
        let after = after(event, observation).map(|after| format!(" after {after}")).unwrap_or_default();
        Some(format!("{word}: {}{after}, {date}", observed_value(observation)?))
    };
    let mut all: Vec<String> = event.observations.iter().filter_map(one).collect();
    if event.kind == EventKind::Refusal {
        all.insert(0, format!("Refused: {}, {}", vaccine_name(event), on(event.given_on.get())));
    }
    all
}

fn note(event: &ConsolidatedEvent, status: Status, what: String, date: String, detail: String) -> NoteView {
    let (remove_href, not_ours) = (String::new(), String::new());
    NoteView { status, what, date, detail, event: event.id, remove_href, not_ours }
}

fn refusal(event: &ConsolidatedEvent) -> NoteView {
    let reason = event.best.refusal_reason.get().map_or_else(|| "reason not said".to_owned(), codes::word);
    note(
        event,
        Status::new(Shape::Bad, "Refused"),
        vaccine_name(&event.best),
        event.best.given_on.get().map(format::partial_date).unwrap_or_default(),
        format!("{reason} · {}", said_by(event)),
    )
}

/// Whether an observation is one of those that official records have.
pub(super) fn medical(observation: &Observation) -> Option<iis_print::NoteKind> {
    if beginning(observation).is_some() {
        return None;
    }
    match &*observation.about.code {
        PRESUMED_IMMUNITY | SEROLOGY => Some(iis_print::NoteKind::Immunity),
        CONTRAINDICATION => Some(iis_print::NoteKind::Contraindication),
        REACTION => Some(iis_print::NoteKind::Reaction),
        _ => None,
    }
}

/// LOINC codes of the observations that clinicians look for (HL7 guide for immunization messaging 1.5, OBX-3).
fn kind(code: &str) -> Option<(Shape, &'static str)> {
    match code {
        PRESUMED_IMMUNITY | SEROLOGY => Some((Shape::Good, "Immunity")),
        CONTRAINDICATION => Some((Shape::Out, "Contraindicated")),
        REACTION => Some((Shape::Doubt, "Reaction")),
        INDICATION => Some((Shape::Doubt, "Indication")),
        _ => None,
    }
}

fn observed(event: &ConsolidatedEvent, observation: &Observation) -> Option<NoteView> {
    let (shape, word) = match beginning(observation) {
        Some(_) => (Shape::Doubt, "Noted"),
        None => kind(&observation.about.code)?,
    };
    let what = observed_value(observation)?;
    let on: Option<&PartialDate> = observation.observed_on.get().or_else(|| event.best.given_on.get());
    let after = after(&event.best, observation).map(|after| format!("after {after} · "));
    let told = if event.best.kind.is_dose() { String::new() } else { comments(&event.best) };
    let told = if told.is_empty() { told } else { format!("{told} · ") };
    let since = since(&event.best, observation);
    let detail = format!("{}{since}{told}{}", after.unwrap_or_default(), said_by(event));
    let date = on.map(format::partial_date).unwrap_or_default();
    Some(note(event, Status::new(shape, word), what, date, detail))
}

/// After which dose something was observed: shown as `MMR 02/10/2025`.
#[derive(Debug, Clone)]
pub(super) struct After {
    pub(super) vaccine: String,
    pub(super) cvx: Cvx,
    /// None: nobody said of which day the dose is.
    pub(super) on: Option<PartialDate>,
}

impl fmt::Display for After {
    fn fmt(&self, into: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = self.on.as_ref().map(|on| format!(" {}", format::partial_date(on)));
        write!(into, "{}{}", self.vaccine, on.unwrap_or_default())
    }
}

/// After which dose something was observed. It stands under the dose, or names its vaccine beside it.
pub(super) fn after(event: &ReportedEvent, observation: &Observation) -> Option<After> {
    let of_set =
        |other: &&Observation| other.group == observation.group && &*other.about.code == VACCINE_TYPE;
    let named = event.observations.iter().find(of_set).and_then(|other| match other.value.get() {
        Some(ObservationValue::Coded(coded)) => coded.codings().find_map(|coding| coding.code.parse().ok()),
        _ => None,
    });
    let is_reaction = &*observation.about.code == REACTION;
    let is_after = is_reaction || is_allergy_to_a_dose(observation);
    let cvx: Cvx = match named.filter(|_| is_after) {
        Some(named) => named,
        None => event.cvx.value.filter(|_| event.kind.is_dose())?,
    };
    let vaccine = codes::short_name(cvx);
    // The day of an event that is no dose is the day of the dose where a reaction was noted, and not elsewhere.
    let is_of_dose = event.kind.is_dose() || is_reaction;
    Some(After { vaccine, cvx, on: event.given_on.get().filter(|_| is_of_dose).copied() })
}

/// Whether it is the contraindication that says no more than "allergy to a previous dose of this vaccine" (CDCPHINVS VXC20).
pub(super) fn is_allergy_to_a_dose(observation: &Observation) -> bool {
    let is_it = |coded: &iis_model::Coded| coded.codings().any(|coding| &*coding.code == "VXC20");
    &*observation.about.code == CONTRAINDICATION
        && matches!(observation.value.get(), Some(ObservationValue::Coded(coded)) if is_it(coded))
}

/// A reaction on record.
#[derive(Debug, Clone)]
pub(super) struct Reacted {
    pub(super) what: String,
    /// `MMR 02/10/2025`; empty: nobody said after what.
    pub(super) after: String,
    pub(super) cvx: Option<Cvx>,
}

impl Reacted {
    /// `hives after MMR 02/10/2025`
    pub(super) fn in_short(&self) -> String {
        if self.after.is_empty() { self.what.clone() } else { format!("{} after {}", self.what, self.after) }
    }
}

/// All reactions of a record, newest first, and allergies to a dose.
pub(super) fn reactions(events: &[ConsolidatedEvent]) -> Vec<Reacted> {
    let of_event = |event: &ConsolidatedEvent| {
        let best = &event.best;
        let is_meant = |one: &&Observation| &*one.about.code == REACTION || is_allergy_to_a_dose(one);
        let reacted = best.observations.iter().filter(is_meant).filter_map(|observation| {
            let after = after(best, observation);
            let cvx = after.as_ref().map(|after| after.cvx);
            let after = after.map(|after| after.to_string()).unwrap_or_default();
            Some(Reacted { what: observed_value(observation)?, after, cvx })
        });
        reacted.collect::<Vec<_>>()
    };
    events.iter().flat_map(of_event).collect()
}

/// A reaction that was noted by itself after a dose: it stays on the record when the dose is corrected or removed.
#[derive(Debug, Clone)]
pub(in crate::pages) struct NotedAfter {
    /// `Anaphylaxis after MMR 02/10/2025`
    pub(in crate::pages) text: String,
    /// As what it names the dose.
    pub(super) named: Named,
    /// When it came.
    pub(super) on: Option<PartialDate>,
    /// What came.
    pub(super) what: Option<ObservationValue>,
    /// The reports that say it.
    reports: Vec<(ReportKey, OrganizationId)>,
}

impl NotedAfter {
    /// The reports, where all are of one's own organization and of one dose: it can let the reaction go along.
    pub(super) fn all_of(&self, own: OrganizationId) -> Option<impl Iterator<Item = ReportKey>> {
        let are_own = !self.reports.is_empty() && self.reports.iter().all(|(_, owner)| *owner == own);
        are_own.then(|| self.reports.iter().map(|(key, _)| *key))
    }
}

/// The reactions that were noted after the dose of a report, by what any of its versions named it. One that names another dose on
/// record followed that one.
pub(super) fn noted_after(record: &PersonRecord, key: ReportKey, named_as: &[Named]) -> Vec<NotedAfter> {
    let of = |report: &ReportOrigin| (report.source_record_id, report.report_id);
    let is_it = |event: &ConsolidatedEvent| event.reports.iter().any(|report| of(report) == key);
    let name = |event: &ConsolidatedEvent| event.best.cvx.value.zip(event.best.given_on.value);
    let doses = || record.events.iter().filter(|event| event.best.kind.is_dose());
    let dose = doses().find(|event| is_it(event)).and_then(name);
    let is_meant = |named: &Named| {
        let is_of_another = doses().any(|event| !is_it(event) && name(event) == Some(*named));
        Some(*named) == dose || (named_as.contains(named) && !is_of_another)
    };
    let noted = record.events.iter().filter(|event| !event.best.kind.is_dose()).flat_map(|event| {
        let reacted = event.best.observations.iter().filter(|one| &*one.about.code == REACTION);
        let reacted: Vec<_> = reacted.filter_map(|one| Some((one, after(&event.best, one)?))).collect();
        let is_of_one = reacted.iter().all(|(_, after)| after.cvx == reacted[0].1.cvx);
        let reports = move || {
            let reports = event.reports.iter().filter(|_| is_of_one);
            reports.map(|report| (of(report), report.owner_id)).collect()
        };
        reacted.into_iter().filter_map(move |(one, after)| {
            let (what, named) = (observed_value(one)?, (after.cvx, event.best.given_on.value?));
            let text = format!("{what} after {after}");
            let (on, what) = (one.observed_on.value, one.value.value.clone());
            Some(NotedAfter { text, named, on, what, reports: reports() })
        })
    });
    noted.filter(|noted| is_meant(&noted.named)).collect()
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

#[cfg(test)]
mod tests {
    use super::{notes, reactions, said};
    use iis_model::event::{Observation, ObservationValue};
    use iis_model::record::ConsolidatedEvent;
    use iis_model::{Coded, Cvx, EventId, EventKind, Given, ReportedEvent};

    /// "Allergy to a previous dose of this vaccine" says nothing without the vaccine.
    #[test]
    fn an_allergy_to_a_dose_names_its_vaccine_and_counts_as_a_reaction_to_it() {
        let of = |about: &str, code: &str, system: &str| Observation {
            about: Coded::new(about, "", "LN"),
            group: "1".into(),
            value: Given::of(ObservationValue::Coded(Coded::new(code, "Allergy to previous dose", system))),
            observed_on: Given::default(),
        };
        #[rustfmt::skip]
        let table = [
            ("VXC20", Some(Cvx::new(216))),
            ("VXC27", None), // says itself what it is
        ];
        for (code, cvx) in table {
            let mut best = ReportedEvent::new(EventKind::Observation).given("2026-02-01");
            best.observations = vec![of("30945-0", code, "CDCPHINVS"), of("30956-7", "216", "CVX")];
            let events = [ConsolidatedEvent { id: EventId(1), best, reports: vec![] }];
            let detail = &notes(&events)[0].detail;
            assert_eq!(detail.contains("after Pneumococcal conjugate PCV20"), cvx.is_some(), "{detail}");
            assert!(!detail.contains("02/01/2026"), "the day of the note is none of a dose: {detail}");
            assert_eq!(reactions(&events).first().and_then(|known| known.cvx), cvx, "{code}");
            assert_eq!(said(&events[0].best)[0].contains(" after "), cvx.is_some(), "{code}");
        }
    }
}
