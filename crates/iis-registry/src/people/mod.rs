//! People: searched, opened, and shown with who said what.

mod alike;
pub(crate) mod best;
pub(crate) mod called;
mod closeness;
pub(crate) mod consolidated;
mod criteria;
pub mod emergency;
pub(crate) mod find;
pub(crate) mod folding;
mod found_under;
mod history;
mod license;
mod open;
pub mod purpose;
pub(crate) mod record;
mod remembered;
mod resembling;
pub(crate) mod search;
mod sources;
pub mod typed_date;
mod understand;

pub use closeness::{Named, Reason};
pub use criteria::{Criteria, Missing};
pub use history::{Span, Stage, spans};
pub use open::{Came, Disclosures, Entered, OfPerson, Submitted, disclosures, open, submissions};
pub use remembered::{recall_search, remember_search};
pub use search::{FoundPeople, Hit, MOST_SHOWN, is_within, search, summaries};
pub use sources::{SourceSays, sources};
