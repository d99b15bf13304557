//! The page on which one chooses what to print, with what was printed before.

use super::document::Wanted;
use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::strip::{Page, StripView, strip};
use askama::Template;
use iis_model::Date;
use iis_model::record::PersonRecord;
use iis_print::{Form, Language};
use iis_registry::prints::{PURPOSES, REASONS};
use iis_store::printed_document::PrintedDocument;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Forms about somebody, with what is said of each.
const FORMS: [(Form, &str, &str); 3] = [
    (
        Form::Record,
        "Official record",
        "Every dose with the age, what does not count and why, what comes next by the schedule; no diagnoses, if not ticked below",
    ),
    (Form::School, "School form", "The vaccines that schools ask for, dates only, and evidence of immunity"),
    (
        Form::Administration,
        "Administration record",
        "Doses that were given and reported with product, lot and site",
    ),
];

/// What is chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Choice {
    #[serde(default)]
    pub(super) form: String,
    #[serde(default)]
    pub(super) language: String,
    #[serde(default)]
    pub(super) lots: String,
    #[serde(default)]
    pub(super) conditions: String,
    #[serde(default)]
    pub(super) purpose: String,
    #[serde(default)]
    pub(super) words: String,
}

impl Choice {
    /// What is chosen before anybody chose: the official record in the language of the patient's family, for themselves.
    pub(in crate::pages) fn of(record: &PersonRecord) -> Self {
        let spoken = record.demographics.language.get().map(|coded| coded.code.to_lowercase());
        let language =
            if matches!(spoken.as_deref(), Some("spa" | "es")) { Language::Es } else { Language::En };
        Self {
            form: Form::Record.code().to_owned(),
            language: language.code().to_owned(),
            purpose: "own".to_owned(),
            ..Self::default()
        }
    }

    /// The same with other words.
    #[cfg(test)]
    pub(in crate::pages) fn reword(&mut self, words: &str) {
        words.clone_into(&mut self.words);
    }

    /// Whether the official record is to tell contraindications and immunity.
    pub(super) fn conditions(&self) -> bool {
        self.conditions == "yes" && self.form == Form::Record.code()
    }

    /// What it asks for; none: no page of ours offers that.
    pub(super) fn wanted(&self) -> Option<Wanted> {
        let form = Form::of_code(&self.form).filter(|form| form.is_of_record())?;
        Some(Wanted {
            form,
            language: Language::of_code(&self.language)?,
            lots: self.lots == "yes",
            conditions: self.conditions(),
            immunity: false,
        })
    }
}

/// `GET /patients/{number}/print`
#[derive(Debug, Template)]
#[template(path = "patients/print.html")]
pub(crate) struct PrintPage {
    frame: Frame,
    strip: StripView,
    csrf: String,
    action: String,
    /// Code, label, what is said of it, whether it is chosen.
    forms: Vec<(&'static str, &'static str, &'static str, bool)>,
    /// Code, label, whether it is chosen.
    languages: Vec<(&'static str, &'static str, bool)>,
    lots: bool,
    conditions: bool,
    /// Whether the role of whoever prints sees contraindications and immunity.
    offers_conditions: bool,
    purposes: Vec<(&'static str, &'static str, bool)>,
    words: String,
    problems: Vec<Problem>,
    printed: Vec<PrintedRow>,
    /// Where the documents before these stand; empty: there are none.
    older: String,
}

/// A document that was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) struct PrintedRow {
    pub(super) id: i64,
    pub(super) at: String,
    pub(super) what: String,
    pub(super) who: String,
    pub(super) purpose: String,
    /// `revoked on 03/02/2026`, `the record has changed since`, `as it stands today`
    pub(super) state: String,
    pub(super) may_revoke: bool,
}

/// Makes the page.
pub(in crate::pages) fn print_page(
    frame: Frame,
    record: &PersonRecord,
    choice: &Choice,
    (csrf, today): (String, Date),
    problems: Vec<Problem>,
) -> PrintPage {
    let number = record.registry_number;
    let languages = [(Language::En, "English"), (Language::Es, "Spanish (español)")];
    PrintPage {
        strip: strip(record, today, Page::Record),
        csrf,
        action: format!("/patients/{number}/print"),
        forms: FORMS.map(|(form, label, hint)| (form.code(), label, hint, form.code() == choice.form)).into(),
        languages: languages.map(|(own, label)| (own.code(), label, own.code() == choice.language)).into(),
        lots: choice.lots == "yes",
        conditions: choice.conditions == "yes",
        offers_conditions: true,
        purposes: PURPOSES.iter().map(|(code, label)| (*code, *label, *code == choice.purpose)).collect(),
        words: choice.words.clone(),
        problems,
        printed: Vec::new(),
        older: String::new(),
        frame,
    }
}

impl PrintPage {
    /// The page for a role that may tell contraindications and immunity, or may not.
    #[must_use]
    pub(in crate::pages) fn offering_conditions(self, offers_conditions: bool) -> Self {
        Self { offers_conditions, ..self }
    }

    /// The page with what was printed before; behind it comes a page of this number.
    #[must_use]
    pub(in crate::pages) fn listing(self, printed: Vec<PrintedRow>, next: Option<u16>) -> Self {
        let older = next.map(|next| format!("{}?page={next}", self.action)).unwrap_or_default();
        Self { printed, older, ..self }
    }
}

/// A document as the page lists it.
pub(in crate::pages) fn printed_row(
    document: &PrintedDocument,
    zone: &TimeZone,
    may_revoke: bool,
) -> PrintedRow {
    let kept = &document.kept;
    let form = Form::of_code(&kept.form);
    let form = FORMS.iter().find(|(own, ..)| Some(*own) == form).map_or("Document", |(_, label, _)| *label);
    let language = if &*kept.language == "es" { "Spanish" } else { "English" };
    let (chosen, words) = kept.purpose.split_once(": ").unwrap_or((&kept.purpose, ""));
    let label = PURPOSES.iter().find(|(code, _)| *code == chosen).map_or(chosen, |(_, label)| *label);
    let day = |at: iis_model::Timestamp| format::date(at.to_zoned(zone.clone()).date());
    let because = |code: &str| REASONS.iter().find(|(own, _)| *own == code).map_or("", |(_, label)| *label);
    let state = match (document.revoked_at, document.is_current()) {
        (Some(at), _) => {
            let reason = because(document.revoked_because.as_deref().unwrap_or_default());
            format!("Revoked on {}: {}", day(at), reason.to_lowercase())
        }
        (None, true) => "As the record stands today".to_owned(),
        (None, false) => "The record has changed since".to_owned(),
    };
    PrintedRow {
        id: kept.id,
        at: format::moment(kept.issued_at, zone),
        what: format!("{form}, {language}"),
        who: kept.actor.to_string(),
        purpose: if words.is_empty() { label.to_owned() } else { format!("{label}: {words}") },
        state,
        may_revoke: may_revoke && document.revoked_at.is_none(),
    }
}
