//! Evaluate Dose Administered Condition: CDSi Logic Specification 4.6, section 6.1.

use super::{DoseStatus, Evaluation};
use crate::answer::Reasons;
use crate::gather::GivenDose;

/// Table 6-3: a dose given after its lot expired, or flagged as defective, is sub-standard.
/// `None`: the dose can be evaluated.
pub(super) fn evaluate(given: &GivenDose) -> Option<Evaluation> {
    // The expiration date is the last day of use.
    let is_expired = given.lot_expires_on.is_some_and(|last| given.on > last);
    let reasons = match (is_expired, given.is_flagged) {
        (false, false) => return None,
        (true, false) => Reasons::EXPIRED,
        (false, true) => Reasons::FLAGGED,
        (true, true) => Reasons::EXPIRED.with(Reasons::FLAGGED),
    };
    Some(Evaluation { status: DoseStatus::SubStandard, reasons, target: None })
}
