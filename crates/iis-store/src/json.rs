//! JSON texts of columns: opaque to the engines.

use crate::StoreError;
use serde::Serialize;

/// The value as JSON text.
pub(crate) fn text<T: Serialize>(value: &T) -> Result<String, StoreError> {
    let mut bytes = Vec::with_capacity(512);
    serde_json::to_writer(&mut bytes, value)
        .map_err(|_| StoreError::internal("a value does not print as JSON"))?;
    String::from_utf8(bytes).map_err(|_| StoreError::internal("a value does not print as UTF-8"))
}
