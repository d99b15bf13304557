//! Two records turn out to be one person, or one record two: merging, taking it back, and who may decide.
//!
//! Only links move. What was reported stays where it is; what the registry believes of the persons touched is computed
//! again in the same plan; the number that was given up keeps leading to the record. Each decision is a link event that is
//! never changed, only taken back by its inverse: at any time, also in the middle of a chain.

mod deed;
mod merge;
mod rehearse;
mod second;
mod side;
mod unmerge;

pub use deed::{Deed, Outcome, Refusal};
pub(crate) use merge::root;
pub use merge::{Merge, merge};
pub use rehearse::{Rehearsal, rehearse_merge, rehearse_unmerge};
pub use second::MANY_DOSES;
pub use unmerge::{Unmerge, unmerge};
