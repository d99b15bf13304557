//! What each address of the modules writes into the audit: tried, and kept as one page that a privacy officer can read.
//!
//! That a look at a person without an audit row is refused is the store's business; here it is seen what the rows say. An
//! address of a person that answers well and writes nothing fails, and so does one that is not tried and not named.

use super::who_may::{Thing, Whose, World, holds, sees, thing};
use super::{Browser, House, Page, things};
use crate::addresses::{Declared, Rule};
use crate::pages::visitor::percent_encoded;
use axum::http::StatusCode;
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_store::audit::AuditRow;
use iis_store::audit::list::{AuditFilter, list};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What is typed into the forms, so that they do what they are for. Others are sent as their page shows them.
#[rustfmt::skip]
const TYPED: &[(&str, &[(&str, &str)])] = &[
    ("/admin/training",                      &[("lines", "email,course,completed_on")]),
    ("/admin/training/courses/{code}",       &[("title", "Rosters"), ("kind", "text"), ("audience", "all"), ("minutes", "20"),
                                               ("version", "2"), ("body", "Keep it true.")]),
    ("/admin/news",                          &[("text", "Closed on Friday."), ("until", "12/31/2099")]),
    ("/help/requests/{number}/{verb}",       &[("reason", "she calls"), ("text", "wrong site")]),
    ("/help/enrollments/{number}/verify",    &[("verdict", "yes")]),
    ("/help/enrollments/{number}/decide/{verb}", &[("code", "OAK"), ("text", "all there")]),
    ("/help/tickets/{number}",               &[("text", "Which list?"), ("next", "ask")]),
    ("/tickets/{number}",                    &[("text", "Is it there?")]),
    ("/tickets/{number}/request",            &[("user_kind", "general"), ("vaccinates", "yes"), ("role", "clinic-access"), ("site", "OWN"),
                                               ("administrator", "Ana Silva")]),
    ("/admin/enrollment/withdraw",           &[("text", "It closes.")]),
    ("/clinic/agreement/begin",              &[("address", "1 Own Street, Alder"), ("administrator", "Ana Silva"),
                                               ("administrator_email", "ana@own.example")]),
    ("/clinic/agreement/sign",               &[("signer", "Joan Hill"), ("title", "Director")]),
    ("/clinic/staff",                        &[("name", "Ada Lind"), ("email", "ada@own.example"), ("position", "staff")]),
    ("/help/people/{id}",                    &[("reason", "she calls")]),
    ("/patients/new",                        &[("sex", "F"), ("mother_maiden", "Moss"), ("mother_first", "Sue")]),
    ("/patients/searches",                   &[("number", "AOLGA")]),
    ("/patients/duplicates/{case}/answer",   &[("answer", "different"), ("remark", "asked the clinic")]),
    ("/patients/emergency",                  &[("last", "kestrel"), ("first", "ivo"), ("born", "03/11/2023"), ("reason", "care"),
                                               ("words", "he lies here unconscious")]),
    ("/patients/{number}/purpose",           &[("purpose", "walk-in"), ("words", "came with her brother")]),
    ("/patients/{number}/history/new",       &[("l0_1", "05152019"), ("check", "")]),
    ("/patients/{number}/doses/new",         &[("give_HepA", "on"), ("site_HepA", "LT"), ("eligibility", "V01"), ("do", "save")]),
    ("/patients/{number}/notes/new",         &[("vaccine", "88"), ("reason", "00")]),
    ("/patients/{number}/notes/{report}/remove", &[("reason", "note-twice")]),
    ("/patients/{number}/demographics/change", &[("street", "2 Elm St"), ("city", "Alder")]),
    ("/patients/{number}/status/here",       &[("activity", "lost"), ("since", "t"), ("attempts", "3"), ("note", "three calls")]),
    ("/patients/{number}/status/state",      &[("activity", "outside"), ("since", "t"), ("note", "Ohio now")]),
    ("/patients/{number}/opt-out",           &[("signed_on", "t"), ("signed_by", "Sue Moss"), ("relation", "parent"), ("reference", "F-17")]),
    ("/patients/{number}/reports/{report}/mend", &[("reason", "wrong-date"), ("on", "05/16/2019"), ("do", "save")]),
    ("/patients/{number}/print",             &[("form", "record"), ("language", "en"), ("purpose", "own"), ("words", "")]),
    ("/patients/{number}/print/{document}/revoke", &[("reason", "wrong-person")]),
    ("/patients/{number}/duplicate",         &[("other", "OTHER"), ("remark", "the same mother")]),
    ("/patients/{number}/what-if",           &[("on", "06/01/2027"), ("vaccine_1", "03"), ("given_1", "05/01/2027")]),
    ("/patients/{number}/why/{group}",       &[("on", "06/01/2027"), ("vaccine_1", "03"), ("given_1", "05/01/2027")]),
    ("/inventory/receive",                   &[("vaccine", "83"), ("lot", "LATE"), ("funding", "private"), ("doses", "10"),
                                               ("expires", "12/31/2099"), ("unit", "Frig 1"), ("do", "save")]),
    ("/interfaces/replays",                  &[("from", "2020-01-01"), ("to", "2100-01-01")]),
    ("/interfaces/withdrawals",              &[("sender", "sister"), ("from", "2020-01-01T00:00"), ("to", "2100-01-01T00:00"),
                                               ("reason", "wrong interface")]),
    ("/interfaces/withdrawals/{id}/take-back", &[("reason", "it was right")]),
    ("/admin/emergencies/{id}",              &[("finding", "justified"), ("note", "")]),
];

