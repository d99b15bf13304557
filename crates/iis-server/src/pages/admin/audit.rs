//! The audit log on screen: filtered, newest first, with the state of its seals (screens 3.31). Nothing here edits.

use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::reports::channel;
use crate::pages::visitor::{Answer, Visitor, percent_encoded, rendered};
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::access::Permission;
use iis_model::{Date, PersonId, RegistryNumber, Timestamp};
use iis_registry::audit::{self, AuditPlace, AuditRow, Wanted};
use iis_registry::people::typed_date::read_date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `GET /admin/audit`
#[derive(Debug, Template)]
#[template(path = "admin/audit.html")]
pub(crate) struct AuditPage {
    pub(crate) frame: Frame,
    pub(crate) filter: Filter,
    pub(crate) problems: Vec<Problem>,
    /// What is known of the seals.
    pub(crate) sealed: String,
    pub(crate) caption: String,
    pub(crate) rows: Vec<RowView>,
    /// Whether rows about one person may be asked for.
    pub(crate) may_ask_patient: bool,
    /// The next page; empty: there is none.
    pub(crate) older_href: String,
}

/// What the filter asks for, as typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    pub(crate) who: String,
    #[serde(default)]
    pub(crate) what: String,
    #[serde(default)]
    pub(crate) from: String,
    #[serde(default)]
    pub(crate) to: String,
    /// A registry number.
    #[serde(default)]
    pub(crate) about: String,
    /// Where the page before ended.
    #[serde(default)]
    pub(crate) after: String,
}

/// One row of the log.
#[derive(Debug)]
pub(crate) struct RowView {
    pub(crate) at: String,
    pub(crate) who: String,
    pub(crate) what: String,
    /// Whom it concerns: the registry ID, for whoever reads the whole log; else that it concerns a person.
    pub(crate) about: String,
    /// The page of that person; empty: whoever reads this opens no records.
    pub(crate) about_href: String,
    pub(crate) purpose: String,
    pub(crate) channel: String,
    pub(crate) detail: String,
}

/// `GET /admin/audit`
pub(crate) async fn show(visitor: Visitor, Query(filter): Query<Filter>) -> Answer {
    let granted = visitor.granted(Permission::ReadAudit)?;
    let zone = &visitor.app.registry.identity.zone;
    let may_ask_patient = granted.condition().is_none() && granted.reach().is_everything();
    let opens_records = visitor.may(Permission::ViewPerson);
    let mut problems = Vec::new();
    let mut wanted = wanted(&filter, zone, &mut problems);
    if !may_ask_patient {
        wanted.about = None;
    }
    let read = audit::read(&visitor.app.registry, granted, wanted, visitor.arrival).await;
    let page = read.map_err(|failure| visitor.failed(&failure))?;
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = visitor.frame("/admin/audit").titled("Audit log").helped_by("account");
    let shown = AuditPage {
        frame: if problems.is_empty() { frame } else { frame.in_error() },
        problems,
        sealed: sealed(page.sealed, zone),
        caption: caption(page.rows.len(), page.next.is_some() || !filter.after.is_empty()),
        rows: page.rows.iter().map(|row| view(row, &page.numbers, (opens_records, zone))).collect(),
        may_ask_patient,
        older_href: page.next.map(|place| older(&filter, place)).unwrap_or_default(),
        filter,
    };
    Ok((status, rendered(&shown)).into_response())
}

/// What the filter asks for. What cannot be read is told, and left out.
fn wanted(filter: &Filter, zone: &TimeZone, problems: &mut Vec<Problem>) -> Wanted {
    let from = day(&filter.from, "from", problems);
    let to = day(&filter.to, "to", problems).and_then(|day| day.tomorrow().ok());
    let word = |text: &str| Some(text.trim().to_lowercase()).filter(|text| !text.is_empty()).map(Into::into);
    let about = Some(filter.about.trim()).filter(|text| !text.is_empty()).and_then(|text| {
        let number = text.parse::<RegistryNumber>().ok();
        if number.is_none() {
            problems.push(Problem::of("about", "That is not a registry ID."));
        }
        number
    });
    Wanted {
        actor: word(&filter.who),
        action: word(&filter.what),
        about,
        from: from.and_then(|day| start(day, zone)),
        before: to.and_then(|day| start(day, zone)),
        after: place(&filter.after),
    }
}

/// Where the page before ended: microseconds, chain and number.
fn place(text: &str) -> Option<AuditPlace> {
    let mut parts = text.split('_');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let (at, chain_id, n) = (number()?, number()?, number()?);
    Some(AuditPlace { at: Timestamp::from_microsecond(at).ok()?, chain_id, n })
}

/// The address of the rows before this place, filtered alike.
fn older(filter: &Filter, place: AuditPlace) -> String {
    let fields = [
        ("who", &filter.who),
        ("what", &filter.what),
        ("about", &filter.about),
        ("from", &filter.from),
        ("to", &filter.to),
    ];
    let valued = fields.into_iter().filter(|(_, value)| !value.is_empty());
    let mut parts: Vec<String> =
        valued.map(|(name, value)| format!("{name}={}", percent_encoded(value))).collect();
    parts.push(format!("after={}_{}_{}", place.at.as_microsecond(), place.chain_id, place.n));
    format!("/admin/audit?{}", parts.join("&"))
}

fn day(text: &str, field: &'static str, problems: &mut Vec<Problem>) -> Option<Date> {
    if text.trim().is_empty() {
        return None;
    }
    let day = read_date(text, Date::MAX);
    if day.is_none() {
        problems.push(Problem::of(field, "Enter the date as MM/DD/YYYY, for example 03/02/2026."));
    }
    day
}

fn start(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|midnight| midnight.timestamp())
}

fn sealed(seal: Option<(i64, Timestamp)>, zone: &TimeZone) -> String {
    match seal {
        Some((n, at)) => format!(
            "All chains were sealed last at {} (seal {n}). The command openiis audit verify recomputes them.",
            format::moment(at, zone)
        ),
        None => "Nothing has been sealed yet.".to_owned(),
    }
}

fn caption(rows: usize, is_part: bool) -> String {
    let counted = match rows {
        0 if is_part => return "No entries in this stretch: there are older ones to look through".to_owned(),
        0 => return "No entries".to_owned(),
        1 => "1 entry".to_owned(),
        many => format!("{many} entries"),
    };
    let on_page = if is_part { " on this page" } else { "" };
    format!("{counted}{on_page}, newest first")
}

fn view(
    row: &AuditRow,
    numbers: &BTreeMap<PersonId, RegistryNumber>,
    (opens_records, zone): (bool, &TimeZone),
) -> RowView {
    let number = row.person_id.and_then(|person| numbers.get(&person));
    let about = match (row.person_id, number) {
        (None, _) => String::new(),
        (Some(_), None) => "a person".to_owned(),
        (Some(_), Some(number)) => number.to_string(),
    };
    let what = match &*row.result {
        "" | "done" => row.action.to_string(),
        result => format!("{}: {result}", row.action),
    };
    RowView {
        at: format::moment(row.at, zone),
        who: if row.actor.is_empty() { "nobody signed in".to_owned() } else { row.actor.to_string() },
        what,
        about,
        about_href: number
            .filter(|_| opens_records)
            .map(|number| format!("/patients/{number}"))
            .unwrap_or_default(),
        purpose: row.purpose.to_string(),
        channel: channel(&row.channel).to_owned(),
        detail: row.detail.to_string(),
    }
}
