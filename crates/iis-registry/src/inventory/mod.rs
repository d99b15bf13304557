//! Vaccine on hand: received, given, given back. The ledger of a lot is only ever added to; what is left is its sum.
//!
//! A dose comes out of the stock by the same rule whatever door it came through ([`choose`]), in the plan that stores it
//! (`taking`); one that does not is kept with its reason. Source: requirements I-1 to I-5.

pub mod choose;
mod compliance;
pub mod eligible;
pub(crate) mod following;
mod giving;
mod ledger;
mod listing;
mod receiving;
mod sayings;
mod settling;
pub(crate) mod taking;
pub(crate) mod unsaid;

pub use compliance::{Compliance, compliance};
pub(crate) use giving::Standing;
pub use ledger::Left;
pub use listing::{MissedLine, ledger, missed, on_hand, units};
pub use receiving::{Receipt, Received, receive};
