//! Codes as senders write them, found in their sets.

use iis_codes::{Code, CodeSets, Set, Standing};
use iis_model::{Cvx, Ndc};

/// What a code turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// In use, or right for its time.
    Good,
    /// Replaced by another one.
    Deprecated,
    /// Known, and not to be used.
    Invalid,
    /// Not in its set.
    Not,
}

/// A code in its set. Vaccine codes are found without their leading zeros, drug codes in any of their forms, of use or of
/// sale.
pub fn find<'s>(sets: &'s CodeSets, set: Set, text: &str) -> Option<&'s Code> {
    match set {
        Set::Cvx => sets.vaccine(text.parse::<Cvx>().ok()?),
        Set::NdcUse => {
            find_package(sets, text).or_else(|| find_package(sets, &text.parse::<Ndc>().ok()?.to_string()))
        }
        _ => sets.find(set, text),
    }
}

fn find_package<'s>(sets: &'s CodeSets, text: &str) -> Option<&'s Code> {
    sets.find(Set::NdcUse, text).or_else(|| sets.find(Set::NdcSale, text))
}

/// What is known of a code.
///
/// A drug code without its dashes, or with ten digits, is understood and counts as an old spelling.
pub(crate) fn known(sets: &CodeSets, set: Set, text: &str) -> Known {
    if set == Set::NdcUse && find_package(sets, text).is_none() {
        return if find(sets, set, text).is_some() { Known::Deprecated } else { Known::Not };
    }
    match find(sets, set, text).map(|code| code.standing) {
        None => Known::Not,
        Some(Standing::Deprecated) => Known::Deprecated,
        Some(Standing::Invalid | Standing::NeverActive) => Known::Invalid,
        Some(
            Standing::Active | Standing::Inactive | Standing::NonUs | Standing::Pending | Standing::Ignored,
        ) => Known::Good,
    }
}
