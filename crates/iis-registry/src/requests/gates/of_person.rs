//! What is asked of the applicant: an address, training, a place on the staff list, a license, an account that is open.

use super::{ByLicense, CLOSED_ACCOUNT, Facts, Gate, License, Listed, Party, Standing, gate};
use crate::requests::types::FOR_LOOKING_ONLY;

pub(super) fn confirmed(facts: &Facts) -> Gate {
    if facts.is_confirmed && facts.is_named_otherwise {
        let words = "The registry knows this e-mail address under another name. Enter your name as your site’s staff list \
                     has it, or use an address of your own. If your name is right, your site’s coordinator corrects the staff \
                     list; what the coordinator cannot correct there, the Help Desk does: open a ticket.";
        gate("S-8", Standing::Refuses, words)
    } else if facts.is_confirmed && facts.is_listed_elsewhere {
        let words = "Your organization’s staff list has you, by your license, under another e-mail address. Ask with that one, or have \
                     your site’s coordinator correct the list.";
        gate("S-8", Standing::Refuses, words)
    } else if facts.is_confirmed && facts.by_license == ByLicense::Unanswered {
        let words = "An account of your name and license is there, under another e-mail address. If it is yours, sign in with it and ask \
                     for this by a ticket: the account gets the role. If you cannot sign in, or it is not yours, the Help Desk finds out \
                     and goes on.";
        gate("S-8", Standing::Waits(Party::HelpDesk), words)
    } else if facts.is_confirmed && facts.by_license == ByLicense::SomebodyElse {
        let words = "Your e-mail address is confirmed. The account of your name and license is somebody else’s: the Help Desk found out.";
        gate("S-8", Standing::Open, words)
    } else if facts.is_confirmed {
        gate("S-8", Standing::Open, "Your e-mail address is confirmed.")
    } else {
        gate(
            "S-8",
            Standing::Waits(Party::Applicant),
            "Your e-mail address is not confirmed. Open the link in the message that we sent to it.",
        )
    }
}

pub(super) fn training(facts: &Facts) -> Gate {
    if facts.missing_courses.is_empty() {
        return gate("S-6", Standing::Open, "Your required training is complete.");
    }
    let courses = facts.missing_courses.join("; ");
    let words =
        format!("Complete the required training first, under this e-mail address. Not on record: {courses}.");
    gate("S-6", Standing::Waits(Party::Applicant), words)
}

pub(super) fn staff_list(facts: &Facts) -> Option<Gate> {
    if &*facts.role != "clinic-access" {
        return None;
    }
    let site = facts.site.as_ref().map_or("the site", |site| &site.name);
    if facts.site.as_ref().is_some_and(|site| !site.keeps_list) {
        let words = format!(
            "{site} takes part in no vaccine program, so it has no coordinators and no staff list: its site administrator says whether you \
             give vaccines there."
        );
        return Some(gate("S-53", Standing::Open, words));
    }
    Some(match facts.listed {
        Listed::Yes => gate("S-53", Standing::Open, format!("You are on the staff list of {site}.")),
        Listed::No => gate(
            "S-53",
            Standing::Waits(Party::Coordinator),
            format!(
                "Clinic Access needs your name on the staff list of {site}. Ask a vaccine coordinator there to add you; your draft is kept."
            ),
        ),
    })
}

pub(super) fn look_up(facts: &Facts) -> Option<Gate> {
    if &*facts.role != "patient-look-up" {
        return None;
    }
    Some(if facts.vaccinates {
        gate("S-56", Standing::Refuses, FOR_LOOKING_ONLY)
    } else if facts.works_at_program_site {
        gate(
            "S-55",
            Standing::Refuses,
            "You are on the staff list of a vaccine program clinic. Patient Look-Up is for providers outside of such clinics.",
        )
    } else {
        match facts.license {
            License::None => gate(
                "S-55",
                Standing::Waits(Party::Applicant),
                "Give the kind and number of your license: MD, DO, PA or APRN.",
            ),
            License::OfAnotherKind => gate(
                "S-55",
                Standing::Waits(Party::Applicant),
                "Patient Look-Up is for these kinds of license: MD, DO, PA or APRN.",
            ),
            License::Given => {
                gate("S-55", Standing::Waits(Party::HelpDesk), "The Help Desk verifies your license.")
            }
            License::Verified => gate("S-55", Standing::Open, "Your license is verified."),
        }
    })
}

/// A role of an account that is closed opens nothing.
pub(super) fn closed_account(facts: &Facts) -> Option<Gate> {
    facts.is_account_closed.then(|| {
        let words = "The account that this person has is closed. The Help Desk opens it again first.";
        gate(CLOSED_ACCOUNT, Standing::Waits(Party::HelpDesk), words)
    })
}
