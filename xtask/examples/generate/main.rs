//! Writes `docs/generated/` from the tables in the code and in `policy/`: `cargo xtask generate`.
//!
//! With `--check` it writes nothing and fails when a page is stale, missing, or made by no generator any more.

#![expect(clippy::print_stdout, reason = "it says which pages are stale")]

mod access_matrix;
mod asvs;
mod checks;
mod columns;
mod configuration;
mod findings;
mod markdown;
mod requirements;
mod roles;
mod routes;

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Makes one page from the checkout: its text, or nothing while what it describes is not there.
type Generator = fn(&Path) -> Result<Option<String>>;

/// The name of each page under `docs/generated/`, and what makes it.
const GENERATORS: &[(&str, Generator)] = &[
    ("access-matrix.md", |_| access_matrix::page().map(Some)),
    ("asvs.md", asvs::page),
    ("checks.md", checks::page),
    ("columns.md", columns::page),
    ("configuration.md", |_| Ok(Some(configuration::page()))),
    ("findings.md", |_| Ok(Some(findings::page()))),
    ("requirements.md", requirements::page),
    ("roles.md", |_| roles::page().map(Some)),
    ("routes.md", |_| Ok(Some(routes::page()))),
];

fn main() -> Result<ExitCode> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the root of the checkout")?;
    let folder = root.join("docs/generated");
    let stale = stale(&folder, pages(root)?)?;
    if !std::env::args().any(|word| word == "--check") {
        for (path, text) in stale {
            if let Some(text) = text {
                fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
            } else {
                fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
            }
            println!("{}", path.display());
        }
        return Ok(ExitCode::SUCCESS);
    }
    for path in stale.keys() {
        println!("stale: {}; run cargo xtask generate", path.display());
    }
    Ok(if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn pages(root: &Path) -> Result<BTreeMap<&'static str, String>> {
    let mut pages = BTreeMap::new();
    for (name, generate) in GENERATORS {
        if let Some(text) = generate(root).with_context(|| format!("making {name}"))? {
            pages.insert(*name, format!("<!-- made by cargo xtask generate; do not edit -->\n\n{text}"));
        }
    }
    Ok(pages)
}

/// The pages whose file differs, with the text they ought to have; no text: the file ought not to be there.
fn stale(folder: &Path, pages: BTreeMap<&str, String>) -> Result<BTreeMap<PathBuf, Option<String>>> {
    fs::create_dir_all(folder)?;
    let mut stale = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !pages.contains_key(&*path.file_name().unwrap_or_default().to_string_lossy()) {
            stale.insert(path, None);
        }
    }
    for (name, text) in pages {
        let path = folder.join(name);
        if fs::read(&path).ok().as_deref() != Some(text.as_bytes()) {
            stale.insert(path, Some(text));
        }
    }
    Ok(stale)
}
