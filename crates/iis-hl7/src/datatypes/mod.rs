//! Composite data types: how a field's components become a value of the model, and back.
//!
//! A reader gives `None` for what has no use; a writer fills the components that the guide requires.
//! Source: HL7 2.5.1 chapter 2A, constrained by the immunization guide 1.5 chapter 4.

pub mod ce;
pub mod cx;
pub mod ei;
pub mod hd;
pub mod xad;
pub mod xcn;
pub mod xon;
pub mod xpn;
pub mod xtn;
