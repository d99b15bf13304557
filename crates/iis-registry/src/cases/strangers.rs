//! How much people can send who have nothing but the link of a case: so many files with one, and so many bytes all together
//! within a day. Nobody knows who they are, and anybody can have such a link.

use crate::{Arrival, Context, Failure};
use iis_store::stranger_file::{self, Sum};
use iis_store::{AuditEntry, StoreError, Tx};
use jiff::SignedDuration;

/// The span for which all strangers have one bound.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How many bytes all strangers send within a day, where the operator says nothing else.
pub(crate) const BYTES_A_DAY: u64 = 500 << 20;

const ENOUGH_TODAY: Failure = Failure::Rule(
    "No more files are taken today from people who are not signed in. Sign in to send it, send it tomorrow, or call the \
     Help Desk.",
);

/// What strangers can send with one case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    /// So many files.
    pub(crate) files: i64,
    /// Of so many bytes together.
    pub(crate) bytes: i64,
    /// What is said of more, with what to do instead.
    pub(crate) refusal: &'static str,
}

impl Bound {
    /// Whether a file of so many bytes is taken beside what was sent; the sentence why not.
    pub(crate) fn takes(self, sent: Sum, bytes: i64) -> Result<(), Failure> {
        if sent.files < self.files && sent.bytes.saturating_add(bytes) <= self.bytes {
            Ok(())
        } else {
            Err(Failure::Rule(self.refusal))
        }
    }
}

/// Counts a file that somebody sends with a case, if a stranger does and if it is taken; the sentence why not, which leaves
/// this row in the audit.
pub(crate) fn count(
    tx: &mut Tx<'_>,
    cx: &Context,
    (is_by_staff, case_id, bound): (bool, i64, Option<Bound>),
    length: usize,
    (refusal, arrival): (&AuditEntry, Arrival),
) -> Result<Result<(), Failure>, StoreError> {
    if is_by_staff {
        return Ok(Ok(()));
    }
    let bytes = i64::try_from(length).unwrap_or(i64::MAX);
    let since = arrival.at.saturating_sub(DAY).unwrap_or(arrival.at);
    let most = i64::try_from(cx.stranger_bytes_a_day).unwrap_or(i64::MAX);
    let of_case = stranger_file::of_case(tx, case_id)?;
    let refused = if let Err(refused) = bound.map_or(Ok(()), |bound| bound.takes(of_case, bytes)) {
        ("too-much", refused)
    } else if stranger_file::bytes_since(tx, since)?.saturating_add(bytes) > most {
        ("too-much-today", ENOUGH_TODAY)
    } else {
        stranger_file::insert(tx, cx.store.ids().take()?, case_id, arrival.at, bytes)?;
        return Ok(Ok(()));
    };
    tx.audit(&refusal.clone().result(refused.0))?;
    Ok(Err(refused.1))
}
