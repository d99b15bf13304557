//! The layout of a file of vital records, version 1: CSV in UTF-8 with a header; columns are found by their names.
//!
//! A state's own extract is turned into it by whoever makes the file. What it means is written for them in
//! `docs/vital-records.md`, which a test holds against this list.

use super::rule::{self, Note, Rule};
use csv::{ByteRecord, ReaderBuilder};
use iis_store::sealed::REVERSAL;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The version that this program reads.
pub const LAYOUT: &str = "1";

/// The largest file that is read, in bytes: some hundred thousand events.
pub const MOST_BYTES: usize = 128 << 20;

/// The most findings that are kept of one file.
pub const MOST_NOTES: usize = 100_000;

/// The most letters of a value; those of a certificate number are [`MOST_OF_A_NUMBER`].
pub const MOST_LETTERS: usize = 250;

/// The most letters of a certificate number.
pub const MOST_OF_A_NUMBER: usize = 60;

macro_rules! columns {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// A column.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Column { $($(#[$doc])* $variant,)* }

        impl Column {
            /// All of them, in the order in which they are documented.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in the header.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

columns! {
    /// The version of the layout: [`LAYOUT`].
    Layout = "layout";
    /// What happened: a word of [`Event`].
    Event = "event";
    /// The number of the birth certificate (state file number): by it the person is known again.
    Certificate = "certificate_number";
    /// The number of the certificate that replaces it.
    NewCertificate = "new_certificate_number";
    /// The number of the death certificate.
    DeathCertificate = "death_certificate_number";
    /// The day on which the event was registered.
    RegisteredOn = "registered_on";
    /// Family name.
    Last = "last_name";
    /// Given name; a newborn may have none.
    First = "first_name";
    /// Second and further given names.
    Middle = "middle_name";
    /// JR, III.
    Suffix = "suffix";
    /// Date of birth.
    BornOn = "born_on";
    /// M, F, X, U.
    Sex = "sex";
    /// Whether it was a multiple birth: Y, N.
    MultipleBirth = "multiple_birth";
    /// Which child of a multiple birth, from 1.
    BirthOrder = "birth_order";
    /// Where the birth took place.
    BirthFacility = "birth_facility";
    /// Mother's family name.
    MotherLast = "mother_last_name";
    /// Mother's given name.
    MotherFirst = "mother_first_name";
    /// Mother's family name before marriage.
    MotherMaiden = "mother_maiden_name";
    /// Number and street of the residence.
    Street = "street";
    /// City.
    City = "city";
    /// State, two letters.
    State = "state";
    /// ZIP code.
    Zip = "zip";
    /// County.
    County = "county";
    /// Telephone.
    Phone = "phone";
    /// The day of death.
    DiedOn = "died_on";
    /// The day of the birth dose of hepatitis B vaccine.
    HepatitisBOn = "hepb_on";
    /// Its lot.
    HepatitisBLot = "hepb_lot";
    /// Its manufacturer (MVX).
    HepatitisBManufacturer = "hepb_manufacturer";
    /// The day of hepatitis B immune globulin.
    ImmuneGlobulinOn = "hbig_on";
}

impl Column {
    fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| column.name().eq_ignore_ascii_case(name.trim()))
    }

    /// The most letters of its values.
    const fn most(self) -> usize {
        match self {
            Self::Certificate | Self::NewCertificate | Self::DeathCertificate => MOST_OF_A_NUMBER,
            _ => MOST_LETTERS,
        }
    }
}

/// What a line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Somebody was born, or the birth certificate was amended.
    Birth,
    /// Somebody died.
    Death,
    /// Somebody who was said to be dead lives.
    DeathReversal,
    /// Somebody was adopted: another identity from now on.
    Adoption,
    /// A court sealed the identity; another one from now on.
    Sealing,
    /// Somebody has another name from now on, and the former one is not to be shown.
    NameChange,
    /// An adoption, sealing or change of name was annulled, or sent by mistake: the identity before it stands again.
    Reversal,
}

impl Event {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Birth,
        Self::Death,
        Self::DeathReversal,
        Self::Adoption,
        Self::Sealing,
        Self::NameChange,
        Self::Reversal,
    ];

    /// The word in the file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Birth => "birth",
            Self::Death => "death",
            Self::DeathReversal => "death-reversal",
            Self::Adoption => "adoption",
            Self::Sealing => "sealing",
            Self::NameChange => "name-change",
            Self::Reversal => REVERSAL,
        }
    }

    /// Whether it tells of a death, or takes one back.
    pub const fn is_of_death(self) -> bool {
        matches!(self, Self::Death | Self::DeathReversal)
    }

    /// Whether it puts another identity in the place of the one that stands: a new one, or the former one again.
    pub const fn replaces_identity(self) -> bool {
        matches!(self, Self::Adoption | Self::Sealing | Self::NameChange | Self::Reversal)
    }

    /// The columns without which it cannot be read, beside [`Column::Layout`] and [`Column::Event`].
    const fn required(self) -> &'static [Column] {
        match self {
            Self::Birth => &[Column::Certificate, Column::Last, Column::BornOn],
            Self::Death => &[Column::DiedOn],
            Self::DeathReversal => &[],
            Self::Adoption | Self::Sealing | Self::NameChange | Self::Reversal => {
                &[Column::Certificate, Column::Last, Column::First, Column::BornOn]
            }
        }
    }
}

