//! The files of the checkout.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One file of the tree.
#[derive(Debug)]
pub(crate) struct File {
    /// From the root, with forward slashes.
    pub(crate) path: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
}

impl File {
    /// Its text; nothing when it is not UTF-8.
    pub(crate) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// The last part of its path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether it is Rust for tests: in a folder or file of that name, or in an example.
    pub(crate) fn is_test_code(&self) -> bool {
        self.path.split('/').any(|part| {
            matches!(part, "tests" | "testing" | "examples" | "benches" | "tests.rs" | "testing.rs")
        })
    }
}

/// All files that belong to the tree, in order of their path.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// The files.
    pub(crate) files: Vec<File>,
}

impl Tree {
    /// Reads the checkout: what git knows or would add, or, where git is missing, what is on disk.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut paths = listed_by_git(root).map_or_else(|| walked(root), Ok)?;
        paths.sort();
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            let full = root.join(&path);
            if full.is_file() {
                let bytes = fs::read(&full).with_context(|| format!("reading {path}"))?;
                files.push(File { path, bytes });
            }
        }
        Ok(Self { files })
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&File, &str)> {
        self.with_ending(".rs")
    }

    /// The text files with this ending, and their texts.
    pub(crate) fn with_ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = (&'a File, &'a str)> {
        self.files
            .iter()
            .filter(move |file| file.path.ends_with(ending))
            .filter_map(|file| Some((file, file.text()?)))
    }

    /// Whether there is such a file or folder.
    pub(crate) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.iter().any(|file| {
            file.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().expect("xtask lies in the root of the checkout").to_path_buf()
}

fn listed_by_git(root: &Path) -> Option<Vec<String>> {
    let answer = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()?;
    let list = answer.status.success().then(|| String::from_utf8(answer.stdout).ok())??;
    Some(list.split('\0').filter(|path| !path.is_empty()).map(ToOwned::to_owned).collect())
}

/// What is on disk, without the folders that `.gitignore` names.
fn walked(root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(name.as_str(), ".git" | "target" | "node_modules" | "openiis-data") {
                    folders.push(path);
                }
            } else {
                let inside = path.strip_prefix(root).expect("the walk starts at the root");
                found.push(inside.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
pub(crate) fn tree(files: &[(&str, &str)]) -> Tree {
    let files = files
        .iter()
        .map(|(path, text)| File { path: (*path).into(), bytes: text.as_bytes().into() })
        .collect();
    Tree { files }
}

#[cfg(test)]
mod tests {
    use super::{root, tree, walked};

    #[test]
    fn a_folder_is_there_when_a_file_lies_below_it() {
        let tree = tree(&[("docs/glossary.md", ""), ("docs/decisions/0001-a.md", "")]);
        for there in ["docs", "docs/", "docs/decisions", "docs/glossary.md"] {
            assert!(tree.has(there), "{there}");
        }
        assert!(!tree.has("doc") && !tree.has("docs/glossary"));
    }

    #[test]
    fn without_git_the_same_sources_are_found() {
        let found = walked(&root().join("xtask")).expect("the folder can be read");
        assert!(found.contains(&"src/main.rs".to_owned()));
    }
}
