//! How often names occur among the records, and which telephone numbers and addresses are an office's: counted now and
//! then as a whole, never by the line.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};

sql! {
    CLEAR = "DELETE FROM name_freq";
    PUT = "INSERT INTO name_freq (kind, value, n) VALUES ($1, $2, $3) \
           ON CONFLICT (kind, value) DO UPDATE SET n = excluded.n";
    ALL_OF = "SELECT kind, value, n FROM name_freq ORDER BY kind, value";
}

/// A count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameFreq {
    /// Of what: "given", "family", "phone", "home", "records".
    pub kind: Box<str>,
    /// The value; empty for "records".
    pub value: Box<str>,
    /// How often.
    pub n: i64,
}
from_row!(NameFreq { kind, value, n });

/// All counts.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<NameFreq>, StoreError> {
    tx.all(&ALL_OF, &[])
}

/// Puts new counts in the place of all old ones.
pub fn replace_all(tx: &mut Tx<'_>, rows: &[NameFreq]) -> Result<(), StoreError> {
    tx.exec(&CLEAR, &[])?;
    rows.iter().try_for_each(|row| tx.exec(&PUT, vals![&row.kind, &row.value, row.n]))
}
