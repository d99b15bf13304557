//! Rules about parents, guardians and other contacts.

pub mod address_differs;
pub mod kin_relationship;
pub mod unusable_kin_address;
