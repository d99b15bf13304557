//! A map must not describe rooms torn down: paths in the tree's documents exist.

use super::Remark;
use crate::tree::Tree;

/// Where a path in a document begins.
const TOPS: &[&str] = &["crates/", "xtask/", "data/", "policy/", "conformance/", "docs/", "e2e/", ".ci/"];

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (file, text) in tree.with_ending(".md").filter(|(file, _)| !file.path.starts_with("docs/decisions/"))
    {
        for (number, line) in (1..).zip(text.lines()) {
            for path in quoted(line).filter(|path| is_path(path) && !tree.has(path)) {
                remarks.push(Remark::failure(
                    format!("{}:{number}", file.path),
                    format!("names {path}, which does not exist"),
                ));
            }
        }
    }
    remarks
}

/// What stands between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// A pattern (`<name>`, `NNNN`, `*`, `{a,b}`) is not a path.
fn is_path(text: &str) -> bool {
    let is_pattern =
        text.contains(['<', '*', '{', '…', ' ', ':']) || text.contains("NNNN") || text.contains("WHAT");
    TOPS.iter().any(|top| text.starts_with(top)) && !is_pattern
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    #[test]
    fn a_path_that_is_gone_is_noticed() {
        #[rustfmt::skip]
        let table = [
            ("see `crates/iis-hl7/src/lib.rs`",     0),
            ("see `crates/iis-hl7/`",               0),
            ("see `crates/iis-attic/src/lib.rs`",   1),
            ("see `crates/iis-hl7/src/<name>.rs`",  0),
            ("see `docs/decisions/NNNN-name.md`",   0),
            ("see `cargo xtask test`",              0),
        ];
        for (text, remarks) in table {
            let files = [("ARCHITECTURE.md", text), ("crates/iis-hl7/src/lib.rs", "")];
            assert_eq!(look(&tree(&files)).len(), remarks, "{text}");
        }
    }
}
