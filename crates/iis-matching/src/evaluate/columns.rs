//! A CSV file whose columns are found by their names.

use csv::{ReaderBuilder, StringRecord, Trim};
use std::collections::HashMap;

/// A labelled file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is not CSV, or its rows have different lengths.
    #[error("not a CSV file: {0}")]
    Csv(#[from] csv::Error),
    /// A column is missing.
    #[error("the column {0} is missing")]
    Column(&'static str),
    /// A value is not what its column holds.
    #[error("line {line}: the column {column} holds no {what}")]
    Value {
        /// Line of the file, from 1.
        line: u64,
        /// Column.
        column: &'static str,
        /// What it should hold.
        what: &'static str,
    },
}

/// The rows of a file.
#[derive(Debug)]
pub struct Rows {
    columns: HashMap<String, usize>,
    rows: Vec<StringRecord>,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    columns: &'a HashMap<String, usize>,
    record: &'a StringRecord,
}

impl Rows {
    /// Reads a file; blanks around values do not count.
    pub fn read(text: &str) -> Result<Self, FileError> {
        let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
        let columns = reader.headers()?.iter().enumerate().map(|(at, name)| (name.to_owned(), at)).collect();
        let rows = reader.records().collect::<Result<_, _>>()?;
        Ok(Self { columns, rows })
    }

    /// Refuses a file that lacks one of these columns.
    pub fn with(self, columns: &[&'static str]) -> Result<Self, FileError> {
        match columns.iter().find(|column| !self.columns.contains_key(**column)) {
            Some(missing) => Err(FileError::Column(missing)),
            None => Ok(self),
        }
    }

    /// The rows, in the order of the file.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        self.rows.iter().map(|record| Row { columns: &self.columns, record })
    }
}

impl<'a> Row<'a> {
    /// The value of a column; empty where there is none.
    pub fn get(&self, column: &str) -> &'a str {
        self.columns.get(column).and_then(|at| self.record.get(*at)).unwrap_or_default()
    }

    /// The line of the file, from 1.
    pub fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }
}
