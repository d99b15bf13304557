//! The page of roles, from `policy/roles.toml`.

use crate::markdown::Table;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

const ROLES: &str = "policy/roles.toml";

pub(crate) fn page(root: &Path) -> Result<Option<String>> {
    let Ok(text) = fs::read_to_string(root.join(ROLES)) else { return Ok(None) };
    let roles: toml::Table = text.parse().context(ROLES)?;
    let mut table = Table::new(&["code", "role", "what it is for", "scope", "may", "modules"]);
    for (name, role) in &roles {
        let word = |key: &str| {
            role.get(key).and_then(toml::Value::as_str).with_context(|| format!("{name} has no {key}"))
        };
        let words = |key: &str| -> Result<String> {
            let list = role
                .get(key)
                .and_then(toml::Value::as_array)
                .with_context(|| format!("{name} has no {key}"))?;
            Ok(list.iter().filter_map(toml::Value::as_str).collect::<Vec<_>>().join(", "))
        };
        let (permissions, modules) = (words("permissions")?, words("modules")?);
        table.row(&[word("code")?, word("title")?, word("for")?, word("scope")?, &permissions, &modules]);
    }
    Ok(Some(format!(
        "# Roles\n\nWho may do what, and where; from `{ROLES}`, which a state may change.\n\n{}",
        table.text()
    )))
}
