use super::{ByLicense, Facts, License, Listed, Party, Site, Standing, gates, lets_submit};
use crate::requests::UserKind;
use iis_model::organization::SiteKind;

fn clinic() -> Site {
    Site {
        name: "Alder Pediatrics".into(),
        kind: SiteKind::Clinic,
        is_enrolled: true,
        is_program: true,
        keeps_list: true,
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
        was_sent_in: true,
        has_administrator: true,
        listed: Listed::Yes,
        works_at_program_site: true,
        license: License::None,
        knows_jurisdiction: false,
        is_jurisdiction_verified: false,
        by_license: ByLicense::Nobody,
        asks_organization: false,
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
        asks_organization: true,
        ..ready()
    };
    assert_eq!(standing(&first, "S-11"), waits(Party::HelpDesk));
    assert!(lets_submit(&gates(&first)) && gates(&first).iter().any(super::Gate::holds_approval));
    let asked = Facts { is_administrator_verified: true, ..first.clone() };
    assert!(!gates(&asked).iter().any(super::Gate::holds_approval));
    let further = Facts { asks_organization: false, ..first };
    assert_eq!(standing(&further, "S-11"), None, "the one who is there decides");
    assert_eq!(standing(&further, "S-9"), Some(Standing::Open));
    let namesake = Facts { asks_organization: true, ..ready() };
    assert_eq!(standing(&namesake, "S-11"), waits(Party::HelpDesk), "whatever the role is");
}

#[test]
fn s4_s6_a_request_waits_until_the_required_training_is_complete_and_names_what_is_missing() {
    let facts = Facts { missing_courses: vec!["General User Course".into(), "Cold chain".into()], ..ready() };
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
fn s8_an_account_of_the_same_name_and_license_holds_until_it_is_known_whose_it_is() {
    let by = |by_license| Facts { by_license, ..ready() };
    assert_eq!(standing(&by(ByLicense::SomebodyElse), "S-8"), Some(Standing::Open));
    let asked = by(ByLicense::Unanswered);
    assert_eq!(standing(&asked, "S-8"), waits(Party::HelpDesk));
    assert!(lets_submit(&gates(&asked)), "the Help Desk finds out");
    assert!(gates(&asked).iter().any(super::Gate::holds_approval));
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
    let outside =
        Facts { site: Some(Site { is_program: false, ..clinic() }), ..role("backup-vaccine-coordinator") };
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
    let base =
        Facts { role: "patient-look-up".into(), vaccinates: false, works_at_program_site: false, ..ready() };
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
    let standing =
        |facts: &Facts| gates(facts).into_iter().find(|gate| gate.rule == "S-60").map(|gate| gate.standing);
    assert_eq!(standing(&department), Some(Standing::Waits(Party::Applicant)));
    let named = Facts { knows_jurisdiction: true, is_jurisdiction_verified: false, ..department };
    assert_eq!(standing(&named), Some(Standing::Waits(Party::HelpDesk)), "anybody can type a county");
    let verified = Facts { is_jurisdiction_verified: true, ..named };
    assert_eq!(standing(&verified), Some(Standing::Open));
    assert_eq!(standing(&ready()), None);
    let clinic = Facts { knows_jurisdiction: true, ..at(SiteKind::Clinic) };
    assert_eq!(standing(&clinic), Some(Standing::Refuses), "a clinic opens no county");
}
