//! Names, addresses, numbers in the form in which they are compared and searched (design page `matching`, section 3).

pub mod address;
pub mod contact;
pub mod newborn;
pub mod phonetic;
pub mod surname;

use std::borrow::Cow;

/// A name folded for comparison: upper case, accents removed, letters and digits only (`O'Brien` is `OBRIEN`).
///
/// Letters without a plain counterpart are kept, so that names in other scripts stay different from one another.
pub fn fold_name(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_ascii() {
            if letter.is_ascii_alphanumeric() {
                folded.push(letter.to_ascii_uppercase());
            }
            continue;
        }
        match plain(letter) {
            Cow::Borrowed(plain) => folded.push_str(plain),
            Cow::Owned(letters) => folded.extend(letters.chars().filter(|c| c.is_alphanumeric())),
        }
    }
    folded
}

/// An identifier folded for comparison: upper case, without blanks at its ends.
pub fn fold_identifier(value: &str) -> String {
    value.trim().to_uppercase()
}

/// The plain counterpart of an accented Latin letter, or the letter itself in upper case. Not asked of plain letters.
fn plain(letter: char) -> Cow<'static, str> {
    let counterpart = match letter {
        'À'..='Å' | 'à'..='å' | 'Ā' | 'ā' | 'Ă' | 'ă' | 'Ą' | 'ą' => "A",
        'Ç' | 'ç' | 'Ć' | 'ć' | 'Ĉ' | 'ĉ' | 'Ċ' | 'ċ' | 'Č' | 'č' => "C",
        'Ď' | 'ď' | 'Đ' | 'đ' | 'Ð' | 'ð' => "D",
        'È'..='Ë' | 'è'..='ë' | 'Ē' | 'ē' | 'Ĕ' | 'ĕ' | 'Ė' | 'ė' | 'Ę' | 'ę' | 'Ě' | 'ě' => {
            "E"
        }
        'Ĝ' | 'ĝ' | 'Ğ' | 'ğ' | 'Ġ' | 'ġ' | 'Ģ' | 'ģ' => "G",
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ' | 'ĩ' | 'Ī' | 'ī' | 'Į' | 'į' | 'İ' | 'ı' => "I",
        'Ł' | 'ł' | 'Ĺ' | 'ĺ' | 'Ļ' | 'ļ' | 'Ľ' | 'ľ' => "L",
        'Ñ' | 'ñ' | 'Ń' | 'ń' | 'Ņ' | 'ņ' | 'Ň' | 'ň' => "N",
        'Ò'..='Ö' | 'ò'..='ö' | 'Ø' | 'ø' | 'Ō' | 'ō' | 'Ő' | 'ő' => "O",
        'Ŕ' | 'ŕ' | 'Ř' | 'ř' => "R",
        'Ś' | 'ś' | 'Ş' | 'ş' | 'Š' | 'š' | 'Ș' | 'ș' => "S",
        'Ţ' | 'ţ' | 'Ť' | 'ť' | 'Ț' | 'ț' => "T",
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ' | 'ũ' | 'Ū' | 'ū' | 'Ů' | 'ů' | 'Ű' | 'ű' => "U",
        'Ý' | 'ý' | 'ÿ' | 'Ÿ' => "Y",
        'Ź' | 'ź' | 'Ż' | 'ż' | 'Ž' | 'ž' => "Z",
        'Æ' | 'æ' => "AE",
        'Œ' | 'œ' => "OE",
        'ß' => "SS",
        'Þ' | 'þ' => "TH",
        '\u{300}'..='\u{36f}' => "",
        other => return Cow::Owned(other.to_uppercase().collect()),
    };
    Cow::Borrowed(counterpart)
}

/// Whether a folded given name only stands for a newborn without a name (requirements P-5): never evidence.
pub fn is_placeholder(given: &str) -> bool {
    given.chars().count() < 2 || newborn::newborn(given).is_some()
}

#[cfg(test)]
mod tests {
    use super::{fold_name, is_placeholder};

    #[test]
    fn names_fold_to_what_is_compared() {
        #[rustfmt::skip]
        let table = [
            ("O'Brien",        "OBRIEN"),
            ("Mc Donald",      "MCDONALD"),
            ("García-Núñez",   "GARCIANUNEZ"),
            ("Bjo\u{308}rk",   "BJORK"),
            ("Łukasz",         "LUKASZ"),
            ("Weiß",           "WEISS"),
            ("李",              "李"),
            (" - ",            ""),
        ];
        for (name, folded) in table {
            assert_eq!(fold_name(name), folded, "{name}");
        }
    }

    #[test]
    fn names_that_stand_for_a_newborn_are_no_names() {
        for placeholder in ["BABYBOY", "BABY", "NEWBORN", "TWINA", "GIRL", "A", ""] {
            assert!(is_placeholder(placeholder), "{placeholder}");
        }
        for name in ["BO", "MALENA", "UNA", "GIRLIE", "ANA"] {
            assert!(!is_placeholder(name), "{name}");
        }
    }
}