/// The page on which the link or the form of an address is found; of others the form stands at their own address. What was
/// made before stands there: see [`things`].
#[rustfmt::skip]
const FOUND_ON: &[(&str, &str)] = &[
    ("GET /approve/{number}/{key}",                  "/admin/accounts"),
    ("POST /approve/{number}/{key}/{verb}",          "after GET /approve/{number}/{key}"),
    ("GET /admin/training/courses/{code}",           "/admin/training/courses"),
    ("POST /admin/training/courses/{code}",          "after GET /admin/training/courses/{code}"),
    ("POST /admin/training/{user_type}/{code}/{needed}", "/admin/training"),
    ("POST /admin/news/{id}/down",                   "/admin/news"),
    ("GET /help/requests/{number}",                  "/help/requests"),
    ("POST /help/requests/{number}/approve",         "/help/requests/2"),
    ("POST /help/requests/{number}/{verb}",          "/help/requests/2"),
    ("GET /help/enrollments/{number}",               "/help/enrollments"),
    ("GET /help/enrollments/{number}/papers/{n}",    "/help/enrollments/3"),
    ("POST /help/enrollments/{number}/verify",       "/help/enrollments/3"),
    ("POST /help/enrollments/{number}/letter",       "/help/enrollments/3"),
    ("POST /help/enrollments/{number}/decide/{verb}", "/help/enrollments/2"),
    ("GET /help/tickets/{number}",                   "/help/tickets"),
    ("POST /help/tickets/{number}",                  "/help/tickets/1"),
    ("POST /help/tickets/{number}/close",            "/help/tickets/2"),
    ("POST /help/tickets/set-aside",                 "/help/tickets/4"),
    ("POST /help/tickets/{number}/files",            "/help/tickets/1"),
    ("GET /help/tickets/{number}/files/{n}",         "/help/tickets/1"),
    ("GET /tickets/{number}",                        "/tickets"),
    ("POST /tickets/{number}",                       "after GET /tickets/{number}"),
    ("POST /tickets/{number}/files",                 "after GET /tickets/{number}"),
    ("GET /tickets/{number}/files/{n}",              "after GET /tickets/{number}"),
    ("GET /tickets/{number}/request",                "after GET /tickets/{number}"),
    ("POST /tickets/{number}/request",               "after GET /tickets/{number}/request"),
    ("GET /admin/enrollment",                        "/admin/enrollment?site=DOCK"),
    ("POST /admin/enrollment/withdraw",              "/admin/enrollment?site=DOCK"),
    ("GET /clinic/agreement",                        "/clinic/agreement?site=DOCK"),
    ("POST /clinic/agreement/begin",                 "/clinic/agreement?site=OWN"),
    ("POST /clinic/agreement/sign",                  "/clinic/agreement?site=DOCK"),
    ("POST /clinic/agreement/send",                  "/clinic/agreement?site=DOCK"),
    ("GET /clinic/agreement/papers/{n}",             "/clinic/agreement?site=DOCK"),
    ("GET /clinic/staff",                            "/clinic/staff?site=OWN"),
    ("POST /clinic/staff",                           "/clinic/staff?site=OWN"),
    ("GET /clinic/staff/{entry}/off",                "/clinic/staff?site=OWN"),
    ("GET /clinic/staff/{entry}/correct",            "/clinic/staff?site=OWN"),
    ("POST /clinic/staff/{entry}/correct",           "after GET /clinic/staff/{entry}/correct"),
    ("POST /clinic/staff/{entry}/off",               "after GET /clinic/staff/{entry}/off"),
    ("GET /admin/accounts/{id}/{verb}",              "/admin/accounts"),
    ("POST /admin/accounts/{id}/{verb}",             "/admin/accounts"),
    ("GET /help/accounts",                           "/help/accounts?find=nora"),
    ("GET /help/accounts/{user}",                    "/help/accounts?find=nora"),
    ("POST /help/accounts/{user}/{verb}",            "after GET /help/accounts/{user}"),
    ("GET /help/people/{id}",                        "/help/accounts?find=ben.west@own.example"),
    ("POST /help/people/{id}",                       "after GET /help/people/{id}"),
    ("POST /admin/state-accounts/{user}/{verb}",     "/help/accounts/the-quality-improvement"),
    ("GET /patients/new",                            "search"),
    ("POST /patients/new",                           "after GET /patients/new"),
    ("GET /patients/searches/{id}",                  "search"),
    ("GET /patients/duplicates/{case}",              "/patients/duplicates"),
    ("POST /patients/duplicates/{case}/answer",      "after GET /patients/duplicates/{case}"),
    ("POST /patients/duplicates/{case}/take-back",   "after GET /patients/duplicates/{case}"),
    ("GET /patients/{number}/doses/saved",           "after POST /patients/{number}/doses/new"),
    ("POST /patients/{number}/values/take-back",     "/patients/{number}/values"),
    ("POST /patients/{number}/status/here",          "/patients/{number}/status"),
    ("POST /patients/{number}/status/state",         "/patients/{number}/status"),
    ("GET /patients/{number}/opt-out/{form}/scan",   "after POST /patients/{number}/opt-out"),
    ("GET /patients/{number}/notes/{report}/remove", "/patients/{number}"),
    ("POST /patients/{number}/notes/{report}/remove", "after GET /patients/{number}/notes/{report}/remove"),
    ("GET /patients/{number}/reports/{report}/mend", "/patients/{number}/history"),
    ("POST /patients/{number}/reports/{report}/mend", "after GET /patients/{number}/reports/{report}/mend"),
    ("GET /patients/forms/{form}",                   "/patients/forms/opt-out"),
    ("GET /patients/{number}/print/{document}/revoke", "/patients/{number}/print"),
    ("POST /patients/{number}/print/{document}/revoke", "after GET /patients/{number}/print/{document}/revoke"),
    ("GET /inventory/lots/{id}",                     "/inventory"),
    ("POST /interfaces/replays",                     "/interfaces/replays"),
    ("GET /interfaces/replays/{id}",                 "/interfaces/replays"),
    ("POST /interfaces/replays/{id}/stop",           "after GET /interfaces/replays/{id}"),
    ("POST /interfaces/withdrawals",                 "rehearsal"),
    ("GET /interfaces/withdrawals/rehearsal",        "rehearsal"),
    ("GET /interfaces/withdrawals/{id}",             "/interfaces/withdrawals"),
    ("POST /interfaces/withdrawals/{id}/take-back",  "after GET /interfaces/withdrawals/{id}"),
    ("GET /admin/access",                            "/admin/access?user=the-clinic-access"),
    ("POST /admin/emergencies/{id}",                 "/admin/emergencies"),
    ("POST /admin/mail/{id}/again",                  "/admin/mail"),
];

