//! Comparison: for each field of two records, how far it agrees (design page `matching`, section 5).
//!
//! Fields that depend on one another are one field: telephone, address and e-mail are the household, mother's names
//! are the mother. What is missing is a level of its own.

mod birth;
mod family;
mod given;
mod levels;
mod number;
mod surnames;
mod text;

pub use levels::{
    Birth, Field, First, Household, Last, Level, Middle, Mother, Mrn, Multiple, Number, Sexes, Suffixes,
};
pub use text::similarity;

use super::subject::Subject;

/// How far two records agree, field by field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// First given name.
    pub first: First,
    /// Family name.
    pub last: Last,
    /// Date of birth.
    pub birth: Birth,
    /// Sex.
    pub sex: Sexes,
    /// Second given name.
    pub middle: Middle,
    /// Generational suffix.
    pub suffix: Suffixes,
    /// Telephone, address, e-mail.
    pub household: Household,
    /// Mother's names.
    pub mother: Mother,
    /// Social security number.
    pub ssn: Number,
    /// Medicaid number.
    pub medicaid: Number,
    /// Birth certificate number.
    pub certificate: Number,
    /// Record number at one facility.
    pub mrn: Mrn,
    /// Multiple birth and birth order.
    pub multiple: Multiple,
    /// Whether one first name is known as a short form of the other.
    pub short_form: bool,
    /// Whether an e-mail address, which only one person or one family has, agrees.
    pub same_email: bool,
}

/// Compares two records. Symmetric.
pub fn compare(a: &Subject, b: &Subject) -> Comparison {
    let first = given::first(a, b);
    Comparison {
        first,
        last: surnames::last(a, b, first),
        birth: birth::birth(a.born_on, b.born_on),
        sex: family::sexes(a, b),
        middle: given::middle(a, b, first),
        suffix: family::suffixes(a, b),
        household: family::household(a, b),
        mother: family::mother(a, b),
        ssn: number::number(&a.ssn, &b.ssn),
        medicaid: number::number(&a.medicaid, &b.medicaid),
        certificate: number::number(&a.birth_certificate, &b.birth_certificate),
        mrn: number::mrn(a, b),
        multiple: family::multiple(a, b),
        short_form: given::is_short_form(a, b),
        same_email: family::same_email(a, b),
    }
}

impl Comparison {
    /// The level of each weighed field, in the order of [`Field::ALL`].
    pub fn levels(&self) -> [u8; Field::ALL.len()] {
        [
            self.first as u8,
            self.last as u8,
            self.birth as u8,
            self.sex as u8,
            self.middle as u8,
            self.suffix as u8,
            self.household as u8,
            self.mother as u8,
            self.ssn as u8,
            self.medicaid as u8,
            self.mrn as u8,
            self.multiple as u8,
        ]
    }
}
