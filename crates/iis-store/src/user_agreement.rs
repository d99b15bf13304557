//! What people accepted before they used the registry.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{AccountId, Timestamp};

sql! {
    INSERT = "INSERT INTO user_agreement (account_id, at, text_sha256) VALUES ($1, $2, $3)";
    LATEST = "SELECT at, text_sha256 FROM user_agreement WHERE account_id = $1 ORDER BY at DESC LIMIT 1";
}

/// An agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAgreementRow {
    /// When it was accepted.
    pub at: Timestamp,
    /// Of the text that was accepted.
    pub text_sha256: [u8; 32],
}
from_row!(UserAgreementRow { at, text_sha256 });

/// Notes that an account accepted a text.
pub fn insert(tx: &mut Tx<'_>, id: AccountId, row: &UserAgreementRow) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![id, row.at, &row.text_sha256])
}

/// What the account accepted last.
pub fn latest(tx: &mut Tx<'_>, id: AccountId) -> Result<Option<UserAgreementRow>, StoreError> {
    tx.one(&LATEST, vals![id])
}
