//! No file of the tree is a copy of published reference material, which is for building and testing only.

use super::Remark;
use crate::tree::Tree;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Smaller files may be equal by chance, in bytes.
const SMALL: u64 = 200;

pub(super) fn look(tree: &Tree, published: Option<&Path>) -> Vec<Remark> {
    let Some(published) = published else {
        return vec![Remark::warning("published material", "is not here, so nothing was compared with it")];
    };
    let by_size = by_size(published);
    let mut remarks = Vec::new();
    for file in &tree.files {
        let candidates = by_size.get(&(file.bytes.len() as u64)).map(Vec::as_slice).unwrap_or_default();
        let original = candidates.iter().find(|path| fs::read(path).is_ok_and(|bytes| bytes == file.bytes));
        if let Some(original) = original {
            remarks.push(Remark::failure(&*file.path, format!("is a copy of {}", original.display())));
        }
    }
    remarks
}

fn by_size(folder: &Path) -> BTreeMap<u64, Vec<PathBuf>> {
    let mut sizes: BTreeMap<u64, Vec<PathBuf>> = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(about) if about.is_dir() => folders.push(entry.path()),
                Ok(about) if about.len() > SMALL => sizes.entry(about.len()).or_default().push(entry.path()),
                _ => {}
            }
        }
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::look;
    use crate::temporary::Folder;
    use crate::tree::tree;
    use std::fs;

    #[test]
    fn a_copy_is_noticed_whatever_its_name() {
        let published = Folder::new("published").expect("a temporary folder");
        let (text, other) = ("published text ".repeat(20), "invented text, ".repeat(20));
        fs::create_dir(published.path().join("hl7")).expect("a folder");
        fs::write(published.path().join("hl7/a.hl7"), &text).expect("a file");
        let remarks =
            look(&tree(&[("docs/mine.md", &text), ("docs/other.md", &other)]), Some(published.path()));
        assert_eq!(remarks.iter().map(|remark| remark.place.as_str()).collect::<Vec<_>>(), ["docs/mine.md"]);
    }
}
