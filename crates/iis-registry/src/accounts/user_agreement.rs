//! The user and confidentiality agreement: accepted at the first sign-in and every year again (requirements 3.3).

use super::Account;
use crate::{Arrival, Context, Failure};
use iis_model::access::Channel;
use iis_model::{AccountId, Timestamp};
use iis_store::user_agreement::{self, UserAgreementRow};
use iis_store::{AuditEntry, Lane};
use jiff::SignedDuration;

/// How long an acceptance holds.
const HOLDS: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Whether the account must accept this text before it goes on: it never did, the text is another one, or a year is over.
pub async fn is_owed(
    cx: &Context,
    id: AccountId,
    text_sha256: [u8; 32],
    now: Timestamp,
) -> Result<bool, Failure> {
    let latest = cx.store.read(move |tx| user_agreement::latest(tx, id)).await?;
    Ok(latest.is_none_or(|row| row.text_sha256 != text_sha256 || now.duration_since(row.at) >= HOLDS))
}

/// Notes that the account accepted the text.
pub async fn accept(
    cx: &Context,
    account: &Account,
    text_sha256: [u8; 32],
    arrival: Arrival,
) -> Result<(), Failure> {
    let id = account.id;
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "accept-agreement", arrival.at);
    let accepted = cx.store.write(Lane::Web, move |tx| {
        user_agreement::insert(tx, id, &UserAgreementRow { at: arrival.at, text_sha256 })?;
        tx.audit(&entry)
    });
    Ok(accepted.await?)
}
