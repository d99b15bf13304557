//! Who works where: people and the staff lists of sites. A person on a staff list is not a user yet; an account is
//! bound to the person, and taking the person off the list ends the account's access at the site (S-53).

mod administrators;
mod confirming;
pub(crate) mod correcting;
mod listing;
pub(crate) mod persons;
mod standing_in;
mod taking_off;
mod users;

pub(crate) use administrators::{
    ADMINISTRATOR, administrators_of, held_at, is_administered, who_administer, who_answers,
};
pub use administrators::{administers, bind_account};
pub(crate) use confirming::ask_anew;
pub use confirming::{Unanswered, ask_organizations, confirm, end_unconfirmed, to_confirm, unanswered};
pub use correcting::{
    Correction, Person, ToCorrect, correct, correct_person, person, to_correct, without_account,
};
pub use listing::{Listed, Listing, Position, list, staff_of};
pub(crate) use listing::{PRIMARY, has_other_primary};
pub use standing_in::{BackupDeed, LISTED_DAYS, done_as_backup, lacks_backup};
pub use taking_off::{EndsWithPlace, TakenOff, take_off, what_take_off_ends};
pub use users::{Ends, User, end_user, users_of, what_ends};
