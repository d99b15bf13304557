//! Telephone numbers as people write them: with the calling code of their country, or those of North America, which have
//! area code and seven digits (ITU-T E.164).

use crate::person::Telecom;

/// The calling code of the North American plan, which is not written.
const NORTH_AMERICA: &str = "1";

/// Calling codes of two digits; beside 1 and 7 all others have three.
const TWO_DIGITS: &[&str] = &[
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
    "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81",
    "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

/// The most digits of a number with its calling code.
const MOST_DIGITS: usize = 15;
/// The fewest digits of a number behind its calling code.
const FEWEST_DIGITS: usize = 4;
/// What is dialed before a calling code: in North America, and nearly everywhere else.
const DIALED_BEFORE: [&str; 2] = ["011", "00"];
/// Fewer digits behind it are no number abroad.
const FEWEST_DIALED: usize = 9;

/// The calling code of a field of its own, as it is kept: empty for North America, and for what is none.
pub fn calling_code(text: &str) -> Box<str> {
    let digits = digits_of(text);
    let code = digits.trim_start_matches('0');
    if code == NORTH_AMERICA || split(code).is_none_or(|(_, rest)| !rest.is_empty()) { "" } else { code }
        .into()
}

/// Calling code and number of what is written with a plus sign, or as it is dialed from North America (011) or from elsewhere
/// (00); none: it is not written like that, or no such number.
pub fn international(text: &str) -> Option<(Box<str>, Box<str>)> {
    let text = text.trim().replace("(0)", ""); // dialed within the country only
    let digits = digits_of(&text);
    let digits = if text.starts_with('+') {
        &*digits
    } else {
        let dialed = DIALED_BEFORE.into_iter().find_map(|before| digits.strip_prefix(before));
        dialed.filter(|rest| rest.len() >= FEWEST_DIALED)?
    };
    let (code, number) = split(digits)?;
    let fits = digits.len() <= MOST_DIGITS && number.len() >= FEWEST_DIGITS;
    let fits = fits && (code != NORTH_AMERICA || number.len() == 10);
    let code = if code == NORTH_AMERICA { "" } else { code };
    fits.then(|| (code.into(), number.into()))
}

impl Telecom {
    /// The number as it is dialed from anywhere: `+442079460958`; one of North America by its digits alone.
    pub fn dialed(&self) -> String {
        match &*self.country {
            "" => self.digits.to_string(),
            country => format!("+{country}{}", self.digits),
        }
    }

    /// A telephone number from its text: country and digits; what else it says is left as it is by default.
    #[must_use]
    pub fn numbered(self, text: &str) -> Self {
        let (country, digits) = international(text).unwrap_or_else(|| ("".into(), digits_of(text).into()));
        Self { country, digits, ..self }
    }
}

fn split(digits: &str) -> Option<(&str, &str)> {
    let length = match digits.get(..2) {
        _ if digits.starts_with(['1', '7']) => 1,
        Some(two) if TWO_DIGITS.contains(&two) => 2,
        _ => 3,
    };
    digits.split_at_checked(length).filter(|(code, _)| !code.starts_with('0') && !code.is_empty())
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::{calling_code, international};

    #[test]
    fn numbers_are_taken_apart_by_the_calling_code_of_their_country() {
        #[rustfmt::skip]
        let table = [
            ("+44 20 7946 0958",     Some(("44", "2079460958"))),
            ("+44 (0)20 7946 0958",  Some(("44", "2079460958"))),
            ("011 44 20 7946 0958",  Some(("44", "2079460958"))),
            ("011 47 22 33 44 55",   Some(("47", "22334455"))),
            ("0049 30 1234567",      Some(("49", "301234567"))),
            ("001 202 555 0140",     Some(("", "2025550140"))),
            ("0000000000000",        None),
            ("+52 951 123 4567",     Some(("52", "9511234567"))),
            ("+502 2345 6789",       Some(("502", "23456789"))),
            ("+7 495 123-45-67",     Some(("7", "4951234567"))),
            ("+1 202.555.0140",      Some(("", "2025550140"))),
            ("(202) 555-0140",       None),
            ("0115550140",           None),
            ("+1 555-0140",          None),
            ("+44",                  None),
            ("+0 20 7946 0958",      None),
            ("+44 1234567890123456", None),
            ("+",                    None),
            ("",                     None),
        ];
        for (text, expected) in table {
            let found = international(text);
            assert_eq!(found.as_ref().map(|(code, number)| (&**code, &**number)), expected, "{text}");
        }
    }

    #[test]
    fn a_calling_code_of_its_own_is_kept_when_it_is_one() {
        let kept = ["44", "+44", "0044", "502", "1", "", "4420", "x"].map(calling_code);
        assert_eq!(kept.each_ref().map(|code| &**code), ["44", "44", "44", "502", "", "", "", ""]);
    }
}
