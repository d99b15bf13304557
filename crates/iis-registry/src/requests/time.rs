//! What time does to requests: the site administrator is reminded after two and five business days, and after ten the request
//! expires (S-11); requests that waited for an enrollment go on when it is approved (S-15).

use super::adding::tell_ticket;
use super::approving::ask;
use super::facts::facts;
use super::gates::{Standing, gates};
use super::{Event, Request, State};
use crate::cases::{By, Keys};
use crate::enrollment::standing::{QUEUE, inside};
use crate::mail::Letter;
use crate::sites::site_named;
use crate::{Arrival, Context, Failure};
use iis_store::{Lane, outbox};
use jiff::SignedDuration;

/// Reminds, and lets expire. Says how many reminders were written and how many requests expired.
pub async fn remind_and_expire(cx: &Context, arrival: Arrival) -> Result<(usize, usize), Failure> {
    let keys = Keys::of(cx, arrival).await?;
    let (cx2, calendar) = (cx.clone(), cx.settled.calendar(&cx.identity.zone));
    let done = cx.store.write(Lane::Bulk, move |tx| {
        let (mut reminded, mut expired) = (0, 0);
        let days = |days: u16| SignedDuration::from_hours(24 * i64::from(days));
        for mut case in Request::in_state(tx, State::AwaitingAdministrator, QUEUE)? {
            let waited = calendar.between(case.state_since, arrival.at);
            if waited >= days(cx2.settled.expiry_days) {
                let by =
                    By { actor: "openiis", reason: "the site administrator did not answer", at: arrival.at };
                case.act(tx, Event::Expire, by)?;
                let text = format!("Request {} expired: the site administrator did not answer.", case.number);
                tell_ticket(tx, (&cx2, &keys), &case, (false, &text), arrival.at)?;
                let letter = Letter::RequestNews { number: case.number, link: case.link(&cx2, &keys) };
                outbox::insert(tx, &letter.to(&cx2, &case.email, arrival.at).map_err(inside)?)?;
                expired += 1;
            } else if cx2
                .settled
                .reminder_days
                .get(case.body.reminders)
                .is_some_and(|after| waited >= days(*after))
            {
                case.body.reminders += 1;
                case.save(tx)?;
                ask(tx, &cx2, &keys, &case, arrival.at)?;
                reminded += 1;
            }
        }
        Ok((reminded, expired))
    });
    Ok(done.await?)
}

/// Puts requests into the queue whose site is enrolled by now. They keep the time of their receipt.
pub async fn go_on_after_enrollment(cx: &Context, arrival: Arrival) -> Result<usize, Failure> {
    let roles = std::sync::Arc::clone(&cx.roles);
    let (keys, cx2) = (Keys::of(cx, arrival).await?, cx.clone());
    let done = cx.store.write(Lane::Bulk, move |tx| {
        let mut moved = 0;
        for mut case in Request::in_state(tx, State::WaitingEnrollment, QUEUE)? {
            case.site_id = site_named(tx, &case.body.site)?.map(|row| row.site.id);
            let gates = gates(&facts(tx, &roles, &case, arrival.at)?);
            if gates.iter().any(|gate| gate.rule == "S-15" && gate.standing == Standing::Open) {
                let by = By { actor: "openiis", reason: "the site is enrolled", at: arrival.at };
                case.act(tx, Event::Enroll, by)?;
                // the page says which site it was taken for: another of the same name may have come first
                let letter = Letter::RequestNews { number: case.number, link: case.link(&cx2, &keys) };
                outbox::insert(tx, &letter.to(&cx2, &case.email, arrival.at).map_err(inside)?)?;
                moved += 1;
            }
        }
        Ok(moved)
    });
    Ok(done.await?)
}
