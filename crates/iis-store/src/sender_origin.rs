//! Places that messages come from without a key: a facility named in MSH-4, and a network.

use crate::row::{FromRow, Row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::network::Network;
use iis_model::recognition::Origin;
use iis_model::{SenderId, Timestamp};

sql! {
    PUT = "INSERT INTO sender_origin (facility, network, sender_id, created_at) VALUES ($1, $2, $3, $4)";
    OF_FACILITY = "SELECT facility, network, sender_id FROM sender_origin WHERE facility = $1 ORDER BY network";
    OF_SENDER = "SELECT facility, network, sender_id FROM sender_origin WHERE sender_id = $1 \
                 ORDER BY facility, network";
    NETWORKS = "SELECT DISTINCT network FROM sender_origin ORDER BY network";
    REMOVE = "DELETE FROM sender_origin WHERE facility = $1 AND network = $2";
}

/// An origin with the sender it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderOrigin {
    /// The origin.
    pub origin: Origin,
    /// The sender.
    pub sender_id: SenderId,
}

impl FromRow for SenderOrigin {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        let origin = Origin { facility: row.get(0)?, network: network(row.text(1)?)? };
        Ok(Self { origin, sender_id: row.get(2)? })
    }
}

/// Gives an origin to a sender. One that has an owner is refused by `sender_origin_pkey`.
pub fn put(tx: &mut Tx<'_>, id: SenderId, origin: &Origin, at: Timestamp) -> Result<(), StoreError> {
    let network = origin.network.to_string();
    tx.exec(&PUT, vals![&origin.facility, &network, id, at])
}

/// The origins of a facility, whosever they are.
pub fn of_facility(tx: &mut Tx<'_>, facility: &str) -> Result<Vec<SenderOrigin>, StoreError> {
    tx.all(&OF_FACILITY, vals![facility])
}

/// The origins of a sender, in order.
pub fn of_sender(tx: &mut Tx<'_>, id: SenderId) -> Result<Vec<SenderOrigin>, StoreError> {
    tx.all(&OF_SENDER, vals![id])
}

/// All networks from which anybody may send without a key.
pub fn networks(tx: &mut Tx<'_>) -> Result<Vec<Network>, StoreError> {
    let texts: Vec<Box<str>> = tx.all(&NETWORKS, &[])?;
    texts.iter().map(|text| network(text)).collect()
}

fn network(text: &str) -> Result<Network, StoreError> {
    text.parse().map_err(|_| StoreError::internal("a sender's network is none"))
}

/// Takes an origin away from whoever has it.
pub fn remove(tx: &mut Tx<'_>, origin: &Origin) -> Result<(), StoreError> {
    let network = origin.network.to_string();
    tx.exec(&REMOVE, vals![&origin.facility, &network])
}
