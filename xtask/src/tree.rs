//! The files of the checkout.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const RUST: &str = ".rs";

/// One file of the tree.
#[derive(Debug)]
pub(crate) struct File {
    /// From the root, with forward slashes.
    pub(crate) path: String,
    /// Its bytes.
    pub(crate) bytes: Vec<u8>,
    /// Whether it is Rust for tests: in a folder or file of that name, in an example, or a module for tests only.
    pub(crate) is_for_tests: bool,
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

    /// The modules that this file has for tests only, as paths without their ending.
    fn modules_for_tests(&self) -> impl Iterator<Item = String> {
        let path = self.path.trim_end_matches(RUST);
        let folder = match path.rsplit_once('/') {
            Some((folder, "mod" | "lib" | "main")) => folder,
            _ => path,
        };
        let texts = self.text().unwrap_or_default().split("#[cfg(test)]").skip(1);
        let names = texts.filter_map(|text| text.trim_start().strip_prefix("mod ")?.split_once(';'));
        names
            .filter(|(name, _)| !name.contains(char::is_whitespace))
            .map(move |(name, _)| format!("{folder}/{name}"))
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
                files.push((path, bytes));
            }
        }
        Ok(Self::of(files))
    }

    fn of(files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut files: Vec<_> = files
            .into_iter()
            .map(|(path, bytes)| File { is_for_tests: is_named_for_tests(&path), path, bytes })
            .collect();
        let rust = files.iter().filter(|file| file.path.ends_with(RUST));
        let modules: BTreeSet<String> = rust.flat_map(File::modules_for_tests).collect();
        for file in &mut files {
            let path = file.path.trim_end_matches(RUST);
            file.is_for_tests |= modules.iter().any(|module| {
                path.strip_prefix(module.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
        }
        Self { files }
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&File, &str)> {
        self.with_ending(RUST)
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

fn is_named_for_tests(path: &str) -> bool {
    path.split('/')
        .any(|part| matches!(part, "tests" | "testing" | "examples" | "benches" | "tests.rs" | "testing.rs"))
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
    Tree::of(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_owned())))
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
    fn a_module_for_tests_is_known_from_its_declaration() {
        let lib = "mod pages;\n#[cfg(test)]\nmod laws;\n#[cfg(test)]\nmod tests {\n    fn a() {}\n}\n";
        let tree = tree(&[
            ("crates/a/src/lib.rs", lib),
            ("crates/a/src/laws.rs", ""),
            ("crates/a/src/pages/mod.rs", "#[cfg(test)]\nmod journeys;\nmod search;"),
            ("crates/a/src/pages/journeys/one.rs", ""),
            ("crates/a/src/pages/search.rs", "#[cfg(test)]\nmod odd;"),
            ("crates/a/src/pages/search/odd.rs", ""),
            ("crates/a/tests/it/main.rs", ""),
        ]);
        let names: Vec<_> =
            tree.files.iter().filter(|file| file.is_for_tests).map(super::File::name).collect();
        assert_eq!(names, ["laws.rs", "one.rs", "odd.rs", "main.rs"]);
    }

    #[test]
    fn without_git_the_same_sources_are_found() {
        let found = walked(&root().join("xtask")).expect("the folder can be read");
        assert!(found.contains(&"src/main.rs".to_owned()));
    }
}
