//! Why somebody opens a person who is not one of their own patients (requirements Y-4, section 6.3).
//!
//! The purpose is asked before the record opens, holds for half a day, and stands in the audit row of every look.

use crate::access::protection::Veil;
use crate::access::reach::own_panel;
use crate::accounts::Account;
use crate::{Arrival, Context, Failure};
use iis_model::RegistryNumber;
use iis_model::access::Granted;
use iis_store::reach::permits;
use iis_store::{AuditEntry, Lane, opening_purpose, person};
use jiff::SignedDuration;

/// So long a purpose holds for the same person.
const HOLDS: SignedDuration = SignedDuration::from_hours(12);

/// What may be chosen as a purpose, with the word that is kept.
pub const PURPOSES: &[(&str, &str)] = &[
    ("new-patient", "New patient of ours"),
    ("transfer", "Moving to us from another clinic"),
    ("walk-in", "Walk-in or one-time visit"),
    ("public-health", "Public health: outbreak, recall, follow-up"),
    ("other", "Something else"),
];

/// Whether a purpose is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// None need be given: one of their own patients, a role of the state, or nobody whom they may open.
    NotNeeded,
    /// It was given.
    Given(Box<str>),
    /// It must be given first.
    Missing,
}

/// Whether the account must say why before it opens this person.
pub async fn asked(
    cx: &Context,
    account: &Account,
    granted: Granted,
    number: RegistryNumber,
    arrival: Arrival,
) -> Result<Asked, Failure> {
    let Some(own) = own_panel(&cx.roles, account) else { return Ok(Asked::NotNeeded) };
    let id = account.id;
    let read = cx.store.read_beside(move |tx| {
        let Some(found) = person::by_registry_number(tx, &granted, number)? else {
            return Ok(Asked::NotNeeded);
        };
        // who is withheld looks absent: nothing is asked
        if !Veil::of(&granted).shows(tx, found.id, found.protected)?
            || permits(tx, &granted.clone().reaching(own.clone(), None), found.id)?
        {
            return Ok(Asked::NotNeeded);
        }
        let from = arrival.at.saturating_sub(HOLDS).unwrap_or(iis_model::Timestamp::MIN);
        let given = opening_purpose::since(tx, id, found.registry_number, from)?;
        Ok(given.map_or(Asked::Missing, Asked::Given))
    });
    Ok(read.await?)
}

/// Keeps why the account opens this person. What was chosen must be one of [`PURPOSES`]; `other` takes words.
pub async fn give(
    cx: &Context,
    account: &Account,
    granted: Granted,
    number: RegistryNumber,
    (chosen, words): (&str, &str),
    arrival: Arrival,
) -> Result<(), Failure> {
    let words: String = words.chars().filter(|letter| !letter.is_control()).take(200).collect();
    let purpose = match chosen {
        _ if !PURPOSES.iter().any(|(code, _)| *code == chosen) => {
            return Err(Failure::Rule("Choose why you open this record."));
        }
        "other" if words.trim().len() < 5 => {
            return Err(Failure::Rule("Say in a few words why you open this record."));
        }
        _ if words.trim().is_empty() => chosen.to_owned(),
        _ => format!("{chosen}: {}", words.trim()),
    };
    let id = account.id;
    let given = cx.store.write(Lane::Web, move |tx| {
        let Some(found) = person::by_registry_number(tx, &granted, number)? else { return Ok(()) };
        if !Veil::of(&granted).shows(tx, found.id, found.protected)? {
            return Ok(());
        }
        opening_purpose::put(tx, id, found.registry_number, arrival.at, &purpose)?;
        let entry = AuditEntry::of(&granted, arrival.at).action("give-purpose").person(found.id);
        tx.audit(&entry.detail(purpose.clone()))
    });
    Ok(given.await?)
}
