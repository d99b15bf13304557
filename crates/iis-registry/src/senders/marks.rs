//! What a sender is recognized by besides its secret, given and taken away.

use super::change;
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::recognition::{Origin, SenderKey};
use iis_model::{SenderId, Timestamp};
use iis_store::{StoreError, Tx, sender_key, sender_origin};

/// Keys and origins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Certificates and SSH keys.
    pub keys: Vec<SenderKey>,
    /// Facilities with the networks they send from.
    pub origins: Vec<Origin>,
}

/// A key or an origin that another sender has.
pub(super) const TAKEN: &str = "This key or origin belongs to another sender. Take it from that one first.";

/// Recognizes a sender by these from now on. What it is recognized by already stays as it is.
pub async fn allow(
    cx: &Context,
    granted: &Granted,
    name: &str,
    marks: Marks,
    arrival: Arrival,
) -> Result<(), Failure> {
    let allowed = change(cx, granted, "allow-sender-keys", name, arrival, move |tx, access| {
        let id = access.sender.id;
        if !are_free(tx, id, &marks)? {
            return Ok(Err(TAKEN));
        }
        Ok(Ok(give(tx, id, &marks, arrival.at)?))
    });
    allowed.await
}

/// No longer recognizes a sender by these. Connections that are open learn it with their next message.
pub async fn disallow(
    cx: &Context,
    granted: &Granted,
    name: &str,
    marks: Marks,
    arrival: Arrival,
) -> Result<(), Failure> {
    let disallowed = change(cx, granted, "disallow-sender-keys", name, arrival, move |tx, access| {
        Ok(Ok(take(tx, access.sender.id, &marks)?))
    });
    disallowed.await
}

/// What a sender is recognized by besides its secret.
pub async fn marks(cx: &Context, id: SenderId) -> Result<Marks, Failure> {
    let read = cx.store.read(move |tx| {
        let origins = sender_origin::of_sender(tx, id)?.into_iter().map(|row| row.origin).collect();
        Ok(Marks { keys: sender_key::of_sender(tx, id)?, origins })
    });
    Ok(read.await?)
}

/// Whether none of the marks belongs to another sender.
pub(super) fn are_free(tx: &mut Tx<'_>, id: SenderId, marks: &Marks) -> Result<bool, StoreError> {
    for key in &marks.keys {
        if sender_key::owner(tx, key)?.is_some_and(|owner| owner != id) {
            return Ok(false);
        }
    }
    for origin in &marks.origins {
        if owner_of(tx, origin)?.is_some_and(|owner| owner != id) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn owner_of(tx: &mut Tx<'_>, origin: &Origin) -> Result<Option<SenderId>, StoreError> {
    let rows = sender_origin::of_facility(tx, &origin.facility)?;
    Ok(rows.into_iter().find(|row| row.origin == *origin).map(|row| row.sender_id))
}

/// Writes those that the sender does not have yet, and says which, for the audit.
pub(super) fn give(
    tx: &mut Tx<'_>,
    id: SenderId,
    marks: &Marks,
    at: Timestamp,
) -> Result<String, StoreError> {
    let mut told = Vec::new();
    for key in &marks.keys {
        if sender_key::owner(tx, key)?.is_none() {
            sender_key::put(tx, id, key, at)?;
            told.push(key_in_words(key));
        }
    }
    for origin in &marks.origins {
        if owner_of(tx, origin)?.is_none() {
            sender_origin::put(tx, id, origin, at)?;
            told.push(origin_in_words(origin));
        }
    }
    Ok(told.join(", "))
}

/// Removes those that the sender has, and says which, for the audit.
fn take(tx: &mut Tx<'_>, id: SenderId, marks: &Marks) -> Result<String, StoreError> {
    let mut told = Vec::new();
    for key in &marks.keys {
        if sender_key::owner(tx, key)? == Some(id) {
            sender_key::remove(tx, key)?;
            told.push(key_in_words(key));
        }
    }
    for origin in &marks.origins {
        if owner_of(tx, origin)? == Some(id) {
            sender_origin::remove(tx, origin)?;
            told.push(origin_in_words(origin));
        }
    }
    Ok(told.join(", "))
}

fn key_in_words(key: &SenderKey) -> String {
    key.sha256.iter().fold(format!("{} ", key.kind.code()), |words, byte| words + &format!("{byte:02x}"))
}

fn origin_in_words(origin: &Origin) -> String {
    format!("{} from {}", origin.facility, origin.network)
}
