//! Satisfy Target Dose: CDSi Logic Specification 4.6, section 6.10.

use super::{AgeOutcome, DoseStatus, IntervalOutcome, VaccineOutcome};
use crate::answer::Reasons;

/// Table 6-31. All four must hold for the dose to be valid; every reason is kept, since a
/// dose can fail in several ways. A dose that is too old has been judged before.
pub(super) fn satisfy(
    age: AgeOutcome,
    interval: IntervalOutcome,
    is_impacted: bool,
    vaccine: VaccineOutcome,
) -> (DoseStatus, Reasons) {
    let failures = match age {
        AgeOutcome::TooYoung => Reasons::TOO_YOUNG,
        AgeOutcome::TooOld => Reasons::TOO_OLD,
        AgeOutcome::GracePeriod | AgeOutcome::Valid => Reasons::NONE,
    }
    .with(if interval == IntervalOutcome::TooSoon { Reasons::TOO_SOON } else { Reasons::NONE })
    .with(if is_impacted { Reasons::VACCINE_CONFLICT } else { Reasons::NONE })
    .with(if vaccine == VaccineOutcome::Neither { Reasons::NOT_THE_VACCINE } else { Reasons::NONE });
    let remarks = if age == AgeOutcome::GracePeriod { Reasons::AGE_GRACE } else { Reasons::NONE }
        .with(if interval == IntervalOutcome::GracePeriod { Reasons::INTERVAL_GRACE } else { Reasons::NONE })
        .with(if vaccine == VaccineOutcome::PreferableLessVolume {
            Reasons::LESS_VOLUME
        } else {
            Reasons::NONE
        });
    let status = if failures == Reasons::NONE { DoseStatus::Valid } else { DoseStatus::NotValid };
    (status, failures.with(remarks))
}

#[cfg(test)]
mod tests {
    use super::satisfy;
    use crate::answer::Reasons;
    use crate::evaluate::{AgeOutcome, DoseStatus, IntervalOutcome, VaccineOutcome};

    #[test]
    fn a_dose_counts_only_if_everything_holds_and_keeps_every_reason() {
        use AgeOutcome as A;
        use IntervalOutcome as I;
        use VaccineOutcome as V;
        let early = Reasons::TOO_YOUNG.with(Reasons::TOO_SOON);
        #[rustfmt::skip]
        let table = [
            // age            interval         conflict vaccine          status                 reasons
            (A::Valid,        I::Valid,        false,   V::Preferable,   DoseStatus::Valid,     Reasons::NONE),
            (A::GracePeriod,  I::Valid,        false,   V::Allowable,    DoseStatus::Valid,     Reasons::AGE_GRACE),
            (A::Valid,        I::GracePeriod,  false,   V::Preferable,   DoseStatus::Valid,     Reasons::INTERVAL_GRACE),
            (A::TooYoung,     I::TooSoon,      false,   V::Preferable,   DoseStatus::NotValid,  early),
            (A::Valid,        I::Valid,        true,    V::Preferable,   DoseStatus::NotValid,  Reasons::VACCINE_CONFLICT),
            (A::Valid,        I::Valid,        false,   V::Neither,      DoseStatus::NotValid,  Reasons::NOT_THE_VACCINE),
        ];
        for (age, interval, is_impacted, vaccine, status, reasons) in table {
            assert_eq!(
                satisfy(age, interval, is_impacted, vaccine),
                (status, reasons),
                "{age:?} {interval:?}"
            );
        }
    }
}
