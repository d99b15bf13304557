//! Every address × every role × a thing of one's own, of a sister site, of another organization, and one that is not
//! there: made from the table of addresses itself (design page `reliability`, D1).
//!
//! What a role may is read from the policy, which a test of the registry holds against the access tables; how far that
//! reaches is worked out here again, from the scope and from whose thing it is.

use super::{Browser, House, Page};
use crate::addresses::{Declared, Rule};
use axum::http::StatusCode;
use iis_model::access::{Channel, Permission, Place};
use iis_model::organization::{Sender, Site};
use iis_model::{AccountId, RegistryNumber, Timestamp};
use iis_registry::access::{Caller, Family, Role, Scope, authorize, operator};
use iis_registry::accounts::{self, NewUser, RoleAssignment};
use iis_registry::directory::directory;
use iis_registry::jurisdictions::{self, Area, NewJurisdiction};
use iis_registry::messages::{self, Wanted};
use iis_registry::people::{self, Criteria, FoundPeople};
use iis_registry::{Arrival, rosters, sessions};
use iis_store::audit::list::{AuditFilter, list};
use iis_store::session;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// Whose a thing is, seen from the site at which the roles are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Own,
    Sister,
    Other,
    Absent,
}

const EVERYBODYS: [Whose; 4] = [Whose::Own, Whose::Sister, Whose::Other, Whose::Absent];

/// What stands for the parameters of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thing {
    /// A person's registry number.
    Person,
    /// A stored message.
    Message,
    /// A sender's name.
    Sender,
    /// Something of which this registry has none: only its absence is looked at.
    Nothing,
}

/// What the addresses with parameters are about. An address that is not found here fails the test.
#[rustfmt::skip]
const THINGS: &[(&str, Thing)] = &[
    ("/patients/searches/{id}",        Thing::Nothing),
    ("/patients/duplicates/{case}",    Thing::Nothing),
    ("/patients/{number}/reports/{report}", Thing::Nothing),
    ("/patients/{number}/notes/{report}", Thing::Nothing),
    ("/patients/{number}/doses/saved", Thing::Nothing),
    ("/patients/{number}/print/{document}", Thing::Nothing),
    ("/patients/{number}/opt-out/{form}", Thing::Nothing),
    ("/patients/forms/{form}",         Thing::Nothing),
    ("/patients/{number}",             Thing::Person),
    ("/inventory/lots/{id}",           Thing::Nothing),
    ("/interfaces/messages/{id}",      Thing::Message),
    ("/interfaces/replays/{id}",       Thing::Nothing),
    ("/interfaces/senders/{name}",     Thing::Sender),
    ("/interfaces/withdrawals/{id}",   Thing::Nothing),
    ("/admin/mail/{id}",               Thing::Nothing),
    ("/admin/emergencies/{id}",        Thing::Nothing),
    ("/admin/training/courses/{code}", Thing::Nothing),
    ("/admin/training/{user_type}",    Thing::Nothing),
    ("/admin/news/{id}",               Thing::Nothing),
    ("/admin/accounts/{id}",           Thing::Nothing),
    ("/help/accounts/{user}",          Thing::Nothing),
    ("/help/people/{id}",              Thing::Nothing),
    ("/admin/state-accounts/{user}",   Thing::Nothing),
    ("/approve/{number}",              Thing::Nothing),
    ("/help/requests/{number}",        Thing::Nothing),
    ("/help/enrollments/{number}",     Thing::Nothing),
    ("/help/tickets/{number}",         Thing::Nothing),
    ("/tickets/{number}",              Thing::Nothing),
    ("/clinic/staff/{entry}",          Thing::Nothing),
    ("/clinic/agreement/papers/{n}",   Thing::Nothing),
];

pub(super) fn thing(path: &str) -> Option<Thing> {
    if !path.contains('{') {
        return None;
    }
    let known = THINGS.iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, thing)| *thing);
    Some(known.unwrap_or_else(|| panic!("say in THINGS what {path} is about")))
}

