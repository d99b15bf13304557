//! Audit rows, their chains, the seal over all chains, and the check of it all.

pub mod chain;
pub mod entry;
pub mod list;
pub mod seal;
pub mod verify;

pub use entry::{AuditEntry, AuditRow};
pub use seal::Seal;
pub use verify::{Fault, Verification};
