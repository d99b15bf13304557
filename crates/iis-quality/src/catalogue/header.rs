//! What is detected field by field about the message itself.
//!
//! The number of a code is that of the public list of detections, where there is one; our own begin at 801.

use crate::detection::{
    Condition::{Missing, Present, Unrecognized},
    Entry,
    Gravity::Silent,
};
use crate::forms;
use iis_model::sent::Field;

/// The fields, in the order of a message.
#[rustfmt::skip]
pub(super) const FIELDS: &[Entry] = &[
    Entry::new(Field::AcceptAcknowledgment, "MSH-15", "accept acknowledgment type", "Send ER.").finds(&[
        ("HDR-006", Missing, Silent),
        ("HDR-609", Present, Silent),
    ]),
    Entry::new(Field::ApplicationAcknowledgment, "MSH-16", "application acknowledgment type", "Send AL.").finds(&[
        ("HDR-410", Missing, Silent),
        ("HDR-610", Present, Silent),
    ]),
    Entry::new(Field::ControlId, "MSH-10", "message control id", "Send a number of its own with each message.").finds(&[
        ("HDR-014", Missing, Silent),
        ("HDR-611", Present, Silent),
    ]),
    Entry::new(Field::MessageTime, "MSH-7", "time of the message", "Send date, time and zone.").finds(&[
        ("HDR-017", Missing, Silent),
        ("HDR-612", Present, Silent),
    ]),
    Entry::new(Field::ReceivingApplication, "MSH-5", "receiving application", "Send the name agreed with the registry.").finds(&[
        ("HDR-030", Missing, Silent),
        ("HDR-618", Present, Silent),
    ]),
    Entry::new(Field::ReceivingFacility, "MSH-6", "receiving facility", "Send the name agreed with the registry.").finds(&[
        ("HDR-032", Missing, Silent),
        ("HDR-619", Present, Silent),
    ]),
    Entry::new(Field::SendingApplication, "MSH-3", "sending application", "Send the name of your system.").finds(&[
        ("HDR-035", Missing, Silent),
        ("HDR-620", Present, Silent),
    ]),
    Entry::new(Field::ResponsibleOrganization, "MSH-22", "responsible organization of the sender", "Send the code of the site that answers for the message.").finds(&[
        ("HDR-556", Missing, Silent),
    ]),
    Entry::new(Field::Version, "MSH-12", "version", "Send 2.5.1.").form(forms::version).finds(&[
        ("HDR-038", Missing, Silent),
        ("HDR-039", Unrecognized, Silent),
        ("HDR-623", Present, Silent),
    ]),
];
