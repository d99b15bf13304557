//! Dated local changes to a release: a state's season, a correction of a defect.
//!
//! An overlay is a text that names its author, its date and its reason, and then says like a
//! patch which lines of the tables go and which come:
//!
//! ```text
//! overlay rsv-season
//! version 2
//! dated 2025-09-15
//! author Immunization Section, State Health Department
//! reason The season for RSV begins on 1 September here
//!
//! antigen RSV
//! series RSV 75 years+ 1-dose series
//! dose 1
//! - season from 2025-10-01
//! + season from 2025-09-01
//! ```
//!
//! `antigen`, `series` and `dose` say where; `file vaccines.txt` leads to a table of the
//! schedule. A line that goes must stand there exactly so; with it goes what stands indented
//! below it. A line that comes takes the place of the line that went, or stands at the end.
//! A line `+` indented by two more blanks belongs to the line before.

use crate::dates::Day;
use crate::supporting::model::Release;
use crate::tables::{self, TableFailure};

/// Dated local changes to a release.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overlay {
    /// Short name.
    pub name: String,
    /// Its version; a changed overlay has another.
    pub version: String,
    /// The day it was made.
    pub dated: Day,
    /// Who answers for it.
    pub author: String,
    /// Why it was made.
    pub reason: String,
    edits: Vec<Edit>,
}

/// Lines that go and lines that come at one place.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Edit {
    line: usize,
    place: Place,
    goes: Option<String>,
    comes: Vec<String>,
}

/// Where in the tables.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct Place {
    file: Option<String>,
    antigen: Option<String>,
    series: Option<String>,
    dose: Option<String>,
}

/// Why an overlay cannot be read or applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OverlayFailure {
    /// The head of the overlay lacks something.
    #[error("the overlay names no {0}")]
    Missing(&'static str),
    /// A line cannot be read.
    #[error("line {0} of the overlay cannot be read")]
    Line(usize),
    /// The place does not stand in the release.
    #[error("line {line} of the overlay: the release has no {what}")]
    NoPlace {
        /// The line of the overlay.
        line: usize,
        /// What was looked for.
        what: String,
    },
    /// The line that should go does not stand at its place.
    #[error("line {line} of the overlay: the line that should go does not stand there: {text}")]
    NoLine {
        /// The line of the overlay.
        line: usize,
        /// The line looked for.
        text: String,
    },
    /// What came out is no table.
    #[error("the overlay makes a table that cannot be read")]
    Table(#[from] TableFailure),
}

impl Overlay {
    /// Reads an overlay.
    pub fn parse(text: &str) -> Result<Self, OverlayFailure> {
        let mut head: [Option<&str>; 5] = [None; 5];
        let names = ["overlay", "version", "dated", "author", "reason"];
        let mut place = Place::default();
        let mut edits: Vec<Edit> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            let trimmed = line.trim_end();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            let (word, rest) = trimmed.split_once(' ').ok_or(OverlayFailure::Line(number))?;
            if let Some(at) = names.iter().position(|name| *name == word) {
                head[at] = Some(rest.trim());
                continue;
            }
            match word {
                "file" => place = Place { file: Some(rest.to_owned()), ..Place::default() },
                "antigen" => place = Place { antigen: Some(rest.to_owned()), ..Place::default() },
                "series" => {
                    place.series = Some(rest.to_owned());
                    place.dose = None;
                }
                "dose" => place.dose = Some(rest.to_owned()),
                "-" => {
                    let goes = Some(rest.trim().to_owned());
                    edits.push(Edit { line: number, place: place.clone(), goes, comes: Vec::new() });
                }
                "+" => match edits.last_mut() {
                    Some(edit) if edit.place == place => edit.comes.push(rest.to_owned()),
                    _ => {
                        let comes = vec![rest.to_owned()];
                        edits.push(Edit { line: number, place: place.clone(), goes: None, comes });
                    }
                },
                _ => return Err(OverlayFailure::Line(number)),
            }
        }
        let needed = |at: usize| head[at].map(str::to_owned).ok_or(OverlayFailure::Missing(names[at]));
        Ok(Self {
            name: needed(0)?,
            version: needed(1)?,
            dated: Day::parse(&needed(2)?).ok_or(OverlayFailure::Missing("date"))?,
            author: needed(3)?,
            reason: needed(4)?,
            edits,
        })
    }

    /// Name and version, as they stand in every answer.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} {}", self.name, self.version)
    }

    /// Applies the changes to a release.
    pub fn apply(&self, release: &mut Release) -> Result<(), OverlayFailure> {
        let mut files = tables::write(release);
        for edit in &self.edits {
            let nothing = |what: &str| OverlayFailure::NoPlace { line: edit.line, what: what.to_owned() };
            let wanted = match (&edit.place.file, &edit.place.antigen) {
                (Some(file), _) => file.clone(),
                (None, Some(antigen)) => tables::antigen_file(antigen),
                (None, None) => return Err(nothing("place without a file or an antigen")),
            };
            let file = files.iter_mut().find(|(name, _)| *name == wanted).ok_or_else(|| nothing(&wanted))?;
            file.1 = apply_edit(&file.1, edit)?;
        }
        *release = tables::read(&files)?;
        Ok(())
    }
}

