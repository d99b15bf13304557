//! What time does to enrollments: a year later the renewal is due, the site is told so and reminded, and closed when nothing came.

use super::standing::inside;
use super::{Enrollment, Event, State, closing};
use crate::cases::{By, Keys};
use crate::mail::{Letter, Link};
use crate::staff::{Position, administrators_of, who_answers};
use crate::{Arrival, Context, Failure};
use iis_model::EmailAddress;
use iis_store::{Lane, StoreError, Tx, outbox, site, worker};
use std::collections::BTreeMap;

/// Days before a site is closed on which it is reminded of its renewal.
const REMINDED: [i32; 2] = [30, 7];

/// What time does: renewals that are near fall due, and sites whose year ended without one are closed, wherever their
/// renewal stands; one that was never sent in lapses. Says how many moved.
pub async fn fall_due(cx: &Context, arrival: Arrival) -> Result<usize, Failure> {
    let keys = Keys::of(cx, arrival).await?;
    let cx2 = cx.clone();
    let moved = cx.store.write(Lane::Bulk, move |tx| {
        let mut moved = 0;
        for mut case in Enrollment::in_state(tx, State::Approved, super::standing::QUEUE)? {
            if case.body.renew_on.is_some_and(|day| day <= arrival.today) {
                fall_due_now(tx, (&cx2, &keys), &mut case, arrival)?;
                moved += 1;
            }
        }
        let by = |reason| By { actor: "openiis", reason, at: arrival.at };
        for mut case in Enrollment::of_open_sites(tx, State::Approved)? {
            remind(tx, (&cx2, &keys), &mut case, arrival)?;
            if case.ends_on().is_some_and(|day| day <= arrival.today) {
                if !case.act(tx, Event::Lapse, by("the renewal did not come"))? {
                    case.save(tx)?; // no decision of this moment slips in between
                }
                closing::close(tx, (&cx2, &keys), &case, arrival)?;
                moved += 1;
            }
        }
        Ok(moved)
    });
    Ok(moved.await?)
}

/// The renewal of an enrollment is due, and its site is told so.
pub(super) fn fall_due_now(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    case: &mut Enrollment,
    arrival: Arrival,
) -> Result<(), StoreError> {
    // one that was suspended while it renewed goes on with the papers that it signed
    case.body.renewing_since.get_or_insert(arrival.at);
    case.body.renewal_letters = 0;
    let by = By { actor: "openiis", reason: "the year is almost over", at: arrival.at };
    case.act(tx, Event::FallDue, by)?;
    remind(tx, (cx, keys), case, arrival)
}

/// Tells a site whose renewal is due until when it has to be sent in: at once, a month and a week before it is closed. What was sent in
/// waits for staff, and is not asked for again.
fn remind(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    case: &mut Enrollment,
    arrival: Arrival,
) -> Result<(), StoreError> {
    let waits_for_site = matches!(case.state, State::RenewalDue | State::Incomplete | State::Denied)
        && case.body.renewing_since.is_some()
        && !case.is_first_of_known_site();
    let Some(ends_on) = case.ends_on().filter(|_| waits_for_site) else { return Ok(()) };
    let left = (ends_on - arrival.today).get_days();
    let passed = REMINDED.iter().filter(|days| left <= **days).count();
    let wanted = u8::try_from(passed).unwrap_or_default() + 1;
    if left <= 0 || case.body.renewal_letters >= wanted {
        return Ok(());
    }
    case.body.renewal_letters = wanted;
    case.save(tx)?;
    for (email, link) in who_renews(tx, (cx, keys), case)? {
        let letter = Letter::RenewalDue { site: case.body.site.clone(), ends_on, link };
        outbox::insert(tx, &letter.to(cx, &email, arrival.at).map_err(inside)?)?;
    }
    Ok(())
}

/// Who hears of a renewal, and where each of them sees to it: those who answer for the organization or sign for the site, its site
/// administrators on a page of their own, and the contact of the enrollment, who may have left, by its link.
pub(super) fn who_renews(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    case: &Enrollment,
) -> Result<BTreeMap<EmailAddress, Link>, StoreError> {
    let mut told = BTreeMap::new();
    if let Some(row) = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten() {
        let signs = Position::SigningPhysician.word();
        let listed = worker::of_site(tx, row.site.id)?.into_iter().filter(|entry| *entry.position == *signs);
        let sign_there: Vec<EmailAddress> = listed.filter_map(|entry| entry.email.parse().ok()).collect();
        let agreement = Link::to(cx, &["clinic", "agreement"]);
        for email in who_answers(tx, row.site.organization_id)?.into_iter().chain(sign_there) {
            told.insert(email, agreement.clone());
        }
        for email in administrators_of(tx, row.site.organization_id)?.into_iter().filter_map(|one| one.email)
        {
            told.insert(email, Link::to(cx, &["admin", "enrollment"]));
        }
    }
    told.insert(case.email.clone(), case.link(cx, keys));
    Ok(told)
}
