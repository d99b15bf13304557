//! Who lives in Calder, where, and who reports about them.

mod family;
mod jurisdiction;
pub mod place;

pub use family::{Coverage, Family, Person, RACES};
pub use jurisdiction::{Jurisdiction, Organization, Site, SourceKind};
