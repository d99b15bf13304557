//! Searches on screen: their criteria stay here, so that no patient data stands in an address or a log.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    INSERT = "INSERT INTO search (id, account_id, at, criteria) VALUES ($1, $2, $3, $4)";
    GET = "SELECT id, account_id, at, criteria FROM search WHERE id = $1 AND account_id = $2";
    DELETE_BEFORE = "DELETE FROM search WHERE at < $1";
}

/// A search.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchRow {
    /// Row key; stands in the address, so it must not be guessable alone: [`get`] asks for the account too.
    pub id: i64,
    /// Whose it is.
    pub account_id: AccountId,
    /// When.
    pub at: Timestamp,
    /// The criteria, as JSON.
    pub criteria: Box<str>,
}
from_row!(SearchRow { id, account_id, at, criteria });

impl std::fmt::Debug for SearchRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SearchRow").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Keeps a search.
pub fn insert(tx: &mut Tx<'_>, row: &SearchRow) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![row.id, row.account_id, row.at, &row.criteria])
}

/// The account's search of this id.
pub fn get(tx: &mut Tx<'_>, account_id: AccountId, id: i64) -> Result<Option<SearchRow>, StoreError> {
    tx.one(&GET, vals![id, account_id])
}

/// Removes searches made before `at`, and says how many.
pub fn delete_before(tx: &mut Tx<'_>, at: Timestamp) -> Result<u64, StoreError> {
    tx.count(&DELETE_BEFORE, vals![at])
}
