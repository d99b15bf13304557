//! Who works where: people and the staff lists of sites. A person on a staff list is not a user yet; an account is
//! bound to the person, and taking the person off the list ends the account's access at the site (S-53).

mod administrators;
mod confirming;
mod listing;
mod standing_in;

pub(crate) use administrators::administrators_of;
pub use administrators::{User, administers, bind_account, end_user, users_of};
pub use confirming::{ask_organizations, confirm, end_unconfirmed, to_confirm};
pub(crate) use listing::has_other_primary;
pub use listing::{Listed, Listing, Position, TakenOff, list, staff_of, take_off};
pub use standing_in::{BackupDeed, LISTED_DAYS, done_as_backup, lacks_backup};
