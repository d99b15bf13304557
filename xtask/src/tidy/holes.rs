//! No placeholders, no skipped tests, no notes to oneself in the code.

use super::Remark;
use super::rust_text::{Piece, pieces};
use crate::tree::Tree;

/// Never in code.
const IN_CODE: &[&str] =
    &["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "#[allow(dead_code)]", "#![allow("];

/// Never in comments.
const IN_COMMENTS: &[&str] = &["TODO", "FIXME", "XXX", "HACK"];

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for (file, text) in tree.rust() {
        for (line, piece) in pieces(text) {
            let (part, holes) = match piece {
                Piece::Code(part) => (part, IN_CODE),
                Piece::Comment(part) => (part, IN_COMMENTS),
                Piece::Literal(_) => continue,
            };
            for (hole, at) in holes.iter().filter_map(|hole| Some((hole, part.find(hole)?))) {
                let line = line + part[..at].matches('\n').count();
                remarks.push(Remark::failure(format!("{}:{line}", file.path), format!("a hole: {hole}")));
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
    fn a_hole_is_noticed_and_a_text_about_one_is_not() {
        let tree = tree(&[
            ("a.rs", "fn a() {\n    todo!()\n}\n"),
            ("b.rs", "// FIXME later\nfn b() {}\n"),
            ("c.rs", "const NEVER: &str = \"todo!(\";\n"),
        ]);
        let places: Vec<_> = look(&tree).into_iter().map(|remark| remark.place).collect();
        assert_eq!(places, ["a.rs:2", "b.rs:1"]);
    }
}
