//! A file one likes to open is some 60 to 250 lines; far beyond that is said, and decided by people.

use super::Remark;
use super::rust_text::without_tests;
use crate::tree::Tree;

/// Lines of code, without the tests at the end of the file, from which on a word is said.
const LONG: usize = 400;

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let rust =
        tree.rust().filter(|(file, _)| !file.is_for_tests).map(|(file, text)| (file, without_tests(text)));
    rust.chain(tree.with_ending(".html"))
        .filter_map(|(file, text)| {
            let lines = text.lines().count();
            (lines > LONG).then(|| Remark::warning(&*file.path, format!("{lines} lines; is it one thing?")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    #[test]
    fn tests_at_the_end_do_not_count() {
        let long = "fn a() {}\n".repeat(401);
        let tested = format!("{}#[cfg(test)]\nmod tests {{\n{long}}}", "fn a() {}\n".repeat(400));
        assert_eq!(look(&tree(&[("a.rs", &long)])).len(), 1);
        assert_eq!(look(&tree(&[("a.rs", &tested)])).len(), 0);
    }
}
