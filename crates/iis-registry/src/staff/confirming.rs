//! Confirming: twice a year an organization's site administrator says which of its users are still there; who is not
//! confirmed in time goes inactive (requirements 3.3).

use super::administrators::is_last_administrator;
use crate::access::as_registry;
use crate::{Arrival, Context, Failure};
use iis_model::AccountId;
use iis_model::access::{Granted, Permission};
use iis_store::{AuditEntry, Lane, account, session, worker};
use jiff::{Span, ToSpan};

/// Asks about everybody who was confirmed too long ago; says about how many.
pub async fn ask_organizations(cx: &Context, arrival: Arrival) -> Result<usize, Failure> {
    let months: Span = i64::from(cx.settled.recertify_months).months();
    let before = before(cx, arrival, months);
    let asked = cx.store.write(Lane::Bulk, move |tx| {
        let due = worker::due(tx, before)?;
        due.iter().try_for_each(|account| worker::ask(tx, *account, arrival.at))?;
        Ok(due.len())
    });
    Ok(asked.await?)
}

/// The organization says that the user is still there.
pub async fn confirm(
    cx: &Context,
    granted: &Granted,
    account: AccountId,
    arrival: Arrival,
) -> Result<(), Failure> {
    let entry =
        AuditEntry::of(granted, arrival.at).action("confirm-user").detail(format!("account {}", account.0));
    let confirmed = cx.store.write(Lane::Web, move |tx| {
        worker::confirm(tx, account, arrival.at)?;
        tx.audit(&entry)
    });
    Ok(confirmed.await?)
}

/// Ends the access of those about whom was asked long enough ago; says of how many. An organization's last site
/// administrator stays: who else would confirm the others.
pub async fn end_unconfirmed(cx: &Context, arrival: Arrival) -> Result<usize, Failure> {
    let before = before(cx, arrival, i64::from(cx.settled.recertify_grace_days).days());
    let entry =
        AuditEntry::of(&as_registry(Permission::RecertifyUsers), arrival.at).action("end-unconfirmed");
    let ended = cx.store.write(Lane::Bulk, move |tx| {
        let (mut ended, mut after) = (0, AccountId(i64::MIN));
        loop {
            let page = worker::overdue(tx, before, after)?;
            let Some(last) = page.last() else { return Ok(ended) };
            after = *last;
            for id in page {
                let Some(row) = account::get(tx, id)? else { continue };
                if is_last_administrator(tx, id)? {
                    continue;
                }
                account::set_status(tx, id, "disabled")?;
                session::delete_of_account(tx, id)?;
                tx.audit(&entry.clone().detail(format!("user {}", row.name)))?;
                ended += 1;
            }
        }
    });
    Ok(ended.await?)
}

fn before(cx: &Context, arrival: Arrival, span: Span) -> iis_model::Timestamp {
    let now = arrival.at.to_zoned(cx.identity.zone.clone());
    now.checked_sub(span).map_or(iis_model::Timestamp::MIN, |earlier| earlier.timestamp())
}
