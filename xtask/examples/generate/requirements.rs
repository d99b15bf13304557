//! The page of requirements with an acceptance test, from the names of the tests: `s10_requests_are_read_in_order` is the
//! test of S-10, `s4_s6_...` of both. A line `/// Page: /help/requests` above a test names the page where it is seen.

use crate::markdown::Table;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Where tests stand.
const FOLDERS: [&str; 2] = ["crates/iis-registry", "crates/iis-server"];

/// A test: its name as a sentence, its file, its page.
type Test = (String, String, String);

pub(crate) fn page(root: &Path) -> Result<Option<String>> {
    let mut rows: BTreeMap<u32, Vec<Test>> = BTreeMap::new();
    for folder in FOLDERS {
        for part in ["src", "tests"] {
            look(root, &root.join(folder).join(part), &mut rows)?;
        }
    }
    if rows.is_empty() {
        return Ok(None);
    }
    let mut table = Table::new(&["row", "test", "file", "page"]);
    for (row, mut tests) in rows {
        tests.sort();
        for (name, file, page) in tests {
            table.row(&[&format!("S-{row}"), &name, &format!("`{file}`"), &page]);
        }
    }
    Ok(Some(format!(
        "# Requirements with an acceptance test\n\nEach row of the source requirements with the tests that carry its number, and the \
         page where it is seen. Rows that are not here have no such test yet.\n\n{}",
        table.text()
    )))
}

fn look(root: &Path, folder: &Path, rows: &mut BTreeMap<u32, Vec<Test>>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            look(root, &path, rows)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let file = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            for (numbers, sentence, page) in tests_of(&text) {
                for number in numbers {
                    rows.entry(number).or_default().push((sentence.clone(), file.clone(), page.clone()));
                }
            }
        }
    }
    Ok(())
}

/// The tests of a file that carry numbers: the numbers, the sentence, the page.
fn tests_of(text: &str) -> Vec<(Vec<u32>, String, String)> {
    let (mut found, mut page) = (Vec::new(), String::new());
    for line in text.lines().map(str::trim) {
        if let Some(named) = line.strip_prefix("/// Page: ") {
            named.clone_into(&mut page);
        } else if let Some(rest) = line.strip_prefix("fn ").or_else(|| line.strip_prefix("async fn ")) {
            let name = rest.split('(').next().unwrap_or_default();
            let mut words = name.split('_').peekable();
            let mut numbers = Vec::new();
            while let Some(number) = words.peek().and_then(|word| word.strip_prefix('s')?.parse().ok()) {
                numbers.push(number);
                words.next();
            }
            if !numbers.is_empty() {
                found.push((numbers, words.collect::<Vec<_>>().join(" "), std::mem::take(&mut page)));
            }
            page.clear();
        }
    }
    found
}
