//! The access tables of both source states, cell by cell, against `policy/roles.toml`.
//!
//! The tables below are an own transcription of requirements 6.2 to 6.5, in the notation of section 6.1: verb, reach,
//! and what the source adds in words. Where the source names no reach, it is everybody whom the role may search.
//! What the source leaves to a jurisdiction is transcribed with its default.

use iis_model::access::function::{FURTHER, Function, MACHINES, OUTSIDE, STATE};
use iis_model::access::{Area, Permission};
use iis_registry::access::matrix::{cell, variant};
use iis_registry::access::{Family, Role, Roles};

fn role<'a>(roles: &'a Roles, code: &str) -> &'a Role {
    roles.all().map(|(_, role)| role).find(|role| role.code == code).expect("a role of this code")
}

/// Compares a table with the policy and names every cell that differs.
fn compare<const N: usize>(codes: [&str; N], functions: &[Function], table: &[(&str, [&str; N])]) {
    let roles = Roles::built_in().expect("the policy of this repository");
    let titles: Vec<_> = functions.iter().map(|function| function.title).collect();
    assert_eq!(table.iter().map(|(title, _)| *title).collect::<Vec<_>>(), titles);
    let mut differing = Vec::new();
    for (function, (title, cells)) in functions.iter().zip(table) {
        for (code, expected) in codes.iter().zip(cells) {
            let found = cell(role(&roles, code), function);
            let found = if found.is_empty() { "-" } else { &found };
            if found != *expected {
                differing.push(format!("{title}, {code}: {expected} in the source, {found} in the policy"));
            }
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn s48_s49_s50_s51_s54_s55_s57_s60_s62_the_modules_of_each_type_of_access_are_those_of_the_source() {
    let roles = Roles::built_in().expect("the policy of this repository");
    #[rustfmt::skip]
    let table = [
        // code  Patient Mgmt  Inventory  Clinic Tools    Reports
        ("PVC", ["write",      "write",   "write",        "run"]),
        ("BVC", ["write",      "write",   "write",        "run"]),
        ("CLN", ["write",      "—",       "—",            "run"]),
        ("ENR", ["—",          "—",       "write + sign", "—"]),
        ("LKP", ["read",       "—",       "—",            "run"]),
        ("SCH", ["read",       "—",       "—",            "run"]),
        ("HDD", ["read",       "—",       "—",            "run"]),
    ];
    for (code, expected) in table {
        let role = role(&roles, code);
        let areas = [Area::Patients, Area::Inventory, Area::Clinic, Area::Reports];
        assert_eq!(areas.map(|area| variant(role, area).words()), expected, "{code}");
    }
}

#[test]
fn the_functions_of_those_outside_are_those_of_the_source() {
    const ANY: &str = "R @W";
    const MED: &str = "R @W; W @W medical if licensed signer";
    #[rustfmt::skip]
    let table = [
        //                                         PVC     BVC     CLN     ENR     LKP     SCH     HDD     SAD
        ("search person",                        [ANY,    ANY,    ANY,    "-", "R @W strict criteria, reason",
                                                                                           "R @S", "R @J", "-"]),
        ("view record, history",                 [ANY,    ANY,    ANY,    "-",    ANY,    "R @S", "R @J", "-"]),
        ("view recommender",                     [ANY,    ANY,    ANY,    "-",    ANY,    "R @S", "R @J", "-"]),
        ("print official record",                ["X @W", "X @W", "X @W", "-",    "X @W", "X @S", "X @J", "-"]),
        ("add person",                           ["W @W", "W @W", "W @W", "-",    "-",    "-",    "-",    "-"]),
        ("change demographics",                  ["W @C", "W @C", "W @C", "-",    "-",    "-",    "-",    "-"]),
        ("enter administered dose",              ["W @C", "W @C", "W @C", "-",    "-",    "-",    "-",    "-"]),
        ("enter historical dose",                ["W @W", "W @W", "W @W", "-",    "-",    "-",    "-",    "-"]),
        ("change or delete own site's dose",     ["W @C", "W @C", "W @C", "-",    "-",    "-",    "-",    "-"]),
        ("contraindication, refusal, immunity",  ["W @W", "W @W", "W @W", "-",    "-",    "R @S", "R @J", "-"]),
        ("status at clinic level",               ["W @C", "W @C", "W @C", "-",    "-",    "-",    "-",    "-"]),
        ("status at jurisdiction level",         ["W @W", "W @W", "W @W", "-",    "-",    "-",    "-",    "-"]),
        ("flag duplicate",                       ["W @W", "W @W", "W @W", "-",    "W @W", "W @S", "W @J", "-"]),
        ("merge, unmerge",                       ["-",    "-",    "-",    "-",    "-",    "-",    "-",    "-"]),
        ("student roster",                       ["-",    "-",    "-",    "-",    "-",    "W @S", "-",    "-"]),
        ("exemption record",                     [MED,    MED,    MED,    "-",    ANY,    "R @S", "R @J", "-"]),
        ("inventory on hand, transactions",      ["W @C", "W @C", "-",    "-",    "-",    "-",    "-",    "-"]),
        ("receive, transfer, return, waste",     ["W @C", "W @C", "-",    "-",    "-",    "-",    "-",    "-"]),
        ("reconcile, count",                     ["W @C", "W @C", "-",    "-",    "-",    "-",    "-",    "-"]),
        ("temperature log, excursion",           ["W @C", "W @C", "-",    "-",    "-",    "-",    "-",    "-"]),
        ("order vaccine",                        ["W @C", "W @C", "-",    "-",    "-",    "-",    "-",    "-"]),
        ("clinic information, staff list",       ["W @C", "W @C", "-",    "W @C", "-",    "-",    "-",    "R @O"]),
        ("delivery hours, storage units",        ["W @C", "W @C", "-",    "R @C", "-",    "-",    "-",    "-"]),
        ("prepare agreement, profile",           ["W @C", "W @C", "-",    "W @C", "-",    "-",    "-",    "-"]),
        ("sign agreement",                       ["-",    "-",    "-",    "G @C", "-",    "-",    "-",    "-"]),
        ("reminder, recall",                     ["X @C", "X @C", "X @C", "-",    "-",    "-",    "X @J", "-"]),
        ("patient reports, coverage",            ["X @C", "X @C", "X @C", "-",    "X own", "X @S", "X @J", "-"]),
        ("inventory and order reports",          ["X @C", "X @C", "-",    "-",    "-",    "-",    "-",    "-"]),
        ("school reports",                       ["-",    "-",    "-",    "-",    "-",    "X @S", "X @J aggregate", "-"]),
        ("HL7 project pages",                    ["R @C", "R @C", "-",    "R @C", "-",    "-",    "-",    "W @O"]),
        ("approve accounts of the organization", ["-",    "-",    "-",    "-",    "-",    "-",    "-",    "A @O"]),
        ("recertify, deactivate users",          ["-",    "-",    "-",    "-",    "-",    "-",    "-",    "W @O"]),
        ("tickets",                              ["W own", "W own", "W own", "W own", "W own", "W own", "W own", "W @O"]),
    ];
    compare(["PVC", "BVC", "CLN", "ENR", "LKP", "SCH", "HDD", "SAD"], OUTSIDE, &table);
}

#[test]
fn s61_the_functions_of_the_state_are_those_of_the_source() {
    const CONFIDENTIAL: &str = "R @W; R @W incl. confidential";
    #[rustfmt::skip]
    let table = [
        //                                         HLP     VPR     IFA     DQA     EPI     QIM     PRV     SYS     AUD
        ("person: view",                         ["R @W", "-", "R sample", "R @W", "R @W", "R panel", CONFIDENTIAL, "-", "-"]),
        ("person, dose: change",                 ["-",    "-",    "-",    "W @W", "-",    "-", "W @W lock, opt-out", "-", "-"]),
        ("merge, unmerge",                       ["-",    "-",    "-",    "W @W", "-",    "-",    "R @W", "-",    "-"]),
        ("access requests, accounts",            ["W @W", "-",    "-",    "-",    "-",    "-",    "R @W", "W @W staff roles", "R @W"]),
        ("enrollment review",                    ["W @W", "A @W", "R @W", "-",    "-",    "R @W", "-",    "-",    "R @W"]),
        ("orders, returns, restitution",         ["R @W", "A @W", "-",    "-",    "-",    "R @W", "-",    "-",    "R @W"]),
        ("compliance visits, quality improvement", ["-",  "W @W", "-",    "-",    "-",    "W @W", "-",    "-",    "R @W"]),
        ("interface projects, senders",          ["R @W", "-",    "W @W", "R @W", "-",    "-",    "-",    "R @W", "R @W"]),
        ("message bodies",                       ["-",    "-",    "R @W", "R @W", "-",    "-",    "-",    "-",    "-"]),
        ("ad hoc identified lists",              ["-",    "-",    "-",    "X @W", "X @W", "X panel", "-", "-",    "-"]),
        ("ad hoc aggregate",                     ["X @W", "X @W", "X @W", "X @W", "X @W", "X @W", "X @W", "-",    "X @W"]),
        ("exemptions, school rules",             ["R @W", "-",    "-",    "W @W", "R @W", "-",    "-",    "W @W rules", "R @W"]),
        ("reference data, settings",             ["-", "W @W order sets", "W @W mappings", "W @W match thresholds",
                                                                                  "-",    "-",    "-",    "W @W", "R @W"]),
        ("audit log",                            ["R own", "-",   "-",    "-",    "-",    "-",    "R @W", "R @W no patient detail", "R @W"]),
        ("news, training library",               ["W @W", "W @W", "W @W", "-",    "-",    "W @W", "-",    "W @W", "-"]),
    ];
    compare(["HLP", "VPR", "IFA", "DQA", "EPI", "QIM", "PRV", "SYS", "AUD"], STATE, &table);
}

#[test]
fn machines_submit_and_query_for_their_own_organization() {
    let table = [
        ("submit reports", ["W @O"]),
        ("query records", ["R @O"]),
        ("report completions of training", ["W @W"]), // ours: of whom an outside system knows (S-1)
    ];
    compare(["SND"], MACHINES, &table);
}

#[test]
fn nobody_holds_a_permission_that_is_in_no_line_of_a_table_for_them() {
    let roles = Roles::built_in().expect("the policy of this repository");
    assert_eq!(roles.of_people().count(), 17);
    for (name, role) in roles.all() {
        let tables: &[&[Function]] = match role.family {
            Family::Outside => &[OUTSIDE, FURTHER],
            Family::State => &[STATE, FURTHER],
            Family::Machine => &[MACHINES],
        };
        let lines = || tables.iter().copied().flatten();
        for held in role.permissions() {
            assert!(lines().any(|line| line.permissions.contains(&held)), "{name} holds {held:?}");
        }
    }
}

#[test]
fn s66_whoever_sees_a_patient_sees_the_recommender_and_prints_the_official_record() {
    let roles = Roles::built_in().expect("the policy of this repository");
    let facing: Vec<_> =
        roles.of_people().map(|(_, role)| role).filter(|role| role.allows(Permission::ViewPerson)).collect();
    let codes: Vec<_> = facing.iter().map(|role| &*role.code).collect();
    for code in ["PVC", "BVC", "CLN", "LKP", "SCH", "HDD"] {
        assert!(codes.contains(&code), "{code} faces patients");
    }
    // the interface analyst sees a sample for its charts and prints nothing
    for role in facing.into_iter().filter(|role| role.code != "IFA") {
        let seen = role.cell(Permission::ViewPerson).map(|cell| cell.scope);
        for permission in [Permission::ViewRecommender, Permission::PrintOfficialRecord] {
            assert_eq!(role.cell(permission).map(|cell| cell.scope), seen, "{} {permission:?}", role.code);
        }
    }
}

#[test]
fn s55_s57_s60_s62_who_may_only_read_changes_nothing_about_a_patient() {
    let roles = Roles::built_in().expect("the policy of this repository");
    for code in ["LKP", "SCH", "HDD"] {
        for permission in role(&roles, code).permissions().filter(|own| own.area() == Area::Patients) {
            let changes = permission.verb() == iis_model::access::Verb::Write;
            assert!(!changes || permission.is_for_readers(), "{code} holds {permission:?}");
        }
    }
}
