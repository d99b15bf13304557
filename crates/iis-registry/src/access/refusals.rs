//! What people asked for and may not see stands in the audit: who, at which address, what it would have taken.

use crate::accounts::Account;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Channel, Permission};
use iis_store::AuditEntry;

/// Why somebody signed in did not get what they asked an address for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// They have not the permission that it needs.
    NotPermitted,
    /// They have it, and what they named is not there for them: another's, or nobody's.
    Absent,
}

/// An address that somebody signed in asked for and got nothing from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal<'a> {
    /// `GET /admin/audit`: as it is declared, with nothing of what was put in for its parameters.
    pub address: &'a str,
    /// What it needs.
    pub permission: Permission,
    /// Why.
    pub why: Why,
    /// How often the same was refused since it was noted last, without a row of its own.
    pub passed_over: u32,
}

/// Notes a refusal. How often one is noted is the server's to bound.
pub async fn note(
    cx: &Context,
    account: &Account,
    refusal: Refusal<'_>,
    arrival: Arrival,
) -> Result<(), Failure> {
    let Refusal { address, permission, why, passed_over } = refusal;
    let more = if passed_over == 0 { String::new() } else { format!(", and {passed_over} times before") };
    let entry =
        AuditEntry::by(&account.actor(), Channel::Web, "ask-for-address", arrival.at).sent_from(arrival.from);
    let entry = match why {
        Why::NotPermitted => {
            entry.result("refused").detail(format!("{address} needs {}{more}", permission.code()))
        }
        Why::Absent => entry.result("not found").detail(format!("{address}{more}")),
    };
    Ok(cx.store.write_for_readers(move |tx| tx.audit(&entry)).await?)
}
