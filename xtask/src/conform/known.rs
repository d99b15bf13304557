//! The written list of published cases that we do not meet.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const LIST: &str = "conformance/hl7/known-differences.toml";

/// Cases that may disagree, each with its reason in the file.
#[derive(Debug)]
pub(super) struct KnownDifferences {
    /// Whether the case was met with in this run.
    met: BTreeMap<String, bool>,
}

impl KnownDifferences {
    /// Reads the list of the checkout.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join(LIST)).with_context(|| format!("reading {LIST}"))?;
        Self::parse(&text).with_context(|| LIST.to_owned())
    }

    /// Understands the list; every entry says why, and who decided it.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let list: toml::Table = text.parse()?;
        let entries =
            list.get("difference").and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut met = BTreeMap::new();
        for entry in entries {
            let text =
                |name: &str| entry.get(name).and_then(toml::Value::as_str).filter(|text| !text.is_empty());
            let case = text("case").context("an entry without a case")?;
            if text("reason").is_none() || text("decided_by").is_none() {
                bail!("{case} stands without reason or decided_by");
            }
            if met.insert(case.to_owned(), false).is_some() {
                bail!("{case} stands twice");
            }
        }
        Ok(Self { met })
    }

    /// Whether the case is on the list; it then counts as met with.
    pub(super) fn take(&mut self, case: &str) -> bool {
        self.met.get_mut(case).is_some_and(|met| {
            *met = true;
            true
        })
    }

    /// Entries no case was found for.
    pub(super) fn unused(&self) -> impl Iterator<Item = &str> {
        self.met.iter().filter(|(_, met)| !**met).map(|(case, _)| case.as_str())
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.met.len()
    }
}

#[cfg(test)]
mod tests {
    use super::KnownDifferences;

    #[test]
    fn an_entry_says_why_and_who_decided() {
        #[rustfmt::skip]
        let table = [
            ("",                                                                        true),
            ("[[difference]]\ncase = \"a\"\nreason = \"r\"\ndecided_by = \"d\"\n",      true),
            ("[[difference]]\ncase = \"a\"\nreason = \"\"\ndecided_by = \"d\"\n",       false),
            ("[[difference]]\ncase = \"a\"\nreason = \"r\"\n",                          false),
            ("[[difference]]\nreason = \"r\"\ndecided_by = \"d\"\n",                    false),
        ];
        for (text, is_list) in table {
            assert_eq!(KnownDifferences::parse(text).is_ok(), is_list, "{text}");
        }
    }
}
