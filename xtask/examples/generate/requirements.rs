//! The page of requirements with an acceptance test, from the names of the tests: `s10_requests_are_read_in_order` is the
//! test of S-10, `s4_s6_...` of both. A line `/// Page: /help/requests` above a test names the page where it is seen.

use crate::markdown::Table;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Where tests stand.
const FOLDERS: [&str; 2] = ["crates/iis-registry", "crates/iis-server"];

/// The rows that each have an acceptance test: getting access.
const HELD: [std::ops::RangeInclusive<u32>; 2] = [1..=19, 48..=67];

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
    let without: Vec<_> = HELD.into_iter().flatten().filter(|row| !rows.contains_key(row)).collect();
    if !without.is_empty() {
        bail!("no test carries the number of these requirements: {without:?}");
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
         page where it is seen. Rows that are not here have no such test yet; those of getting access, S-1 to S-19 and S-48 to S-67, all have one, or the page is not made.\n\n{}",
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
                if ["to s", "and s"].iter().any(|range| is_range(&sentence, range)) {
                    bail!("{file}: a test names each row that it is about, not a range: {sentence}");
                }
                for number in numbers {
                    rows.entry(number).or_default().push((sentence.clone(), file.clone(), page.clone()));
                }
            }
        }
    }
    Ok(())
}

/// Whether the sentence goes on with the number of a row, as `to s62` does.
fn is_range(sentence: &str, words: &str) -> bool {
    sentence.strip_prefix(words).is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
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
