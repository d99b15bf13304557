//! The value sets that the profiles name.

use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Sets whose codes have tables of their own, with the days from and until which they hold.
const ELSEWHERE: [&str; 5] = ["CVX", "MVX", "NDC_Use", "NDC_Sale", "PHVS_VISBarcodes_IIS"];

/// One row of the published list.
struct Code<'r> {
    letters: &'r str,
    system: &'r str,
    name: &'r str,
}

/// The table of the sets that are named; `unchecked` ones keep their name only.
pub(super) fn table(
    csv: &str,
    named: &BTreeSet<&str>,
    unchecked: &BTreeSet<String>,
    counts: &mut BTreeMap<&'static str, usize>,
) -> Result<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<_> = reader.records().collect::<std::result::Result<_, _>>()?;
    let mut sets: BTreeMap<&str, (&str, Vec<Code<'_>>)> = BTreeMap::new();
    for row in &rows {
        let at = |column: usize| row.get(column).context("a row of the value sets is too short");
        let set = sets.entry(at(0)?).or_insert_with(|| (row.get(1).unwrap_or_default().trim(), Vec::new()));
        set.1.push(Code { letters: at(2)?.trim(), system: at(4)?.trim(), name: at(3)?.trim() });
    }
    let mut text = String::new();
    for set in named {
        let (name, codes) = sets.get(set).map_or(("", &[][..]), |(name, codes)| (name, codes));
        let how = if unchecked.contains(*set) || codes.is_empty() {
            " unchecked"
        } else if ELSEWHERE.contains(set) {
            " elsewhere"
        } else {
            ""
        };
        let _ = writeln!(text, "{}", format!("set {set}{how}; {name}").trim_end_matches("; "));
        if how.is_empty() {
            *counts.entry("codes").or_default() += codes.len();
            write(&mut text, codes);
        }
        text.push('\n');
    }
    *counts.entry("value sets").or_default() += named.len();
    Ok(text)
}

fn write(text: &mut String, codes: &[Code<'_>]) {
    let width = codes.iter().map(|code| code.letters.chars().count()).max().unwrap_or(0);
    let systems = codes.iter().map(|code| code.system.chars().count()).max().unwrap_or(0);
    for Code { letters, system, name } in codes {
        let line = format!("  {:width$}  {system:systems$}  {name}", letters.replace(' ', "_"));
        let _ = writeln!(text, "{}", line.trim_end());
    }
}
