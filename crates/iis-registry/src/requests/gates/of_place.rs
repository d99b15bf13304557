//! What is asked of the place: that it fits the role, is enrolled, has who decides, answers for the jurisdiction.

use super::{FIRST_ADMINISTRATOR, Facts, Gate, HEALTH_DEPARTMENT, Party, Standing, gate};
use crate::requests::types::OF_THE_OTHER_KIND;
use crate::staff::ADMINISTRATOR;
use iis_model::organization::SiteKind;

/// Roles that need the site to take part in a vaccine program (S-49, S-50).
const COORDINATORS: [&str; 2] = ["primary-vaccine-coordinator", "backup-vaccine-coordinator"];

pub(super) fn kind(facts: &Facts) -> Gate {
    if !facts.is_offered {
        let words = "This role is granted by a state administrator only. Ask your supervisor.";
        return gate("S-61", Standing::Refuses, words);
    }
    if !facts.user_kind.may_ask_for(&facts.role) {
        return gate("S-7", Standing::Refuses, OF_THE_OTHER_KIND);
    }
    if facts.site.as_ref().is_some_and(|site| !facts.user_kind.fits(site.kind)) {
        let words = "This site does not fit your choice of general or school user.";
        return gate("S-7", Standing::Refuses, words);
    }
    gate("S-7", Standing::Open, "The type of access fits.")
}

pub(super) fn site(facts: &Facts) -> Gate {
    match &facts.site {
        Some(site) if site.is_enrolled => gate("S-15", Standing::Open, format!("{} is enrolled.", site.name)),
        Some(site) => {
            let words = format!("{} is not enrolled now. Your request waits until it is.", site.name);
            gate("S-15", Standing::Waits(Party::Site), words)
        }
        None => gate(
            "S-15",
            Standing::Waits(Party::Site),
            "We know no site by this name, or several: give its code. A new site enrolls first; your request waits and \
             keeps its place.",
        ),
    }
}

pub(super) fn administrator(facts: &Facts) -> Gate {
    if &*facts.role == ADMINISTRATOR {
        let words = "A site administrator who is there decides; where there is none, the Help Desk.";
        return gate("S-9", Standing::Open, words);
    }
    match (facts.names_administrator, facts.has_administrator) {
        (false, _) => gate(
            "S-9",
            Standing::Waits(Party::Applicant),
            "Name the site administrator of your organization.",
        ),
        (true, true) if !facts.was_sent_in => {
            let words = "You named the site administrator. When you send the request in, it is looked up whether that is who it is.";
            gate("S-9", Standing::Open, words)
        }
        (true, true) => gate("S-9", Standing::Open, "The site administrator is on record."),
        (true, false) => gate(
            "S-9",
            Standing::Waits(Party::HelpDesk),
            "No site administrator of this name is on record: the Help Desk asks the organization who it is.",
        ),
    }
}

pub(super) fn coordinator(facts: &Facts) -> Option<Gate> {
    if !COORDINATORS.contains(&&*facts.role) {
        return None;
    }
    let site = facts.site.as_ref()?;
    if !site.is_program {
        let words =
            format!("{} does not take part in a vaccine program, so it has no coordinators.", site.name);
        return Some(gate("S-49", Standing::Refuses, words));
    }
    if site.has_other_primary && &*facts.role == "primary-vaccine-coordinator" {
        let words = format!(
            "{} has a primary vaccine coordinator. Ask for the backup role, or have the other person taken off the staff list.",
            site.name
        );
        return Some(gate("S-49", Standing::Waits(Party::Coordinator), words));
    }
    Some(gate("S-49", Standing::Open, "The site takes part in a vaccine program."))
}

/// The first site administrator of an organization is approved by the Help Desk (S-11), which asks the organization before.
pub(super) fn first_administrator(facts: &Facts) -> Option<Gate> {
    facts.asks_organization.then(|| {
        if facts.is_administrator_verified {
            let words = "The Help Desk asked your organization: you are to have this access.";
            gate(FIRST_ADMINISTRATOR, Standing::Open, words)
        } else {
            let words = "The Help Desk asks your organization whether you are to have this access.";
            gate(FIRST_ADMINISTRATOR, Standing::Waits(Party::HelpDesk), words)
        }
    })
}

/// A health department sees the residents of a jurisdiction, so it says of which.
pub(super) fn jurisdiction(facts: &Facts) -> Option<Gate> {
    (&*facts.role == HEALTH_DEPARTMENT).then(|| {
        if facts.site.as_ref().is_some_and(|site| site.kind != SiteKind::HealthDepartment) {
            let words =
                "This type of access is for health departments. Name yours as the office where you work.";
            gate("S-60", Standing::Refuses, words)
        } else if facts.knows_jurisdiction && facts.is_jurisdiction_verified {
            gate("S-60", Standing::Open, "Your office answers for the jurisdiction.")
        } else if facts.knows_jurisdiction {
            let words = "The Help Desk verifies that your office answers for the jurisdiction.";
            gate("S-60", Standing::Waits(Party::HelpDesk), words)
        } else {
            let words = "Name your jurisdiction as the registry does: a county, a health district or a town.";
            gate("S-60", Standing::Waits(Party::Applicant), words)
        }
    })
}