/// A registry with an organization of two sites and another one, a person each, and an account for each role.
pub(super) struct World {
    pub(super) house: House,
    own: Site,
    persons: Vec<RegistryNumber>,
    messages: Vec<String>,
    senders: Vec<Arc<Sender>>,
    /// A session for each role, by its code.
    pub(super) browsers: BTreeMap<String, Browser>,
}

impl World {
    pub(super) async fn open() -> Self {
        let house = House::open().await;
        let mut senders = house.organization(&["OWN", "SISTER"]).await;
        senders.push(house.clinic("OTHER").await);
        for (sender, (name, zip)) in
            senders.iter().zip([("OLGA", "86110"), ("SVEN", "86201"), ("OTTO", "86202")])
        {
            let person =
                format!("{name}SON^{name}^^^^^L||20190{}15|F|||1 Quay St^^Port^CD^{zip}^USA^H", name.len());
            house.hear(sender, &format!("A{name}"), &person).await;
        }
        let registry = &house.app.registry;
        let names = directory(registry, &house.app.arrival()).await.expect("the store works");
        let own = names.sites().find(|site| &*site.code == "OWN").expect("the own site").clone();
        let mut persons = Vec::new();
        for name in ["OLGA", "SVEN", "OTTO"] {
            persons.push(number(&house, &format!("A{name}")).await);
        }
        let keep = operator(Permission::KeepRoster).expect("the operator may");
        let school = (own.id, own.organization_id);
        let enrolled = rosters::enroll(registry, keep, school, persons[0], house.app.arrival()).await;
        assert!(enrolled.expect("the store works"));
        let read = operator(Permission::ReadMessages).expect("the operator may");
        let all = Wanted {
            sender_id: None,
            ack: None,
            code: None,
            control_id: None,
            from: Timestamp::MIN,
            before: Timestamp::MAX,
            after: None,
            limit: 10,
        };
        let listed = messages::list(registry, read, all, house.app.arrival()).await;
        let mut listed = listed.expect("the store works");
        listed.sort_by_key(|message| message.envelope.received_at);
        let messages = listed.iter().map(|message| message.envelope.id.to_string()).collect();
        let mut world = Self { house, own, persons, messages, senders, browsers: BTreeMap::new() };
        world.accounts().await;
        world
    }

    pub(super) fn arrival(&self) -> Arrival {
        self.house.app.arrival()
    }

    /// Has one of the senders report a child.
    pub(super) async fn hear(&self, sender: &str, mrn: &str, person: &str) {
        let sender = self.senders.iter().find(|known| &*known.name == sender).expect("a sender");
        self.house.hear(sender, mrn, person).await;
    }

    /// An account and a session for each role, held at the own site or its county.
    async fn accounts(&mut self) {
        let registry = &self.house.app.registry;
        let county = NewJurisdiction { name: "Harbor".into(), areas: vec![Area::Zip("86110".into())] };
        let by = operator(Permission::Operate).expect("the operator may");
        let county =
            jurisdictions::add(registry, &by, county, self.house.app.arrival()).await.expect("a county");
        for (name, role) in registry.roles.of_people() {
            let place = match (role.family, &*role.code) {
                (_, "HDD") => Place::Jurisdiction(county),
                (_, "QIM") | (Family::Outside, _) => Place::Site(self.own.id),
                _ => Place::State,
            };
            let user = NewUser {
                name: format!("the-{name}").into(),
                display_name: role.title.as_str().into(),
                password_hash: "".into(),
                must_change: false,
                roles: vec![RoleAssignment::new(name, place)],
            };
            let by = operator(Permission::ManageAccounts).expect("the operator may");
            let id = accounts::add(registry, &by, user, self.house.app.arrival()).await.expect("an account");
            self.browsers.insert(role.code.clone(), signed_in(&self.house, id, &role.code).await);
        }
    }

