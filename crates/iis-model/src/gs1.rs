//! The two-dimensional bar code on vials and cartons, as a scanner types it: GS1 element strings.
//!
//! Source: GS1 General Specifications, application identifiers 01 (GTIN), 10 (batch or lot), 17 (expiration date, YYMMDD;
//! day 00 is the last day of the month) and 21 (serial number). A scanner ends a value of variable length by the
//! separator (ASCII 29), which keyboard wedges pass on as it is or as one of several signs.

use crate::{Date, Ndc};

/// What a bar code says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scanned {
    /// The trade item: 14 digits with a right check digit.
    pub gtin: Option<Box<str>>,
    /// The lot number.
    pub lot: Option<Box<str>>,
    /// The last usable day.
    pub expires_on: Option<Date>,
    /// The serial number.
    pub serial: Option<Box<str>>,
}

/// The text is no bar code of a medicine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a GS1 bar code")]
pub struct NotGs1;

/// What ends a value of variable length.
const SEPARATORS: [char; 4] = ['\u{1d}', '\u{e8}', '|', '~'];

/// The longest text that is looked at; a data matrix of a medicine holds less.
const LONGEST: usize = 200;

impl Scanned {
    /// Reads what a scanner typed: with the symbology mark before it or without, bare or with identifiers in parentheses.
    pub fn read(text: &str) -> Result<Self, NotGs1> {
        let text = text.trim_matches(|letter: char| letter.is_whitespace() && letter != '\u{1d}');
        let text = text.strip_prefix("]d2").or_else(|| text.strip_prefix("]C1")).unwrap_or(text);
        if text.len() > LONGEST || !text.is_ascii() && !text.contains('\u{e8}') {
            return Err(NotGs1);
        }
        let scanned = if text.starts_with('(') { Self::in_parentheses(text) } else { Self::bare(text) }?;
        if scanned.gtin.is_some() { Ok(scanned) } else { Err(NotGs1) }
    }

    /// The package of use or sale: the digits of a GTIN between `003` and the check digit, in one of the three forms that
    /// ten digits can have.
    pub fn packages(&self) -> Vec<Ndc> {
        let Some(ten) = self.gtin.as_deref().and_then(|gtin| gtin.get(3..13)) else { return Vec::new() };
        if self.gtin.as_deref().is_none_or(|gtin| gtin.get(1..3) != Some("03")) {
            return Vec::new();
        }
        let forms = [(4, 8), (5, 8), (5, 9)];
        let form =
            |(a, b): (usize, usize)| format!("{}-{}-{}", &ten[..a], &ten[a..b], &ten[b..]).parse().ok();
        forms.into_iter().filter_map(form).collect()
    }

    fn bare(text: &str) -> Result<Self, NotGs1> {
        let mut scanned = Self::default();
        let mut rest = text.trim_start_matches(SEPARATORS);
        while !rest.is_empty() {
            let identifier = rest.get(..2).ok_or(NotGs1)?;
            let length = match identifier {
                "01" => 14,
                "17" => 6,
                "10" | "21" => rest[2..].find(SEPARATORS).unwrap_or(rest.len() - 2),
                _ => return Err(NotGs1),
            };
            let value = rest.get(2..2 + length).ok_or(NotGs1)?;
            scanned.put(identifier, value)?;
            rest = rest[2 + length..].trim_start_matches(SEPARATORS);
        }
        Ok(scanned)
    }

    /// `(01)00349281286100(17)260831(10)C5829AO`
    fn in_parentheses(text: &str) -> Result<Self, NotGs1> {
        let mut scanned = Self::default();
        for part in text.split('(').skip(1) {
            let (identifier, value) = part.split_once(')').ok_or(NotGs1)?;
            scanned.put(identifier, value.trim())?;
        }
        Ok(scanned)
    }

    fn put(&mut self, identifier: &str, value: &str) -> Result<(), NotGs1> {
        match identifier {
            "01" if is_gtin(value) => self.gtin = Some(value.into()),
            "17" => self.expires_on = Some(expiration(value).ok_or(NotGs1)?),
            "10" if is_text(value) => self.lot = Some(value.into()),
            "21" if is_text(value) => self.serial = Some(value.into()),
            _ => return Err(NotGs1),
        }
        Ok(())
    }
}

/// Up to 20 characters, none of them a control.
fn is_text(value: &str) -> bool {
    (1..=20).contains(&value.chars().count()) && value.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Fourteen digits, the last of which checks the others.
fn is_gtin(value: &str) -> bool {
    let digits: Vec<u32> = value.chars().filter_map(|digit| digit.to_digit(10)).collect();
    let weighed = digits.iter().enumerate().map(|(at, digit)| if at % 2 == 0 { digit * 3 } else { *digit });
    value.len() == 14 && digits.len() == 14 && weighed.sum::<u32>() % 10 == 0
}

/// YYMMDD; vaccine expires in this century. Day 00 is the last one of the month.
fn expiration(value: &str) -> Option<Date> {
    let two = |from: usize| value.get(from..from + 2)?.parse::<i8>().ok();
    if value.len() != 6 {
        return None;
    }
    let (year, month, day) = (2000 + i16::from(two(0)?), two(2)?, two(4)?);
    match day {
        0 => Date::new(year, month, 1).ok().map(Date::last_of_month),
        _ => Date::new(year, month, day).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::{NotGs1, Scanned};

    #[test]
    fn a_scan_is_read_however_the_scanner_types_it() {
        let expected = Scanned {
            gtin: Some("00349281286100".into()),
            lot: Some("C5829AO".into()),
            expires_on: "2026-08-31".parse().ok(),
            serial: None,
        };
        for text in [
            "01003492812861001726083110C5829AO",
            "]d201003492812861001726080010C5829AO\r\n",
            "010034928128610010C5829AO\u{1d}17260831",
            "010034928128610010C5829AO|17260831",
            "(01)00349281286100(17)260831(10)C5829AO",
        ] {
            assert_eq!(Scanned::read(text), Ok(expected.clone()), "{text}");
        }
        let packages: Vec<_> = expected.packages().iter().map(ToString::to_string).collect();
        assert_eq!(packages, ["04928-1286-10", "49281-0286-10", "49281-2861-00"]);
    }

    #[test]
    fn what_is_no_bar_code_of_a_medicine_is_refused() {
        for text in [
            "",
            "C5829AO",
            "010034928128610117260831", // the check digit is wrong
            "0100349281286100172608",   // broken off
            "010034928128610017261331", // no such month
            "99ABC",
            "17260831", // no trade item
            "(01)00349281286100(99)X",
            "01003492812861001\u{1F600}",
        ] {
            assert_eq!(Scanned::read(text), Err(NotGs1), "{text}");
        }
        assert_eq!(Scanned::read(&"1".repeat(10_000)), Err(NotGs1));
    }
}
