//! Who somebody is: added after a search, and changed with what others said kept (requirements P-2, P-5, P-6).

pub(in crate::pages) mod add;
pub(in crate::pages) mod alike;
pub(in crate::pages) mod change;
mod fields;
pub(in crate::pages) mod form;
pub(in crate::pages) mod person;
