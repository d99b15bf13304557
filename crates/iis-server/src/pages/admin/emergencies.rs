//! `/admin/emergencies`: what was opened in an emergency, for the privacy officer to review.

use crate::pages::access::sheet::{
    Block, Cell, Field, FieldKind, FormView, Sent, Sheet, TableView, refusal, typed,
};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::Notice;
use crate::pages::visitor::{Answer, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::access::Permission;
use iis_registry::people::emergency::{self, FINDINGS, Opening, REASONS};
use jiff::tz::TimeZone;
use serde::Deserialize;

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /admin/emergencies`
pub(crate) async fn list(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    let granted = visitor.granted(Permission::ReviewEmergencies)?;
    let listed = emergency::list(&visitor.app.registry, granted, visitor.arrival).await;
    let (due, reviewed) = listed.map_err(|failure| visitor.failed(&failure))?;
    let mut sheet = sheet(&due, &reviewed, &visitor.app.registry.identity.zone);
    sheet.notice = (done.done == "reviewed")
        .then(|| Notice { kind: "success", text: "The review is written down.".to_owned() });
    Ok(sheet.answer(visitor))
}

/// The page of openings that wait, each with its form, and of those that were reviewed.
pub(crate) fn sheet(due: &[Opening], reviewed: &[Opening], zone: &TimeZone) -> Sheet {
    let mut sheet = Sheet::new("Records opened in an emergency", "account");
    sheet.at = "/admin/emergencies";
    sheet.lead = "Somebody opened these records although they were withheld. Somebody else reviews each of them, the oldest \
                  first. What was looked at stands under Disclosures of the record."
        .into();
    let row = |one: &Opening| waiting_row(one, zone);
    sheet.blocks.push(Block::Table(TableView {
        id: "due",
        caption: format!("{}, the oldest first", waiting(due.len())),
        heads: &["Opened", "By", "Record", "Until", "Reason"],
        rows: due.iter().map(row).collect(),
        nothing: "Nothing waits for a review.",
    }));
    sheet.blocks.extend(due.iter().take(1).map(|one| form(one, zone)));
    sheet.blocks.push(Block::Table(TableView {
        id: "reviewed",
        caption: "Reviewed, the latest first".to_owned(),
        heads: &["Opened", "By", "Record", "Reason", "Found", "Reviewed"],
        rows: reviewed.iter().map(|one| reviewed_row(one, zone)).collect(),
        nothing: "Nothing was reviewed yet.",
    }));
    sheet
}

fn waiting(many: usize) -> String {
    match many {
        1 => "1 waits for its review".to_owned(),
        many => format!("{many} wait for their review"),
    }
}

fn who(one: &Opening) -> Cell {
    Cell::link(format!("{} ({})", one.display_name, one.user), format!("/admin/access?user={}", one.user))
}

fn record(one: &Opening) -> Cell {
    let tail = format::number_tail(one.number);
    Cell::link(format!("Disclosures of {tail}"), format!("/patients/{}/disclosures", one.number))
}

/// The reason with its label.
fn reason(one: &Opening) -> Cell {
    let (code, words) = one.reason.split_once(": ").unwrap_or((&one.reason, ""));
    let label = REASONS.iter().find(|(known, _)| *known == code).map_or(code, |(_, label)| label);
    Cell::text(format!("{label}. {words}"))
}

fn waiting_row(one: &Opening, zone: &TimeZone) -> Vec<Cell> {
    let until = format::time_of_day(one.until, zone);
    vec![Cell::text(format::moment(one.at, zone)), who(one), record(one), Cell::text(until), reason(one)]
}

fn reviewed_row(one: &Opening, zone: &TimeZone) -> Vec<Cell> {
    let (found, by) = one.review.as_ref().map_or((String::new(), String::new()), |review| {
        let label = FINDINGS.iter().find(|(code, _)| **code == *review.finding);
        let label = label.map_or(&*review.finding, |(_, label)| label);
        let found =
            if review.note.is_empty() { label.to_owned() } else { format!("{label}: {}", review.note) };
        (found, format!("{} by {}", format::moment(review.at, zone), review.by))
    });
    vec![
        Cell::text(format::moment(one.at, zone)),
        who(one),
        record(one),
        reason(one),
        Cell::text(found),
        Cell::text(by),
    ]
}

fn form(one: &Opening, zone: &TimeZone) -> Block {
    let findings = FINDINGS.iter().map(|(code, label)| ((*code).to_owned(), (*label).to_owned()));
    Block::Form(FormView {
        heading: format!("Review the oldest: {}, {}", one.display_name, format::moment(one.at, zone)),
        action: format!("/admin/emergencies/{}", one.id),
        fields: vec![
            Field::choice("finding", "What did you find?", FieldKind::Radio, findings, ""),
            Field::new("note", "In a sentence", FieldKind::Area)
                .hint("Needed unless it was simply justified")
                .optional(),
        ],
        button: "Keep the review",
        ..FormView::default()
    })
}

/// `POST /admin/emergencies/{id}`
pub(crate) async fn review(Path(id): Path<String>, Sent { visitor, form }: Sent) -> Answer {
    let granted = visitor.granted(Permission::ReviewEmergencies)?;
    let Ok(id) = id.parse::<i64>() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let found = (typed(&form, "finding"), typed(&form, "note"));
    match emergency::review(&visitor.app.registry, granted, id, found, visitor.arrival).await {
        Ok(()) => Ok(redirect("/admin/emergencies?done=reviewed")),
        Err(failure) => refusal(visitor, failure, ("Back to the list", "/admin/emergencies")),
    }
}
