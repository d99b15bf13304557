//! Evaluate for Allowable Vaccine: CDSi Logic Specification 4.6, section 6.9.

use crate::compiled::Dose;
use crate::gather::{GivenDose, Person};

/// Table 6-29: same vaccine, at an age within its range.
pub(super) fn is_allowable(person: &Person, given: &GivenDose, dose: &Dose) -> bool {
    dose.allowable
        .iter()
        .any(|(vaccine, ages)| *vaccine == given.vaccine && person.is_within(given.on, *ages))
}
