//! Senders: connections with a credential of their own.

use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::organization::{Sender, SenderProfile};
use iis_model::{SenderId, SiteId, Timestamp};
use iis_store::sender::{self, SenderAccess, SenderSecret};
use iis_store::{AuditEntry, Lane, site};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

/// What is known of a sender is read again after this time: so fast a withdrawn credential stops working.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(1);

/// The most names kept; beyond it all are read again, so that made-up names cannot fill the memory.
const MOST_KEPT: usize = 10_000;

/// Credentials read lately, by name; also names that do not exist.
#[derive(Debug, Default)]
pub(crate) struct Known(HashMap<Box<str>, (Timestamp, Option<Credential>)>);

#[derive(Debug, Clone)]
struct Credential {
    sender: Arc<Sender>,
    secrets: Arc<[SenderSecret]>,
}

impl Credential {
    fn of(access: SenderAccess) -> Option<Self> {
        let active = &*access.status == "active";
        active.then(|| Self { sender: Arc::new(access.sender), secrets: access.secrets.into() })
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
    let credential = credential(cx, name, arrival).await?;
    Ok(credential
        .filter(|credential| credential.accepts(&hash, arrival.at))
        .map(|credential| credential.sender))
}

async fn credential(cx: &Context, name: &str, arrival: Arrival) -> Result<Option<Credential>, Failure> {
    let kept = cx.senders.lock().unwrap_or_else(PoisonError::into_inner).0.get(name).cloned();
    if let Some((_, credential)) = kept.filter(|(read_at, _)| arrival.at.duration_since(*read_at) < KEPT_FOR)
    {
        return Ok(credential);
    }
    let wanted = name.to_owned();
    let access = cx.store.read(move |tx| sender::by_name(tx, &wanted)).await?;
    let credential = access.and_then(Credential::of);
    let mut known = cx.senders.lock().unwrap_or_else(PoisonError::into_inner);
    if known.0.len() >= MOST_KEPT {
        known.0.clear();
    }
    known.0.insert(name.into(), (arrival.at, credential.clone()));
    Ok(credential)
}

/// A sender to be made.
#[derive(Debug, Clone)]
pub struct NewSender {
    /// The name it signs in with.
    pub name: Box<str>,
    /// Codes of the sites it may submit for; the first is its default. All belong to one organization.
    pub site_codes: Vec<Box<str>>,
    /// What is agreed with it.
    pub profile: SenderProfile,
    /// Its secret: made by the server, shown once.
    pub secret: Box<str>,
}

/// Makes a sender.
pub async fn add(
    cx: &Context,
    granted: &Granted,
    new: NewSender,
    arrival: Arrival,
) -> Result<SenderId, Failure> {
    let id = SenderId(cx.store.ids().take()?);
    let secret = secret_row(cx, &new.secret, arrival)?;
    let entry = entry(granted, "add-sender", &new.name, arrival);
    let added = cx.store.write(Lane::Web, move |tx| {
        let mut sites = Vec::new();
        for code in &new.site_codes {
            sites.extend(site::by_code(tx, code)?.map(|row| row.site));
        }
        let organization_id = sites.first().map(|site| site.organization_id);
        let (Some(organization_id), true) = (organization_id, sites.len() == new.site_codes.len()) else {
            return Ok(false);
        };
        let default_site_id = sites.first().map_or(SiteId(0), |site| site.id);
        let (name, profile) = (new.name.clone(), new.profile.clone());
        let sender = Sender { id, organization_id, name, default_site_id, sites, profile };
        sender::put(tx, &sender, "active")?;
        sender::rotate_secret(tx, id, &secret, arrival.at)?;
        tx.audit(&entry)?;
        Ok(true)
    });
    match added.await {
        Ok(true) => Ok(id),
        Ok(false) => Err(Failure::Rule("A sender needs at least one site, and every site code must exist.")),
        Err(error) if error.is_constraint("sender_name") => {
            Err(Failure::Rule("A sender of this name exists. Choose another name, or rotate its secret."))
        }
        Err(error) => Err(error.into()),
    }
}

fn secret_row(cx: &Context, secret: &str, arrival: Arrival) -> Result<SenderSecret, Failure> {
    Ok(SenderSecret {
        id: cx.store.ids().take()?,
        secret_sha256: Sha256::digest(secret.as_bytes()).into(),
        created_at: arrival.at,
        valid_until: None,
    })
}

/// Gives a sender a new secret; the old ones hold for `overlap` more, so that both sides can change over.
pub async fn rotate(
    cx: &Context,
    granted: &Granted,
    name: &str,
    secret: &str,
    overlap: SignedDuration,
    arrival: Arrival,
) -> Result<(), Failure> {
    let entry = entry(granted, "rotate-secret", name, arrival);
    let (name, row) = (name.to_owned(), secret_row(cx, secret, arrival)?);
    let old_until = arrival.at.saturating_add(overlap).unwrap_or(Timestamp::MAX);
    let rotated = cx.store.write(Lane::Web, move |tx| {
        let Some(access) = sender::by_name(tx, &name)? else { return Ok(false) };
        sender::rotate_secret(tx, access.sender.id, &row, old_until)?;
        tx.audit(&entry)?;
        Ok(true)
    });
    if rotated.await? { Ok(()) } else { Err(Failure::Rule("There is no sender of this name.")) }
}

fn entry(granted: &Granted, action: &'static str, sender: &str, arrival: Arrival) -> AuditEntry {
    AuditEntry::of(granted, arrival.at).action(action).detail(format!("sender {sender}"))
}

/// All senders, by name.
pub async fn list(cx: &Context) -> Result<Vec<Sender>, Failure> {
    const PAGE: i64 = 500;
    let listed = cx.store.read(|tx| {
        let (mut senders, mut after) = (Vec::new(), String::new());
        loop {
            let page = sender::list(tx, &after, PAGE)?;
            let Some(last) = page.last() else { return Ok(senders) };
            after = last.sender.name.to_string();
            senders.extend(page.into_iter().map(|access| access.sender));
        }
    });
    Ok(listed.await?)
}

/// The active sender of a name, for messages that an operator hands in under it.
pub async fn by_name(cx: &Context, name: &str) -> Result<Option<Arc<Sender>>, Failure> {
    let wanted = name.to_owned();
    let access = cx.store.read(move |tx| sender::by_name(tx, &wanted)).await?;
    Ok(access.and_then(Credential::of).map(|credential| credential.sender))
}