/// A rehearsal of a withdrawal.
const REHEARSAL: &str = "/interfaces/withdrawals/rehearsal?sender=sister&from=2020-01-01T00:00&to=2100-01-01T00:00&reason=wrong+interface";

/// An address of a person that shows nothing of whom it is about.
const NOBODY_SHOWN: &[&str] = &["/patients/{number}/purpose"];

/// The rows that are there by now, the latest first.
async fn rows(house: &House) -> Vec<AuditRow> {
    let granted = operator(Permission::ReadAudit).expect("the operator may");
    let filter = AuditFilter { limit: 60, ..AuditFilter::default() };
    house.app.registry.store.read(move |tx| list(tx, &granted, &filter)).await.expect("the store works")
}

async fn newest(house: &House) -> i64 {
    rows(house).await.first().map_or(0, |row| row.n)
}

async fn rows_since(house: &House, before: i64) -> Vec<AuditRow> {
    rows(house).await.into_iter().filter(|row| row.n > before).rev().collect()
}

/// A walk through all addresses, in the order in which they are declared.
struct Walk {
    world: World,
    /// Where each address was that was tried.
    was_at: BTreeMap<String, String>,
    search: String,
}

impl Walk {
    async fn begin() -> Self {
        let world = World::open().await;
        things::make(&world).await;
        let mut nurse = world.browsers["BVC"].clone();
        let searched = "last=rook&first=anna&born=02%2F11%2F2024";
        let search = world.house.post(&mut nurse, "/patients/searches", searched).await.location().to_owned();
        Self { world, was_at: BTreeMap::new(), search }
    }

