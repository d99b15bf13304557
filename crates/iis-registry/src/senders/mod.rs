//! Senders: connections with a credential of their own.

mod agreement;
mod differences;
mod marks;
mod pace;
mod recognize;
mod standards;
#[cfg(test)]
mod testing;

pub use agreement::{Agreement, Wrong, agree, agreement};
pub use differences::{Difference, differences, in_words};
pub use marks::{Marks, allow, disallow, marks};
pub(crate) use pace::Paces;
pub use pace::admit;
pub(crate) use recognize::Known;
pub use recognize::{authenticate, by_name, networks, of_key, of_origin};

use crate::names::is_plain;
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::organization::{Sender, SenderProfile};
use iis_model::{SenderId, SiteId, Timestamp};
use iis_store::sender::{self, SenderAccess, SenderSecret};
use iis_store::{AuditEntry, Lane, StoreError, Tx};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

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

/// Makes a sender that is recognized by its secret alone.
pub async fn add(
    cx: &Context,
    granted: &Granted,
    new: NewSender,
    arrival: Arrival,
) -> Result<SenderId, Failure> {
    add_with(cx, granted, new, Marks::default(), arrival).await
}

/// Makes a sender that is recognized by these marks too.
pub async fn add_with(
    cx: &Context,
    granted: &Granted,
    new: NewSender,
    marks: Marks,
    arrival: Arrival,
) -> Result<SenderId, Failure> {
    // HTTP Basic ends the name at the first colon, and the audit is read by line
    if !is_plain(&new.name, 1..=60) {
        return Err(Failure::Rule(
            "A sender's name is 1 to 60 letters, digits, dots, dashes and underscores.",
        ));
    }
    let id = SenderId(cx.store.ids().take()?);
    let secret = secret_row(cx, &new.secret, arrival)?;
    let entry = entry(granted, "add-sender", &new.name, arrival);
    let added = cx.store.write(Lane::Web, move |tx| {
        let sites = agreement::sites(tx, &new.site_codes, None)?;
        let Some((sites, organization_id)) = sites.and_then(|sites| {
            let organization_id = sites.first()?.organization_id;
            Some((sites, organization_id))
        }) else {
            return Ok(Err(agreement::NOT_ITS_SITES));
        };
        if !marks::are_free(tx, id, &marks)? {
            return Ok(Err(marks::TAKEN));
        }
        let default_site_id = sites.first().map_or(SiteId(0), |site| site.id);
        let (name, profile) = (new.name.clone(), new.profile.clone());
        let sender = Sender { id, organization_id, name, default_site_id, sites, profile };
        sender::put(tx, &sender, "active")?;
        sender::rotate_secret(tx, id, &secret, arrival.at)?;
        let (name, told) = (&sender.name, marks::give(tx, id, &marks, arrival.at)?);
        let detail =
            if told.is_empty() { format!("sender {name}") } else { format!("sender {name}: {told}") };
        tx.audit(&entry.clone().detail(detail))?;
        Ok(Ok(id))
    });
    match added.await {
        Ok(added) => added.map_err(Failure::Rule),
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
    let row = secret_row(cx, secret, arrival)?;
    let old_until = arrival.at.saturating_add(overlap).unwrap_or(Timestamp::MAX);
    let rotated = change(cx, granted, "rotate-secret", name, arrival, move |tx, access| {
        sender::rotate_secret(tx, access.sender.id, &row, old_until)?;
        Ok(Ok(String::new()))
    });
    rotated.await
}

/// What a change of a sender did, in words for the audit; or why it may not be.
type Changed = Result<String, &'static str>;

/// Changes a sender that there is, with the audit row that tells it.
async fn change(
    cx: &Context,
    granted: &Granted,
    action: &'static str,
    name: &str,
    arrival: Arrival,
    change: impl Fn(&mut Tx<'_>, SenderAccess) -> Result<Changed, StoreError> + Send + Sync + 'static,
) -> Result<(), Failure> {
    let entry = entry(granted, action, name, arrival);
    let name = name.to_owned();
    let changed = cx.store.write(Lane::Web, move |tx| {
        let Some(access) = sender::by_name(tx, &name)? else {
            return Ok(Err("There is no sender of this name."));
        };
        match change(tx, access)? {
            Ok(told) => {
                let detail = format!("sender {name}: {told}");
                tx.audit(&entry.clone().detail(detail.trim_end_matches(": ").to_owned()))?;
                Ok(Ok(()))
            }
            Err(why) => Ok(Err(why)),
        }
    });
    changed.await?.map_err(Failure::Rule)
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
