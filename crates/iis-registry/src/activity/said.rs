//! What a report says of a person's being active, as a row to add.

use crate::reporting::Report;
use iis_model::SourceRecordId;
use iis_model::activity::{Activity, ActivitySaid, Level};
use iis_store::activity::{ActivityRow, latest_at_site};
use iis_store::{Change, StoreError, Tx};

/// The row to add for what a report says: what its form says, or else what its message says of the site (PD1-16). A
/// message that says again what was said last adds nothing.
pub(crate) fn change(
    said: &Report,
    tx: &mut Tx<'_>,
    (record, revision): (SourceRecordId, i64),
    is_new: bool,
) -> Result<Option<Change>, StoreError> {
    let by_form = said.submission.activity.clone();
    let is_by_form = by_form.is_some();
    let Some(what) = by_form.or_else(|| by_message(said)) else { return Ok(None) };
    if !is_by_form
        && !is_new
        && latest_at_site(tx, &said.granted, record, said.by.site_id)? == Some(what.activity)
    {
        return Ok(None);
    }
    Ok(Some(Change::Activity(ActivityRow {
        source_record_id: record,
        id: said.cx.store.ids().take()?,
        revision: Some(revision),
        level: what.level,
        site_id: said.by.site_id,
        activity: what.activity,
        note: what.note,
        effective_on: what.effective_on,
        at: said.arrival.at,
        said_by: said.granted.actor().label().1.into(),
    })))
}

fn by_message(said: &Report) -> Option<ActivitySaid> {
    let status = &said.submission.person.status;
    let activity = Activity::of_status(*status.value.get()?);
    let effective_on = status.effective_on.get().copied().filter(|on| *on <= said.arrival.today);
    let effective_on = effective_on.unwrap_or(said.arrival.today);
    Some(ActivitySaid { level: Level::Site, activity, note: "".into(), effective_on })
}
