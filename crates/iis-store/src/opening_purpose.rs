//! Why somebody opened a person who is not one of their own patients.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, RegistryNumber, Timestamp};

sql! {
    PUT = "INSERT INTO opening_purpose (account_id, registry_number, at, purpose) VALUES ($1, $2, $3, $4) \
           ON CONFLICT (account_id, registry_number) DO UPDATE SET at = excluded.at, purpose = excluded.purpose";
    SINCE = "SELECT purpose FROM opening_purpose WHERE account_id = $1 AND registry_number = $2 AND at >= $3";
}

/// Keeps the purpose, in place of an earlier one.
pub fn put(
    tx: &mut Tx<'_>,
    account: AccountId,
    number: RegistryNumber,
    at: Timestamp,
    purpose: &str,
) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![account, number, at, purpose])
}

/// The purpose that was given at or after a moment.
pub fn since(
    tx: &mut Tx<'_>,
    account: AccountId,
    number: RegistryNumber,
    from: Timestamp,
) -> Result<Option<Box<str>>, StoreError> {
    tx.one(&SINCE, vals![account, number, from])
}
