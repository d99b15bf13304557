//! Doses and notes of one's own organization, corrected and taken back (requirements V-5).

pub(in crate::pages) mod along;
pub(in crate::pages) mod form;
pub(in crate::pages) mod mend;
pub(in crate::pages) mod take_back;
pub(in crate::pages::patients) mod what_stays;
