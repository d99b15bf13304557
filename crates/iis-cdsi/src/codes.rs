//! The codes the schedule speaks: vaccines (CVX), manufacturers (MVX), observations.

use std::fmt;

/// A CVX code, 1 to 999. Printed with at least two digits, as CDC writes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Cvx(u16);

impl Cvx {
    /// The number of values a CVX code can take, with the unused 0.
    pub(crate) const COUNT: usize = 1000;

    /// The code with this number, if a CVX code can have it.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if number >= 1 && (number as usize) < Self::COUNT { Some(Self(number)) } else { None }
    }

    /// Reads one to three digits; leading zeros do not matter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_code = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if is_code { Self::new(text.parse().ok()?) } else { None }
    }

    /// The code as a number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Cvx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

/// An MVX code: up to four capital letters or digits, such as `PFR`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mvx([u8; 4]);

impl Mvx {
    /// Reads a code; case does not matter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_code = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if !is_code {
            return None;
        }
        let mut letters = [0; 4];
        for (slot, byte) in letters.iter_mut().zip(text.bytes()) {
            *slot = byte.to_ascii_uppercase();
        }
        Some(Self(letters))
    }
}

impl fmt::Display for Mvx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().filter(|b| **b != 0).try_for_each(|b| write!(f, "{}", char::from(*b)))
    }
}

impl fmt::Debug for Mvx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A CDSi observation code, such as `007` (pregnant). Printed with three digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObservationCode(u16);

impl ObservationCode {
    /// The code of a number, which the tables may know or not.
    #[must_use]
    pub const fn of(number: u16) -> Self {
        Self(number)
    }

    /// Reads one to three digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_code = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if is_code { Some(Self(text.parse().ok()?)) } else { None }
    }

    /// The code as a number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for ObservationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

/// A volume, kept in ten-thousandths of a milliliter (the smallest listed is 0.0025 ml).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Volume(u32);

impl Volume {
    /// Reads milliliters with at most four decimals, below 1,000.
    #[must_use]
    pub fn parse_milliliters(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let are_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 3 || part.len() > 4 || !are_digits(whole) || !are_digits(part) {
            return None;
        }
        Some(Self(format!("{whole}{part:0<4}").parse().ok()?))
    }
}

impl fmt::Display for Volume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:04}", self.0 / 10_000, self.0 % 10_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// Sex as the schedule asks for it (`requiredGender`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Not known, not said, or neither: CDSi treats all of these as Unknown.
    #[default]
    Unknown,
}

impl Sex {
    /// The word of the schedule.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Female => "Female",
            Self::Male => "Male",
            Self::Unknown => "Unknown",
        }
    }

    /// Reads the word of the schedule, or the letter of an HL7 message.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "Female" | "F" => Some(Self::Female),
            "Male" | "M" => Some(Self::Male),
            "Unknown" | "U" => Some(Self::Unknown),
            _ => None,
        }
    }

    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

#[cfg(test)]
mod tests {
    use super::{Cvx, Mvx, ObservationCode, Volume};

    #[test]
    fn a_cvx_code_is_a_number_whatever_its_zeros() {
        assert_eq!(Cvx::parse("3"), Cvx::parse("03"));
        assert_eq!(Cvx::parse("03").map(|c| c.to_string()).as_deref(), Some("03"));
        for bad in ["", "0", "000", "1000", "-1", "3a", "3 "] {
            assert_eq!(Cvx::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn codes_print_as_they_are_written() {
        assert_eq!(Mvx::parse("pfr").map(|c| c.to_string()).as_deref(), Some("PFR"));
        assert_eq!(Mvx::parse("P^R"), None);
        assert_eq!(ObservationCode::parse("7").map(|c| c.to_string()).as_deref(), Some("007"));
    }

    #[test]
    fn a_volume_prints_as_it_is_written_but_for_zeros_at_the_end() {
        #[rustfmt::skip]
        let table = [("0.5", "0.5"), ("1.0", "1"), ("0.0025", "0.0025"), ("2", "2"), ("0.25", "0.25")];
        for (text, printed) in table {
            assert_eq!(Volume::parse_milliliters(text).map(|v| v.to_string()).as_deref(), Some(printed));
        }
        for bad in ["", ".5", "0.00001", "1000", "1,5", "-1"] {
            assert_eq!(Volume::parse_milliliters(bad), None, "{bad:?}");
        }
    }
}
