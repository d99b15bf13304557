//! What each address of the modules writes into the audit: tried, and kept as one page that a privacy officer can read.
//!
//! That a look at a person without an audit row is refused is the store's business; here it is seen what the rows say. An
//! address of a person that answers well and writes nothing fails.

use super::desk::{encoded, filled};
use super::who_may::{Thing, Whose, World, holds, sees, thing};
use super::{Browser, House, Page};
use crate::addresses::{Declared, Rule};
use axum::http::StatusCode;
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_store::audit::AuditRow;
use iis_store::audit::list::{AuditFilter, list};
use std::fmt::Write;

/// What is typed into the forms, so that they do what they are for. Others are sent as their page shows them.
#[rustfmt::skip]
const TYPED: &[(&str, &[(&str, &str)])] = &[
    ("/patients/searches",                   &[("number", "AOLGA")]),
    ("/patients/emergency",                  &[("last", "olgason"), ("first", "olga"), ("born", "04/15/2019"), ("reason", "care"),
                                               ("words", "she lies here unconscious")]),
    ("/patients/{number}/purpose",           &[("purpose", "walk-in"), ("words", "came with her brother")]),
    ("/patients/{number}/history/new",       &[("l0_1", "05152019"), ("check", "")]),
    ("/patients/{number}/notes/new",         &[("vaccine", "88"), ("reason", "00")]),
    ("/patients/{number}/demographics/change", &[("street", "2 Elm St"), ("city", "Alder")]),
    ("/patients/{number}/status/here",       &[("activity", "lost"), ("since", "t"), ("attempts", "3"), ("note", "three calls")]),
    ("/patients/{number}/status/state",      &[("activity", "outside"), ("since", "t"), ("note", "Ohio now")]),
    ("/patients/{number}/opt-out",           &[("signed_on", "t"), ("signed_by", "Sue Moss"), ("relation", "parent"), ("reference", "F-17")]),
    ("/patients/{number}/print",             &[("form", "record"), ("language", "en"), ("purpose", "own"), ("words", "")]),
    ("/patients/{number}/what-if",           &[("on", "06/01/2027"), ("vaccine_1", "03"), ("given_1", "05/01/2027")]),
    ("/patients/{number}/why/{group}",       &[("on", "06/01/2027"), ("vaccine_1", "03"), ("given_1", "05/01/2027")]),
    ("/clinic/staff",                        &[("name", "Ada Lind"), ("email", "ada@own.example"), ("position", "staff")]),
    ("/admin/news",                          &[("text", "Closed on Friday."), ("from", "t"), ("until", "t")]),
    ("/admin/training",                      &[("file", "email,course,completed_on")]),
];

/// An address of a person that shows nothing of whom it is about.
const NOBODY_SHOWN: &[&str] = &["/patients/{number}/purpose"];

/// The rows that are there by now, the latest first.
async fn rows(house: &House) -> Vec<AuditRow> {
    let granted = operator(Permission::ReadAudit).expect("the operator may");
    let filter = AuditFilter { limit: 40, ..AuditFilter::default() };
    house.app.registry.store.read(move |tx| list(tx, &granted, &filter)).await.expect("the store works")
}

/// Asks for an address as its own page would: what came of it, and the rows it left. The page of a form is a look of its own,
/// whose row is not the deed's.
async fn tried(
    world: &World,
    browser: &mut Browser,
    declared: &Declared,
    path: &str,
) -> (Page, Vec<AuditRow>) {
    let mut before = newest(&world.house).await;
    if declared.method == "GET" {
        let page = world.ask(browser, "GET", path).await;
        return (page, rows_since(&world.house, before).await);
    }
    let way = path.trim_end_matches("/here").trim_end_matches("/state");
    let form = world.house.get(browser, way).await;
    before = newest(&world.house).await;
    let mut fields = filled(&form);
    let typed = TYPED.iter().find(|(known, _)| *known == declared.path).map_or(&[][..], |(_, typed)| *typed);
    fields.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let page = world.house.post(browser, path, &encoded(&fields)).await;
    (page, rows_since(&world.house, before).await)
}

async fn newest(house: &House) -> i64 {
    rows(house).await.first().map_or(0, |row| row.n)
}

async fn rows_since(house: &House, before: i64) -> Vec<AuditRow> {
    rows(house).await.into_iter().filter(|row| row.n > before).rev().collect()
}

#[tokio::test]
async fn what_each_address_of_the_modules_writes_into_the_audit() {
    let world = World::open().await;
    let mut told = String::new();
    for declared in crate::pages::declared() {
        let (Rule::Needs(permission) | Rule::Proved(permission)) = declared.rule else { continue };
        let about = thing(declared.path);
        let is_it = |code: &str| {
            let mut roles = world.house.app.registry.roles.of_people();
            let role = roles.find(|(_, role)| role.code == code).map(|(_, role)| role).expect("a role");
            match about {
                None | Some(Thing::Nothing) => holds(role, permission),
                Some(thing) => sees(role, permission, thing, Whose::Own),
            }
        };
        let code = world.browsers.keys().find(|code| is_it(code)).expect("somebody may");
        let path = match about {
            // whoever opts out is gone for those who come after
            Some(thing) if declared.path.ends_with("/opt-out") => {
                world.address(&declared, thing, Whose::Sister)
            }
            Some(thing) => world.address(&declared, thing, Whose::Own),
            None => declared.path.to_owned(),
        };
        let mut browser = world.browsers[code].clone();
        let (page, left) = tried(&world, &mut browser, &declared, &path).await;
        let mut said: Vec<String> = left.iter().map(in_words).collect();
        said.dedup();
        let is_well = page.status == StatusCode::OK || page.status == StatusCode::SEE_OTHER;
        if about == Some(Thing::Person) && is_well && !NOBODY_SHOWN.contains(&declared.path) {
            assert!(!said.is_empty(), "{} {} writes nothing", declared.method, declared.path);
        }
        let said = match (said.is_empty(), is_well) {
            (true, true) => "nothing".to_owned(),
            (true, false) => "not tried: its form needs more than is filled in here".to_owned(),
            (false, _) => said.join("; "),
        };
        let (method, status) = (declared.method, page.status.as_u16());
        writeln!(told, "{method} {} ({code}: {status})\n    {said}", declared.path)
            .expect("a string takes text");
    }
    insta::with_settings!({
        omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots"
    }, {
        insta::assert_snapshot!("audited", told);
    });
}

/// What a row says, without what differs from run to run.
fn in_words(row: &AuditRow) -> String {
    let about = if row.person_id.is_some() { " on a person" } else { "" };
    let by = if row.message_id.is_some() { " by a message" } else { "" };
    let why = if row.purpose.is_empty() { "" } else { ", with why" };
    let ended = if &*row.result == "done" { String::new() } else { format!(": {}", row.result) };
    format!("{}{about}{by}{why}{ended}", row.action)
}
