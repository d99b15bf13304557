//! Settings of the jurisdiction, by name.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};

sql! {
    GET = "SELECT value FROM setting WHERE name = $1";
    PUT = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    PUT_FIRST = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
    ALL_OF_THEM = "SELECT name, value FROM setting ORDER BY name";
}

/// The value of a setting.
pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<Box<str>>, StoreError> {
    tx.one(&GET, vals![name])
}

/// Sets it.
pub fn put(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![name, value])
}

/// Sets it, unless somebody has.
pub fn put_first(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), StoreError> {
    tx.exec(&PUT_FIRST, vals![name, value])
}

/// A setting: name and value.
pub type Setting = (Box<str>, Box<str>);

/// All settings, by name.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Setting>, StoreError> {
    tx.all(&ALL_OF_THEM, &[])
}
