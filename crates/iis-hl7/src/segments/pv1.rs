//! PV1, patient visit: nothing of it is needed but the old place of the eligibility.

use crate::datatypes::ce;
use crate::er7::Segment;
use iis_model::{Coded, Given};

/// The eligibility of version 1.4 of the guide: the financial class (PV1-20), when it is a code of table 0064.
pub fn eligibility(segment: &Segment<'_>) -> Given<Coded> {
    segment.field(20).given(|part| {
        let code = ce::read(part)?.code;
        let is_eligibility = code.len() >= 3 && code.starts_with(['V', 'v']);
        is_eligibility.then(|| Coded::new(&code, "", "HL70064"))
    })
}
