//! Correcting and removing what one's own organization reported, whatever the door it came through (requirements V-5).
//!
//! Nothing is removed: a correction is one more version of the report, a removal another, each with its reason. Who
//! corrects what somebody else corrected meanwhile is shown that first.

use super::{About, Entry, Outcome, enter};
use crate::inventory::unsaid::leaves_alone;
use crate::reporting::owner;
use crate::review::Deed;
use crate::{Context, Failure};
use iis_model::access::Granted;
use iis_model::event::OrderNumber;
use iis_model::organization::Site;
use iis_model::reasons::in_words;
use iis_model::{
    Action, Given, OrganizationId, PersonId, ReportId, ReportedEvent, SourceRecordId, Submission, Timestamp,
};
use iis_store::report::{self, ReportRow};
use iis_store::{StoreError, Tx, account};
use sha2::{Digest, Sha256};

/// A report, by the record that it stands in.
pub type ReportKey = (SourceRecordId, ReportId);

/// A report of one's own organization, as whoever opens it finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnReport {
    /// It stands as it was said.
    Stands(Box<ReportedEvent>),
    /// Something else stands in its place since.
    Replaced(Box<Replaced>),
}

/// What somebody else made of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// As it was said before.
    pub before: ReportedEvent,
    /// As it is said now; a deletion: it was removed.
    pub now: ReportedEvent,
    /// The report that says so.
    pub key: ReportKey,
    /// Who says so: somebody's name; empty: a message.
    pub by: Box<str>,
    /// When it was said.
    pub at: Timestamp,
}

/// A report of one's own organization; none: there is none, or it is somebody else's.
pub async fn own_report(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    key: ReportKey,
    own: OrganizationId,
) -> Result<Option<OwnReport>, Failure> {
    found(cx, (granted, id), (key, own), report::current_of_person).await
}

/// The same with all its words, also those that are held back since they tell an identity that was put away: for what is
/// said again in its place, and to be shown to nobody.
async fn with_its_words(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    key: ReportKey,
    own: OrganizationId,
) -> Result<Option<OwnReport>, Failure> {
    found(cx, (granted, id), (key, own), report::of_person_in_full).await
}

