//! Letters of a request that were lost, sent again: the one with its link, and the one that asks the site administrator.
//!
//! Whoever has lost the first letter has no link, so the number and the address are asked for; the answer is the same whether
//! or not they belong together.

use super::applying::LETTER;
use super::approving::ask_with;
use super::{Request, State};
use crate::cases::{Again, Keys, NOT_NOW, Party, again};
use crate::mail::send_again;
use crate::{Arrival, Context, Failure};
use iis_model::EmailAddress;
use iis_store::Lane;

/// Sends the letter with the link of a request again, if the request is of this address. Nobody learns whether it is; nor
/// from the bound, which counts what is asked for.
pub async fn letter_again(
    cx: &Context,
    number: i64,
    email: &EmailAddress,
    arrival: Arrival,
) -> Result<Again, Failure> {
    let kind = (LETTER, "send-request-letter-again");
    again::letter_again(cx, (number, email), kind, Request::letter, arrival).await
}

/// Asks the site administrator again, with the link of the first letter: for the applicant, who has the request's own link,
/// and for the Help Desk.
pub async fn ask_again(
    cx: &Context,
    party: Party<'_>,
    number: i64,
    arrival: Arrival,
) -> Result<Again, Failure> {
    const NO_ADDRESS: Failure = Failure::Rule(
        "No address for mail is on record for a site administrator of this organization. They see the request when they sign \
         in, on the page Accounts.",
    );
    let keys = Keys::of(cx, arrival).await?;
    let (cx2, entry) = (cx.clone(), party.entry("ask-administrator-again", arrival));
    let entry = entry.detail(format!("request {number}"));
    let asked = cx.store.write(Lane::Web, move |tx| {
        let case = Request::load(tx, number)?.filter(|case| case.state == State::AwaitingAdministrator);
        let Some(case) = case else { return Ok(Err(NOT_NOW)) };
        let asked = ask_with(tx, (&cx2, &keys), &case, arrival.at, send_again)?;
        if asked.has_nobody_an_address() {
            return Ok(Err(NO_ADDRESS));
        }
        if asked.letters == 0 {
            return Ok(Ok(Again::NoMoreNow));
        }
        tx.audit(&entry)?;
        Ok(Ok(Again::OnItsWay))
    });
    asked.await?
}
