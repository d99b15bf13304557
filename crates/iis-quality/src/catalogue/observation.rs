//! What is detected field by field about observations.
//!
//! The number of a code is that of the public list of detections, where there is one; our own begin at 801.

use crate::detection::{
    Condition::{Deprecated, Invalid, Missing, Present, Unrecognized},
    Entry,
    Gravity::{Information, Silent},
};
use crate::forms;
use iis_codes::Set;
use iis_model::sent::Field;

/// The fields, in the order of a message.
#[rustfmt::skip]
pub(super) const FIELDS: &[Entry] = &[
    Entry::new(Field::ObservationType, "OBX-2", "type of the value", "Send CE, NM, ST, DT or TS.").set(Set::ValueType).finds(&[
        ("OBS-470", Deprecated, Information),
        ("OBS-472", Invalid, Information),
        ("OBS-473", Missing, Silent),
        ("OBS-474", Unrecognized, Information),
        ("OBS-643", Present, Silent),
    ]),
    Entry::new(Field::ObservationTime, "OBX-14", "time of the observation", "Send YYYYMMDD.").form(forms::date).finds(&[
        ("OBS-481", Missing, Silent),
        ("OBS-482", Invalid, Silent),
        ("OBS-639", Present, Silent),
    ]),
];
