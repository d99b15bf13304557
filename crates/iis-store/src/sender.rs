//! Senders: connections with a credential of their own, what is agreed with them, and their rotating secrets.

use crate::row::{FromRow, Row, from_row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx, site};
use iis_model::organization::{Sender, SenderProfile};
use iis_model::{SenderId, SiteId, Timestamp};

sql! {
    PUT = "INSERT INTO sender (id, organization_id, name, default_site_id, profile, status) \
           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET \
           organization_id = excluded.organization_id, name = excluded.name, \
           default_site_id = excluded.default_site_id, profile = excluded.profile, status = excluded.status";
    BY_NAME = "SELECT id, organization_id, name, default_site_id, profile, status FROM sender WHERE name = $1";
    BY_ID = "SELECT id, organization_id, name, default_site_id, profile, status FROM sender WHERE id = $1";
    LIST = "SELECT id, organization_id, name, default_site_id, profile, status FROM sender \
            WHERE name > $1 ORDER BY name LIMIT $2";
    OF_SITE = "SELECT s.id, s.organization_id, s.name, s.default_site_id, s.profile, s.status FROM sender s \
               JOIN sender_site l ON l.sender_id = s.id WHERE l.site_id = $1 ORDER BY s.name";
    CLEAR_SITES = "DELETE FROM sender_site WHERE sender_id = $1";
    ADD_SITE = "INSERT INTO sender_site (sender_id, site_id) VALUES ($1, $2)";
    SECRETS = "SELECT id, secret_sha256, created_at, valid_until FROM sender_secret WHERE sender_id = $1 ORDER BY id";
    ADD_SECRET = "INSERT INTO sender_secret (sender_id, id, secret_sha256, created_at, valid_until) \
                  VALUES ($1, $2, $3, $4, NULL)";
    END_SECRETS = "UPDATE sender_secret SET valid_until = $2 \
                   WHERE sender_id = $1 AND (valid_until IS NULL OR valid_until > $2)";
    IS_SHARED = "SELECT authority FROM shared_authority WHERE authority = $1";
    SHARED = "SELECT authority FROM shared_authority ORDER BY authority";
    SHARE = "INSERT INTO shared_authority (authority) VALUES ($1) ON CONFLICT (authority) DO NOTHING";
}

/// A secret of a sender, as its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderSecret {
    /// Row key.
    pub id: i64,
    /// SHA-256 of the secret.
    pub secret_sha256: [u8; 32],
    /// Since when.
    pub created_at: Timestamp,
    /// The first moment at which it no longer holds.
    pub valid_until: Option<Timestamp>,
}
from_row!(SenderSecret { id, secret_sha256, created_at, valid_until });

/// A sender with all that is needed to let it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderAccess {
    /// The sender, its sites by code.
    pub sender: Sender,
    /// "active" or "inactive".
    pub status: Box<str>,
    /// Its secrets, also those that no longer hold; oldest first.
    pub secrets: Vec<SenderSecret>,
}

impl FromRow for SenderAccess {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let sender = Sender {
            id: row.get(0)?,
            organization_id: row.get(1)?,
            name: row.get(2)?,
            default_site_id: row.get(3)?,
            sites: Vec::new(),
            profile: row.json::<SenderProfile>(4)?,
        };
        Ok(Self { sender, status: row.get(5)?, secrets: Vec::new() })
    }
}

/// Adds the sender with its sites, or changes it. A name that another has is refused by `sender_name`.
pub fn put(tx: &mut Tx<'_>, sender: &Sender, status: &str) -> Result<(), StoreError> {
    let profile =
        serde_json::to_string(&sender.profile).map_err(|_| StoreError::internal("a profile is not JSON"))?;
    tx.exec(
        &PUT,
        vals![sender.id, sender.organization_id, &sender.name, sender.default_site_id, &profile, status],
    )?;
    set_sites(tx, sender.id, sender.sites.iter().map(|site| site.id))
}

fn set_sites(tx: &mut Tx<'_>, id: SenderId, sites: impl Iterator<Item = SiteId>) -> Result<(), StoreError> {
    tx.exec(&CLEAR_SITES, vals![id])?;
    sites.into_iter().try_for_each(|site| tx.exec(&ADD_SITE, vals![id, site]))
}

/// The sender of a name with its sites and secrets.
pub fn by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<SenderAccess>, StoreError> {
    let found = tx.one::<SenderAccess>(&BY_NAME, vals![name])?;
    found.map(|access| completed(tx, access)).transpose()
}

/// The sender of an id with its sites and secrets.
pub fn by_id(tx: &mut Tx<'_>, id: SenderId) -> Result<Option<SenderAccess>, StoreError> {
    let found = tx.one::<SenderAccess>(&BY_ID, vals![id])?;
    found.map(|access| completed(tx, access)).transpose()
}

/// Senders after the name `after` with their sites and secrets, at most `limit`.
pub fn list(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<SenderAccess>, StoreError> {
    let found: Vec<SenderAccess> = tx.all(&LIST, vals![after, limit])?;
    found.into_iter().map(|access| completed(tx, access)).collect()
}

/// The senders that may submit for a site, by name, with their sites and secrets.
pub fn of_site(tx: &mut Tx<'_>, site_id: SiteId) -> Result<Vec<SenderAccess>, StoreError> {
    let found: Vec<SenderAccess> = tx.all(&OF_SITE, vals![site_id])?;
    found.into_iter().map(|access| completed(tx, access)).collect()
}

fn completed(tx: &mut Tx<'_>, mut access: SenderAccess) -> Result<SenderAccess, StoreError> {
    let id = access.sender.id;
    access.sender.sites = site::of_sender(tx, id)?.into_iter().map(|row| row.site).collect();
    access.secrets = tx.all(&SECRETS, vals![id])?;
    Ok(access)
}

/// Gives the sender a new secret; those it has hold until `old_until`.
pub fn rotate_secret(
    tx: &mut Tx<'_>,
    sender_id: SenderId,
    secret: &SenderSecret,
    old_until: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&END_SECRETS, vals![sender_id, old_until])?;
    tx.exec(&ADD_SECRET, vals![sender_id, secret.id, &secret.secret_sha256, secret.created_at])
}

/// Whether medical record numbers of this authority mean the same person whoever sends them.
pub fn is_shared_authority(tx: &mut Tx<'_>, authority: &str) -> Result<bool, StoreError> {
    Ok(tx.one::<Box<str>>(&IS_SHARED, vals![authority])?.is_some())
}

/// All shared authorities.
pub fn shared_authorities(tx: &mut Tx<'_>) -> Result<Vec<Box<str>>, StoreError> {
    tx.all(&SHARED, &[])
}

/// Registers an authority as shared.
pub fn share_authority(tx: &mut Tx<'_>, authority: &str) -> Result<(), StoreError> {
    tx.exec(&SHARE, vals![authority])
}
