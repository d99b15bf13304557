//! What a jurisdiction settles about getting access: `policy/enrolling.toml`, checked when the program starts.

use crate::business_days::{Calendar, Target};
use iis_model::organization::SiteKind;
use iis_model::{Date, EmailAddress};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Calendars, deadlines and contacts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settled {
    holidays: BTreeSet<Date>,
    request_amber_days: u16,
    request_red_days: u16,
    enrollment_amber_days: u16,
    enrollment_red_days: u16,
    /// Business days after which the site administrator is reminded.
    pub reminder_days: Vec<u16>,
    /// Business days after which a request that nobody decided expires.
    pub expiry_days: u16,
    /// Hours for which a link to set a password works.
    pub password_link_hours: u32,
    /// Completions of training that a system outside may put on record within an hour.
    #[serde(default = "completions_per_hour")]
    pub completions_per_hour: u32,
    /// Days for which a ticket can be opened again.
    pub reopen_days: u16,
    /// Months after which the list of users is confirmed again.
    pub recertify_months: u16,
    /// Days after which those who were not confirmed go inactive.
    pub recertify_grace_days: u16,
    /// Days for which people of a site read whose enrollment lapsed or was suspended.
    #[serde(default = "closed_read_days")]
    pub closed_read_days: u16,
    /// Days before their end on which the site is warned again.
    #[serde(default = "closed_warn_days")]
    pub closed_warn_days: u16,
    personal_mail: BTreeSet<Box<str>>,
    state_mail: BTreeSet<Box<str>>,
    contacts: BTreeMap<SiteKind, Contact>,
}

const fn completions_per_hour() -> u32 {
    20_000
}

const fn closed_read_days() -> u16 {
    30
}

const fn closed_warn_days() -> u16 {
    7
}

/// Who answers questions about an enrollment (S-18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contact {
    /// The enrollment contact: for clinics.
    Enrollment,
    /// The Help Desk: for schools and childcare.
    HelpDesk,
}

/// The policy cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NotSettled {
    /// Not readable as such a file.
    #[error("the policy of enrolling cannot be read: {0}")]
    Unreadable(#[from] toml::de::Error),
    /// A kind of site has no contact.
    #[error("the policy of enrolling names no contact for the site kind {0}")]
    NoContact(&'static str),
    /// Amber comes after red, or a number is zero.
    #[error("the policy of enrolling: {0}")]
    Order(&'static str),
}

/// The policy that ships with the program.
const BUILT_IN: &str = include_str!("../../../policy/enrolling.toml");

impl Settled {
    /// Reads and checks a policy.
    pub fn parse(text: &str) -> Result<Self, NotSettled> {
        let settled: Self = toml::from_str(text)?;
        for kind in SiteKind::ALL {
            if !settled.contacts.contains_key(kind) {
                return Err(NotSettled::NoContact(kind.code()));
            }
        }
        if settled.request_amber_days > settled.request_red_days
            || settled.enrollment_amber_days > settled.enrollment_red_days
        {
            return Err(NotSettled::Order("amber comes before red"));
        }
        if settled.reminder_days.iter().any(|days| *days >= settled.expiry_days) {
            return Err(NotSettled::Order("reminders come before a request expires"));
        }
        if settled.closed_warn_days >= settled.closed_read_days {
            return Err(NotSettled::Order("a site is warned before its people are locked out"));
        }
        Ok(settled)
    }

    /// The policy that ships with the program.
    pub fn built_in() -> Result<Self, NotSettled> {
        Self::parse(BUILT_IN)
    }

    /// The business days of the jurisdiction.
    pub fn calendar(&self, zone: &TimeZone) -> Calendar {
        Calendar::new(self.holidays.iter().copied(), zone.clone())
    }

    /// What is promised to who asks for an account (S-13).
    pub fn request_target(&self) -> Target {
        Target { amber_days: self.request_amber_days, red_days: self.request_red_days }
    }

    /// What is promised to who enrolls a site (S-17).
    pub fn enrollment_target(&self) -> Target {
        Target { amber_days: self.enrollment_amber_days, red_days: self.enrollment_red_days }
    }

    /// Who answers questions about the enrollment of such a site (S-18).
    pub fn contact(&self, kind: SiteKind) -> Contact {
        self.contacts.get(&kind).copied().unwrap_or(Contact::HelpDesk)
    }

    /// Whether the address is at a provider of mail for private people.
    pub fn is_personal(&self, email: &EmailAddress) -> bool {
        self.personal_mail.contains(email.domain())
    }

    /// Whether the address is the state's own.
    pub fn is_of_the_state(&self, email: &EmailAddress) -> bool {
        self.state_mail.contains(email.domain())
    }
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, Contact, NotSettled, Settled};
    use iis_model::organization::SiteKind;

    #[test]
    fn the_built_in_policy_holds_together() {
        Settled::built_in().expect("the policy of this repository");
    }

    #[test]
    fn s18_clinics_write_to_the_enrollment_contact_and_schools_to_the_help_desk() {
        let settled = Settled::built_in().expect("the policy of this repository");
        for kind in SiteKind::ALL {
            let expected = if kind.is_school() { Contact::HelpDesk } else { Contact::Enrollment };
            assert_eq!(settled.contact(*kind), expected, "{}", kind.code());
        }
    }

    #[test]
    fn a_policy_that_contradicts_itself_is_refused() {
        let with = |from: &str, to: &str| Settled::parse(&BUILT_IN.replace(from, to));
        assert!(matches!(with("request_red_days = 2", "request_red_days = 0"), Err(NotSettled::Order(_))));
        assert!(matches!(with("expiry_days = 10", "expiry_days = 5"), Err(NotSettled::Order(_))));
        assert!(matches!(with("college = \"help-desk\"", ""), Err(NotSettled::NoContact("college"))));
        assert!(matches!(with("reopen_days = 14", "reopen_day = 14"), Err(NotSettled::Unreadable(_))));
        assert!(matches!(with("2026-01-01", "2026-02-30"), Err(NotSettled::Unreadable(_))));
    }
}
