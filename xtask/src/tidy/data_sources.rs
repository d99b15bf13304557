//! Every table under `data/` has a `SOURCE.md` beside or above it: publisher, title, date, how it was made.

use super::Remark;
use crate::tree::Tree;
use std::collections::BTreeSet;

pub(super) fn look(tree: &Tree) -> Vec<Remark> {
    let folders: BTreeSet<&str> = tree
        .files
        .iter()
        .filter(|file| file.path.starts_with("data/") && file.path.matches('/').count() > 1)
        .filter_map(|file| Some(file.path.rsplit_once('/')?.0))
        .collect();
    let loose = tree.files.iter().filter(|file| {
        file.path.starts_with("data/") && file.path.matches('/').count() == 1 && file.path != "data/README.md"
    });
    let unsourced = folders.into_iter().filter(|folder| !is_sourced(tree, folder));
    loose
        .map(|file| Remark::failure(&*file.path, "lies outside data/WHAT/VERSION/"))
        .chain(unsourced.map(|folder| Remark::failure(folder, "has no SOURCE.md")))
        .collect()
}

fn is_sourced(tree: &Tree, folder: &str) -> bool {
    let above = std::iter::successors(Some(folder), |folder| folder.rsplit_once('/').map(|(above, _)| above));
    above.take_while(|folder| *folder != "data").any(|folder| tree.has(&format!("{folder}/SOURCE.md")))
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::tree::tree;

    #[test]
    fn a_table_without_a_source_is_noticed() {
        #[rustfmt::skip]
        let table: [(&[(&str, &str)], usize); 4] = [
            (&[("data/cvx/2026-10/cvx.csv", ""), ("data/cvx/2026-10/SOURCE.md", "")], 0),
            (&[("data/cdsi/4.6/antigens/mmr.json", ""), ("data/cdsi/4.6/SOURCE.md", "")], 0),
            (&[("data/cvx/2026-10/cvx.csv", ""), ("data/mvx/2026-10/SOURCE.md", "")], 1),
            (&[("data/cvx.csv", "")], 1),
        ];
        for (files, remarks) in table {
            assert_eq!(look(&tree(files)).len(), remarks, "{files:?}");
        }
    }
}
