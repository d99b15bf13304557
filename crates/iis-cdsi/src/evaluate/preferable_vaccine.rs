//! Evaluate for Preferable Vaccine: CDSi Logic Specification 4.6, section 6.8, with 6.9
//! where no preferable vaccine was given.

use super::allowable_vaccine;
use crate::compiled::{Dose, Preferable};
use crate::gather::{GivenDose, Person};

/// Outcome of the vaccine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum VaccineOutcome {
    Preferable,
    /// Preferable, in a smaller volume than recommended.
    PreferableLessVolume,
    Allowable,
    Neither,
}

/// Tables 6-26 and 6-29.
pub(super) fn evaluate_vaccine(person: &Person, given: &GivenDose, dose: &Dose) -> VaccineOutcome {
    let mut fitting = dose.preferable.iter().filter(|row| is_preferable(person, given, row));
    match fitting.next() {
        Some(row) if has_less_volume(given, row) => VaccineOutcome::PreferableLessVolume,
        Some(_) => VaccineOutcome::Preferable,
        None if allowable_vaccine::is_allowable(person, given, dose) => VaccineOutcome::Allowable,
        None => VaccineOutcome::Neither,
    }
}

/// Same vaccine, at an age within its range, and of the product where the row names one.
/// Vaccine and manufacturer stand for the trade name; an unknown manufacturer passes.
fn is_preferable(person: &Person, given: &GivenDose, row: &Preferable) -> bool {
    row.vaccine == given.vaccine
        && person.is_within(given.on, row.ages)
        && match (row.product_of, given.mvx) {
            (Some(wanted), Some(mvx)) => wanted == mvx,
            _ => true,
        }
}

fn has_less_volume(given: &GivenDose, row: &Preferable) -> bool {
    matches!((given.volume, row.volume), (Some(given), Some(listed)) if given < listed)
}
