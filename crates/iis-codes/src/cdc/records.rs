//! A file as records: rows of named values, from XML or from text between pipes.

use super::{Format, columns, markup};
use iis_model::Date;

/// What a file is about, in the order in which files are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Cvx,
    Mvx,
    UnitOfUse,
    UnitOfSale,
    Linker,
    Cpt,
    VaccineGroups,
    TradeNames,
    Statements,
    StatementVaccines,
    StatementAddresses,
}

impl Kind {
    pub(super) fn format(self) -> &'static Format {
        match self {
            Self::Cvx => &markup::CVX,
            Self::Mvx => &markup::MVX,
            Self::UnitOfUse => &columns::UNIT_OF_USE,
            Self::UnitOfSale => &columns::UNIT_OF_SALE,
            Self::Linker => &columns::LINKER,
            Self::Cpt => &markup::CPT,
            Self::VaccineGroups => &markup::VACCINE_GROUPS,
            Self::TradeNames => &markup::TRADE_NAMES,
            Self::Statements => &markup::STATEMENTS,
            Self::StatementVaccines => &markup::STATEMENT_VACCINES,
            Self::StatementAddresses => &markup::STATEMENT_ADDRESSES,
        }
    }
}

/// One row of a file.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) values: Vec<(Box<str>, Box<str>)>,
}

impl Record {
    /// A value by its name, without blanks around it and with single ones inside; empty when it is not there.
    pub(super) fn text(&self, name: &str) -> String {
        let found = self.values.iter().find(|(known, _)| &**known == name);
        found.map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    }

    /// A value that must be there.
    pub(super) fn need(&self, name: &str) -> Result<String, Box<str>> {
        let text = self.text(name);
        if text.is_empty() { Err(format!("lacks its {name}").into()) } else { Ok(text) }
    }

    /// A day, if one is said: `6/13/2024`, `20240613` or `2024-06-13 00:00:00`.
    pub(super) fn day(&self, name: &str) -> Result<Option<Date>, Box<str>> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        day(&text).map(Some).ok_or_else(|| format!("its {name} is not a day").into())
    }
}

fn day(text: &str) -> Option<Date> {
    let parts: Vec<&str> = match text.split_whitespace().next()? {
        word if word.contains('/') => {
            let mut parts = word.split('/');
            let (month, day) = (parts.next()?, parts.next()?);
            vec![parts.next()?, month, day]
        }
        word if word.len() == 8 => vec![word.get(..4)?, word.get(4..6)?, word.get(6..)?],
        word => word.split('-').collect(),
    };
    let [year, month, day] = parts[..] else { return None };
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Reads a file of any of the formats. The error names the line.
pub(super) fn read(bytes: &[u8]) -> Result<(Kind, Vec<Record>), (usize, Box<str>)> {
    let text = text(bytes);
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('<') { markup::read(text) } else { columns::read(text) }
}

/// UTF-8, else Latin-1, which is what CDC's older files are in.
fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.iter().map(|&byte| char::from(byte)).collect())
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_read_in_each_of_cdcs_ways() {
        for text in ["6/3/2024", "20240603", "2024-06-03 00:00:00"] {
            assert_eq!(day(text), Some(iis_model::Date::constant(2024, 6, 3)), "{text}");
        }
        for text in ["13/3/2024", "2024", "soon", "2024-02-30", "6/3"] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
