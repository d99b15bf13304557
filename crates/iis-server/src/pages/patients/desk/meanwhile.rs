//! What somebody else did while a form was filled in: shown beside what was typed, which is saved again or dropped.

use super::choices::{ELIGIBILITIES, ROUTES, SITES};
use super::mending::form::{LEFT_ALONE, LEFT_ALONE_WORDS, fundings};
use super::{Setting, Typed};
use crate::pages::frame::Notice;
use crate::pages::patients::doses::{clinician, vaccine_name};
use crate::pages::{codes, format};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use iis_model::event::NotFromStock;
use iis_model::{Coded, Given, ReportedEvent};
use iis_registry::desk::Replaced;
use jiff::tz::TimeZone;

/// The answer to a form that is not stored because of what somebody else did.
pub(in crate::pages) fn conflict(page: Response) -> Response {
    (StatusCode::CONFLICT, page).into_response()
}

impl Setting {
    /// The same after a merge, with what was typed still in the fields.
    pub(super) fn merged_meanwhile(&self) -> Self {
        Self { frame: self.frame.clone().noticed(Some(merged())), ..self.clone() }
    }
}

/// What is said of a record that was merged.
pub(in crate::pages) fn merged() -> Notice {
    let text = "While you were typing, this record was merged with another one, or it is no longer open to you. Check that \
                the patient is the one you mean. What you typed is in the fields; nothing is saved yet.";
    Notice { kind: "warning", text: text.to_owned() }
}

/// A dose that somebody else corrected or removed.
#[derive(Debug, Clone)]
pub(in crate::pages) struct MeanwhileView {
    /// `Ben Hill corrected this dose, 03/02/2026 10:14 AM.`
    pub(in crate::pages) who: String,
    pub(in crate::pages) is_removed: bool,
    /// Whether the dose was to be removed: then nothing was typed.
    pub(in crate::pages) removes: bool,
    pub(in crate::pages) rows: Vec<MeanwhileRow>,
}

/// A field, three times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) struct MeanwhileRow {
    pub(in crate::pages) label: &'static str,
    pub(in crate::pages) before: String,
    pub(in crate::pages) now: String,
    pub(in crate::pages) typed: String,
    pub(in crate::pages) is_changed: bool,
}

impl MeanwhileView {
    /// Of what became of a report, beside what was typed.
    pub(in crate::pages) fn of(replaced: &Replaced, typed: &Typed, zone: &TimeZone) -> Self {
        let is_removed = replaced.now.is_delete();
        let who = if replaced.by.is_empty() { "A message" } else { &*replaced.by };
        let did = if is_removed { "removed" } else { "corrected" };
        let (before, now) = (said(&replaced.before), said(&replaced.now));
        let wanted = [
            typed.get("on").to_owned(),
            typed.get("vaccine").parse().ok().map(vaccine_called).unwrap_or_default(),
            typed.get("lot").to_owned(),
            typed.get("expires").to_owned(),
            typed.get("amount").to_owned(),
            coded(typed.get("route"), &replaced.before.route, ROUTES),
            coded(typed.get("site"), &replaced.before.body_site, SITES),
            coded(typed.get("eligibility"), &replaced.before.eligibility, ELIGIBILITIES),
            coded(typed.get("funding"), &replaced.before.funding_source, &fundings()),
            match typed.get("stock") {
                LEFT_ALONE => LEFT_ALONE_WORDS,
                why => NotFromStock::from_code(why).map_or("", NotFromStock::words),
            }
            .to_owned(),
            typed.get("given_by").to_owned(),
        ];
        let labels = [
            "Date",
            "Vaccine",
            "Lot number",
            "The lot expires",
            "Amount",
            "Route",
            "Body site",
            "Eligibility",
            "Funding",
            "Not from the stock",
            "Given by",
        ];
        let rows = labels.into_iter().zip(before).zip(now).zip(wanted);
        let row = |(((label, before), now), typed): (((_, String), String), String)| MeanwhileRow {
            is_changed: is_removed || before != now,
            now: if is_removed { "removed".to_owned() } else { now },
            label,
            before,
            typed,
        };
        Self {
            who: format!("{who} {did} this dose, {}.", format::moment(replaced.at, zone)),
            is_removed,
            removes: typed.get("do") == "remove",
            rows: rows.map(row).filter(|row| !row.before.is_empty() || !row.typed.is_empty()).collect(),
        }
    }
}

/// A code that was chosen, in words.
fn coded(code: &str, before: &Given<Coded>, rows: &[(&str, &str)]) -> String {
    let was = before.get().filter(|was| *was.code == *code).map(codes::word);
    was.or_else(|| rows.iter().find(|(known, _)| *known == code).map(|(_, word)| (*word).to_owned()))
        .unwrap_or_default()
}

fn vaccine_called(cvx: iis_model::Cvx) -> String {
    let known = codes::vaccines_by_name().into_iter().find(|(known, _)| *known == cvx);
    known.map(|(_, name)| name).unwrap_or_default()
}

/// What the form shows, in its order.
fn said(event: &ReportedEvent) -> [String; 11] {
    let coded = |given: &Given<Coded>| given.get().map(codes::word).unwrap_or_default();
    [
        event.given_on.get().map(format::partial_date).unwrap_or_default(),
        event.cvx.value.map_or_else(|| vaccine_name(event), vaccine_called),
        event.lot.number.get().map(ToString::to_string).unwrap_or_default(),
        event.lot.expires_on.get().map(format::partial_date).unwrap_or_default(),
        event.amount.get().map(|amount| amount.number.to_string()).unwrap_or_default(),
        coded(&event.route),
        coded(&event.body_site),
        coded(&event.eligibility),
        coded(&event.funding_source),
        match event.not_from_stock.get() {
            None if event.leaves_stock_alone => LEFT_ALONE_WORDS,
            why => why.map_or("", |why| why.words()),
        }
        .to_owned(),
        event.administered_by.get().map(clinician).unwrap_or_default(),
    ]
}
