//! The gates of a request: from what is known to what is open, and on whom each other one waits.
//!
//! A pure function of the facts, so that the form, the status page and the Help Desk's page say the same, in the same words.
//! Source: requirements S-4, S-6 to S-9, S-15, S-49, S-53, S-55, S-56, S-61.

use super::types::{FOR_LOOKING_ONLY, OF_THE_OTHER_KIND, UserKind};
use crate::staff::ADMINISTRATOR;
use iis_model::organization::SiteKind;

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

/// A license, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum License {
    /// None was given.
    None,
    /// Given, and of a kind with which nobody looks patients up.
    OfAnotherKind,
    /// Given, not looked at.
    Given,
    /// Verified by the Help Desk.
    Verified,
}

/// Whether the applicant stands on the staff list of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// No.
    No,
    /// By address and name, or by license.
    Yes,
}

/// Whether name and license are those of somebody whose account is known under another address than the request's: letters go there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByLicense {
    /// They lead to nobody else.
    Nobody,
    /// They do, as the applicant read before sending in.
    AsSentIn,
    /// They do since something on record was changed: the applicant reads so before somebody decides (decision 0061).
    SinceThen,
}

/// The site that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its name.
    pub name: Box<str>,
    /// What kind of place it is.
    pub kind: SiteKind,
    /// Whether it is enrolled.
    pub is_enrolled: bool,
    /// Whether it takes part in a vaccine program.
    pub is_program: bool,
    /// Whether somebody else is its primary coordinator.
    pub has_other_primary: bool,
}

/// What is known of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Facts {
    /// Whether the address for mail is confirmed.
    pub is_confirmed: bool,
    /// Whether the address is that of somebody with another name.
    pub is_named_otherwise: bool,
    /// Whether a staff list of the organization has the applicant, who has no account, under another address.
    pub is_listed_elsewhere: bool,
    /// Titles of required courses without a completion, the General User Course first.
    pub missing_courses: Vec<Box<str>>,
    /// General or school user.
    pub user_kind: UserKind,
    /// Whether the applicant vaccinates.
    pub vaccinates: bool,
    /// The role's name.
    pub role: Box<str>,
    /// Whether the role may be asked for on the public form at all.
    pub is_offered: bool,
    /// The site, where one of that name is known.
    pub site: Option<Site>,
    /// Whether a site administrator was named.
    pub names_administrator: bool,
    /// Whether that is one whom the site has on record.
    pub has_administrator: bool,
    /// Whether the applicant is on the site's staff list.
    pub listed: Listed,
    /// Whether the applicant is on the staff list of any site of a vaccine program.
    pub works_at_program_site: bool,
    /// The license.
    pub license: License,
    /// Whether the jurisdiction that was named is one of the registry's.
    pub knows_jurisdiction: bool,
    /// Whether the Help Desk verified that the office answers for it.
    pub is_jurisdiction_verified: bool,
    /// Whether the organization has no site administrator besides the applicant who can sign in; known of a request that was sent in, since it is
    /// nobody's business before.
    pub lacks_administrator: bool,
    /// Whether the account that would get the role is closed by staff, or since nobody confirmed its owner; known of a request that
    /// was sent in.
    pub is_account_closed: bool,
    /// Whether the Help Desk asked the organization if the applicant is to be its site administrator.
    pub is_administrator_verified: bool,
    /// Whether the applicant's license leads to an account under another address than the request's.
    pub by_license: ByLicense,
}

/// Roles that need the site to take part in a vaccine program (S-49, S-50).
const COORDINATORS: [&str; 2] = ["primary-vaccine-coordinator", "backup-vaccine-coordinator"];

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

/// The first site administrator of an organization is approved by the Help Desk (S-11), which asks the organization before.
fn first_administrator(facts: &Facts) -> Option<Gate> {
    (&*facts.role == ADMINISTRATOR && facts.lacks_administrator).then(|| {
        if facts.is_administrator_verified {
            let words = "The Help Desk asked your organization: you are to be its site administrator.";
            gate(FIRST_ADMINISTRATOR, Standing::Open, words)
        } else {
            let words = "The Help Desk asks your organization whether you are to be its site administrator.";
            gate(FIRST_ADMINISTRATOR, Standing::Waits(Party::HelpDesk), words)
        }
    })
}

