//! The audit log as a whole: verifying and reading it.

pub use iis_store::audit::list::{AuditFilter, list};
pub use iis_store::audit::verify::{Against, Fault, Verification, verify};
pub use iis_store::audit::{AuditRow, Seal};

use crate::{Arrival, Context, Failure};
use iis_model::Timestamp;
use iis_model::access::{Actor, Condition, Granted};
use iis_store::AuditEntry;
use iis_store::audit::seal;

/// The most rows of the log on one page.
pub const MOST_ROWS: usize = 100;

/// Which rows somebody wants to see; nothing: all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// By this actor.
    pub actor: Option<Box<str>>,
    /// Of this action.
    pub action: Option<Box<str>>,
    /// At or after.
    pub from: Option<Timestamp>,
    /// Before.
    pub before: Option<Timestamp>,
}

/// A part of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows, newest first, at most [`MOST_ROWS`].
    pub rows: Vec<AuditRow>,
    /// The last seal: its number and when it was made.
    pub sealed: Option<(i64, Timestamp)>,
}

/// Reads the log as far as the grant reaches: all of it, or what one did oneself; with or without what is about persons. The
/// look is a row of the log too.
pub async fn read(
    cx: &Context,
    granted: Granted,
    mut wanted: Wanted,
    arrival: Arrival,
) -> Result<Page, Failure> {
    if let (false, Actor::Account { name, .. }) = (granted.reach().is_everything(), granted.actor()) {
        wanted.actor = Some(name.clone());
    }
    let page = cx.store.disclose(move |tx| {
        let filter = AuditFilter {
            actor: wanted.actor.as_deref(),
            action: wanted.action.as_deref(),
            from: wanted.from,
            before: wanted.before,
            limit: i64::try_from(MOST_ROWS).unwrap_or(i64::MAX),
        };
        let mut rows = list(tx, &granted, &filter)?;
        if granted.condition() == Some(Condition::WithoutPersons) {
            rows.iter_mut().for_each(leave_persons_out);
        }
        let sealed = seal::last(tx)?.map(|seal| (seal.n, seal.at));
        let entry = AuditEntry::of(&granted, arrival.at).detail(format!("{} rows shown", rows.len()));
        Ok((Page { rows, sealed }, vec![entry]))
    });
    Ok(page.await?)
}

/// What a row says about a person, and free text that might.
fn leave_persons_out(row: &mut AuditRow) {
    if row.person_id.take().is_some() {
        row.purpose = Box::default();
        row.detail = Box::default();
    }
}
