//! How well a file was linked, counted over pairs of records.

use anyhow::{Context, Result};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

/// Shares of pairs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quality {
    /// Of the pairs that were linked: those of one person.
    pub(crate) precision: f64,
    /// Of the pairs of one person: those that were linked.
    pub(crate) recall: f64,
}

/// The second column by the first.
pub(crate) fn read(file: &Path) -> Result<HashMap<String, String>> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let row = |line: &str| {
        let mut cells = line.split(',').map(str::to_owned);
        Some((cells.next()?, cells.next()?))
    };
    Ok(text.lines().skip(1).filter_map(row).collect())
}

impl Quality {
    pub(crate) fn of(truth: &HashMap<String, String>, links: &Path) -> Result<Self> {
        let links = read(links)?;
        let mut both: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        let (mut linked, mut persons) = (BTreeMap::new(), BTreeMap::new());
        let mut ids: Vec<_> = truth.iter().collect();
        ids.sort_unstable();
        for (record, person) in ids {
            let link = links.get(record).context("a record without a link")?;
            *both.entry((link, person)).or_default() += 1;
            *linked.entry(link.as_str()).or_default() += 1;
            *persons.entry(person.as_str()).or_default() += 1;
        }
        let right = pairs(both.values());
        Ok(Self {
            precision: ratio(right, pairs(linked.values())),
            recall: ratio(right, pairs(persons.values())),
        })
    }
}

fn pairs<'a>(sizes: impl Iterator<Item = &'a u64>) -> u64 {
    sizes.map(|size| size * (size - 1) / 2).sum()
}

#[expect(clippy::cast_precision_loss, reason = "counts of pairs are far below 2 to the 52")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
