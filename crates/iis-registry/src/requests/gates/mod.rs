//! The gates of a request: from what is known to what is open, and on whom each other one waits.
//!
//! A pure function of the facts, so that the form, the status page and the Help Desk's page say the same, in the same words.
//! Source: requirements S-4, S-6 to S-9, S-15, S-49, S-53, S-55, S-56, S-61.

mod known;
mod of_person;
mod of_place;
#[cfg(test)]
mod tests;

pub use known::{ByLicense, Facts, License, Listed, Site};
use of_person::{closed_account, confirmed, look_up, staff_list, training};
use of_place::{administrator, coordinator, first_administrator, jurisdiction, kind, site};

/// Who has to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The applicant.
    Applicant,
    /// A vaccine coordinator of the site.
    Coordinator,
    /// The site: its enrollment.
    Site,
    /// The Help Desk.
    HelpDesk,
}

impl Party {
    /// In a sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Applicant => "you",
            Self::Coordinator => "the vaccine coordinator of the site",
            Self::Site => "the site’s enrollment",
            Self::HelpDesk => "the Help Desk",
        }
    }
}

/// How a gate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// What it asks for is there.
    Open,
    /// It waits for somebody.
    Waits(Party),
    /// It cannot open for this type of access.
    Refuses,
}

/// A gate: the rule it carries out, how it stands, and why, in words for the applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The rule's number in the requirements.
    pub rule: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// Why, and who mends it.
    pub words: String,
}

/// The role that is held at a jurisdiction and not at a site (S-60).
pub(crate) const HEALTH_DEPARTMENT: &str = "health-department-read-only";

/// The rule of which there is a gate where the Help Desk approves a first site administrator itself.
pub const FIRST_ADMINISTRATOR: &str = "S-11";

/// The rule of which there is a gate where the applicant's account is closed.
pub const CLOSED_ACCOUNT: &str = "3.3";

/// The gates of a request, in the order in which they are shown.
pub fn gates(facts: &Facts) -> Vec<Gate> {
    let mut gates = vec![confirmed(facts), training(facts), kind(facts), site(facts), administrator(facts)];
    gates.extend(coordinator(facts));
    gates.extend(staff_list(facts));
    gates.extend(look_up(facts));
    gates.extend(jurisdiction(facts));
    gates.extend(first_administrator(facts));
    gates.extend(closed_account(facts));
    gates
}

/// Whether the request can be sent in: no gate refuses or waits, but for the site's enrollment, which holds the request
/// after it was sent in (S-15), and for what the Help Desk does itself.
pub fn lets_submit(gates: &[Gate]) -> bool {
    gates
        .iter()
        .all(|gate| matches!(gate.standing, Standing::Open | Standing::Waits(Party::Site | Party::HelpDesk)))
}

impl Gate {
    /// Whether it keeps the Help Desk from asking the site administrator, and the administrator from approving. Who that is
    /// (S-9) the Help Desk finds out by asking.
    pub fn holds_approval(&self) -> bool {
        self.standing != Standing::Open && self.rule != "S-9"
    }
}

fn gate(rule: &'static str, standing: Standing, words: impl Into<String>) -> Gate {
    Gate { rule, standing, words: words.into() }
}
