//! What this tool reads from the environment, all of it.

use crate::tree;
use anyhow::{Result, bail};
use std::path::PathBuf;

/// The folder of published reference material.
pub(crate) const PUBLISHED: &str = "OPENIIS_PUBLISHED";
/// Where the tests find a PostgreSQL, `postgres://…`.
pub(crate) const TEST_POSTGRES: &str = "OPENIIS_TEST_POSTGRES";

/// Whether this is the automatic run, where nothing may be left out.
pub(crate) fn is_ci() -> bool {
    variable("CI").is_some_and(|value| value == "true")
}

/// The folder of published reference material: as set, else `shared` beside the checkout when it is there.
///
/// In the automatic run it must be set.
pub(crate) fn published() -> Result<Option<PathBuf>> {
    if let Some(set) = variable(PUBLISHED) {
        let folder = PathBuf::from(&set);
        if !folder.is_dir() {
            bail!("{PUBLISHED} names {set}, which is not a folder");
        }
        return Ok(Some(folder.canonicalize()?));
    }
    if is_ci() {
        bail!("{PUBLISHED} is not set; with CI=true it must name the folder of published reference material");
    }
    let beside = tree::root().join("../shared");
    Ok(beside.is_dir().then(|| beside.canonicalize()).transpose()?)
}

/// One variable, when it is set to anything.
#[expect(clippy::disallowed_methods, reason = "this tool is configured by the environment it is called in")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
