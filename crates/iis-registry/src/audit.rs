//! The audit log as a whole: verifying and reading it.

pub use iis_store::audit::list::{AuditFilter, list};
pub use iis_store::audit::verify::{Against, Fault, Verification, verify};
pub use iis_store::audit::{AuditRow, Seal};
