//! The audit log on screen: filtered, newest first, with the state of its seals (screens 3.31). Nothing here edits.

use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::reports::channel;
use crate::pages::visitor::{Answer, Visitor, rendered};
use askama::Template;
use axum::extract::Query;
use iis_model::access::Permission;
use iis_model::{Date, Timestamp};
use iis_registry::audit::{self, AuditRow, MOST_ROWS, Wanted};
use iis_registry::people::criteria::read_date;
use jiff::tz::TimeZone;
use serde::Deserialize;

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
}

/// One row of the log.
#[derive(Debug)]
pub(crate) struct RowView {
    pub(crate) at: String,
    pub(crate) who: String,
    pub(crate) what: String,
    /// Whether a person is concerned; whom, stands in that person's own list.
    pub(crate) is_about_a_person: bool,
    pub(crate) purpose: String,
    pub(crate) channel: String,
    pub(crate) detail: String,
}

/// `GET /admin/audit`
pub(crate) async fn show(visitor: Visitor, Query(filter): Query<Filter>) -> Answer {
    let granted = visitor.granted(Permission::ReadAudit)?;
    let zone = &visitor.app.registry.identity.zone;
    let mut problems = Vec::new();
    let from = day(&filter.from, "from", &mut problems);
    let to = day(&filter.to, "to", &mut problems).and_then(|day| day.tomorrow().ok());
    let word = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(Into::into);
    let wanted = Wanted {
        actor: word(&filter.who.to_lowercase()),
        action: word(&filter.what.to_lowercase()),
        from: from.and_then(|day| start(day, zone)),
        before: to.and_then(|day| start(day, zone)),
    };
    let read = audit::read(&visitor.app.registry, granted, wanted, visitor.arrival).await;
    let page = read.map_err(|failure| visitor.failed(&failure))?;
    Ok(rendered(&AuditPage {
        frame: visitor.frame("/admin/audit").titled("Audit log").helped_by("account"),
        filter,
        problems,
        sealed: sealed(page.sealed, zone),
        caption: caption(page.rows.len()),
        rows: page.rows.iter().map(|row| view(row, zone)).collect(),
    }))
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

fn caption(rows: usize) -> String {
    match rows {
        0 => "No entries".to_owned(),
        1 => "1 entry".to_owned(),
        MOST_ROWS => format!("The newest {MOST_ROWS} entries: filter to see others"),
        many => format!("{many} entries, newest first"),
    }
}

fn view(row: &AuditRow, zone: &TimeZone) -> RowView {
    let what = match &*row.result {
        "" | "done" => row.action.to_string(),
        result => format!("{}: {result}", row.action),
    };
    RowView {
        at: format::moment(row.at, zone),
        who: if row.actor.is_empty() { "nobody signed in".to_owned() } else { row.actor.to_string() },
        what,
        is_about_a_person: row.person_id.is_some(),
        purpose: row.purpose.to_string(),
        channel: channel(&row.channel).to_owned(),
        detail: row.detail.to_string(),
    }
}
