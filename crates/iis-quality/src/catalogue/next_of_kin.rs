//! What is detected field by field about parents, guardians and other contacts.
//!
//! The number of a code is that of the public list of detections, where there is one; our own begin at 801.

use crate::detection::{
    Condition::{Incomplete, Invalid, Missing, Present, Unrecognized, Valued},
    Entry,
    Gravity::{Information, Silent, Warning},
};
use crate::forms;
use iis_codes::Set;
use iis_model::sent::Field;

/// The fields, in the order of a message.
#[rustfmt::skip]
pub(super) const FIELDS: &[Entry] = &[
    Entry::new(Field::KinName, "NK1-2", "contact's name", "Send last and first name.").finds(&[
        ("NOK-079", Missing, Silent),
        ("NOK-634", Present, Silent),
    ]),
    Entry::new(Field::KinLastName, "NK1-2.1", "contact's last name", "Send it.").finds(&[
        ("NOK-081", Missing, Silent),
        ("NOK-635", Present, Silent),
    ]),
    Entry::new(Field::KinFirstName, "NK1-2.2", "contact's first name", "Send it.").finds(&[
        ("NOK-080", Missing, Silent),
        ("NOK-633", Present, Silent),
    ]),
    Entry::new(Field::KinRelationship, "NK1-3", "relationship", "Send a code of table 0063, such as MTH.").set(Set::Relationship).finds(&[
        ("NOK-088", Missing, Silent),
        ("NOK-090", Unrecognized, Warning),
        ("NOK-637", Present, Silent),
    ]),
    Entry::new(Field::KinAddress, "NK1-4", "contact's address", "Send street, city, state and ZIP code.").finds(&[
        ("NOK-057", Missing, Silent),
        ("NOK-627", Present, Silent),
    ]),
    Entry::new(Field::KinStreet, "NK1-4.1", "street of the contact's address", "Send it with house number.").finds(&[
        ("NOK-075", Missing, Silent),
        ("NOK-630", Present, Silent),
    ]),
    Entry::new(Field::KinCity, "NK1-4.3", "city of the contact's address", "Send its name.").finds(&[
        ("NOK-059", Missing, Silent),
        ("NOK-624", Present, Silent),
    ]),
    Entry::new(Field::KinState, "NK1-4.4", "state of the contact's address", "Send its two letters.").finds(&[
        ("NOK-073", Missing, Silent),
        ("NOK-628", Present, Silent),
    ]),
    Entry::new(Field::KinZip, "NK1-4.5", "ZIP code of the contact's address", "Send five or nine digits.").finds(&[
        ("NOK-078", Missing, Silent),
        ("NOK-632", Present, Silent),
    ]),
    Entry::new(Field::KinCountry, "NK1-4.6", "country of the contact's address", "Send its three letters of ISO 3166, such as USA.").finds(&[
        ("NOK-063", Missing, Silent),
        ("NOK-625", Present, Silent),
    ]),
    Entry::new(Field::KinAddressType, "NK1-4.7", "type of the contact's address", "Send P, L, H or M.").set(Set::AddressType).finds(&[
        ("NOK-397", Invalid, Information),
        ("NOK-398", Missing, Silent),
        ("NOK-399", Unrecognized, Information),
        ("NOK-522", Valued(&["BA"]), Silent),
        ("NOK-631", Present, Silent),
    ]),
    Entry::new(Field::KinCounty, "NK1-4.9", "county of the contact's address", "Send its code.").finds(&[
        ("NOK-068", Missing, Silent),
        ("NOK-626", Present, Silent),
    ]),
    Entry::new(Field::KinPhone, "NK1-5", "contact's telephone number", "Send area code and seven digits.").form(forms::phone).finds(&[
        ("NOK-082", Incomplete, Silent),
        ("NOK-083", Invalid, Information),
    ]),
];
