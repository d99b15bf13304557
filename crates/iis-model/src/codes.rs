//! Codes: one type for each code set, and the coded value of everything else.
//!
//! Whether a code *exists* in its set is a question of the tables in `data/`; these types hold what has the set's form.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The text does not have the form of the code set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the form of a {set} code")]
pub struct NotACode {
    set: &'static str,
}

/// A vaccine code of CDC's CVX set: a number, printed with at least two digits (`03`, `115`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cvx(u16);

impl Cvx {
    /// "No vaccine administered": used for refusals without a vaccine, immunity, contraindications, forecasts.
    pub const NO_VACCINE: Self = Self(998);

    /// A code from its number.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The code's number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Cvx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

impl FromStr for Cvx {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let wrong = NotACode { set: "CVX" };
        if text.is_empty() || text.len() > 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong);
        }
        text.parse().map(Self).map_err(|_| wrong)
    }
}

macro_rules! text_code {
    ($(#[$doc:meta])* $name:ident, $set:literal, $form:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotACode;

            fn from_str(text: &str) -> Result<Self, NotACode> {
                let form: fn(&str) -> Option<String> = $form;
                form(text).map(|code| Self(code.into())).ok_or(NotACode { set: $set })
            }
        }
    };
}

text_code!(
    /// A manufacturer code of CDC's MVX set: two to five letters or digits, upper case.
    Mvx, "MVX", |text| {
        let fits = (2..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        fits.then(|| text.to_ascii_uppercase())
    }
);

text_code!(
    /// A national drug code in the 5-4-2 form with dashes (`49281-0400-58`).
    ///
    /// Eleven digits without dashes, and the 10-digit forms 4-4-2, 5-3-2 and 5-4-1, are turned into it.
    Ndc, "NDC", five_four_two
);

text_code!(
    /// A procedure code of the CPT set: five characters, the first four digits.
    Cpt, "CPT", |text| {
        let bytes = text.as_bytes();
        let fits = bytes.len() == 5 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4].is_ascii_alphanumeric();
        fits.then(|| text.to_ascii_uppercase())
    }
);

fn five_four_two(text: &str) -> Option<String> {
    if text.len() == 11 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(format!("{}-{}-{}", &text[..5], &text[5..9], &text[9..]));
    }
    let mut parts = text.split('-');
    let (labeler, product, package) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = [labeler, product, package].iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let lengths = (labeler.len(), product.len(), package.len());
    let known = matches!(lengths, (5, 4, 1 | 2) | (4, 4, 2) | (5, 3, 2));
    (digits && known && parts.next().is_none()).then(|| format!("{labeler:0>5}-{product:0>4}-{package:0>2}"))
}

macro_rules! serde_as_text {
    ($($name:ident)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

serde_as_text!(Cvx Mvx Ndc Cpt);

/// A coded value with its text and code system, and a second coding of the same thing.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Coded {
    /// The code.
    #[serde(rename = "c", default, skip_serializing_if = "str::is_empty")]
    pub code: Box<str>,
    /// What the code means, as sent.
    #[serde(rename = "t", default, skip_serializing_if = "str::is_empty")]
    pub text: Box<str>,
    /// The code system, as sent (`CVX`, `HL70163`, `NCIT`).
    #[serde(rename = "s", default, skip_serializing_if = "str::is_empty")]
    pub system: Box<str>,
    /// The same thing in another code system.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub alternate: Option<Box<Coded>>,
}

impl Coded {
    /// A code with its text and system.
    pub fn new(code: &str, text: &str, system: &str) -> Self {
        Self { code: code.into(), text: text.into(), system: system.into(), alternate: None }
    }

    /// Both codings, the first one first.
    pub fn codings(&self) -> impl Iterator<Item = &Coded> {
        std::iter::once(self).chain(self.alternate.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::{Cpt, Cvx, Mvx, Ndc};

    #[test]
    fn codes_take_their_form_and_nothing_else() {
        #[rustfmt::skip]
        let cvx = [("3", Some("03")), ("03", Some("03")), ("998", Some("998")), ("", None), ("1O6", None), ("-3", None), ("99999", None)];
        for (text, printed) in cvx {
            assert_eq!(text.parse::<Cvx>().ok().map(|c| c.to_string()).as_deref(), printed, "{text}");
        }
        #[rustfmt::skip]
        let ndc = [
            ("49281-0400-58", Some("49281-0400-58")), ("49281040058", Some("49281-0400-58")), ("49281-400-58", Some("49281-0400-58")),
            ("0006-4047-41",  Some("00006-4047-41")), ("49281-0400-5", Some("49281-0400-05")),
            ("4928-400-58", None), ("49281-0400-58-1", None), ("4928104005", None), ("", None), ("a9281-0400-58", None),
        ];
        for (text, printed) in ndc {
            assert_eq!(text.parse::<Ndc>().ok().map(|c| c.to_string()).as_deref(), printed, "{text}");
        }
        assert_eq!("msd".parse::<Mvx>().map(|c| c.to_string()).as_deref(), Ok("MSD"));
        assert!("Merck & Co".parse::<Mvx>().is_err());
        assert!("90707".parse::<Cpt>().is_ok() && "9070".parse::<Cpt>().is_err());
    }
}
