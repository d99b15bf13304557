//! Correcting and removing what one's own organization reported, whatever the door it came through (requirements V-5).
//!
//! Nothing is removed: a correction is one more version of the report, a removal another, each with its reason. Who
//! corrects what somebody else corrected meanwhile is shown that first.

use super::own_report::{Named, OwnReport, ReportKey, own_report, with_its_words};
use super::saying::after_another;
use super::{About, Entry, Outcome, enter};
use crate::review::Deed;
use crate::{Context, Failure};
use iis_model::event::OrderNumber;
use iis_model::organization::Site;
use iis_model::reasons::in_words;
use iis_model::{Action, Given, PersonId, ReportedEvent, Submission};
use sha2::{Digest, Sha256};

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
    let submission = instead(*before, now, &deed.reason);
    enter(
        cx,
        Entry { sees: deed.granted.clone(), deed, site, about: About::Report(id, key), submission, heeded },
    )
    .await
}

/// Lets a reaction that was noted after a dose name it as it is now. What was read when it was noted needs no reading again.
pub async fn go_along(
    cx: &Context,
    (mut deed, site): (Deed, Site),
    (id, key): (PersonId, ReportKey),
    dose: Named,
) -> Result<Outcome, Failure> {
    let before = with_its_words(cx, deed.granted.clone(), id, key, site.organization_id).await?;
    let Some(OwnReport::Stands(before)) = before else { return Ok(Outcome::Moved) };
    if before.is_delete() || before.kind.is_dose() {
        return Ok(Outcome::Moved);
    }
    // the correction of the dose has the key of the form
    let report = [key.0.0.to_be_bytes(), key.1.0.to_be_bytes()].concat();
    deed.key = Sha256::digest([deed.key.as_slice(), &report].concat()).into();
    let mut now = after_another((*before).clone(), dose);
    now.action = Given::of(Action::Update);
    now.comments = noted(&before, &deed.reason);
    let submission = instead(*before, now, &deed.reason);
    let sees = deed.granted.clone();
    let about = About::Report(id, key);
    enter_as_read(cx, Entry { deed, sees, site, about, submission, heeded: Vec::new() }).await
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
    enter_as_read(cx, entry).await
}

/// What was read when it was said first needs no reading again.
async fn enter_as_read(cx: &Context, entry: Entry) -> Result<Outcome, Failure> {
    match enter(cx, entry.clone()).await? {
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

/// Something else in the place of what was said before.
fn instead(before: ReportedEvent, mut now: ReportedEvent, reason: &str) -> Submission {
    let events = if now.dose_key() == before.dose_key() {
        vec![now]
    } else {
        now.action = Given::of(Action::Add); // known by what it said, which is another thing now
        if before.is_delete() { vec![now] } else { vec![now, withdrawn(before, reason)] }
    };
    Submission { events, ..Submission::default() }
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
