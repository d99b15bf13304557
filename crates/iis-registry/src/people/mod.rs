//! People: searched, opened, and shown with who said what.

mod alike;
pub(crate) mod best;
pub(crate) mod consolidated;
pub mod criteria;
pub mod emergency;
pub(crate) mod find;
mod open;
pub mod purpose;
pub(crate) mod record;
mod search;
mod sources;

pub use criteria::{Criteria, Missing};
pub use open::{Submitted, disclosures, open, submissions};
pub use search::{FoundPeople, MOST_SHOWN, is_within, recall_search, remember_search, search, summaries};
pub use sources::{SourceSays, sources};
