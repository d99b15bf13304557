//! Enrollment of a site: begun by anybody, not complete until the letter of agreement and the site administrator form are
//! both complete and signed (S-16), then reviewed by staff (S-17).

mod appointing;
mod at_site;
mod beginning;
mod changing;
mod closing;
pub mod flow;
mod leaving;
mod namesakes;
mod papers;
mod renewing;
mod reviewing;
pub(crate) mod signing;
pub(crate) mod standing;

pub use appointing::{Hindrance, Named, appoint_trained, awaited, mail_link_again, named, wait_no_longer};
pub use at_site::{SiteStanding, of_site, standing_of};
pub use beginning::{FirstAgreement, begin, begin_at_site, first_agreement};
pub use changing::{Changeable, Outdated, change};
pub use closing::lock_closed;
pub use flow::{Event, State};
pub use leaving::end;
pub use namesakes::{Namesake, sites_of_same_name};
pub use papers::{
    Fetched, MOST_PAPERS, MOST_SCANS, Missing, Paper, PaperKind, Signature, fetch, missing, upload,
    verify_scan,
};
pub use renewing::fall_due;
pub use reviewing::{Decision, Joins, Suspension, decide, joins, suspend};
pub use signing::{ConfirmedPaper, Shown, Signing, shown, sign, signing};
pub use standing::{
    Opened, confirm_address, letter_again, mail_letter_again, opened, queue, submit, submit_by, withdraw,
};

use crate::cases::Case;
use iis_model::organization::SiteKind;
use iis_model::{Date, Timestamp};
use serde::{Deserialize, Serialize};

/// What a site says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// The organization's name.
    pub organization: Box<str>,
    /// The site's name.
    pub site: Box<str>,
    /// What kind of place it is.
    pub kind: SiteKind,
    /// Where it is, in one line.
    pub address: Box<str>,
    /// Who is to be asked: name.
    pub contact: Box<str>,
    /// Who is to approve the accounts of the organization: name.
    pub administrator: Box<str>,
    /// And address for mail.
    pub administrator_email: Box<str>,
    /// Whether it takes part in a vaccine program.
    pub is_program: bool,
    /// When the contact's address was known to be whose it says.
    #[serde(default)]
    pub confirmed_at: Option<Timestamp>,
    /// The first day on which the renewal is due.
    #[serde(default)]
    pub renew_on: Option<Date>,
    /// When the renewal fell due: documents signed before do not count for it.
    #[serde(default)]
    pub renewing_since: Option<Timestamp>,
    /// How often the site was told that its renewal is due.
    #[serde(default)]
    pub renewal_letters: u8,
    /// What was signed for another text than the one that holds.
    #[serde(default)]
    pub outdated: Outdated,
}

/// Days before the end of a year from which on a renewal is due.
const RENEWAL_DAYS: i32 = 60;

/// An enrollment.
pub type Enrollment = Case<State, Application>;