    /// The address with something put in for its parameters.
    pub(super) fn address(&self, declared: &Declared, thing: Thing, whose: Whose) -> String {
        let at = |list: &[String]| list.get(whose as usize).cloned();
        let numbers: Vec<String> = self.persons.iter().map(ToString::to_string).collect();
        let senders = ["own", "sister", "other"].map(str::to_owned);
        let present = match thing {
            Thing::Person => at(&numbers),
            Thing::Message => at(&self.messages),
            Thing::Sender => at(&senders),
            Thing::Nothing => None,
        };
        let absent = match thing {
            Thing::Person => RegistryNumber::from_random(987_654_321).to_string(),
            Thing::Sender => "nobody".to_owned(),
            Thing::Message | Thing::Nothing => "987654321".to_owned(),
        };
        let mut parts = declared.path.splitn(2, '{');
        let (before, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let after = rest.split_once('}').map_or("", |(_, after)| after);
        format!("{before}{}{}", present.unwrap_or(absent), after.replace("{group}", "mmr"))
    }

    pub(super) async fn ask(&self, browser: &mut Browser, method: &str, path: &str) -> Page {
        let before = browser.clone();
        let page = match method {
            "GET" => self.house.get(browser, path).await,
            _ => self.house.post(browser, path, "").await,
        };
        *browser = before;
        page
    }
}

/// The number of the person of a medical record number.
async fn number(house: &House, mrn: &str) -> RegistryNumber {
    let registry = &house.app.registry;
    let searching =
        authorize(&registry.roles, Caller::Operator, Permission::SearchPersons, Channel::CommandLine, "");
    let criteria = Criteria { number: mrn.into(), ..Criteria::default() };
    let found =
        people::search(registry, searching.expect("operators may"), criteria, house.app.arrival()).await;
    match found.expect("the store works") {
        FoundPeople::People(people) if people.len() == 1 => people[0].person.registry_number,
        other => panic!("{mrn}: {other:?}"),
    }
}

/// A browser in which the account is signed in.
pub(super) async fn signed_in(house: &House, id: AccountId, code: &str) -> Browser {
    let token = format!("token-of-{code}");
    let csrf = format!("form-of-{code}");
    let hash = Sha256::digest(token.as_bytes()).into();
    let row = sessions::new(id, hash, csrf.as_str().into(), "a test".into(), house.app.arrival());
    let opened = house.app.registry.store.write(iis_store::Lane::Web, move |tx| session::insert(tx, &row));
    opened.await.expect("a session");
    let cookies = BTreeMap::from([("openiis-session".to_owned(), token)]);
    Browser { cookies, csrf }
}

/// Whether a scope, held at the own site, reaches a thing.
fn reaches(scope: Scope, whose: Whose) -> bool {
    match scope {
        Scope::State => true,
        Scope::Organization => matches!(whose, Whose::Own | Whose::Sister),
        Scope::Clinic | Scope::Panel | Scope::School | Scope::Jurisdiction => whose == Whose::Own,
        Scope::Own | Scope::Sample => false,
    }
}

/// Whether the role holds the permission anywhere at all.
pub(super) fn holds(role: &Role, permission: Permission) -> bool {
    role.cell(permission).is_some_and(|cell| cell.scope != Scope::Sample)
}

/// Whether the role sees this thing at an address that asks for the permission.
pub(super) fn sees(role: &Role, permission: Permission, thing: Thing, whose: Whose) -> bool {
    let within = |permission| role.cell(permission).is_some_and(|cell| reaches(cell.scope, whose));
    if permission == Permission::EnterAdministeredDose && whose != Whose::Absent && thing == Thing::Person {
        return holds(role, permission) && within(Permission::ViewPerson); // at one's own clinic, to whomever comes
    }
    let is_there = whose != Whose::Absent && thing != Thing::Nothing;
    is_there && within(permission) && (thing != Thing::Person || within(Permission::ViewPerson))
}

/// What two pages have in common that differ only in references, tokens and times.
fn outline(page: &Page) -> String {
    let mut outline = String::new();
    for word in page.body.split(|letter: char| !letter.is_alphanumeric()) {
        let is_reference = word.len() == 4 && word.chars().all(|letter| !letter.is_lowercase());
        let varies = is_reference || word.chars().any(|letter| letter.is_ascii_digit());
        write!(outline, "{} ", if varies { "#" } else { word }).expect("a string takes text");
    }
    outline
}

#[tokio::test]
async fn d1_nobody_gets_in_anywhere_without_signing_in() {
    let world = World::open().await;
    let mut looked_at = 0;
    for declared in crate::pages::declared() {
        if !matches!(declared.rule, Rule::SignedIn | Rule::OwnProved(_) | Rule::Needs(_) | Rule::Proved(_)) {
            continue;
        }
        let path = match thing(declared.path) {
            Some(thing) => world.address(&declared, thing, Whose::Own),
            None => declared.path.to_owned(),
        };
        let page = world.ask(&mut Browser::default(), declared.method, &path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{} {path}", declared.method);
        assert!(page.location().starts_with("/sign-in"), "{path}: {}", page.location());
        looked_at += 1;
    }
    assert!(looked_at > 40, "the table of addresses was looked at");
}

#[tokio::test]
async fn d1_every_role_gets_at_every_address_what_the_policy_says_and_nothing_else() {
    let world = World::open().await;
    let mut told = String::new();
    for declared in crate::pages::declared() {
        let (Rule::Needs(permission) | Rule::Proved(permission)) = declared.rule else { continue };
        let mut outcomes: BTreeMap<Vec<u16>, Vec<&str>> = BTreeMap::new();
        for (_, role) in world.house.app.registry.roles.of_people() {
            let statuses = at(&world, &declared, role, permission).await;
            outcomes.entry(statuses).or_default().push(&role.code);
        }
        writeln!(told, "{} {}", declared.method, declared.path).expect("a string takes text");
        for (statuses, roles) in outcomes {
            let statuses: Vec<_> = statuses.iter().map(ToString::to_string).collect();
            writeln!(told, "    {}: {}", statuses.join(" "), roles.join(" ")).expect("a string takes text");
        }
    }
    assert_eq!(refusals_noted(&world).await, refusals_due(&world), "every refusal at an address is audited");
    insta::with_settings!({
        omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../snapshots"
    }, {
        insta::assert_snapshot!("who-may", told);
    });
}

/// Who lacks what at which address: each of these was refused, and stands in the audit (OWASP ASVS 5.0.0, 16.3.2).
fn refusals_due(world: &World) -> BTreeSet<(String, String)> {
    let mut due = BTreeSet::new();
    for declared in crate::pages::declared() {
        let (Rule::Needs(permission) | Rule::Proved(permission)) = declared.rule else { continue };
        let roles = world.house.app.registry.roles.of_people().filter(|(_, role)| !holds(role, permission));
        let asked =
            format!("{} {} needs {}; from 127.0.0.1", declared.method, declared.path, permission.code());
        due.extend(roles.map(|(name, _)| (format!("the-{name}"), asked.clone())));
    }
    due
}

async fn refusals_noted(world: &World) -> BTreeSet<(String, String)> {
    let mut noted = BTreeSet::new();
    for (name, _) in world.house.app.registry.roles.of_people() {
        let who = format!("the-{name}");
        let actor = who.clone();
        let rows = world.house.app.registry.store.read(move |tx| {
            let by = operator(Permission::ReadAudit).expect("the operator may");
            let filter = AuditFilter {
                actor: Some(&actor),
                action: Some("ask-for-address"),
                limit: 1_000,
                ..AuditFilter::default()
            };
            list(tx, &by, &filter)
        });
        let rows = rows.await.expect("the store works");
        for row in rows.iter().filter(|row| &*row.result == "refused") {
            let asked = row.detail.split(", and ").next().unwrap_or_default().to_owned();
            noted.insert((who.clone(), asked));
        }
    }
    noted
}

/// What a role gets at an address, checked against the policy: of a thing of one's own, of a sister site, of another
/// organization, and of one that is not there.
async fn at(world: &World, declared: &Declared, role: &Role, permission: Permission) -> Vec<u16> {
    let mut browser = world.browsers[&role.code].clone();
    let what = |path: &str| format!("{} at {} {path}", role.code, declared.method);
    let nowhere = outline(&world.ask(&mut browser, "GET", "/nowhere").await);
    let Some(thing) = thing(declared.path) else {
        let page = world.ask(&mut browser, declared.method, declared.path).await;
        assert!(!page.status.is_server_error(), "{}", what(declared.path));
        assert_eq!(page.status != StatusCode::NOT_FOUND, holds(role, permission), "{}", what(declared.path));
        assert!(page.status != StatusCode::NOT_FOUND || outline(&page) == nowhere, "{}", what(declared.path));
        return vec![page.status.as_u16()];
    };
    let mut pages = Vec::new();
    for whose in EVERYBODYS {
        let path = world.address(declared, thing, whose);
        let page = world.ask(&mut browser, declared.method, &path).await;
        assert!(!page.status.is_server_error(), "{}", what(&path));
        if !holds(role, permission) {
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", what(&path));
        }
        if page.status == StatusCode::NOT_FOUND {
            assert_eq!(outline(&page), nowhere, "{}", what(&path));
        }
        pages.push((whose, path, page));
    }
    let absent = pages.last().map(|(.., page)| (page.status, outline(page))).expect("four of them");
    for (whose, path, page) in &pages {
        let sees = sees(role, permission, thing, *whose);
        if sees && declared.method == "GET" {
            assert_eq!(page.status, StatusCode::OK, "{}", what(path));
        }
        if !sees {
            assert_eq!((page.status, outline(page)), absent, "{}", what(path));
        }
    }
    pages.iter().map(|(.., page)| page.status.as_u16()).collect()
}

/// S-62: every link and every form on a page leads to where its role may go, so that who may only read is shown no control.
#[tokio::test]
async fn s62_no_page_shows_a_control_to_whoever_may_not_use_it() {
    let world = World::open().await;
    let all = crate::pages::declared();
    let mut looked_at = 0;
    for (_, role) in world.house.app.registry.roles.of_people() {
        let mut browser = world.browsers[&role.code].clone();
        for declared in all.iter().filter(|one| one.method == "GET") {
            let (Rule::Needs(permission) | Rule::Proved(permission)) = declared.rule else { continue };
            if !holds(role, permission) {
                continue;
            }
            let path = match thing(declared.path) {
                Some(thing) => world.address(declared, thing, Whose::Own),
                None => declared.path.to_owned(),
            };
            let page = world.ask(&mut browser, "GET", &path).await;
            if page.status != StatusCode::OK {
                continue;
            }
            looked_at += 1;
            for (method, to) in controls(&page.body) {
                let rule = rule_of(&all, method, &to);
                let Some(Rule::Needs(needed) | Rule::Proved(needed)) = rule else { continue };
                assert!(holds(role, needed), "{} is shown {method} {to} on {path}", role.code);
            }
        }
    }
    assert!(looked_at > 100, "{looked_at} pages were looked at");
}

/// Where the links and the forms of a page lead.
fn controls(body: &str) -> Vec<(&'static str, String)> {
    let of = |mark: &'static str, method: &'static str| {
        let found = body.split(mark).skip(1).filter_map(|rest| rest.split(['"', '?', '#']).next());
        found.filter(|to| to.starts_with('/')).map(move |to| (method, to.to_owned())).collect::<Vec<_>>()
    };
    let posts = body.split("<form ").skip(1).filter_map(|form| form.split('>').next());
    let posts = posts.filter(|tag| tag.contains("method=\"post\""));
    let posts = posts.filter_map(|tag| tag.split("action=\"").nth(1)?.split(['"', '?']).next());
    let mut all = of("href=\"", "GET");
    all.extend(posts.filter(|to| to.starts_with('/')).map(|to| ("POST", to.to_owned())));
    all
}

/// What the address asks: that of the declared path that the router takes.
fn rule_of(all: &[Declared], method: &str, path: &str) -> Option<Rule> {
    let parts: Vec<_> = path.split('/').collect();
    let fits = |one: &&Declared| {
        let declared: Vec<_> = one.path.split('/').collect();
        one.method == method
            && declared.len() == parts.len()
            && declared.iter().zip(&parts).all(|(own, given)| own.starts_with('{') || own == given)
    };
    // as the router has it: what is written out goes before what is a parameter, from the left
    let parameters =
        |one: &&Declared| one.path.split('/').map(|part| part.starts_with('{')).collect::<Vec<_>>();
    all.iter().filter(fits).min_by_key(parameters).map(|one| one.rule)
}
