//! Correcting and removing what one's own organization reported, whatever the door it came through (requirements V-5).
//!
//! Nothing is removed: a correction is one more version of the report, a removal another, each with its reason.

use super::{About, Entry, Outcome, enter};
use crate::review::Deed;
use crate::{Context, Failure};
use iis_model::access::Granted;
use iis_model::organization::Site;
use iis_model::{
    Action, Given, OrganizationId, PersonId, ReportId, ReportedEvent, SourceRecordId, Submission,
};
use iis_store::report;

/// A report, by the record that it stands in.
pub type ReportKey = (SourceRecordId, ReportId);

/// Why a report is corrected or removed. The words are kept with it and stand in the audit, so they say nothing of the
/// person.
pub const REASONS: &[(&str, &str)] = &[
    ("other-person", "Entered for the wrong person"),
    ("not-given", "The dose was not given"),
    ("twice", "Entered twice"),
    ("wrong-date", "The date was wrong"),
    ("wrong-product", "The vaccine or the lot was wrong"),
    ("other", "Another mistake of entry"),
];

/// A report of one's own organization that counts, as it was said; none: there is none, or it is somebody else's.
pub async fn own_report(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    key: ReportKey,
    own: OrganizationId,
) -> Result<Option<ReportedEvent>, Failure> {
    let found = cx.store.read(move |tx| {
        let rows = report::current_of_person(tx, &granted, id)?;
        let found = rows.into_iter().find(|row| (row.source_record_id, row.id) == key);
        Ok(found.filter(|row| row.organization_id == own).map(|row| row.body))
    });
    Ok(found.await?)
}

/// Says something else in the place of a report.
pub async fn correct(
    cx: &Context,
    (deed, site): (Deed, Site),
    (id, key): (PersonId, ReportKey),
    said: ReportedEvent,
    heeded: Vec<Box<str>>,
) -> Result<Outcome, Failure> {
    let before = own_report(cx, deed.granted.clone(), id, key, site.organization_id).await?;
    let Some(before) = before else { return Ok(Outcome::Moved) };
    let mut now = ReportedEvent { action: Given::of(Action::Update), filler: before.filler.clone(), ..said };
    now.comments = noted(&before, &deed.reason);
    let events = if now.dose_key() == before.dose_key() {
        vec![now]
    } else {
        now.action = Given::of(Action::Add); // known by what it said, which is another thing now
        vec![now, withdrawn(before, &deed.reason)]
    };
    let submission = Submission { events, ..Submission::default() };
    enter(
        cx,
        Entry { sees: deed.granted.clone(), deed, site, about: About::Record(id, key.0), submission, heeded },
    )
    .await
}

/// Takes a report back.
pub async fn remove(
    cx: &Context,
    (deed, site): (Deed, Site),
    (id, key): (PersonId, ReportKey),
) -> Result<Outcome, Failure> {
    let before = own_report(cx, deed.granted.clone(), id, key, site.organization_id).await?;
    let Some(before) = before else { return Ok(Outcome::Moved) };
    let submission = Submission { events: vec![withdrawn(before, &deed.reason)], ..Submission::default() };
    let sees = deed.granted.clone();
    let entry = Entry { deed, sees, site, about: About::Record(id, key.0), submission, heeded: Vec::new() };
    enter(cx, entry).await
}

fn withdrawn(before: ReportedEvent, reason: &str) -> ReportedEvent {
    let comments = noted(&before, reason);
    ReportedEvent { action: Given::of(Action::Delete), comments, ..before }
}

/// The comments with the reason.
fn noted(before: &ReportedEvent, reason: &str) -> Vec<Box<str>> {
    let mut comments = before.comments.clone();
    comments.push(reason.into());
    comments
}
