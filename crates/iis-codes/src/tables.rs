//! The project's own tables: comma-separated text, one file for a large set, one for all small ones, one for the pairs.

use crate::{Ages, Facts, Kind, Relation, Row, Set, Standing, Window};
use iis_model::Date;

/// A table cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} line {line}: {what}")]
pub struct NotATable {
    /// The file.
    pub file: Box<str>,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong.
    pub what: &'static str,
}

/// Sets with a file of their own; all others stand together.
const LARGE: &[(Set, &str)] = &[
    (Set::Cvx, "cvx.csv"),
    (Set::Mvx, "mvx.csv"),
    (Set::NdcUse, "ndc-unit-of-use.csv"),
    (Set::NdcSale, "ndc-unit-of-sale.csv"),
    (Set::Cpt, "cpt.csv"),
    (Set::Vis, "vis.csv"),
    (Set::TradeName, "trade-names.csv"),
    (Set::VaccineGroup, "vaccine-groups.csv"),
];

const SMALL: &str = "tables.csv";
const LINKS: &str = "links.csv";
const COLUMNS: [&str; 12] = [
    "set",
    "code",
    "label",
    "name",
    "standing",
    "kind",
    "valid_from",
    "expected_from",
    "expected_until",
    "valid_until",
    "ages_in_months",
    "replaced_by",
];

macro_rules! shipped {
    ($($file:literal)*) => {
        /// The tables that ship with the program.
        const SHIPPED: &[(&str, &str)] =
            &[$(($file, include_str!(concat!("../../../data/codes/2025-12-09/", $file)))),*];
    };
}

shipped!("cvx.csv" "mvx.csv" "ndc-unit-of-use.csv" "ndc-unit-of-sale.csv" "cpt.csv" "vis.csv" "trade-names.csv"
    "vaccine-groups.csv" "tables.csv" "links.csv");

/// The facts that ship with the program.
pub fn built_in() -> Result<Facts, NotATable> {
    let mut facts = Facts::default();
    SHIPPED.iter().try_for_each(|(file, text)| read_file(file, text, &mut facts))?;
    Ok(facts)
}

/// Reads tables by name and text.
pub fn read(files: &[(String, String)]) -> Result<Facts, NotATable> {
    let mut facts = Facts::default();
    files.iter().try_for_each(|(file, text)| read_file(file, text, &mut facts))?;
    Ok(facts)
}

/// The tables by name, always in the same order, with the same bytes for the same facts.
pub fn write(facts: &Facts) -> Vec<(String, String)> {
    let is_large = |set: Set| LARGE.iter().any(|(large, _)| *large == set);
    let large = LARGE.iter().map(|&(set, file)| (file.to_owned(), rows_text(facts, &[set])));
    let small: Vec<Set> = Set::ALL.iter().copied().filter(|&set| !is_large(set)).collect();
    let mut files: Vec<_> = large.collect();
    files.push((SMALL.to_owned(), rows_text(facts, &small)));
    files.push((LINKS.to_owned(), links_text(facts)));
    files
}

fn rows_text(facts: &Facts, sets: &[Set]) -> String {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    for &set in sets {
        for (code, row) in facts.set(set) {
            let Window { valid_from, expected_from, expected_until, valid_until } = row.window;
            rows.push(vec![
                set.word().to_owned(),
                code.to_owned(),
                row.label.to_string(),
                row.name.to_string(),
                row.standing.word().to_owned(),
                row.kind.map_or("", Kind::word).to_owned(),
                day(valid_from),
                day(expected_from),
                day(expected_until),
                day(valid_until),
                ages_text(row.ages),
                row.replaced_by.as_deref().unwrap_or_default().to_owned(),
            ]);
        }
    }
    text(rows)
}

fn links_text(facts: &Facts) -> String {
    let heading = ["relation", "from", "to"].map(str::to_owned).to_vec();
    let pairs = facts.links.iter();
    let rows =
        pairs.map(|(relation, from, to)| vec![relation.word().to_owned(), from.to_string(), to.to_string()]);
    text(std::iter::once(heading).chain(rows))
}

