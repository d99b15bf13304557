//! SQL stands in `iis-store` only.

use super::Remark;
use super::rust_text::literals;
use crate::tree::Tree;

/// The room, and the benches' raw reference.
const AT_HOME: &[&str] = &["crates/iis-store/"];

/// How a statement begins, each with a word that must follow somewhere.
const STATEMENTS: &[(&str, &str)] = &[
    ("SELECT ", ""),
    ("INSERT INTO ", ""),
    ("UPDATE ", " SET "),
    ("DELETE FROM ", ""),
    ("CREATE TABLE ", ""),
    ("CREATE INDEX ", ""),
    ("ALTER TABLE ", ""),
    ("DROP TABLE ", ""),
    ("PRAGMA ", ""),
    ("WITH ", " AS ("),
];

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (file, text) in tree.rust().filter(|(file, _)| !file.is_for_tests) {
        if AT_HOME.iter().any(|home| file.path.starts_with(home)) {
            continue;
        }
        for (line, _) in literals(text).filter(|(_, literal)| is_statement(literal)) {
            remarks.push(Remark::failure(format!("{}:{line}", file.path), "SQL outside iis-store"));
        }
    }
    remarks
}

fn is_statement(literal: &str) -> bool {
    let words = literal.split_whitespace().collect::<Vec<_>>().join(" ");
    // A lone beginning, as in this rule's own table, is not a statement.
    STATEMENTS.iter().any(|(start, then)| {
        words.strip_prefix(start).is_some_and(|rest| !rest.is_empty() && rest.contains(then.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    #[test]
    fn a_statement_outside_the_store_is_noticed() {
        #[rustfmt::skip]
        let table = [
            ("crates/iis-registry/src/people.rs", "f(\"SELECT id\n FROM person\")",      1),
            ("crates/iis-registry/src/people.rs", "f(\"UPDATE person SET version = 2\")", 1),
            ("crates/iis-registry/src/people.rs", "// \"SELECT id FROM person\"",         0),
            ("crates/iis-registry/src/people.rs", "f(\"UPDATE your record\")",            0),
            ("crates/iis-server/src/doctor.rs",   "f(\"Select a patient\")",              0),
            ("crates/iis-store/src/person.rs",    "f(\"SELECT id FROM person\")",         0),
            ("crates/iis-server/tests/it/a.rs",   "f(\"SELECT id FROM person\")",         0),
        ];
        for (path, text, remarks) in table {
            assert_eq!(look(&tree(&[(path, text)])).len(), remarks, "{path} {text}");
        }
    }
}
