//! The letter with the link of a case, sent again for whoever has lost it: number and address are asked for, and the answer is
//! the same whether or not they belong together.

use super::{Case, Flow, Keys};
use crate::enrollment::standing::inside;
use crate::mail::{Letter, may_ask};
use crate::{Arrival, Context, Failure};
use iis_model::EmailAddress;
use iis_store::{Lane, outbox};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is said when an address had its letters for now, and what was asked for is not begun.
pub(crate) const NO_MORE_LETTERS: Failure = Failure::Rule(
    "No more messages go out to this address within this hour: five were asked for. Nothing was begun and no message was sent. \
     Look into its mail, the folder for unwanted mail too, try again in an hour, or call the Help Desk.",
);

/// What is said to who asks for a letter again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It is on its way, if number and address belong together.
    OnItsWay,
    /// No more letters go out for now.
    NoMoreNow,
}

/// The letter with the link of a case.
type LetterOf<F, B> = fn(&Context, &Keys, &Case<F, B>) -> Letter;

/// Sends the letter of a kind with the link of a case again, if the case is of this address; `action` is the word of the audit.
pub(crate) async fn letter_again<F, B>(
    cx: &Context,
    (number, email): (i64, &EmailAddress),
    (kind, action): (&'static str, &'static str),
    letter: LetterOf<F, B>,
    arrival: Arrival,
) -> Result<Again, Failure>
where
    F: Flow,
    B: Serialize + DeserializeOwned + 'static,
{
    let keys = Keys::of(cx, arrival).await?;
    let (cx2, email) = (cx.clone(), email.clone());
    let entry = arrival.by_nobody(action);
    let sent = cx.store.write(Lane::Web, move |tx| {
        if !may_ask(tx, &cx2, &email, kind, arrival.at)? {
            return Ok(Again::NoMoreNow);
        }
        let case = Case::<F, B>::load(tx, number)?.filter(|case| case.email == email);
        if let Some(case) = case {
            let letter = letter(&cx2, &keys, &case);
            outbox::insert(tx, &letter.to(&cx2, &email, arrival.at).map_err(inside)?)?;
            tx.audit(&entry.clone().detail(format!("{} {number}", F::KIND)))?;
        }
        Ok(Again::OnItsWay)
    });
    Ok(sent.await?)
}
