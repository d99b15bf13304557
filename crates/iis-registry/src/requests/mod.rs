//! Requests for accounts: asked for by anybody, held by gates until what is required is there, read by the Help Desk in the
//! order received, approved by the site administrator, and made into an account by two letters (S-6 to S-13, S-48 to S-61).

mod adding;
mod again;
mod applicant;
mod applying;
mod approving;
mod deciding;
mod facts;
pub mod flow;
mod gates;
mod passwords;
pub(crate) mod places;
pub(crate) mod provisioning;
mod queue;
mod telling;
mod time;
mod types;
mod waiting;

pub use adding::begin_from_ticket;
pub use again::{ask_again, letter_again};
pub use applicant::Moved;
pub use applying::{Asked, begin, can_change, change, confirm_address, submit, withdraw};
pub use approving::{Approval, ToApprove, approval, approve, deny, to_approve};
pub use deciding::{Alone, Approver};
pub use flow::{Event, State};
pub use gates::{
    ByLicense, CLOSED_ACCOUNT, FIRST_ADMINISTRATOR, Facts, Gate, License, Listed, Party, Site, Standing,
    gates, lets_submit,
};
pub(crate) use passwords::link_again;
pub use passwords::{is_link, mail_link_again, set_password};
pub use places::{MOST_PLACES, Place, Places, places};
pub use queue::{
    Opened, Verified, ask_administrator, deny_as_desk, next, opened, opened_by_desk, queue, return_to, take,
    verify, waiting,
};
pub use time::{go_on_after_enrollment, remind_and_expire};
pub use types::{AccessType, UserKind, access_types, fits};
pub use waiting::{Waits, waiting_elsewhere};

use crate::cases::Case;
use iis_model::{AccountId, Timestamp};
use serde::{Deserialize, Serialize};

/// What an applicant says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Name.
    pub name: Box<str>,
    /// General or school user (S-7).
    pub user_kind: UserKind,
    /// Whether the applicant gives vaccines (S-56).
    pub vaccinates: bool,
    /// The role that is asked for, by its name in the policy.
    pub role: Box<str>,
    /// The site, as typed: its name or its code.
    pub site: Box<str>,
    /// The jurisdiction, as typed: for a health department (S-60).
    #[serde(default)]
    pub jurisdiction: Box<str>,
    /// Kind of license; empty: none.
    pub license_kind: Box<str>,
    /// Its number.
    pub license_number: Box<str>,
    /// The site administrator, as typed (S-9).
    pub administrator: Box<str>,
    /// When the address was known to be whose it says (S-8).
    #[serde(default)]
    pub confirmed_at: Option<Timestamp>,
    /// Who verified the license, and when (S-55).
    #[serde(default)]
    pub license_verified: Option<(Box<str>, Timestamp)>,
    /// Who verified that the office answers for the jurisdiction, and when (S-60).
    #[serde(default)]
    pub jurisdiction_verified: Option<(Box<str>, Timestamp)>,
    /// Who asked the organization whether the applicant is to be its first site administrator, and when (S-11).
    #[serde(default)]
    pub administrator_verified: Option<(Box<str>, Timestamp)>,
    /// The enrollment that it waits for (S-15).
    #[serde(default)]
    pub enrollment: Option<i64>,
    /// Who found out that the person of this name and license who has an account under another address is somebody else, when, and
    /// which person that is (S-59).
    #[serde(default)]
    pub another_person: Option<(Box<str>, Timestamp, i64)>,
    /// The account to which the role is added (S-59).
    #[serde(default)]
    pub adds_to: Option<AccountId>,
    /// The ticket from which it was begun (S-59).
    #[serde(default)]
    pub ticket: Option<i64>,
    /// Who of the Help Desk reads it.
    #[serde(default)]
    pub taken_by: Box<str>,
    /// How often the site administrator was reminded.
    #[serde(default)]
    pub reminders: usize,
}

impl Application {
    /// What somebody of this name and kind asks for, for a site as typed; everything else is empty.
    pub fn of(name: &str, user_kind: UserKind, role: &str, site: &str) -> Self {
        Self {
            name: name.into(),
            user_kind,
            vaccinates: false,
            role: role.into(),
            site: site.into(),
            jurisdiction: "".into(),
            license_kind: "".into(),
            license_number: "".into(),
            administrator: "".into(),
            confirmed_at: None,
            license_verified: None,
            jurisdiction_verified: None,
            administrator_verified: None,
            enrollment: None,
            another_person: None,
            adds_to: None,
            ticket: None,
            taken_by: "".into(),
            reminders: 0,
        }
    }
}

/// A request.
pub type Request = Case<State, Application>;
