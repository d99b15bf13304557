//! Tickets of strangers that are no question: closed without an answer and without a letter, several at once. Anybody can write
//! them, under any name and any address; a letter would go to whoever has the address in truth.

use super::{Event, State, Ticket};
use crate::cases::{By, Flow, NOT_NOW};
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_store::{AuditEntry, Lane};
use std::collections::BTreeSet;

/// The most tickets that are set aside at one time.
const MOST: usize = 200;

impl Ticket {
    /// Whether it can be set aside: nobody was signed in, and it waits for the Help Desk.
    pub fn can_be_set_aside(&self) -> bool {
        self.account_id.is_none() && self.state.after(Event::SetAside) == Some(State::Closed)
    }
}

/// Sets tickets aside, all or none. Whoever wrote one can still open it again with its link, in time.
pub async fn set_aside(
    cx: &Context,
    granted: &Granted,
    numbers: &[i64],
    arrival: Arrival,
) -> Result<(), Failure> {
    const NOTHING: Failure = Failure::Rule("Mark the tickets that are set aside: at most 200 at a time.");
    const OF_AN_ACCOUNT: Failure =
        Failure::Rule("A ticket of somebody who was signed in is not set aside. Answer it.");
    if numbers.is_empty() || numbers.len() > MOST {
        return Err(NOTHING);
    }
    let numbers: BTreeSet<i64> = numbers.iter().copied().collect();
    let actor: Box<str> = granted.actor().label().1.into();
    let entry = AuditEntry::of(granted, arrival.at).action("set-ticket-aside");
    let set_aside = cx.store.write(Lane::Web, move |tx| {
        let mut cases = Vec::new();
        for number in &numbers {
            match Ticket::load(tx, *number)? {
                Some(case) if case.account_id.is_some() => return Ok(Err(OF_AN_ACCOUNT)),
                Some(case) if case.can_be_set_aside() => cases.push(case),
                _ => return Ok(Err(NOT_NOW)),
            }
        }
        for case in &mut cases {
            let by = By { actor: &actor, reason: "set aside without an answer", at: arrival.at };
            case.act(tx, Event::SetAside, by)?;
            tx.audit(&entry.clone().detail(format!("ticket {}", case.number)))?;
        }
        Ok(Ok(()))
    });
    set_aside.await?
}
