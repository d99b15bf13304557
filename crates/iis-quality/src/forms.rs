//! The forms that values need which have no table of codes.

use iis_model::country::Country;
use iis_model::placeholder::is_no_value;
use iis_model::telephone::international;
use iis_model::{Date, RegistryNumber};

/// A version of the standard: digits between dots.
pub(crate) fn version(text: &str) -> bool {
    text.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

/// A calendar date, as precise as it is, with or without a time of day: `2026`, `202603`, `20260301101500-0500`.
pub(crate) fn date(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<i16>().ok());
    let two = |range| number(range).and_then(|n| i8::try_from(n).ok());
    let (Some(year), month, day) = (number(0..4), two(4..6), two(6..8)) else { return false };
    match digits {
        4 => text.len() == 4,
        6 => text.len() == 6 && month.is_some_and(|month| (1..=12).contains(&month)),
        8.. => month.zip(day).is_some_and(|(month, day)| Date::new(year, month, day).is_ok()),
        _ => false,
    }
}

/// A name: letters of any script, with blanks, hyphens, apostrophes and dots between them.
pub(crate) fn name(text: &str) -> bool {
    let fits = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '.' | '’' | ',');
    text.chars().any(char::is_alphabetic) && text.chars().all(fits)
}

/// A telephone number: with the calling code of another country, or else as in North America.
pub(crate) fn phone(text: &str) -> bool {
    international(text).is_some_and(|(code, _)| !code.is_empty()) || is_north_american(text)
}

/// The digits of a telephone number with area code: ten, not all the same, the area code and the exchange not
/// beginning with 0 or 1 (North American numbering plan). Shorter ones are incomplete, which is another check.
fn is_north_american(text: &str) -> bool {
    let mut digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).collect();
    if digits.len() == 11 && digits[0] == b'1' {
        digits.remove(0);
    }
    let is_dialled = |nth: usize| digits.get(nth).is_some_and(|digit| *digit > b'1');
    let same = digits.windows(2).all(|pair| pair[0] == pair[1]);
    digits.len() < 10 || (digits.len() == 10 && is_dialled(0) && is_dialled(3) && !same)
}

/// Whether there are less than ten digits: a number without its area code reaches nobody. Abroad some are shorter.
pub(crate) fn lacks_digits(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() < 10 && international(text).is_none()
}

/// A name, an at sign, and a domain with a dot in it.
pub(crate) fn email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let labels = || domain.split('.');
    !name.is_empty()
        && !text.contains(' ')
        && labels().count() > 1
        && labels().all(|label| !label.is_empty())
        && !domain.contains('@')
}

/// Nine digits that the Social Security Administration can have given out: no part is all zeros, none begins with 9 or is
/// 666, and all digits are not the same.
pub(crate) fn social_security(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let others = text.chars().any(|c| !c.is_ascii_digit() && c != '-');
    let [Some(area), Some(group), Some(serial)] = [digits.get(..3), digits.get(3..5), digits.get(5..)] else {
        return false;
    };
    let same = digits.bytes().all(|b| Some(&b) == digits.as_bytes().first());
    digits.len() == 9
        && !others
        && !same
        && area != "000"
        && area != "666"
        && !area.starts_with('9')
        && group != "00"
        && serial != "0000"
}

/// Letters and digits, at least five, not all the same.
pub(crate) fn medicaid(text: &str) -> bool {
    let fits = text.len() >= 5 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fits && text.bytes().any(|b| Some(&b) != text.as_bytes().first())
}

/// A number of this registry, by its check digit.
pub(crate) fn registry_number(text: &str) -> bool {
    text.parse::<RegistryNumber>().is_ok()
}

/// A country of ISO 3166-1, by three letters or two.
pub(crate) fn country(text: &str) -> bool {
    Country::of_code(text).is_some()
}

/// Y or N.
pub(crate) fn yes_or_no(text: &str) -> bool {
    matches!(text, "Y" | "N" | "y" | "n")
}

/// The place among siblings of one birth: 1 to 9.
pub(crate) fn birth_order(text: &str) -> bool {
    text.trim_start_matches('0').len() == 1 && text.bytes().all(|b| b.is_ascii_digit())
}

/// A number that is not below zero.
pub(crate) fn amount(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.parse::<f64>().is_ok()
}

/// At least one letter or digit, and no word that stands for "no lot".
pub(crate) fn lot(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_alphanumeric()) && !is_no_value(text)
}

#[cfg(test)]
mod tests {
    use super::{country, date, email, lot, medicaid, name, phone, social_security, version};

    /// A form, texts that have it, and texts that do not.
    type Row<'a> = (fn(&str) -> bool, &'a [&'a str], &'a [&'a str]);

    #[test]
    fn forms_take_what_can_be_right() {
        #[rustfmt::skip]
        let table: &[Row<'_>] = &[
            (version,         &["2.5.1", "2.4"],                              &["2.5.", "two", ""]),
            (date,            &["2026", "202602", "20260228", "20260228101500-0500"], &["20260230", "202613", "26", "soon", "202602281"[..3].trim()]),
            (name,            &["O'Hara", "Anne-Marie", "Ñuñez", "de la Cruz"], &["R2", "?", "Ana 3", ""]),
            (phone,           &["989 926-4897", "12125552222", "926-4897", "+44 20 7946 0958", "+442079460958"],   &["0895551234", "5555555555", "989926489712"]),
            (email,           &["a@b.org", "a.b@c.d.org"],                    &["a@b", "a b@c.org", "@c.org", "a@b@c.org"]),
            (country,         &["USA", "mx"],                                 &["Mexico", "XX", "US.A."]),
            (social_security, &["219-09-9999", "078051120"],                  &["000-12-3456", "123-00-4567", "666123456", "912345678", "111111111", "12345678", "12345678A"]),
            (medicaid,        &["AB12345"],                                   &["0000000", "1", "12 34 56"]),
            (lot,             &["N3783EO", "7"],                              &["unknown", "-", "N/A", "no lot", "000"]),
        ];
        for (form, good, bad) in table {
            for text in *good {
                assert!(form(text), "{text} is good");
            }
            for text in *bad {
                assert!(!form(text), "{text} is bad");
            }
        }
    }
}
