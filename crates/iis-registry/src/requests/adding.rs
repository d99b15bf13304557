//! A further role for an account that is there (S-59): its owner, signed in, begins the request from a ticket. It goes the way
//! of every request, with the gates and the approval of S-11, and ends at the same account; ticket and request name each
//! other.

use super::applying::{begun, check};
use super::{Application, Request, State};
use crate::accounts::Account;
use crate::accounts::told::address_of;
use crate::cases::{By, Keys, NOT_NOW};
use crate::enrollment::standing::inside;
use crate::mail::{Letter, knock};
use crate::tickets::{self, LinkKind, Ticket};
use crate::{Arrival, Context, Failure};
use iis_model::Timestamp;
use iis_model::access::Channel;
use iis_store::{AuditEntry, Lane, StoreError, Tx, worker};

const NO_ADDRESS: Failure = Failure::Rule(
    "No e-mail address stands on your account, so no request can be confirmed. Give one under Your account and \
     confirm it, or answer in the ticket: the Help Desk goes on from there.",
);
const BEGUN_ALREADY: Failure =
    Failure::Rule("A request was begun from this ticket and is not decided. Its link came to you by mail.");

/// Begins a request that adds a role to the account of whoever opened the ticket. Name and address are those of the account,
/// whatever the application says.
pub async fn begin_from_ticket(
    cx: &Context,
    account: &Account,
    ticket: i64,
    application: Application,
    arrival: Arrival,
) -> Result<i64, Failure> {
    let keys = Keys::of(cx, arrival).await?;
    let (id, cx2, account) = (cx.store.ids().take()?, cx.clone(), account.clone());
    let entry = AuditEntry::by(&account.actor(), Channel::Web, "begin-request", arrival.at);
    let begun_now = cx.store.write(Lane::Web, move |tx| {
        let Some(mut from) = Ticket::hold(tx, ticket)? else { return Ok(Err(NOT_NOW)) };
        if !from.may_begin_request(account.id) {
            return Ok(Err(NOT_NOW));
        }
        if is_under_way(tx, &from)? {
            return Ok(Err(BEGUN_ALREADY));
        }
        let Some(email) = address_of(tx, account.id)? else { return Ok(Err(NO_ADDRESS)) };
        let name = worker::of_account(tx, account.id)?.map(|row| row.name);
        let asked = Application {
            name: name.unwrap_or_else(|| account.display_name.clone()),
            adds_to: Some(account.id),
            ticket: Some(ticket),
            ..application.clone()
        };
        if let Err(refused) = check(&cx2.roles, &asked) {
            return Ok(Err(refused));
        }
        let name = asked.name.clone();
        let by = By { actor: &name, reason: "", at: arrival.at };
        let case = Request::open(tx, id, &email, State::Draft, asked, by)?;
        let number = case.number;
        begun(tx, (&cx2, &keys), case, arrival.at)?;
        from.body.request = Some(number);
        from.save(tx)?;
        from.say(tx, false, &format!("Request {number} was begun from this ticket."), by)?;
        tx.audit(&entry.clone().detail(format!("request {number}, ticket {ticket}")))?;
        Ok(Ok(number))
    });
    begun_now.await?
}

/// Whether the request that a ticket names is not decided yet.
fn is_under_way(tx: &mut Tx<'_>, ticket: &Ticket) -> Result<bool, StoreError> {
    // tickets of before kept the number among what they are linked with
    let linked = ticket.body.linked.as_ref().filter(|linked| linked.kind == LinkKind::Request);
    let number = ticket.body.request.or_else(|| linked.and_then(|linked| linked.name.parse().ok()));
    let Some(number) = number else { return Ok(false) };
    let case = Request::load(tx, number)?.filter(|case| case.body.ticket == Some(ticket.number));
    Ok(case.is_some_and(|case| {
        !matches!(case.state, State::Denied | State::Expired | State::Withdrawn | State::Active)
    }))
}

/// That a request was denied, said in its ticket.
pub(super) fn tell_denied(
    tx: &mut Tx<'_>,
    with: (&Context, &Keys),
    case: &Request,
    at: Timestamp,
) -> Result<(), StoreError> {
    let text = format!("Request {} was denied. The reason stands on its page.", case.number);
    tell_ticket(tx, with, case, (false, &text), at)
}

/// What became of a request, said in the ticket from which it was begun; when the role is there the ticket is resolved.
pub(super) fn tell_ticket(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    case: &Request,
    (is_done, text): (bool, &str),
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(number) = case.body.ticket else { return Ok(()) };
    let Some(mut ticket) = Ticket::load(tx, number)? else { return Ok(()) };
    let by = By { actor: "openiis", reason: "", at };
    if is_done {
        ticket.act(tx, tickets::Event::Resolve, by)?;
    }
    ticket.say(tx, true, text, by)?;
    let letter = Letter::TicketNews { number, link: ticket.link(cx, keys) };
    knock(tx, &letter.to(cx, &ticket.email, at).map_err(inside)?).map(drop)
}