/// A line that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which line of the file, from 1.
    pub number: i64,
    /// What it tells.
    pub event: Event,
    values: BTreeMap<Column, Box<str>>,
}

impl Line {
    /// The value of a column, without blanks around it; empty: none.
    pub fn get(&self, column: Column) -> &str {
        self.values.get(&column).map_or("", |value| value)
    }

    /// By which the same line is known again, whatever file and place it comes in.
    pub fn key(&self, office: i64) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"openiis vital records 1");
        hash.update(office.to_be_bytes());
        for (column, value) in &self.values {
            hash.update(column.name());
            hash.update([0]);
            hash.update(value.as_bytes());
            hash.update([0]);
        }
        hash.finalize().into()
    }
}

/// The lines of a file, and what is wrong with those that cannot be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Lines behind the header.
    pub count: i64,
    /// Those that can be read, in the order of the file.
    pub readable: Vec<Line>,
    /// What is wrong with the others; with the file as a whole: at line 1.
    pub notes: Vec<Note>,
}

/// Reads a file. Whatever it holds, there is an answer: what cannot be read is told and left out.
pub fn read(bytes: &[u8]) -> Lines {
    let mut lines = Lines::default();
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if bytes.len() > MOST_BYTES {
        lines.notes.push(rule::FILE_TOO_LARGE.at(1, None));
        return lines;
    }
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut record = ByteRecord::new();
    let mut columns: Option<Vec<Column>> = None;
    while let Ok(true) = reader.read_byte_record(&mut record) {
        let number = record.position().map_or(0, |at| i64::try_from(at.line()).unwrap_or(i64::MAX));
        match &columns {
            None => match header(&record) {
                Ok(found) => columns = Some(found),
                Err(wrong) => {
                    lines.notes.push(wrong.at(number, None));
                    return lines;
                }
            },
            Some(columns) => {
                lines.count += 1;
                match line(&record, number, columns) {
                    Ok(line) => lines.readable.push(line),
                    Err((wrong, column)) if lines.notes.len() < MOST_NOTES => {
                        lines.notes.push(wrong.at(number, column));
                    }
                    Err(_) => {} // counted as a line, and not as one that can be read
                }
            }
        }
    }
    if columns.is_none() {
        lines.notes.push(rule::FILE_EMPTY.at(1, None));
    }
    lines
}

/// The columns of a header: each known, none twice, and those without which nothing can be read.
fn header(record: &ByteRecord) -> Result<Vec<Column>, &'static Rule> {
    if record.len() > Column::ALL.len() {
        return Err(&rule::HEADER);
    }
    let mut columns = Vec::with_capacity(record.len());
    for field in record {
        let name = std::str::from_utf8(field).ok();
        let column = name.and_then(Column::of_name).filter(|column| !columns.contains(column));
        columns.push(column.ok_or(&rule::HEADER)?);
    }
    if columns.contains(&Column::Layout) && columns.contains(&Column::Event) {
        Ok(columns)
    } else {
        Err(&rule::HEADER)
    }
}

type Wrong = (&'static Rule, Option<Column>);

fn line(record: &ByteRecord, number: i64, columns: &[Column]) -> Result<Line, Wrong> {
    if record.len() != columns.len() {
        return Err((&rule::FIELDS, None));
    }
    let mut values = BTreeMap::new();
    for (column, field) in columns.iter().zip(record) {
        let wrong = |rule| (rule, Some(*column));
        let value = std::str::from_utf8(field).map_err(|_| wrong(&rule::NOT_UTF_8))?.trim();
        if value.chars().any(is_unprintable) {
            return Err(wrong(&rule::CONTROL));
        }
        if value.chars().count() > column.most() {
            return Err(wrong(&rule::TOO_LONG));
        }
        if !value.is_empty() {
            values.insert(*column, value.into());
        }
    }
    let line = Line { number, event: Event::Birth, values }; // the event itself is read next
    let word = |column: Column| line.get(column);
    if word(Column::Layout) != LAYOUT {
        return Err((&rule::UNKNOWN_LAYOUT, Some(Column::Layout)));
    }
    let event = Event::ALL.iter().copied().find(|event| event.word() == word(Column::Event));
    let event = event.ok_or((&rule::UNKNOWN_EVENT, Some(Column::Event)))?;
    let missing = event.required().iter().find(|column| word(**column).is_empty());
    if let Some(missing) = missing {
        return Err((&rule::MISSING, Some(*missing)));
    }
    if let Some(missing) = missing_of_a_death(event, word) {
        return Err((&rule::MISSING, Some(missing)));
    }
    Ok(Line { event, ..line })
}

/// A death needs a number, and beside it something that a slip in the number contradicts.
fn missing_of_a_death<'a>(event: Event, word: impl Fn(Column) -> &'a str) -> Option<Column> {
    let is_empty = |column| word(column).is_empty();
    if !event.is_of_death() {
        None
    } else if is_empty(Column::Certificate) && is_empty(Column::DeathCertificate) {
        Some(Column::DeathCertificate)
    } else if is_empty(Column::BornOn) && (is_empty(Column::Last) || is_empty(Column::First)) {
        Some(Column::BornOn)
    } else {
        None
    }
}

/// What no name holds and what would turn around, or hide, what stands beside it: controls, marks of direction.
fn is_unprintable(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
