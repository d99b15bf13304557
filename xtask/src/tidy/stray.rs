//! Nothing lies about: no leftovers, no empty or huge files, nothing at the top that is not known, no drawer names.

use super::Remark;
use crate::tree::{File, Tree};

/// What may lie at the top of the tree.
#[rustfmt::skip]
const TOP: &[&str] = &[
    ".cargo", ".ci", ".config", ".editorconfig", ".gitattributes", ".github", ".gitignore",
    "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "SECURITY.md",
    "clippy.toml", "conformance", "crates", "data", "deny.toml", "docs", "e2e", "policy", "rust-toolchain.toml", "rustfmt.toml", "xtask",
];

/// What editors, tools and runs leave behind.
#[rustfmt::skip]
const LEFTOVERS: &[&str] = &[
    "~", ".orig", ".rej", ".bak", ".swp", ".tmp", ".log", ".db", ".sqlite", ".db-wal", ".db-shm", ".profraw", ".snap.new",
    ".DS_Store", ".proptest-regressions", "nohup.out", "core",
];

/// Names that say nothing about what is inside.
const DRAWERS: &[&str] =
    &["utils.rs", "util.rs", "helpers.rs", "helper.rs", "manager.rs", "service.rs", "common.rs", "misc.rs"];

/// Outside `data/`, a file larger than this is a mistake, in bytes.
const HUGE: usize = 1 << 20;

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    tree.files.iter().filter_map(|file| Some(Remark::failure(&*file.path, fault(file)?))).collect()
}

fn fault(file: &File) -> Option<&'static str> {
    let top = file.path.split('/').next().unwrap_or_default();
    let folders = file.path.split('/').rev().skip(1);
    let is_drawer = |name: &str| DRAWERS.iter().any(|drawer| drawer.trim_end_matches(".rs") == name);
    if !TOP.contains(&top) {
        Some("is not known at the top of the tree")
    } else if LEFTOVERS.iter().any(|ending| {
        file.name().ends_with(ending) && (ending.starts_with(['.', '~']) || file.name() == *ending)
    }) {
        Some("is a leftover")
    } else if file.bytes.is_empty() && file.name() != ".gitkeep" {
        Some("is empty")
    } else if file.bytes.len() > HUGE && !file.path.starts_with("data/") {
        Some("is larger than 1 MiB")
    } else if DRAWERS.contains(&file.name()) || folders.into_iter().any(is_drawer) {
        Some("has a name that says nothing; name the noun or the rule")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    #[test]
    fn what_does_not_belong_is_noticed() {
        let huge = "x".repeat((1 << 20) + 1);
        #[rustfmt::skip]
        let table = [
            // path                              text   remarks
            ("crates/iis-hl7/src/lib.rs",        "x",   0),
            ("crates/iis-hl7/src/utils.rs",      "x",   1),
            ("crates/iis-hl7/src/common/pid.rs", "x",   1),
            ("crates/iis-hl7/src/lib.rs.orig",   "x",   1),
            ("crates/iis-store/src/core.rs",     "x",   0),
            ("notes.txt",                        "x",   1),
            ("docs/empty.md",                    "",    1),
            ("docs/huge.md",                     &huge, 1),
            ("data/ndc/2026/ndc.csv",            &huge, 0),
        ];
        for (path, text, remarks) in table {
            assert_eq!(look(&tree(&[(path, text)])).len(), remarks, "{path}");
        }
    }
}
