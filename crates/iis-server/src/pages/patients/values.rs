//! Choosing whose value counts where the sources say different things, and taking that back.

use super::parts::said;
use super::showing::open;
use super::strip::{Page, StripView, strip};
use crate::pages::duplicates::answering::{deed, notice, word};
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::Frame;
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::{Path, Query};
use iis_matching::consolidate::Part;
use iis_model::access::Permission;
use iis_model::{Demographics, RegistryNumber, SourceRecordId};
use iis_registry::people::{self, SourceSays};
use iis_registry::review::{self, Choose};
use iis_store::chosen_value::ChosenValue;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// `GET /patients/{number}/values`
#[derive(Debug, Template)]
#[template(path = "patients/values.html")]
pub(crate) struct ValuesPage {
    pub(crate) frame: Frame,
    pub(crate) strip: StripView,
    pub(crate) action: String,
    pub(crate) csrf: String,
    /// Drawn for the next decision.
    pub(crate) once: String,
    pub(crate) demographics_href: String,
    pub(crate) differing: Vec<PartView>,
    pub(crate) chosen: Vec<ChosenView>,
}

/// A part of which the sources say different things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartView {
    pub(crate) key: &'static str,
    pub(crate) words: &'static str,
    /// What counts now.
    pub(crate) now: String,
    pub(crate) values: Vec<ValueView>,
}

/// One of the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ValueView {
    /// The record whose value it is: of those that say the same, the one that spoke last.
    pub(crate) source: i64,
    pub(crate) text: String,
    /// Who says so.
    pub(crate) says: Vec<String>,
    pub(crate) counts_now: bool,
}

/// A choice that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChosenView {
    /// By which it is taken back.
    pub(crate) id: i64,
    pub(crate) sentence: String,
    pub(crate) reason: String,
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    done: String,
}

/// `GET /patients/{number}/values`
pub(crate) async fn form(visitor: Visitor, Path(number): Path<String>, Query(shown): Query<Shown>) -> Answer {
    visitor.granted(Permission::ResolveDuplicates)?;
    let record = open(&visitor, &number, Page::Demographics).await?;
    let number = record.registry_number;
    let granted = visitor.granted(Permission::ViewPerson)?;
    let sources = people::sources(&visitor.app.registry, granted, record.id, visitor.arrival).await;
    let sources = sources.map_err(|failure| visitor.failed(&failure))?;
    let zone = &visitor.app.registry.identity.zone;
    let title = format!("Whose value counts · patient {}", format::number_tail(number));
    let frame = visitor.frame("/patients").titled(&title).helped_by("duplicates");
    let demographics_href = Page::Demographics.href(number);
    let frame = frame.below("Patients", "/patients").below("Demographics", &demographics_href);
    Ok(rendered(&ValuesPage {
        frame: frame.noticed(notice(&shown.done)),
        strip: strip(&record, visitor.arrival.today, Page::Demographics),
        action: href(number),
        csrf: visitor.csrf(),
        once: visitor.once(),
        demographics_href,
        differing: differing(&record.demographics, &sources, zone),
        chosen: chosen(&sources, zone),
    }))
}

/// The address of the page.
pub(in crate::pages) fn href(number: RegistryNumber) -> String {
    format!("/patients/{number}/values")
}

/// What was chosen.
#[derive(Debug, Deserialize)]
pub(crate) struct SentChoice {
    #[serde(default)]
    part: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    remark: String,
    #[serde(default)]
    once: String,
}

/// `POST /patients/{number}/values`
pub(crate) async fn submit(
    Path(number): Path<String>,
    Filled { visitor, form }: Filled<SentChoice>,
) -> Answer {
    let deed = deed(&visitor, Permission::ResolveDuplicates, &form.remark, &form.once)?;
    let (Some(part), Ok(source)) = (Part::of_key(&form.part), form.source.parse()) else {
        return Err(visitor.no_page(NoPage::NotFound));
    };
    let record = open(&visitor, &number, Page::Demographics).await?;
    let wanted = Choose { person_id: record.id, part, source_record_id: SourceRecordId(source) };
    let outcome = review::choose(&visitor.app.registry, deed, wanted).await;
    let outcome = outcome.map_err(|failure| visitor.failed(&failure))?;
    Ok(back(record.registry_number, word(outcome, "chosen")))
}

