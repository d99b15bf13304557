//! A site whose enrollment lapsed, was suspended, denied or taken back is closed: its people read for thirty days, and are
//! then locked out of it and of no other site. Renewal, or lifting the suspension, opens it again (requirements 3.1).

use super::Enrollment;
use super::renewing::who_renews;
use super::standing::inside;
use crate::cases::Keys;
use crate::mail::Letter;
use crate::staff::administrators_of;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Actor, Channel};
use iis_model::{Date, Timestamp};
use iis_store::closed_site::{self, ClosedSite};
use iis_store::{AuditEntry, Lane, StoreError, Tx, outbox, site};
use jiff::{SignedDuration, ToSpan};

/// Whether a site rests on the enrollment, and is open. A site that was there before its first agreement works without it.
pub(super) fn is_open(tx: &mut Tx<'_>, case: &Enrollment) -> Result<bool, StoreError> {
    Ok(match case.site_id {
        Some(id) if !case.is_first_of_known_site() => closed_site::get(tx, id)?.is_none(),
        _ => false,
    })
}

/// Closes the site that rests on an enrollment and tells it so, if there is one and it is open. Its people read for a while.
pub(super) fn close(
    tx: &mut Tx<'_>,
    told: (&Context, &Keys),
    case: &Enrollment,
    arrival: Arrival,
) -> Result<(), StoreError> {
    let days = i32::from(told.0.settled.closed_read_days).days();
    close_until(tx, told, case, Some(arrival.today.checked_add(days).unwrap_or(Date::MAX)), arrival)
}

/// The same where they are locked out of it at once.
pub(super) fn close_and_lock(
    tx: &mut Tx<'_>,
    told: (&Context, &Keys),
    case: &Enrollment,
    arrival: Arrival,
) -> Result<(), StoreError> {
    close_until(tx, told, case, None, arrival)?;
    let Some(one) = case.site_id.map(|id| closed_site::get(tx, id)).transpose()?.flatten() else {
        return Ok(());
    };
    if closed_site::lock(tx, &one)? { note(tx, "lock-site", case.number, arrival.at) } else { Ok(()) }
}

fn close_until(
    tx: &mut Tx<'_>,
    told: (&Context, &Keys),
    case: &Enrollment,
    until: Option<Date>,
    arrival: Arrival,
) -> Result<(), StoreError> {
    let Some(id) = case.site_id.filter(|_| !case.is_first_of_known_site()) else { return Ok(()) };
    if !closed_site::close(tx, id, case.number, arrival.at)? {
        return Ok(());
    }
    note(tx, "close-site", case.number, arrival.at)?;
    tell(tx, told, case, until, arrival.at)
}

/// Opens the site of an enrollment, if it was closed.
pub(super) fn open(tx: &mut Tx<'_>, case: &Enrollment, at: Timestamp) -> Result<(), StoreError> {
    match case.site_id {
        Some(id) if closed_site::open(tx, id)? => note(tx, "open-site", case.number, at),
        _ => Ok(()),
    }
}

/// What time does to closed sites: they are warned again, and then their people are locked out. Says how many were locked.
pub async fn lock_closed(cx: &Context, arrival: Arrival) -> Result<usize, Failure> {
    let closed = cx.store.read(closed_site::not_locked).await?;
    if closed.is_empty() {
        return Ok(0);
    }
    let keys = Keys::of(cx, arrival).await?;
    let cx2 = cx.clone();
    let locked = cx.store.write(Lane::Bulk, move |tx| {
        let mut locked = 0;
        for one in closed_site::not_locked(tx)? {
            let days = |days: u16| SignedDuration::from_hours(24 * i64::from(days));
            let end = one.since + days(cx2.settled.closed_read_days);
            if end <= arrival.at {
                if closed_site::lock(tx, &one)? {
                    note(tx, "lock-site", one.enrollment, arrival.at)?;
                    locked += 1;
                }
            } else if end - days(cx2.settled.closed_warn_days) <= arrival.at && one.warned_at.is_none() {
                warn(tx, (&cx2, &keys), &one, end, arrival.at)?;
            }
        }
        Ok(locked)
    });
    Ok(locked.await?)
}

fn warn(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    one: &ClosedSite,
    end: Timestamp,
    at: Timestamp,
) -> Result<(), StoreError> {
    if !closed_site::warn(tx, one, at)? {
        return Ok(());
    }
    let Some(case) = Enrollment::load(tx, one.enrollment)? else { return Ok(()) };
    tell(tx, (cx, keys), &case, Some(end.to_zoned(cx.identity.zone.clone()).date()), at)
}

/// Writes to everybody who hears of a renewal; the site administrators find a closed site by the link of its contact alone.
fn tell(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    case: &Enrollment,
    until: Option<Date>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let owner = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten();
    let administrators = match owner {
        Some(row) => administrators_of(tx, row.site.organization_id)?,
        None => Vec::new(),
    };
    let mut told = who_renews(tx, (cx, keys), case)?;
    for email in administrators.into_iter().filter_map(|one| one.email) {
        told.insert(email, case.link(cx, keys));
    }
    for (email, link) in told {
        let letter = Letter::SiteClosed { site: case.body.site.clone(), until, link };
        outbox::insert(tx, &letter.to(cx, &email, at).map_err(inside)?)?;
    }
    Ok(())
}

fn note(tx: &mut Tx<'_>, action: &'static str, enrollment: i64, at: Timestamp) -> Result<(), StoreError> {
    let entry = AuditEntry::by(&Actor::Registry, Channel::Internal, action, at);
    tx.audit(&entry.detail(format!("enrollment {enrollment}")))
}
