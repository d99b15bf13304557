//! The page about OWASP ASVS 5.0.0, levels 1 and 2, from `conformance/asvs/5.0.0.tsv`: each requirement by its number, and what
//! holds it. A row that names a test or a file that is not there stops the generator: the page does not outlive its tests.

use crate::markdown::Table;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Requirements of level 1, and those that level 2 adds.
const LEVELS: [(u8, usize); 2] = [(1, 70), (2, 183)];

/// What is said of a requirement: its word in the table, and the heading of its part of the page.
const STANDINGS: [(&str, &str); 4] = [
    ("held", "Held by tests"),
    ("built", "Held by how it is built, without a test of its own"),
    ("open", "Open"),
    ("none", "Not applicable"),
];

/// A row of the table.
struct Row<'a> {
    number: &'a str,
    level: u8,
    standing: &'a str,
    evidence: Vec<&'a str>,
    remark: &'a str,
}

pub(crate) fn page(root: &Path) -> Result<Option<String>> {
    let path = root.join("conformance/asvs/5.0.0.tsv");
    let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let rows = lines.map(|line| read(line).with_context(|| line.to_owned())).collect::<Result<Vec<_>>>()?;
    let numbers: BTreeSet<_> = rows.iter().map(|row| row.number).collect();
    ensure!(numbers.len() == rows.len(), "a requirement stands twice in {}", path.display());
    for (level, count) in LEVELS {
        let found = rows.iter().filter(|row| row.level == level).count();
        ensure!(found == count, "level {level} has {count} requirements, not {found}");
    }
    for row in &rows {
        row.evidence.iter().try_for_each(|what| look(root, what)).with_context(|| row.number.to_owned())?;
    }
    Ok(Some(written(&rows)))
}

fn read(line: &str) -> Result<Row<'_>> {
    let [number, level, standing, evidence, remark] = line.split('\t').collect::<Vec<_>>()[..] else {
        bail!("five columns are wanted");
    };
    ensure!(STANDINGS.iter().any(|(word, _)| *word == standing), "unknown word {standing}");
    let evidence: Vec<_> = evidence.split("; ").filter(|what| !what.is_empty()).collect();
    ensure!(evidence.is_empty() == matches!(standing, "open" | "none"), "evidence is for what is held");
    ensure!(standing == "held" || !remark.is_empty(), "a remark is wanted");
    Ok(Row { number, level: level.parse()?, standing, evidence, remark })
}

/// A piece of evidence is there.
fn look(root: &Path, what: &str) -> Result<()> {
    let (file, test) = what.split_once('#').unwrap_or((what, ""));
    let text = fs::read_to_string(root.join(file)).with_context(|| file.to_owned())?;
    let is_there =
        test.is_empty() || text.contains(&format!("fn {test}(")) || text.contains(&format!("test('{test}'"));
    ensure!(is_there, "{file} has no test {test}");
    Ok(())
}

fn written(rows: &[Row<'_>]) -> String {
    let mut page = String::from(
        "# OWASP ASVS 5.0.0, levels 1 and 2\n\nEvery requirement of the Application Security Verification Standard by its number, \
         and what holds it. What a number asks is said by the standard itself. The table is `conformance/asvs/5.0.0.tsv`.\n\n",
    );
    let mut counts = Table::new(&["", "level 1", "level 2"]);
    for (word, heading) in STANDINGS {
        let count = |level| rows.iter().filter(|row| row.standing == word && row.level == level).count();
        counts.row(&[heading, &count(1).to_string(), &count(2).to_string()]);
    }
    page += &counts.text();
    for (word, heading) in STANDINGS {
        let mut table = Table::new(&["number", "level", "held by", "remark"]);
        for row in rows.iter().filter(|row| row.standing == word) {
            let by: Vec<_> = row.evidence.iter().map(|what| said(what)).collect();
            table.row(&[row.number, &row.level.to_string(), &by.join("; "), row.remark]);
        }
        page += &["\n## ", heading, "\n\n", &table.text()].concat();
    }
    page
}

/// A test as a sentence with its file.
fn said(what: &str) -> String {
    match what.split_once('#') {
        Some((file, test)) => format!("{} (`{file}`)", test.replace('_', " ")),
        None => format!("`{what}`"),
    }
}