/// What is taken back.
#[derive(Debug, Deserialize)]
pub(crate) struct SentTakeBack {
    #[serde(default)]
    choice_id: String,
    #[serde(default)]
    once: String,
}

/// `POST /patients/{number}/values/take-back`
pub(crate) async fn take_back(
    Path(number): Path<String>,
    Filled { visitor, form }: Filled<SentTakeBack>,
) -> Answer {
    let deed = deed(&visitor, Permission::ResolveDuplicates, "taken back on the record", &form.once)?;
    let Ok(choice_id) = form.choice_id.parse() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let record = open(&visitor, &number, Page::Demographics).await?;
    let outcome = review::take_back_choice(&visitor.app.registry, deed, record.id, choice_id).await;
    let outcome = outcome.map_err(|failure| visitor.failed(&failure))?;
    Ok(back(record.registry_number, word(outcome, "choice-taken-back")))
}

fn back(number: RegistryNumber, done: &str) -> axum::response::Response {
    redirect(&format!("{}?done={done}", href(number)))
}

/// The parts of which sources say different things.
fn differing(believed: &Demographics, sources: &[SourceSays], zone: &TimeZone) -> Vec<PartView> {
    let view = |part: &Part| {
        let now = said(*part, believed);
        let mut sources: Vec<&SourceSays> = sources.iter().collect();
        sources.sort_by_key(|source| std::cmp::Reverse((source.sent_at, source.id)));
        let mut values: Vec<ValueView> = Vec::new();
        for source in sources {
            let text = said(*part, &source.demographics);
            let who = source_name(source, zone);
            match values.iter_mut().find(|value| value.text.eq_ignore_ascii_case(&text)) {
                _ if text.is_empty() => {}
                Some(value) => value.says.push(who),
                None => {
                    let counts_now = text.eq_ignore_ascii_case(&now);
                    values.push(ValueView { source: source.id.0, text, says: vec![who], counts_now });
                }
            }
        }
        (values.len() > 1).then_some(PartView { key: part.key(), words: part.words(), now, values })
    };
    Part::ALL.iter().filter_map(view).collect()
}

fn source_name(source: &SourceSays, zone: &TimeZone) -> String {
    let sent_on = source.sent_at.to_zoned(zone.clone()).date();
    format!("{}, record no. {}, {}", source.organization, source.mrn, format::date(sent_on))
}

/// The choices that stand, the last first.
pub(super) fn chosen(sources: &[SourceSays], zone: &TimeZone) -> Vec<ChosenView> {
    let all = sources.iter().flat_map(|source| source.chosen.iter().map(move |row| (source, row)));
    let mut all: Vec<(&SourceSays, &ChosenValue)> = all.collect();
    all.sort_by_key(|(_, row)| std::cmp::Reverse((row.at, row.id)));
    let view = |(source, row): (&SourceSays, &ChosenValue)| {
        let part = Part::of_key(&row.part)?;
        let whose = format!("{}, record no. {}", source.organization, source.mrn);
        let at = format::moment(row.at, zone);
        let sentence = format!("{}: the value of {whose} counts ({}, {at})", part.words(), row.actor);
        Some(ChosenView { id: row.id, sentence, reason: row.reason.to_string() })
    };
    all.into_iter().filter_map(view).collect()
}

impl ValuesPage {
    /// The page as the goldens make it.
    #[cfg(test)]
    pub(crate) fn for_golden(
        frame: Frame,
        strip: StripView,
        (believed, sources): (&Demographics, &[SourceSays]),
        (number, zone): (RegistryNumber, &TimeZone),
    ) -> Self {
        Self {
            frame,
            strip,
            action: href(number),
            csrf: "token".to_owned(),
            once: "0".repeat(64),
            demographics_href: Page::Demographics.href(number),
            differing: differing(believed, sources, zone),
            chosen: chosen(sources, zone),
        }
    }
}
