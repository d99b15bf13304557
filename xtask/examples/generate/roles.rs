//! The page of roles, from `policy/roles.toml`.

use crate::markdown::Table;
use anyhow::Result;
use iis_registry::access::Roles;

pub(crate) fn page() -> Result<String> {
    let roles = Roles::built_in()?;
    let mut table = Table::new(&["code", "role", "what it is for", "granted by", "navigation"]);
    for (_, role) in roles.all() {
        let modules: Vec<_> =
            role.modules.iter().map(|module| format!("{module:?}").to_lowercase()).collect();
        let row = [&role.code, &role.title, &role.purpose, role.family.granted_by(), &modules.join(", ")];
        table.row(&row);
    }
    Ok(format!(
        "# Roles\n\nWho works with the registry; from `policy/roles.toml`, which a state may change. What each role may do, and \
         how far that reaches, stands in [the access matrix](access-matrix.md).\n\n{}",
        table.text()
    ))
}
