//! Permission is granted where roles are read, and nowhere else.

use super::Remark;
use super::rust_text::{Piece, pieces, without_tests};
use crate::tree::Tree;

const GRANTING: &str = "Granted::by_decision";

/// Where it is decided.
const DECIDING: &[&str] = &["crates/iis-registry/src/access/", "crates/iis-registry/src/access.rs"];

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (file, text) in tree.rust().filter(|(file, _)| !file.is_for_tests) {
        if DECIDING.iter().any(|place| file.path.starts_with(place)) {
            continue;
        }
        for (line, piece) in pieces(without_tests(text)) {
            if let Piece::Code(code) = piece
                && let Some(at) = code.find(GRANTING)
            {
                let line = line + code[..at].matches('\n').count();
                let text = "grants permission by itself; only iis-registry/src/access decides";
                remarks.push(Remark::failure(format!("{}:{line}", file.path), text));
            }
        }
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    #[test]
    fn granting_elsewhere_is_noticed() {
        let call = "fn a() { Granted::by_decision() }\n";
        let tested = format!("#[cfg(test)]\nmod tests {{\n{call}}}\n");
        #[rustfmt::skip]
        let table = [
            ("crates/iis-registry/src/access/mod.rs", call,    0),
            ("crates/iis-server/src/pages/home.rs",   call,    1),
            ("crates/iis-store/tests/it/main.rs",     call,    0),
            ("crates/iis-store/src/person.rs",        &tested, 0),
        ];
        for (path, text, remarks) in table {
            assert_eq!(look(&tree(&[(path, text)])).len(), remarks, "{path}");
        }
    }
}
