//! A rule of data quality that has a file stands in the list of rules, or it never runs.

use super::Remark;
use crate::tree::Tree;

const CHECKS: &str = "crates/iis-quality/src/checks/";

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let list = format!("{CHECKS}mod.rs");
    let list = tree.rust().find(|(file, _)| file.path == list).map_or("", |(_, text)| text);
    let checks =
        tree.rust().filter(|(file, text)| file.path.starts_with(CHECKS) && text.contains("pub const RULE: "));
    checks
        .filter(|(file, _)| !list.contains(&format!("{}::RULE", file.name().trim_end_matches(".rs"))))
        .map(|(file, _)| Remark::failure(&*file.path, format!("does not stand in {CHECKS}mod.rs")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    #[test]
    fn a_check_that_is_not_listed_is_noticed() {
        let tree = tree(&[
            ("crates/iis-quality/src/checks/mod.rs", "pub const ALL: &[Rule] = &[given_in_future::RULE];"),
            ("crates/iis-quality/src/checks/vaccination/mod.rs", "pub mod given_in_future;"),
            ("crates/iis-quality/src/checks/vaccination/given_in_future.rs", "pub const RULE: Rule = x;"),
            ("crates/iis-quality/src/checks/vaccination/given_after_death.rs", "pub const RULE: Rule = x;"),
        ]);
        let places: Vec<_> = look(&tree).into_iter().map(|remark| remark.place).collect();
        assert_eq!(places, ["crates/iis-quality/src/checks/vaccination/given_after_death.rs"]);
    }
}