/// A role of an account that is closed opens nothing.
fn closed_account(facts: &Facts) -> Option<Gate> {
    facts.is_account_closed.then(|| {
        let words = "The account that this person has is closed. The Help Desk opens it again first.";
        gate(CLOSED_ACCOUNT, Standing::Waits(Party::HelpDesk), words)
    })
}

/// A health department sees the residents of a jurisdiction, so it says of which.
fn jurisdiction(facts: &Facts) -> Option<Gate> {
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

fn confirmed(facts: &Facts) -> Gate {
    if facts.is_confirmed && facts.is_named_otherwise {
        let words = "The registry knows this e-mail address under another name. Enter your name as your site’s staff list \
                     has it, or use an address of your own. If your name is right, your site’s coordinator corrects the staff \
                     list; what the coordinator cannot correct there, the Help Desk does: open a ticket.";
        gate("S-8", Standing::Refuses, words)
    } else if facts.is_confirmed && facts.is_listed_elsewhere {
        let words = "Your organization’s staff list has you, by your license, under another e-mail address. Ask with that one, or have \
                     your site’s coordinator correct the list.";
        gate("S-8", Standing::Refuses, words)
    } else if facts.is_confirmed && facts.by_license == ByLicense::SinceThen {
        let words = "What the registry has on record was changed since you sent this in: it knows your name and license under another \
                     e-mail address now. The Help Desk returns the request to you: look whether that is right, and send it in again.";
        gate("S-8", Standing::Waits(Party::HelpDesk), words)
    } else if facts.is_confirmed && facts.by_license == ByLicense::AsSentIn {
        let words = "Your e-mail address is confirmed. The registry knows you by your license under another one: user name \
                     and password link go there. If that is an old one, your site’s coordinator corrects it on the staff list; \
                     once you have an account, the Help Desk does: open a ticket.";
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

fn training(facts: &Facts) -> Gate {
    if facts.missing_courses.is_empty() {
        return gate("S-6", Standing::Open, "Your required training is complete.");
    }
    let courses = facts.missing_courses.join("; ");
    let words =
        format!("Complete the required training first, under this e-mail address. Not on record: {courses}.");
    gate("S-6", Standing::Waits(Party::Applicant), words)
}

fn kind(facts: &Facts) -> Gate {
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

fn site(facts: &Facts) -> Gate {
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

fn administrator(facts: &Facts) -> Gate {
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
        (true, true) => gate("S-9", Standing::Open, "The site administrator is on record."),
        (true, false) => gate(
            "S-9",
            Standing::Waits(Party::HelpDesk),
            "No site administrator of this name is on record: the Help Desk asks the organization who it is.",
        ),
    }
}

fn coordinator(facts: &Facts) -> Option<Gate> {
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

fn staff_list(facts: &Facts) -> Option<Gate> {
    if &*facts.role != "clinic-access" {
        return None;
    }
    let site = facts.site.as_ref().map_or("the site", |site| &site.name);
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

fn look_up(facts: &Facts) -> Option<Gate> {
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

#[cfg(test)]
mod tests {
    use super::{Facts, License, Listed, Party, Site, Standing, gates, lets_submit};
    use crate::requests::UserKind;
    use iis_model::organization::SiteKind;

    fn clinic() -> Site {
        Site {
            name: "Alder Pediatrics".into(),
            kind: SiteKind::Clinic,
            is_enrolled: true,
            is_program: true,
            has_other_primary: false,
        }
    }

    /// Clinic staff for whom every gate is open.
    fn ready() -> Facts {
        Facts {
            is_confirmed: true,
            is_named_otherwise: false,
            is_listed_elsewhere: false,
            missing_courses: Vec::new(),
            user_kind: UserKind::General,
            vaccinates: true,
            role: "clinic-access".into(),
            is_offered: true,
            site: Some(clinic()),
            names_administrator: true,
            has_administrator: true,
            listed: Listed::Yes,
            works_at_program_site: true,
            license: License::None,
            knows_jurisdiction: false,
            is_jurisdiction_verified: false,
            by_license: ByLicense::Nobody,
            lacks_administrator: false,
            is_account_closed: false,
            is_administrator_verified: false,
        }
    }

    fn standing(facts: &Facts, rule: &str) -> Option<Standing> {
        gates(facts).into_iter().find(|gate| gate.rule == rule).map(|gate| gate.standing)
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is compared with the standing of a gate that may not be there"
    )]
    fn waits(party: Party) -> Option<Standing> {
        Some(Standing::Waits(party))
    }

    #[test]
    fn a_request_with_every_gate_open_can_be_sent_in() {
        assert!(gates(&ready()).iter().all(|gate| gate.standing == Standing::Open), "{:?}", gates(&ready()));
        assert!(lets_submit(&gates(&ready())));
    }

    #[test]
    fn s11_a_first_site_administrator_waits_until_the_organization_was_asked() {
        let first = Facts {
            role: "site-administrator".into(),
            names_administrator: false,
            has_administrator: false,
            lacks_administrator: true,
            ..ready()
        };
        assert_eq!(standing(&first, "S-11"), waits(Party::HelpDesk));
        assert!(lets_submit(&gates(&first)) && gates(&first).iter().any(super::Gate::holds_approval));
        let asked = Facts { is_administrator_verified: true, ..first.clone() };
        assert!(!gates(&asked).iter().any(super::Gate::holds_approval));
        let further = Facts { lacks_administrator: false, ..first };
        assert_eq!(standing(&further, "S-11"), None, "the one who is there decides");
        assert_eq!(standing(&further, "S-9"), Some(Standing::Open));
        assert_eq!(standing(&Facts { lacks_administrator: true, ..ready() }, "S-11"), None);
    }

    #[test]
    fn s4_s6_a_request_waits_until_the_required_training_is_complete_and_names_what_is_missing() {
        let facts =
            Facts { missing_courses: vec!["General User Course".into(), "Cold chain".into()], ..ready() };
        assert_eq!(standing(&facts, "S-6"), waits(Party::Applicant));
        assert!(!lets_submit(&gates(&facts)));
        let words = gates(&facts).into_iter().find(|gate| gate.rule == "S-6").expect("a gate").words;
        assert!(words.contains("General User Course; Cold chain"), "{words}");
    }

    #[test]
    fn s8_an_address_that_is_not_confirmed_keeps_the_request_a_draft() {
        let facts = Facts { is_confirmed: false, ..ready() };
        assert_eq!(standing(&facts, "S-8"), waits(Party::Applicant));
        assert!(!lets_submit(&gates(&facts)));
    }

    #[test]
    fn s9_a_site_without_a_known_administrator_goes_to_the_help_desk_flagged() {
        let unknown = Facts { has_administrator: false, ..ready() };
        assert_eq!(standing(&unknown, "S-9"), waits(Party::HelpDesk));
        assert!(lets_submit(&gates(&unknown)), "the Help Desk finds out");
        let unnamed = Facts { names_administrator: false, has_administrator: false, ..ready() };
        assert_eq!(standing(&unnamed, "S-9"), waits(Party::Applicant));
        assert!(!lets_submit(&gates(&unnamed)));
    }

    #[test]
    fn s15_a_site_that_is_not_enrolled_holds_the_request_and_does_not_refuse_it() {
        for site in [None, Some(Site { is_enrolled: false, ..clinic() })] {
            let facts = Facts { site, ..ready() };
            assert_eq!(standing(&facts, "S-15"), waits(Party::Site));
            assert!(lets_submit(&gates(&facts)));
        }
    }

    #[test]
    fn s49_coordinators_need_a_program_site_and_there_is_one_primary() {
        let role = |role: &str| Facts { role: role.into(), ..ready() };
        let outside = Facts {
            site: Some(Site { is_program: false, ..clinic() }),
            ..role("backup-vaccine-coordinator")
        };
        assert_eq!(standing(&outside, "S-49"), Some(Standing::Refuses));
        let taken = Some(Site { has_other_primary: true, ..clinic() });
        let second = Facts { site: taken.clone(), ..role("primary-vaccine-coordinator") };
        assert_eq!(standing(&second, "S-49"), waits(Party::Coordinator));
        let backup = Facts { site: taken, ..role("backup-vaccine-coordinator") };
        assert_eq!(standing(&backup, "S-49"), Some(Standing::Open));
        assert_eq!(standing(&ready(), "S-49"), None, "the gate is of coordinators alone");
    }

    #[test]
    fn s53_clinic_access_needs_the_staff_list() {
        let facts = Facts { listed: Listed::No, ..ready() };
        assert_eq!(standing(&facts, "S-53"), waits(Party::Coordinator));
        assert!(!lets_submit(&gates(&facts)));
        let words = gates(&facts).into_iter().find(|gate| gate.rule == "S-53").expect("a gate").words;
        assert!(words.contains("Alder Pediatrics") && words.contains("coordinator"), "{words}");
        let other = Facts { role: "enrollment-only".into(), ..facts };
        assert_eq!(standing(&other, "S-53"), None, "the gate is of Clinic Access alone");
    }

    #[test]
    fn s55_s56_look_up_is_for_licensed_providers_who_do_not_vaccinate_and_work_at_no_program_clinic() {
        let base = Facts {
            role: "patient-look-up".into(),
            vaccinates: false,
            works_at_program_site: false,
            ..ready()
        };
        #[rustfmt::skip]
        let table = [
            // vaccinates  program site  license              rule    standing
            (true,         false,        License::Verified,  "S-56", Some(Standing::Refuses)),
            (false,        true,         License::Verified,  "S-55", Some(Standing::Refuses)),
            (false,        false,        License::None,      "S-55", waits(Party::Applicant)),
            (false,        false,        License::Given,     "S-55", waits(Party::HelpDesk)),
            (false,        false,        License::Verified,  "S-55", Some(Standing::Open)),
        ];
        for (vaccinates, works_at_program_site, license, rule, expected) in table {
            let facts = Facts { vaccinates, works_at_program_site, license, ..base.clone() };
            assert_eq!(standing(&facts, rule), expected, "{facts:?}");
        }
    }

    #[test]
    fn s7_s61_what_does_not_fit_is_refused() {
        let school = Facts { user_kind: UserKind::School, ..ready() };
        assert_eq!(standing(&school, "S-7"), Some(Standing::Refuses));
        let at_school = Facts { site: Some(Site { kind: SiteKind::School, ..clinic() }), ..ready() };
        assert_eq!(standing(&at_school, "S-7"), Some(Standing::Refuses));
        let state = Facts { role: "data-quality".into(), is_offered: false, ..ready() };
        assert_eq!(standing(&state, "S-61"), Some(Standing::Refuses));
        assert!(!lets_submit(&gates(&state)));
    }

    #[test]
    fn s60_a_health_department_names_its_jurisdiction() {
        let at = |kind| Facts {
            role: super::HEALTH_DEPARTMENT.into(),
            site: Some(Site { kind, ..clinic() }),
            ..ready()
        };
        let department = at(SiteKind::HealthDepartment);
        let standing = |facts: &Facts| {
            gates(facts).into_iter().find(|gate| gate.rule == "S-60").map(|gate| gate.standing)
        };
        assert_eq!(standing(&department), Some(Standing::Waits(Party::Applicant)));
        let named = Facts { knows_jurisdiction: true, is_jurisdiction_verified: false, ..department };
        assert_eq!(standing(&named), Some(Standing::Waits(Party::HelpDesk)), "anybody can type a county");
        let verified = Facts { is_jurisdiction_verified: true, ..named };
        assert_eq!(standing(&verified), Some(Standing::Open));
        assert_eq!(standing(&ready()), None);
        let clinic = Facts { knows_jurisdiction: true, ..at(SiteKind::Clinic) };
        assert_eq!(standing(&clinic), Some(Standing::Refuses), "a clinic opens no county");
    }
}