/// How the reports of a person are read.
type Reads = fn(&mut Tx<'_>, &Granted, PersonId) -> Result<Vec<ReportRow>, StoreError>;

async fn found(
    cx: &Context,
    (granted, id): (Granted, PersonId),
    (key, own): (ReportKey, OrganizationId),
    reads: Reads,
) -> Result<Option<OwnReport>, Failure> {
    let read = cx.store.read_beside(move |tx| {
        let rows = reads(tx, &granted, id)?;
        found_among(tx, &granted, id, &rows, (key, own))
    });
    Ok(read.await?)
}

fn found_among(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    rows: &[ReportRow],
    (key, own): (ReportKey, OrganizationId),
) -> Result<Option<OwnReport>, StoreError> {
    let Some(row) = rows.iter().find(|row| is_of(row, key)) else { return Ok(None) };
    if owner(tx, row)? != Some(own) {
        return Ok(None);
    }
    let stands = in_the_place_of(rows, row);
    if stands.id == row.id {
        let leaves_stock_alone = leaves_alone(tx, granted, id, (rows, row))?;
        return Ok(Some(OwnReport::Stands(Box::new(ReportedEvent { leaves_stock_alone, ..row.body.clone() }))));
    }
    let by = match stands.account_id {
        Some(id) => account::get(tx, id)?.map(|account| account.display_name).unwrap_or_default(),
        None => Box::default(),
    };
    Ok(Some(OwnReport::Replaced(Box::new(Replaced {
        before: row.body.clone(),
        now: stands.body.clone(),
        key: (stands.source_record_id, stands.id),
        by,
        at: stands.received_at,
    }))))
}

/// Whether a report of one's own organization still says what is said of its dose.
pub(super) fn stands(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    (key, own): (ReportKey, OrganizationId),
) -> Result<bool, StoreError> {
    let rows = report::current_of_person(tx, granted, id)?;
    let Some(row) = rows.iter().find(|row| is_of(row, key)) else { return Ok(false) };
    Ok(owner(tx, row)? == Some(own) && in_the_place_of(&rows, row).id == row.id)
}

fn is_of(row: &ReportRow, key: ReportKey) -> bool {
    (row.source_record_id, row.id) == key
}

/// Whether a removal may be half of a correction by a form: only of a dose without an order number, and only from a screen. A
/// message that removes a dose and says another one says two things.
fn is_by_form(removal: &ReportRow) -> bool {
    let is_from_a_screen = removal.message_id.is_none() && removal.account_id.is_some();
    let is_numbered = removal.body.filler.get().is_some_and(OrderNumber::is_identity);
    is_from_a_screen && removal.action == Action::Delete && !is_numbered
}

/// What is said of a dose now: its latest version. A correction of what a dose without an order number is known by removes
/// it and says another one with the same form; then that one, and what was made of it.
fn in_the_place_of<'a>(rows: &'a [ReportRow], row: &'a ReportRow) -> &'a ReportRow {
    let mut row = row;
    loop {
        let versions = rows
            .iter()
            .filter(|one| one.source_record_id == row.source_record_id && one.dose_key == row.dose_key);
        let latest = versions.max_by_key(|one| (one.sent_at, one.revision, one.id)).unwrap_or(row);
        let mut together = rows
            .iter()
            .filter(|one| one.source_record_id == latest.source_record_id && one.revision == latest.revision);
        let pair = (together.next(), together.next(), together.next());
        row = match pair {
            (Some(one), Some(other), None) if is_by_form(latest) => {
                let instead = if one.id == latest.id { other } else { one };
                // said and taken back with one form: removed
                if instead.action == Action::Delete || instead.dose_key == latest.dose_key {
                    return latest;
                }
                instead
            }
            _ => return latest,
        };
    }
}

/// Says something else in the place of a report. One that was removed meanwhile stands again.
pub async fn correct(
    cx: &Context,
    (deed, site): (Deed, Site),
    (id, key): (PersonId, ReportKey),
    said: ReportedEvent,
    heeded: Vec<Box<str>>,
) -> Result<Outcome, Failure> {
    let before = with_its_words(cx, deed.granted.clone(), id, key, site.organization_id).await?;
    let Some(OwnReport::Stands(before)) = before else { return Ok(Outcome::Moved) };
    let shown = own_report(cx, deed.granted.clone(), id, key, site.organization_id).await?;
    let mut now = ReportedEvent { action: Given::of(Action::Update), filler: before.filler.clone(), ..said };
    now.comments = noted(&before, &deed.reason);
    if matches!(shown, Some(OwnReport::Stands(shown)) if shown.observations == now.observations) {
        now.observations.clone_from(&before.observations); // nobody changed them, and some words may not have been shown
    }
    let events = if now.dose_key() == before.dose_key() {
        vec![now]
    } else {
        now.action = Given::of(Action::Add); // known by what it said, which is another thing now
        if before.is_delete() { vec![now] } else { vec![now, withdrawn(*before, &deed.reason)] }
    };
    let submission = Submission { events, ..Submission::default() };
    enter(
        cx,
        Entry { sees: deed.granted.clone(), deed, site, about: About::Report(id, key), submission, heeded },
    )
    .await
}

/// Takes a report back.
pub async fn remove(
    cx: &Context,
    (deed, site): (Deed, Site),
    (id, key): (PersonId, ReportKey),
) -> Result<Outcome, Failure> {
    let before = with_its_words(cx, deed.granted.clone(), id, key, site.organization_id).await?;
    let Some(OwnReport::Stands(before)) = before else { return Ok(Outcome::Moved) };
    let submission = Submission { events: vec![withdrawn(*before, &deed.reason)], ..Submission::default() };
    let sees = deed.granted.clone();
    let entry = Entry { deed, sees, site, about: About::Report(id, key), submission, heeded: Vec::new() };
    enter(cx, entry).await
}

/// Undoes a removal: what was said before it is said again.
pub async fn put_back(
    cx: &Context,
    (deed, site): (Deed, Site),
    (id, key): (PersonId, ReportKey),
) -> Result<Outcome, Failure> {
    let before = with_its_words(cx, deed.granted.clone(), id, key, site.organization_id).await?;
    let Some(OwnReport::Replaced(replaced)) = before else { return Ok(Outcome::Moved) };
    if !replaced.now.is_delete() {
        return Ok(Outcome::Moved); // somebody else was quicker
    }
    let action = if replaced.now.filler.get().is_some_and(OrderNumber::is_identity) {
        Action::Update
    } else {
        Action::Add
    };
    let comments = noted(&replaced.now, &deed.reason);
    let again = ReportedEvent { action: Given::of(action), comments, ..replaced.now };
    let submission = Submission { events: vec![again], ..Submission::default() };
    let sees = deed.granted.clone();
    let about = About::Report(id, replaced.key);
    let entry = Entry { deed, sees, site, about, submission, heeded: Vec::new() };
    match enter(cx, entry.clone()).await? {
        // what was read when it was said first needs no reading again
        Outcome::Heed(remarks) => {
            let heeded = remarks.into_iter().map(|remark| remark.code).collect();
            // what became of the form as it was is kept under its key: once it was read it is another form
            let mut again = Entry { heeded, ..entry };
            again.deed.key = Sha256::digest(again.deed.key).into();
            enter(cx, again).await
        }
        other => Ok(other),
    }
}

fn withdrawn(before: ReportedEvent, reason: &str) -> ReportedEvent {
    let comments = noted(&before, reason);
    ReportedEvent { action: Given::of(Action::Delete), comments, ..before }
}

/// The comments with the reason, in words: they are read on the record, and go out with it.
fn noted(before: &ReportedEvent, reason: &str) -> Vec<Box<str>> {
    let mut comments = before.comments.clone();
    comments.push(in_words(reason).into());
    comments
}
