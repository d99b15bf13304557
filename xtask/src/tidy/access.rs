//! Permission is granted where roles are read, an address is added where it is declared with what it asks, and nowhere else.

use super::Remark;
use super::rust_text::{Piece, pieces, without_tests};
use crate::tree::Tree;

/// What only some places may write.
struct Reserved {
    words: &'static str,
    /// Where it is looked for.
    within: &'static str,
    places: &'static [&'static str],
    remark: &'static str,
}

const RESERVED: &[Reserved] = &[
    Reserved {
        words: "Granted::by_decision",
        within: "",
        places: &["crates/iis-registry/src/access/", "crates/iis-registry/src/access.rs"],
        remark: "grants permission by itself; only iis-registry/src/access decides",
    },
    Reserved {
        words: ".route(",
        within: "crates/iis-server/src/",
        places: &["crates/iis-server/src/addresses.rs"],
        remark: "adds an address without saying who may use it; declare it in the table of addresses",
    },
];

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (file, text) in tree.rust().filter(|(file, _)| !file.is_for_tests) {
        for reserved in RESERVED.iter().filter(|reserved| reserved.concerns(&file.path)) {
            for (line, piece) in pieces(without_tests(text)) {
                if let Piece::Code(code) = piece
                    && let Some(at) = code.find(reserved.words)
                {
                    let line = line + code[..at].matches('\n').count();
                    remarks.push(Remark::failure(format!("{}:{line}", file.path), reserved.remark));
                }
            }
        }
    }
    remarks
}

impl Reserved {
    fn concerns(&self, path: &str) -> bool {
        path.starts_with(self.within) && !self.places.iter().any(|place| path.starts_with(place))
    }
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    #[test]
    fn granting_and_adding_addresses_elsewhere_is_noticed() {
        let call = "fn a() { Granted::by_decision() }\n";
        let route = "fn a() { Router::new().route(\"/\", get(b)) }\n";
        let tested = format!("#[cfg(test)]\nmod tests {{\n{call}}}\n");
        #[rustfmt::skip]
        let table = [
            ("crates/iis-registry/src/access/mod.rs", call,    0),
            ("crates/iis-server/src/pages/home.rs",   call,    1),
            ("crates/iis-store/tests/it/main.rs",     call,    0),
            ("crates/iis-store/src/person.rs",        &tested, 0),
            ("crates/iis-server/src/pages/mod.rs",    route,   1),
            ("crates/iis-server/src/addresses.rs",    route,   0),
            ("crates/iis-server/tests/it/main.rs",    route,   0),
        ];
        for (path, text, remarks) in table {
            assert_eq!(look(&tree(&[(path, text)])).len(), remarks, "{path}");
        }
    }
}
