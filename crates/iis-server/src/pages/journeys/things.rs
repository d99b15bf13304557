//! What stands in the world of [`super::who_may`], so that every address of the modules can be tried with something to show
//! or to change: requests, enrollments, tickets, possible duplicates, lots, letters.

use super::Page;
use super::who_may::World;
use iis_model::access::{Granted, Permission, Place};
use iis_model::organization::SiteKind;
use iis_model::{EmailAddress, SiteId};
use iis_registry::access::operator;
use iis_registry::accounts::{self, Attempt, RoleAssignment};
use iis_registry::cases::{Party, Scan, Upload};
use iis_registry::directory::directory;
use iis_registry::enrollment::{self, Decision, PaperKind};
use iis_registry::prints::Code;
use iis_registry::requests::{self, Asked, UserKind};
use iis_registry::staff::{self, Listing, Position};
use iis_registry::tickets::{self, Asker, Category, Priority, Question};
use iis_registry::{Arrival, mail, news, sites, training};
use iis_store::{Lane, outbox};

/// A child of whom two clinics say the same, but for one letter.
const HOME: &str =
    "^^^^^L|MOSS^SUE^^^^^M|20240211|F|||12 Elm St^^Alder^CA^90001^USA^H||^PRN^PH^^^515^5551234";

fn by(permission: Permission) -> Granted {
    operator(permission).expect("the operator may")
}

fn email(text: &str) -> EmailAddress {
    text.parse().expect("an address")
}

/// Makes them all.
pub(super) async fn make(world: &World) {
    training::begin(&world.house.app.registry, world.arrival()).await.expect("courses");
    people(world).await;
    requests(world).await;
    enrollments(world).await;
    help(world).await;
    persons(world).await;
    stock(world).await;
}

async fn site(world: &World, code: &str) -> SiteId {
    let all = sites::sites(&world.house.app.registry).await.expect("the store works");
    all.iter().find(|site| &*site.code == code).expect("a site").id
}

/// Somebody on the staff list of the own site.
async fn listed(world: &World, name: &str, address: &str) {
    let own = site(world, "OWN").await;
    let new = Listing {
        name: name.into(),
        email: email(address),
        position: Position::Staff,
        license_kind: "".into(),
        license_number: "".into(),
    };
    let granted = by(Permission::KeepClinic);
    staff::list(&world.house.app.registry, &granted, own, new, world.arrival()).await.expect("listed");
}

/// The site administrator, a nurse and somebody of the state are known by an address; the nurse is locked after failed sign-ins.
async fn people(world: &World) {
    let registry = &world.house.app.registry;
    let known = [
        ("the-site-administrator", "Ana Silva"),
        ("the-clinic-access", "Nora Quill"),
        ("the-quality-improvement", "Hedda Lane"),
        ("the-backup-vaccine-coordinator", "Zoe Backup"),
    ];
    for (user, name) in known {
        let address = format!("{user}@own.example");
        listed(world, name, &address).await;
        let account = accounts::find(registry, user).await.expect("read").expect("an account").id;
        let (granted, at) = (by(Permission::ManageAccounts), world.arrival());
        staff::bind_account(registry, &granted, account, &email(&address), at).await.expect("bound");
    }
    for _ in 0..5 {
        let guess = Attempt::to_sign_in("the-clinic-access", "203.0.113.9", world.arrival());
        guess.failed(registry).await.expect("noted");
    }
}

/// Two requests for the own site, of which one waits for its administrator.
async fn requests(world: &World) {
    let (registry, desk) = (&world.house.app.registry, by(Permission::ReviewRequests));
    for name in ["Amara Okafor", "Ben West"] {
        let address = format!("{}@own.example", name.to_lowercase().replace(' ', "."));
        listed(world, name, &address).await;
        let completed = format!("email,course,completed_on\n{address},GUC,2026-02-26\n");
        let keep = by(Permission::KeepTraining);
        training::import(registry, &keep, completed.as_bytes(), world.arrival()).await.expect("imported");
        let application = requests::Application {
            vaccinates: true,
            administrator: "Ana Silva".into(),
            ..requests::Application::of(name, UserKind::General, "clinic-access", "OWN")
        };
        let at = world.arrival();
        let number = requests::begin(registry, &email(&address), application, at).await.expect("begun");
        requests::confirm_address(registry, number, at).await.expect("confirmed");
        let asked = requests::submit(registry, number, at).await.expect("heard");
        assert!(matches!(asked, Asked::Received(_)), "{name}: {asked:?}");
        if name == "Amara Okafor" {
            requests::take(registry, &desk, number, "", at).await.expect("taken");
            requests::ask_administrator(registry, &desk, number, at).await.expect("asked");
        }
    }
}

