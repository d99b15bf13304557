//! What somebody put in words of a dose or beside it, where it may tell an identity that was put away.

use super::ReportRow;
use crate::held_back::HeldBack;
use iis_model::event::ObservationValue;
use iis_model::reasons::is_reason;
use iis_model::vaers::Vaers;
use iis_model::{Action, ReportedEvent, SourceRecordId, Timestamp};
use std::collections::BTreeMap;

/// What stands in the place of words that are held back.
const NOT_DESCRIBED: &str = "not described further";

/// Takes such words away by when they were first said of a dose: a correction, or a report that is put back, says them again
/// later. Nothing tells that there were any. What is one of the registry's own sentences tells nobody's name and stays.
pub(super) fn hold_back(rows: &mut [ReportRow], held_back: &HeldBack) {
    let first = FirstSaid::of(rows);
    for row in rows {
        let record = row.source_record_id;
        let dose: Box<str> = first.dose(row).into();
        take_away(&mut row.body, |text| {
            let at = first.at.get(&(record, dose.clone(), text.into())).copied();
            held_back.holds(record, at.unwrap_or(row.received_at))
        });
    }
}

/// When the words of each dose came.
#[derive(Default)]
struct FirstSaid {
    /// Of doses that were said in the place of another one: that one.
    instead_of: BTreeMap<(SourceRecordId, Box<str>), Box<str>>,
    at: BTreeMap<(SourceRecordId, Box<str>, Box<str>), Timestamp>,
}

impl FirstSaid {
    /// The rows stand in the order in which they came.
    fn of(rows: &[ReportRow]) -> Self {
        let mut first = Self::default();
        for form in rows.chunk_by(|a, b| (a.source_record_id, a.revision) == (b.source_record_id, b.revision))
        {
            // a correction may remove a dose and say another one in its place, with one form
            let removed = form.iter().find(|row| row.action == Action::Delete && row.message_id.is_none());
            for row in form {
                if let Some(removed) = removed.filter(|removed| removed.dose_key != row.dose_key) {
                    let dose = first.dose(removed).into();
                    first.instead_of.entry((row.source_record_id, row.dose_key.clone())).or_insert(dose);
                }
                let dose: Box<str> = first.dose(row).into();
                for text in said_in(&row.body) {
                    let words = (row.source_record_id, dose.clone(), text.into());
                    first.at.entry(words).or_insert(row.received_at);
                }
            }
        }
        first
    }

    fn dose<'a>(&'a self, row: &'a ReportRow) -> &'a str {
        self.instead_of.get(&(row.source_record_id, row.dose_key.clone())).unwrap_or(&row.dose_key)
    }
}

fn said_in(body: &ReportedEvent) -> impl Iterator<Item = &str> {
    let texts = body.observations.iter().filter_map(|one| match &one.value.value {
        Some(ObservationValue::Text(words)) => Some(&**words),
        _ => None,
    });
    body.comments.iter().map(|comment| &**comment).chain(texts)
}

fn take_away(body: &mut ReportedEvent, is_held: impl Fn(&str) -> bool) {
    let shown = |comment: Box<str>| {
        if !is_held(&comment) || is_reason(&comment) {
            return Some(comment);
        }
        Vaers::of_comment(&comment).map(|vaers| vaers.without_letters().words())
    };
    body.comments = std::mem::take(&mut body.comments).into_iter().filter_map(shown).collect();
    for observation in &mut body.observations {
        if let Some(ObservationValue::Text(words)) = &mut observation.value.value
            && is_held(words)
        {
            *words = NOT_DESCRIBED.into();
        }
    }
}
