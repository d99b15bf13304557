//! The project's own tables of a release: compact text that a person can read and compare.
//!
//! One file an antigen, and four for the schedule. A line is a keyword and its fields,
//! separated by `; `; what belongs to a line stands below it, indented. Ages and dates read
//! `from … until …` (the end is no longer within) or `from … through …` (both ends are).
//! Lines beginning with `#` are remarks. The tables hold facts only.

mod antigen;
mod built_in;
mod fields;
mod schedule;
mod skip;

use crate::supporting::model::{Release, SeriesDose};
pub use built_in::{built_in, built_in_files};

/// The name of the file with the release and its vaccine groups.
pub(crate) const SCHEDULE: &str = "schedule.txt";
/// The name of the file with the vaccines.
pub(crate) const VACCINES: &str = "vaccines.txt";
/// The name of the file with the vaccine conflicts.
pub(crate) const CONFLICTS: &str = "conflicts.txt";
/// The name of the file with the observations.
pub(crate) const OBSERVATIONS: &str = "observations.txt";
/// The folder of the antigens.
pub(crate) const ANTIGENS: &str = "antigens/";

/// A line of a table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {what}")]
pub struct TableFailure {
    /// The file.
    pub file: String,
    /// The line, from 1; 0 when it is about the file.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// Writes a release as table files, by name.
#[must_use]
pub fn write(release: &Release) -> Vec<(String, String)> {
    let mut files = vec![
        (SCHEDULE.to_owned(), schedule::write_groups(release)),
        (VACCINES.to_owned(), schedule::write_vaccines(release)),
        (CONFLICTS.to_owned(), schedule::write_conflicts(release)),
        (OBSERVATIONS.to_owned(), schedule::write_observations(release)),
    ];
    for antigen in &release.antigens {
        files.push((antigen_file(&antigen.name), antigen::write(antigen)));
    }
    files
}

/// The lines of a series dose as its table has them, each with what stands below it; indents
/// are counted from the lines of the dose.
pub(crate) fn dose_blocks(dose: &SeriesDose) -> Vec<Vec<String>> {
    let mut blocks: Vec<Vec<String>> = Vec::new();
    for line in antigen::write_dose(dose).lines() {
        match (line.starts_with(' '), blocks.last_mut()) {
            (true, Some(block)) => block.push(line.to_owned()),
            _ => blocks.push(vec![line.to_owned()]),
        }
    }
    blocks
}

/// The file of an antigen.
pub(crate) fn antigen_file(antigen: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = antigen.chars().map(letter).collect();
    format!("{ANTIGENS}{name}.txt")
}

/// Reads a release from table files. Files of other names are passed over.
pub fn read<N: AsRef<str>, T: AsRef<str>>(files: &[(N, T)]) -> Result<Release, TableFailure> {
    let mut release = Release::default();
    for (file, text) in files {
        let (file, text) = (file.as_ref(), text.as_ref());
        match file {
            SCHEDULE => schedule::read_groups(text, &mut release),
            VACCINES => schedule::read_vaccines(text, &mut release),
            CONFLICTS => schedule::read_conflicts(text, &mut release),
            OBSERVATIONS => schedule::read_observations(text, &mut release),
            _ if file.starts_with(ANTIGENS) => {
                antigen::read(text).map(|antigen| release.antigens.push(antigen))
            }
            _ => Ok(()),
        }
        .map_err(|(line, what)| TableFailure { file: file.to_owned(), line, what })?;
    }
    release.antigens.sort_by(|a, b| a.name.cmp(&b.name));
    for antigen in &mut release.antigens {
        let group = release.vaccine_groups.iter().find(|group| group.antigens.contains(&antigen.name));
        let name = group.map(|group| group.name.clone()).unwrap_or_default();
        antigen.series.iter_mut().for_each(|series| series.vaccine_group.clone_from(&name));
    }
    Ok(release)
}

/// The lines of a table, numbered from 1, without remarks and empty lines, with their depth.
fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let numbered = text.lines().enumerate();
    numbered.filter_map(|(index, line)| {
        let text = line.trim();
        let depth = (line.len() - line.trim_start().len()) / 2;
        (!text.is_empty() && !text.starts_with('#')).then_some(Line { number: index + 1, depth, text })
    })
}

/// One line.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    number: usize,
    depth: usize,
    text: &'a str,
}

/// What is wrong with which line.
type LineResult<T> = Result<T, (usize, String)>;

#[cfg(test)]
mod tests {
    use super::{built_in, read, write};

    #[test]
    fn a_release_written_and_read_is_the_same_release() {
        let release = built_in().expect("the built-in tables can be read");
        assert_eq!(read(&write(&release)).as_ref(), Ok(&release));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        #[rustfmt::skip]
        let table = [
            ("antigens/x.txt", "antigen X\nseries S\n  dose 1\n    age minimum 5 moons\n", 4),
            ("antigens/x.txt", "antigen X\n  dose 1\n",                                     2),
            ("antigens/x.txt", "antigen X\nseries S\n  dose 2\n",                           3),
            ("antigens/x.txt", "what is this\n",                                            1),
            ("vaccines.txt",   "03 MMR\n",                                                  1),
            ("conflicts.txt",  "\n# remark\nprevious 03; current 1000\n",                   3),
            ("observations.txt", "7000 | too long |\n",                                     1),
            ("schedule.txt",   "  antigen Measles\n",                                       1),
        ];
        for (file, text, line) in table {
            let failure = read(&[(file, text)]).expect_err("the line is wrong");
            assert_eq!((failure.file.as_str(), failure.line), (file, line), "{failure}");
        }
    }
}
