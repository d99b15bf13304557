//! Evaluate for Inadvertent Vaccine: CDSi Logic Specification 4.6, section 6.3.

use crate::compiled::{Dose, VaccineIx};

/// Table 6-13: the vaccine stands on the list of those given by mistake.
pub(super) fn is_inadvertent(vaccine: VaccineIx, dose: &Dose) -> bool {
    dose.inadvertent.contains(&vaccine)
}