fn depth(line: &str) -> usize {
    (line.len() - line.trim_start().len()) / 2
}

fn apply_edit(text: &str, edit: &Edit) -> Result<String, OverlayFailure> {
    let mut lines: Vec<String> =
        text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    let (mut begin, mut end, mut inner) = (0, lines.len(), 0);
    let steps = [("series", &edit.place.series), ("dose", &edit.place.dose)];
    for (word, name) in steps.into_iter().filter_map(|(word, name)| Some((word, name.as_ref()?))) {
        let wanted = format!("{word} {name}");
        let found = (begin..end).find(|at| depth(&lines[*at]) == inner && lines[*at].trim() == wanted);
        let found = found.ok_or(OverlayFailure::NoPlace { line: edit.line, what: wanted })?;
        begin = found + 1;
        end = block_end(&lines, found, end);
        inner += 1;
    }
    let mut at = end;
    if let Some(goes) = &edit.goes {
        let found = (begin..end).find(|at| depth(&lines[*at]) == inner && lines[*at].trim() == goes);
        at = found.ok_or_else(|| OverlayFailure::NoLine { line: edit.line, text: goes.clone() })?;
        let behind = block_end(&lines, at, end);
        lines.drain(at..behind);
    }
    let indented = edit.comes.iter().map(|line| format!("{}{line}", "  ".repeat(inner)));
    lines.splice(at..at, indented);
    Ok(lines.join("\n") + "\n")
}

/// Behind the line at `at` and all that stands indented below it.
fn block_end(lines: &[String], at: usize, end: usize) -> usize {
    let own = depth(&lines[at]);
    (at + 1..end).find(|next| depth(&lines[*next]) <= own).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::{Overlay, OverlayFailure};
    use crate::dates::Day;
    use crate::tables::built_in;

    const HEAD: &str = "overlay season\nversion 2\ndated 2025-09-15\nauthor A. Nurse\nreason A test\n";

    fn overlay(body: &str) -> Overlay {
        Overlay::parse(&format!("{HEAD}{body}")).expect("the overlay can be read")
    }

    #[test]
    fn a_line_is_replaced_at_its_place_and_nowhere_else() {
        let before = built_in().expect("the built-in tables can be read");
        let mut after = before.clone();
        let season =
            "antigen RSV\nseries RSV infant series\ndose 1\n- season from 2025-10-01 through 2026-03-31\n";
        let infant =
            before.antigens.iter().find(|antigen| antigen.name == "RSV").expect("RSV is in the schedule");
        let series = infant
            .series
            .iter()
            .find(|series| series.doses[0].season.is_some_and(|season| season.end.is_some()));
        let series = series.expect("an RSV series has a season that ends");
        let season = season.replace("RSV infant series", &series.name);
        let season = season.replace("from 2025-10-01 through 2026-03-31", &{
            let season = series.doses[0].season.expect("looked for");
            format!("from {} through {}", season.start.expect("a start"), season.end.expect("an end"))
        });
        overlay(&format!("{season}+ season from 2025-09-01 through 2026-04-30\n"))
            .apply(&mut after)
            .expect("it fits");
        let changed: Vec<_> = before
            .antigens
            .iter()
            .zip(&after.antigens)
            .flat_map(|(a, b)| a.series.iter().zip(&b.series))
            .filter(|(a, b)| a != b)
            .collect();
        let [(_, changed)] = changed.as_slice() else { panic!("one series changes") };
        assert_eq!(changed.name, series.name);
        assert_eq!(changed.doses[0].season.and_then(|s| s.start), Day::parse("2025-09-01"));
    }

    #[test]
    fn an_overlay_that_does_not_fit_says_where() {
        let release = built_in().expect("the built-in tables can be read");
        #[rustfmt::skip]
        let table = [
            ("antigen Nothing\n- recurring\n",                                     "antigens/nothing.txt"),
            ("antigen Measles\nseries Nothing\n- recurring\n",                     "series Nothing"),
            ("antigen Measles\nseries Measles 2-dose series\ndose 9\n- recurring\n",   "dose 9"),
            ("antigen Measles\nseries Measles 2-dose series\ndose 1\n- recurring\n",   "recurring"),
            ("+ something\n",                                                      "place"),
            ("antigen Measles\n+ something\n",                                     "something"),
        ];
        for (body, named) in table {
            let failure = overlay(body).apply(&mut release.clone()).expect_err(body);
            let text = match &failure {
                OverlayFailure::Table(table) => table.to_string(),
                other => other.to_string(),
            };
            assert!(text.contains(named), "{text}");
        }
    }

    #[test]
    fn an_overlay_without_author_or_reason_is_refused() {
        for missing in ["overlay", "version", "dated", "author", "reason"] {
            let head: Vec<_> = HEAD.lines().filter(|line| !line.starts_with(missing)).collect();
            assert!(Overlay::parse(&head.join("\n")).is_err(), "{missing}");
        }
        assert_eq!(Overlay::parse(&format!("{HEAD}rubbish here")), Err(OverlayFailure::Line(6)));
    }
}