/// An enrollment with a scan that staff look at, one that waits for its decision, and one whose renewal is due.
async fn enrollments(world: &World) {
    let now = world.arrival();
    let year_ago = now.at - jiff::SignedDuration::from_hours(24 * 310);
    let zone = world.house.app.registry.identity.zone.clone();
    let then = Arrival { at: year_ago, today: year_ago.to_zoned(zone).date(), ..now };
    let dock = enrollment(world, "Dock Clinic", then).await;
    sign(world, dock, then).await;
    let registry = &world.house.app.registry;
    enrollment::submit(registry, dock, then).await.expect("sent in");
    let approve = Decision::Approve { code: "DOCK".into(), pin: Some("0412".into()) };
    enrollment::decide(registry, &by(Permission::ApproveEnrollments), dock, approve, then)
        .await
        .expect("approved");
    enrollment::fall_due(registry, now).await.expect("due");
    // what the pages know of the sites is read anew after some seconds
    let soon = Arrival { at: now.at + jiff::SignedDuration::from_secs(6), ..now };
    directory(registry, &soon).await.expect("the store works");
    for name in ["the-enrollment-only", "the-backup-vaccine-coordinator", "the-site-administrator"] {
        let account = accounts::find(registry, name).await.expect("read").expect("an account");
        let mut roles = account.roles.clone();
        let role =
            RoleAssignment::new(name.trim_start_matches("the-"), Place::Site(site(world, "DOCK").await));
        roles.push(role);
        let granted = by(Permission::ManageAccounts);
        accounts::set_roles(registry, &granted, &account, roles, now).await.expect("set");
    }
    let waiting = enrollment(world, "Oak Clinic", now).await;
    sign(world, waiting, now).await;
    enrollment::submit(registry, waiting, now).await.expect("sent in");
    let scanned = enrollment(world, "Elm Clinic", now).await;
    for kind in PaperKind::ALL {
        let scan = Upload { content: b"%PDF-1.7 a scan"[..].into(), scan: Scan::Clean };
        enrollment::upload(registry, scanned, *kind, scan, now).await.expect("uploaded");
    }
    enrollment::submit(registry, scanned, now).await.expect("sent in");
}

async fn enrollment(world: &World, site: &str, at: Arrival) -> i64 {
    let application = enrollment::Application {
        organization: format!("{site} Health").into(),
        site: site.into(),
        kind: SiteKind::Clinic,
        address: "1 Quay Street".into(),
        contact: "Joan Hill".into(),
        administrator: "Ada Lind".into(),
        administrator_email: "ada@dock.example".into(),
        is_program: true,
        confirmed_at: None,
        renew_on: None,
        renewing_since: None,
        renewal_letters: 0,
        outdated: enrollment::Outdated::default(),
    };
    let registry = &world.house.app.registry;
    let number =
        enrollment::begin(registry, &email("joan@dock.example"), application, at).await.expect("begun");
    enrollment::confirm_address(registry, number, at).await.expect("confirmed");
    number
}

async fn sign(world: &World, number: i64, at: Arrival) {
    let registry = &world.house.app.registry;
    for (kind, bits) in PaperKind::ALL.iter().zip([81, 82]) {
        let case = enrollment::opened(registry, number, at.at).await.expect("read").expect("there").case;
        let read = enrollment::shown(registry, &case, *kind).sha256;
        let signing = enrollment::signing(registry, &case, *kind, ("Joan Hill", "Director"), &read);
        let code = Code::of_random(bits ^ number.cast_unsigned() << 44);
        let kept = (b"%PDF-1.7 signed"[..].into(), code);
        let signing = signing.expect("it can be signed");
        enrollment::sign(registry, Party::KeyHolder, number, signing, kept, at).await.expect("signed");
    }
}

