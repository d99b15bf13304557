//! The files that CDC publishes: XML and text between pipes.
//!
//! A file is known by its content, whatever it is called. It is read completely before anything is said of it; what is
//! wrong is told with file and line, and a file with an error changes nothing.

mod columns;
mod markup;
mod records;

use crate::{Changes, Facts, Relation, Set};
use records::Record;

/// Something wrong or odd in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: Box<str>,
    /// The line, from 1; 0: the file as a whole.
    pub line: usize,
    /// What it is.
    pub what: Box<str>,
    /// Whether the file cannot be taken because of it.
    pub is_error: bool,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, line, what, is_error } = self;
        let word = if *is_error { "error" } else { "note" };
        if *line == 0 {
            write!(f, "{word}: {file}: {what}")
        } else {
            write!(f, "{word}: {file} line {line}: {what}")
        }
    }
}

/// A file of a kind that CDC publishes.
struct Format {
    /// What is printed about it.
    title: &'static str,
    sets: &'static [Set],
    relations: &'static [Relation],
    read: fn(&Record, &Facts, &mut Facts) -> Result<(), Box<str>>,
}

/// What an import came to.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The facts with what the files say.
    pub facts: Facts,
    /// What each file was taken for, by its name.
    pub files: Vec<(Box<str>, &'static str)>,
    /// What was noticed.
    pub problems: Vec<Problem>,
}

impl Imported {
    /// Whether it can be used.
    pub fn is_usable(&self) -> bool {
        !self.problems.iter().any(|problem| problem.is_error)
    }

    /// What it changes against the facts it was made from.
    pub fn changes(&self, before: &Facts) -> Changes {
        Changes::between(before, &self.facts)
    }
}

/// Reads files into facts that are known already; the order of the files does not matter.
pub fn import(before: &Facts, files: &[(String, Vec<u8>)]) -> Imported {
    let mut imported = Imported { facts: before.clone(), files: Vec::new(), problems: Vec::new() };
    let mut read: Vec<_> = files.iter().map(|(name, bytes)| (name, records::read(bytes))).collect();
    // Rows before pairs: a pair names packages by the numbers that the rows bring.
    read.sort_by_key(|(_, records)| records.as_ref().map_or(usize::MAX, |(kind, _)| *kind as usize));
    for (name, records) in read {
        match records {
            Ok((kind, records)) => take(name, kind, &records, &mut imported),
            Err((line, what)) => {
                imported.problems.push(Problem { file: name.as_str().into(), line, what, is_error: true });
            }
        }
    }
    check(&mut imported);
    imported
}

fn take(name: &str, kind: records::Kind, records: &[Record], imported: &mut Imported) {
    let format = kind.format();
    let mut newer = Facts::default();
    for record in records {
        if let Err(what) = (format.read)(record, &imported.facts, &mut newer) {
            imported.problems.push(Problem { file: name.into(), line: record.line, what, is_error: true });
        }
    }
    if records.is_empty() {
        let what = "holds no row".into();
        imported.problems.push(Problem { file: name.into(), line: 0, what, is_error: true });
    }
    imported.files.push((name.into(), format.title));
    imported.facts.replace(&newer, format.sets, format.relations);
}

/// Pairs must lead to codes that are there; one that does not is noted and does no harm. Sets that are not there at all
/// come from elsewhere.
fn check(imported: &mut Imported) {
    for (relation, from, to) in &imported.facts.links {
        let Some((set, other)) = relation.joins() else { continue };
        for (set, code) in [(set, from), (other, to)] {
            let is_known = imported.facts.rows.contains_key(&set);
            if is_known && !imported.facts.has(set, code) {
                let what = format!(
                    "{} {code} stands in a pair ({}) and not in its own list",
                    set.word(),
                    relation.word()
                );
                imported.problems.push(Problem {
                    file: "all files together".into(),
                    line: 0,
                    what: what.into(),
                    is_error: false,
                });
            }
        }
    }
    imported.problems.dedup();
}
