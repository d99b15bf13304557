//! Two records turn out to be one person, or one record two: merging, taking it back, and who may decide.
//!
//! Only links move. What was reported stays where it is; what the registry believes of the persons touched is computed
//! again in the same plan; the number that was given up keeps leading to the record. Each decision is a link event that is
//! never changed, only taken back by its inverse: at any time, also in the middle of a chain.
//!
//! Who asks and who answers: [`waiting`] is the queue, [`case`] a question with all that is needed to answer it,
//! [`answer`] what becomes of an answer, [`take_back`] of one that is taken back.

mod answer;
mod asked;
mod case;
mod choose;
mod counted;
mod deed;
mod family;
mod flag;
mod measures;
mod merge;
mod records;
mod rehearse;
mod second;
mod side;
mod take_back;
mod unmerge;
mod waiting;

pub use answer::{Answer, Answered, Whose, answer};
pub use case::{Case, Compared, Joined, SeenAnswer, case};
pub use choose::{Choose, choose, take_back_choice};
pub use deed::{Deed, Outcome, Refusal};
pub use family::{Relative, Shared};
pub use flag::flag;
pub use measures::{MEASURED_DAYS, Measures};
pub(crate) use merge::root;
pub use merge::{Merge, merge};
pub use records::{Contradiction, RecordSays};
pub use rehearse::{Rehearsal, rehearse_merge, rehearse_unmerge};
pub use second::MANY_DOSES;
pub use take_back::take_back;
pub use unmerge::{Unmerge, unmerge};
pub use waiting::{Queue, WaitingItem, next, open, waiting};

/// A place in the queue, and the place before everybody.
pub use iis_store::review_item::{FRONT, Place};

/// So many of so many.
pub use iis_store::review_measures::Share;