/// A ticket with a file, one that is resolved, news, and a letter that was given up.
async fn help(world: &World) {
    let (registry, at) = (&world.house.app.registry, world.arrival());
    let desk = by(Permission::AnswerTickets);
    for subject in ["A list", "A printer"] {
        let number = of_stranger(world, subject).await;
        let file = Upload { content: b"%PDF-1.7 a list"[..].into(), scan: Scan::Clean };
        tickets::attach(registry, Party::Staff(&desk), number, "list.pdf", file, at).await.expect("attached");
        if subject == "A printer" {
            let resolve = Some(tickets::Event::Resolve);
            tickets::reply(registry, &desk, number, resolve, "It works.", at).await.expect("resolved");
        }
    }
    own_ticket(world).await;
    of_stranger(world, "Nothing at all").await;
    let granted = by(Permission::PublishNews);
    let until = jiff::civil::date(2099, 12, 31);
    news::publish(registry, &granted, "Closed on Monday.", Vec::new(), until, at).await.expect("published");
    let letter = mail::next(registry, at.at).await.expect("the store works").expect("a letter waits");
    let gave_up =
        registry.store.write(Lane::Web, move |tx| outbox::failed(tx, &letter, None, "550 no such user"));
    assert!(gave_up.await.expect("the store works"));
}

/// A ticket of somebody who is not signed in.
async fn of_stranger(world: &World, subject: &str) -> i64 {
    let question = Question {
        name: "Ben West".into(),
        category: Category::Record,
        priority: Priority::Usual,
        subject: subject.into(),
        linked: None,
        request: None,
        site: "".into(),
    };
    let asked = email("ben@west.example");
    let asker = Asker { email: Some(&asked), account: None, site: None };
    let opened =
        tickets::open(&world.house.app.registry, asker, question, "See the file.", world.arrival()).await;
    opened.expect("opened")
}

/// A ticket of somebody signed in, who asks for a role: of the role whose code comes first.
async fn own_ticket(world: &World) {
    let (registry, at) = (&world.house.app.registry, world.arrival());
    let code = world.browsers.keys().next().expect("somebody is signed in");
    let mut roles = registry.roles.of_people();
    let role = roles.find(|(_, role)| role.code == *code).map(|(name, _)| name.to_owned()).expect("a role");
    let account = accounts::find(registry, &format!("the-{role}")).await.expect("read").expect("an account");
    let address = format!("{}@own.example", account.name);
    listed(world, "Ira Fenn", &address).await;
    let (granted, email) = (by(Permission::ManageAccounts), email(&address));
    staff::bind_account(registry, &granted, account.id, &email, at).await.expect("bound");
    let question = Question {
        name: "Ira Fenn".into(),
        category: Category::AddRole,
        priority: Priority::Usual,
        subject: "A further role".into(),
        linked: None,
        request: None,
        site: "".into(),
    };
    let asker = Asker { email: None, account: Some(&account), site: None };
    tickets::open(registry, asker, question, "I help at the clinic.", at).await.expect("opened");
}

/// Two records that may be one person, and a child whose record is withheld and was opened in an emergency.
async fn persons(world: &World) {
    let house = &world.house;
    world.hear("own", "A17", &format!("DOE^ANA{HOME}")).await;
    world.hear("other", "B18", &format!("DOE^ANNA{HOME}")).await;
    world.hear("other", "C19", "KESTREL^IVO^^^^^L||20230311|M\rPD1||||||||||||Y|20260101").await;
    let mut nurse = world.browsers["CLN"].clone();
    let form = "last=kestrel&first=ivo&born=03/11/2023&reason=care&words=he+lies+here+unconscious";
    let opened = house.post(&mut nurse, "/patients/emergency", form).await;
    assert!(opened.location().starts_with("/patients/"), "{}", opened.body);
}

/// A lot of the own site.
async fn stock(world: &World) {
    let mut keeper = world.browsers["PVC"].clone();
    let page = world.house.get(&mut keeper, "/inventory/receive").await;
    let mut fields = super::desk::filled(&page);
    for (name, value) in [
        ("vaccine", "83"),
        ("lot", "SOON"),
        ("funding", "private"),
        ("doses", "10"),
        ("expires", "12/31/2099"),
        ("unit", "Frig 1"),
        ("do", "save"),
    ] {
        fields.insert(name.to_owned(), value.to_owned());
    }
    let sent: Page =
        world.house.post(&mut keeper, "/inventory/receive", &super::desk::encoded(&fields)).await;
    assert_eq!(sent.location(), "/inventory?received=10", "{}", sent.body);
}
