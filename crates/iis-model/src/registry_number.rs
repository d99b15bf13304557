//! The number by which the outside knows a person.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A person's registry number: nine random digits and a check digit (Luhn), never starting with 0.
///
/// It tells nothing about the person, fits CX.1 of HL7 (15 characters), and stays valid after a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RegistryNumber(i64);

/// The text is not a registry number: not ten digits, or a digit is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a registry number: it has ten digits, and the last one checks the others")]
pub struct NotARegistryNumber;

impl RegistryNumber {
    /// The number that belongs to some random bits.
    pub fn from_random(bits: u64) -> Self {
        let body = 100_000_000 + bits % 900_000_000;
        let body = i64::try_from(body).unwrap_or(100_000_000);
        Self(body * 10 + i64::from(check_digit(body)))
    }

    /// The number as it is stored.
    pub fn as_i64(self) -> i64 {
        self.0
    }

    /// A number read back from the store.
    pub fn from_i64(number: i64) -> Result<Self, NotARegistryNumber> {
        let ten_digits = (1_000_000_000..10_000_000_000).contains(&number);
        let body = number / 10;
        if ten_digits && i64::from(check_digit(body)) == number % 10 {
            Ok(Self(number))
        } else {
            Err(NotARegistryNumber)
        }
    }
}

/// Luhn's check digit of the digits of `body`.
fn check_digit(body: i64) -> u8 {
    let mut rest = body;
    let mut sum = 0;
    let mut doubled = true;
    while rest > 0 {
        let digit = u8::try_from(rest % 10).unwrap_or(0);
        let weighted = if doubled { digit * 2 } else { digit };
        sum = (sum + weighted / 10 + weighted % 10) % 10;
        doubled = !doubled;
        rest /= 10;
    }
    (10 - sum) % 10
}

impl fmt::Display for RegistryNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for RegistryNumber {
    type Err = NotARegistryNumber;

    fn from_str(text: &str) -> Result<Self, NotARegistryNumber> {
        if text.len() != 10 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotARegistryNumber);
        }
        Self::from_i64(text.parse().map_err(|_| NotARegistryNumber)?)
    }
}

#[cfg(test)]
mod tests {
    use super::RegistryNumber;

    #[test]
    fn every_number_made_is_read_back_and_any_wrong_digit_is_noticed() {
        for bits in [0, 1, 899_999_999, u64::MAX, 123_456_789] {
            let number = RegistryNumber::from_random(bits);
            let text = number.to_string();
            assert_eq!(text.parse(), Ok(number));
            for at in 0..10 {
                let mut wrong = text.clone().into_bytes();
                wrong[at] = if wrong[at] == b'9' { b'0' } else { wrong[at] + 1 };
                let wrong = String::from_utf8(wrong).expect("digits");
                assert!(wrong.parse::<RegistryNumber>().is_err(), "{wrong}");
            }
        }
    }
}
