//! Who sends: by name and secret, by a key, or by the facility a message names and the place it comes from.
//!
//! Nobody is recognized by default. What was read is kept for a second.

use crate::{Arrival, Context, Failure};
use iis_model::Timestamp;
use iis_model::network::Network;
use iis_model::organization::Sender;
use iis_model::recognition::{Origin, SenderKey};
use iis_store::sender::{self, SenderAccess, SenderSecret};
use iis_store::{StoreError, Tx, sender_key, sender_origin};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError};

/// What is known of a sender is read again after this time: so fast a withdrawn credential stops working.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(1);

/// The most answers kept; beyond it all are read again, so that made-up names cannot fill the memory.
const MOST_KEPT: usize = 10_000;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Question {
    Name(Box<str>),
    Key(SenderKey),
    Facility(Box<str>),
}

/// What was read lately; also that there is nobody.
#[derive(Debug, Default)]
pub(crate) struct Known(HashMap<Question, (Timestamp, Arc<[Candidate]>)>);

/// An active sender that a question leads to.
#[derive(Debug, Clone)]
struct Candidate {
    sender: Arc<Sender>,
    secrets: Arc<[SenderSecret]>,
    /// For a question about a facility.
    origin: Option<Origin>,
}

impl Candidate {
    fn of(access: SenderAccess, origin: Option<Origin>) -> Option<Self> {
        let SenderAccess { sender, status, secrets } = access;
        (&*status == "active").then(|| Self { sender: Arc::new(sender), secrets: secrets.into(), origin })
    }

    /// Whether one of the secrets that hold now has this hash. All are compared, whatever the first says.
    fn accepts(&self, hash: &[u8; 32], at: Timestamp) -> bool {
        let holds = |secret: &&SenderSecret| secret.valid_until.is_none_or(|until| at < until);
        let same = |secret: &SenderSecret| {
            secret.secret_sha256.iter().zip(hash).fold(0, |d, (a, b)| d | (a ^ b)) == 0
        };
        self.secrets.iter().filter(holds).fold(false, |found, secret| same(secret) | found)
    }
}

/// The sender of a name and secret, if they belong together.
pub async fn authenticate(
    cx: &Context,
    name: &str,
    secret: &str,
    arrival: Arrival,
) -> Result<Option<Arc<Sender>>, Failure> {
    let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    let candidates = candidates(cx, Question::Name(name.into()), arrival).await?;
    let found = candidates.iter().find(|candidate| candidate.accepts(&hash, arrival.at));
    Ok(found.map(|candidate| Arc::clone(&candidate.sender)))
}

/// The sender of a key that the client has proved to hold.
pub async fn of_key(cx: &Context, key: SenderKey, arrival: Arrival) -> Result<Option<Arc<Sender>>, Failure> {
    let candidates = candidates(cx, Question::Key(key), arrival).await?;
    Ok(candidates.first().map(|candidate| Arc::clone(&candidate.sender)))
}

/// The sender that a facility named in MSH-4 and the address of a connection stand for. Of several networks around an
/// address the narrowest counts.
pub async fn of_origin(
    cx: &Context,
    facility: &str,
    address: IpAddr,
    arrival: Arrival,
) -> Result<Option<Arc<Sender>>, Failure> {
    let facility = facility.trim().to_uppercase().into();
    let candidates = candidates(cx, Question::Facility(facility), arrival).await?;
    let around = candidates.iter().filter_map(|candidate| {
        let network = candidate.origin.as_ref()?.network;
        network.contains(address).then_some((network.prefix(), candidate))
    });
    let narrowest = around.max_by_key(|(prefix, _)| *prefix);
    Ok(narrowest.map(|(_, candidate)| Arc::clone(&candidate.sender)))
}

/// All networks from which anybody may send without a key.
pub async fn networks(cx: &Context) -> Result<Vec<Network>, Failure> {
    Ok(cx.store.read(sender_origin::networks).await?)
}

/// The active sender of a name, for messages that an operator hands in under it.
pub async fn by_name(cx: &Context, name: &str) -> Result<Option<Arc<Sender>>, Failure> {
    let question = Question::Name(name.into());
    let read = cx.store.read(move |tx| read(tx, &question)).await?;
    Ok(read.into_iter().next().map(|candidate| candidate.sender))
}

async fn candidates(cx: &Context, question: Question, arrival: Arrival) -> Result<Arc<[Candidate]>, Failure> {
    let kept = cx.senders.lock().unwrap_or_else(PoisonError::into_inner).0.get(&question).cloned();
    if let Some((_, candidates)) = kept.filter(|(read_at, _)| arrival.at.duration_since(*read_at) < KEPT_FOR)
    {
        return Ok(candidates);
    }
    let wanted = question.clone();
    let candidates: Arc<[Candidate]> = cx.store.read(move |tx| read(tx, &wanted)).await?.into();
    let mut known = cx.senders.lock().unwrap_or_else(PoisonError::into_inner);
    if known.0.len() >= MOST_KEPT {
        known.0.clear();
    }
    known.0.insert(question, (arrival.at, Arc::clone(&candidates)));
    Ok(candidates)
}

fn read(tx: &mut Tx<'_>, question: &Question) -> Result<Vec<Candidate>, StoreError> {
    let mut found = Vec::new();
    match question {
        Question::Name(name) => {
            found.extend(sender::by_name(tx, name)?.and_then(|access| Candidate::of(access, None)));
        }
        Question::Key(key) => {
            if let Some(id) = sender_key::owner(tx, key)? {
                found.extend(sender::by_id(tx, id)?.and_then(|access| Candidate::of(access, None)));
            }
        }
        Question::Facility(facility) => {
            for row in sender_origin::of_facility(tx, facility)? {
                let access = sender::by_id(tx, row.sender_id)?;
                found.extend(access.and_then(|access| Candidate::of(access, Some(row.origin))));
            }
        }
    }
    Ok(found)
}
