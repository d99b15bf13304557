//! Links of letters that end an address for mail which waits for its own link, by the hash of their token.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    PUT = "INSERT INTO address_stop (token_sha256, account_id, valid_until) VALUES ($1, $2, $3) \
           ON CONFLICT (token_sha256) DO UPDATE SET valid_until = excluded.valid_until";
    GET = "SELECT account_id FROM address_stop WHERE token_sha256 = $1 AND valid_until > $2";
    DELETE_OF = "DELETE FROM address_stop WHERE account_id = $1";
    DELETE_EXPIRED = "DELETE FROM address_stop WHERE valid_until <= $1";
}

/// Keeps a link.
pub fn put(
    tx: &mut Tx<'_>,
    token_sha256: &[u8; 32],
    account: AccountId,
    valid_until: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![token_sha256, account, valid_until])
}

/// For whose account a link is, unless it is over.
pub fn get(
    tx: &mut Tx<'_>,
    token_sha256: &[u8; 32],
    now: Timestamp,
) -> Result<Option<AccountId>, StoreError> {
    tx.one(&GET, vals![token_sha256, now])
}

/// Removes the links of an account.
pub fn delete_of(tx: &mut Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    tx.exec(&DELETE_OF, vals![account])
}

/// Removes what is over, and says how much that was.
pub fn delete_expired(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_EXPIRED, vals![now])
}