    /// The page on which the link or the form of an address stands.
    fn page_of(&self, declared: &Declared, own: &str) -> Option<String> {
        let what = format!("{} {}", declared.method, declared.path);
        let (_, page) = FOUND_ON.iter().find(|(known, _)| *known == what)?;
        Some(match page.strip_prefix("after ") {
            Some(before) => self.was_at.get(before).cloned().unwrap_or_default(),
            None if *page == "search" => self.search.clone(),
            None if *page == "rehearsal" => REHEARSAL.to_owned(),
            None => page.replace("{number}", own),
        })
    }

    /// Asks for an address as its page would: what came of it, and the rows it left. The page of a form is a look of its own,
    /// whose row is not the deed's.
    async fn tried(
        &mut self,
        browser: &mut Browser,
        declared: &Declared,
        path: &str,
    ) -> (Page, Vec<AuditRow>) {
        let house = &self.world.house;
        let own = self.world.address(&person(), Thing::Person, Whose::Own);
        let own = own.trim_start_matches("/patients/").to_owned();
        let found_on = self.page_of(declared, &own);
        let (path, fields) = match (&found_on, declared.method) {
            (None, "GET") => (path.to_owned(), BTreeMap::new()),
            (Some(page), "GET") if fits(declared.path, page) => (page.clone(), BTreeMap::new()),
            (page, method) => {
                let page = page.clone().unwrap_or_else(|| path.to_owned());
                let shown = house.get(browser, &page).await;
                let to = address_on(&shown, method, declared.path).unwrap_or_else(|| path.to_owned());
                let fields = if method == "GET" { BTreeMap::new() } else { form_on(&shown, declared.path) };
                (to, fields)
            }
        };
        let before = newest(house).await;
        let mut page = match declared.method {
            "GET" => house.get(browser, &path).await,
            _ if declared.path.ends_with("/files") => {
                house.post_file(browser, &path, &[], ("list.pdf", b"%PDF-1.7 a list")).await
            }
            _ if declared.path.ends_with("/opt-out") => {
                let fields = with_typed(fields, declared.path, &self.other());
                let fields: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
                house.post_file(browser, &path, &fields, ("form.pdf", b"%PDF-1.7 a form")).await
            }
            _ => {
                house.post(browser, &path, &encoded(&with_typed(fields, declared.path, &self.other()))).await
            }
        };
        // some forms show once more what they are about to do
        if declared.method == "POST" && page.status == StatusCode::OK && page.body.contains("name=\"once\"") {
            let again = form_on(&page, declared.path);
            if !again.is_empty() {
                let second = with_typed(again, declared.path, &self.other());
                page = house.post(browser, &path, &encoded(&second)).await;
            }
        }
        let what = format!("{} {}", declared.method, declared.path);
        if declared.path == "/interfaces/withdrawals" && declared.method == "POST" {
            super::interfaces::carry_out(house).await;
        }
        let at = if page.location().is_empty() { path } else { page.location().to_owned() };
        self.was_at.insert(what, at);
        (page, rows_since(&self.world.house, before).await)
    }

    /// The registry number of somebody of another organization.
    fn other(&self) -> String {
        let other = self.world.address(&person(), Thing::Person, Whose::Other);
        other.trim_start_matches("/patients/").to_owned()
    }
}

/// The address of a person's record.
fn person() -> Declared {
    let all = crate::pages::declared();
    all.into_iter().find(|one| one.path == "/patients/{number}" && one.method == "GET").expect("declared")
}

/// Whether a declared path takes this address.
fn fits(declared: &str, address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let (own, given): (Vec<_>, Vec<_>) = (declared.split('/').collect(), path.split('/').collect());
    own.len() == given.len()
        && own
            .iter()
            .zip(&given)
            .all(|(own, given)| own == given || (own.starts_with('{') && is_value(given)))
}

/// What stands for a parameter, and is no other address of ours beside it.
fn is_value(part: &str) -> bool {
    !part.is_empty()
        && !["new", "next", "emergency", "searches", "duplicates", "forms", "rehearsal", "approve"]
            .contains(&part)
}

/// The first link or form of a page that leads to a declared path.
fn address_on(page: &Page, method: &str, declared: &str) -> Option<String> {
    if method == "GET" {
        let links = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        return links.map(unescaped).find(|to| fits(declared, to));
    }
    form_tag(page, declared).map(|(action, _)| action)
}