fn text(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    for row in rows {
        out.write_record(&row)
            .expect("memory takes every row, and all rows of a table are as long as its heading");
    }
    let bytes = out.into_inner().expect("memory takes every row");
    String::from_utf8(bytes).expect("rows of text are text")
}

/// `12..`, `..180`, `12..180`, or nothing.
fn ages_text(ages: Ages) -> String {
    let number = |months: Option<u16>| months.map(|months| months.to_string()).unwrap_or_default();
    match ages {
        Ages { from_months: None, until_months: None } => String::new(),
        Ages { from_months, until_months } => format!("{}..{}", number(from_months), number(until_months)),
    }
}

fn read_file(file: &str, text: &str, facts: &mut Facts) -> Result<(), NotATable> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for row in reader.records() {
        let wrong = |line, what| NotATable { file: file.into(), line, what };
        let row = row.map_err(|error| {
            wrong(error.position().map_or(0, csv::Position::line), "has another number of columns")
        })?;
        let line = row.position().map_or(0, csv::Position::line);
        let read = if file == LINKS { link(&row, facts) } else { code(&row, facts) };
        read.map_err(|what| wrong(line, what))?;
    }
    Ok(())
}

fn link(row: &csv::StringRecord, facts: &mut Facts) -> Result<(), &'static str> {
    let relation = row.get(0).and_then(Relation::from_word).ok_or("names no relation")?;
    facts.link(relation, row.get(1).ok_or("lacks a code")?, row.get(2).ok_or("lacks a code")?);
    Ok(())
}

fn code(row: &csv::StringRecord, facts: &mut Facts) -> Result<(), &'static str> {
    let cell = |nth: usize| row.get(nth).unwrap_or_default();
    let day = |nth: usize| match cell(nth) {
        "" => Ok(None),
        text => text.parse::<Date>().map(Some).map_err(|_| "has a day that is none"),
    };
    let set = Set::from_word(cell(0)).ok_or("names no set")?;
    let kind = match cell(5) {
        "" => None,
        word => Some(Kind::from_word(word).ok_or("names no kind")?),
    };
    let row = Row {
        label: cell(2).into(),
        name: cell(3).into(),
        standing: Standing::from_word(cell(4)).ok_or("names no standing")?,
        window: Window {
            valid_from: day(6)?,
            expected_from: day(7)?,
            expected_until: day(8)?,
            valid_until: day(9)?,
        },
        ages: ages(cell(10)).ok_or("has ages that are none")?,
        kind,
        replaced_by: Some(cell(11)).filter(|code| !code.is_empty()).map(Into::into),
    };
    if cell(1).is_empty() {
        return Err("has no code");
    }
    facts.put(set, cell(1), row);
    Ok(())
}

fn ages(text: &str) -> Option<Ages> {
    if text.is_empty() {
        return Some(Ages::default());
    }
    let (from, until) = text.split_once("..")?;
    let months = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    Some(Ages { from_months: months(from)?, until_months: months(until)? })
}

#[cfg(test)]
mod tests {
    use super::{SHIPPED, built_in, read, write};

    #[test]
    fn what_is_written_is_read_and_written_again_with_the_same_bytes() {
        let facts = built_in().expect("the shipped tables");
        let files = write(&facts);
        let shipped: Vec<_> =
            SHIPPED.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
        assert_eq!(files, shipped);
        assert_eq!(read(&files), Ok(facts));
    }

    #[test]
    fn a_bad_row_is_named_by_its_line() {
        let heading = super::COLUMNS.join(",");
        let table = [
            ("cvx,03,MMR,,active,,,,,,,", None),
            ("cvx,03,MMR,,retired,,,,,,,", Some("names no standing")),
            ("cvx,03,MMR,,active,,2020-02-30,,,,,", Some("has a day that is none")),
            ("cvx,03,MMR,,active,,,,,,12-15,", Some("has ages that are none")),
            ("cvx,03,MMR,,active", Some("has another number of columns")),
        ];
        for (row, what) in table {
            let files = [("cvx.csv".to_owned(), format!("{heading}\n{row}\n"))];
            assert_eq!(
                read(&files).err().map(|error| (error.line, error.what)),
                what.map(|what| (2, what)),
                "{row}"
            );
        }
    }
}
