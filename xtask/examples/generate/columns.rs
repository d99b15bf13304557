//! The page of stored columns and how sensitive each is, from `policy/columns.toml`.

use crate::markdown::Table;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

const COLUMNS: &str = "policy/columns.toml";

pub(crate) fn page(root: &Path) -> Result<Option<String>> {
    let Ok(text) = fs::read_to_string(root.join(COLUMNS)) else { return Ok(None) };
    let tables: toml::Table = text.parse().context(COLUMNS)?;
    let mut page = Table::new(&["table", "column", "kind"]);
    for (table, columns) in &tables {
        let columns = columns.as_table().with_context(|| format!("{table} is not a table of columns"))?;
        for (column, kind) in columns {
            page.row(&[
                table,
                column,
                kind.as_str().with_context(|| format!("{table}.{column} names no kind"))?,
            ]);
        }
    }
    Ok(Some(format!(
        "# Stored columns\n\nEvery column is identifying, clinical, operational or public; exports and logs go by `{COLUMNS}`.\n\n{}",
        page.text()
    )))
}