/// The first form of a page that is sent to a declared path: where exactly, and its text.
fn form_tag<'a>(page: &'a Page, declared: &str) -> Option<(String, &'a str)> {
    page.body.split("<form ").skip(1).find_map(|form| {
        let action = form.split('>').next()?.split("action=\"").nth(1)?.split('"').next().map(unescaped)?;
        let is_verb = declared.ends_with("/{verb}") && action.ends_with("/approve");
        (fits(declared, &action) || is_verb && fits_verb(declared, &action))
            .then_some((action, form.split("</form>").next()?))
    })
}

/// `approve` is a verb too.
fn fits_verb(declared: &str, action: &str) -> bool {
    let (own, given) = (declared.rsplit_once('/'), action.rsplit_once('/'));
    own.zip(given).is_some_and(|((own, _), (given, _))| fits(own, given))
}

/// The fields of that form as a browser would send them, but the token.
fn form_on(page: &Page, declared: &str) -> BTreeMap<String, String> {
    form_tag(page, declared).map(|(_, form)| super::desk::fields_of(form)).unwrap_or_default()
}

fn with_typed(mut fields: BTreeMap<String, String>, path: &str, other: &str) -> BTreeMap<String, String> {
    let typed = TYPED.iter().find(|(known, _)| *known == path).map_or(&[][..], |(_, typed)| *typed);
    for (name, value) in typed {
        let value = if *value == "OTHER" { other } else { value };
        fields.insert((*name).to_owned(), value.to_owned());
    }
    fields
}

fn encoded(fields: &BTreeMap<String, String>) -> String {
    let pair =
        |(name, value): (&String, &String)| format!("{}={}", percent_encoded(name), percent_encoded(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&").replace("&amp;", "&")
}

#[tokio::test]
async fn what_each_address_of_the_modules_writes_into_the_audit() {
    let mut walk = Walk::begin().await;
    let (mut told, mut not_tried) = (String::new(), Vec::new());
    for declared in crate::pages::declared() {
        let (Rule::Needs(permission) | Rule::Proved(permission)) = declared.rule else { continue };
        let about = thing(declared.path);
        let is_it = |code: &str| {
            let mut roles = walk.world.house.app.registry.roles.of_people();
            let role = roles.find(|(_, role)| role.code == code).map(|(_, role)| role).expect("a role");
            match about {
                None | Some(Thing::Nothing) => holds(role, permission),
                Some(thing) => sees(role, permission, thing, Whose::Own),
            }
        };
        let code = walk.world.browsers.keys().find(|code| is_it(code)).expect("somebody may").clone();
        let path = match about {
            // whoever opts out is gone for those who come after
            Some(thing) if declared.path.ends_with("/opt-out") => {
                walk.world.address(&declared, thing, Whose::Sister)
            }
            Some(thing) => walk.world.address(&declared, thing, Whose::Own),
            None => declared.path.to_owned(),
        };
        let mut browser = walk.world.browsers[&code].clone();
        let (page, left) = walk.tried(&mut browser, &declared, &path).await;
        // that something was not there is no deed
        let deeds = left.iter().filter(|row| &*row.action != "ask-for-address");
        let mut said: Vec<String> = deeds.map(in_words).collect();
        said.dedup();
        let is_well = page.status == StatusCode::OK || page.status == StatusCode::SEE_OTHER;
        let what = format!("{} {}", declared.method, declared.path);
        if about == Some(Thing::Person) && is_well && !NOBODY_SHOWN.contains(&declared.path) {
            assert!(!said.is_empty(), "{what} writes nothing");
        }
        if said.is_empty() && !is_well {
            not_tried.push(what.clone());
        }
        let said = match (said.is_empty(), is_well) {
            (true, true) => "nothing".to_owned(),
            (true, false) => "not tried: what it is about is not made here".to_owned(),
            (false, _) => said.join("; "),
        };
        writeln!(told, "{what} ({code}: {})\n    {said}", page.status.as_u16()).expect("a string takes text");
    }
    insta::with_settings!({
        omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots"
    }, {
        insta::assert_snapshot!("audited", told);
    });
    assert_eq!(not_tried, [] as [&str; 0], "every address is tried");
}

/// What a row says, without what differs from run to run.
fn in_words(row: &AuditRow) -> String {
    let about = if row.person_id.is_some() { " on a person" } else { "" };
    let by = if row.message_id.is_some() { " by a message" } else { "" };
    let why = if row.purpose.is_empty() { "" } else { ", with why" };
    let ended = if &*row.result == "done" { String::new() } else { format!(": {}", row.result) };
    format!("{}{about}{by}{why}{ended}", row.action)
}
