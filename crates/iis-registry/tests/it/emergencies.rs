//! Breaking the glass (Y-3, D8): what an emergency opens, for whom, how long, and who learns of it.

use crate::opting_out::signed;
use crate::world::{World, about, on_each_engine};
use iis_model::access::{Channel, Granted, Permission, Place};
use iis_model::{EmailAddress, RegistryNumber, SiteId};
use iis_registry::access::held::{Verdict, sees, would_see};
use iis_registry::access::{Caller, authorize, operator};
use iis_registry::accounts::{Account, RoleAssignment};
use iis_registry::directory::directory;
use iis_registry::opting_out::Entered;
use iis_registry::people::emergency::{self, HOLDS, MOST_OPENINGS, Said};
use iis_registry::people::{self, Criteria, FoundPeople};
use iis_registry::staff::{self, Listing, Position};
use iis_registry::{Arrival, Failure, mail};

/// The protected child whom NORTH reports, and an unprotected one.
async fn children(world: &World) -> [RegistryNumber; 2] {
    let ana = "DOE^ANA^^^^^L||20200115|F";
    world.send(&world.north, &about("NORTH", "M1", "A17", ana, "PD1||||||||||||Y|20260101\r")).await;
    world.send(&world.north, &about("NORTH", "M2", "A18", "DOE^BEN^^^^^L||20200116|M", "")).await;
    let everybody = Caller::Operator;
    let permission = Permission::SearchPersons;
    let searches = authorize(&world.cx.roles, everybody, permission, Channel::CommandLine, "test");
    let mut numbers = Vec::new();
    for mrn in ["A17", "A18"] {
        let whom = Criteria { number: mrn.into(), ..Criteria::default() };
        let searches = searches.clone().expect("operators may search");
        let found = people::search(&world.cx, searches, whom, world.arrival()).await;
        let FoundPeople::People(people) = found.expect("the store works") else { panic!("{mrn}") };
        numbers.push(people[0].person.registry_number);
    }
    [numbers[0], numbers[1]]
}

async fn site(world: &World, code: &str) -> SiteId {
    world.site(code).await.id
}

/// An account with a role, at SOUTH unless it is the state's.
async fn account(world: &World, name: &str, role: &str) -> Account {
    let south = site(world, "SOUTH").await;
    let is_the_states = matches!(role, "privacy-officer" | "help-desk");
    let place = if is_the_states { Place::State } else { Place::Site(south) };
    world.account(name, vec![RoleAssignment::new(role, place)]).await
}

fn granted(world: &World, account: &Account, permission: Permission) -> Granted {
    authorize(&world.cx.roles, Caller::Account(account), permission, Channel::Web, "").expect("permitted")
}

fn said(number: RegistryNumber) -> Said {
    let whom = Criteria { number: number.to_string(), ..Criteria::default() };
    Said { whom, reason: "care".into(), words: "she lies here unconscious".into() }
}

/// Whether the account opens the record now, with what its emergency gives where there is one.
async fn opens(world: &World, account: &Account, number: RegistryNumber, arrival: Arrival) -> bool {
    let in_force = emergency::in_force(&world.cx, account, number, arrival).await.expect("the store works");
    let granted =
        in_force.map_or_else(|| granted(world, account, Permission::ViewPerson), |found| found.granted);
    people::open(&world.cx, granted, number, arrival).await.expect("the store works").is_some()
}

/// Page: /patients/emergency
#[test]
fn d8_an_emergency_opens_one_record_for_one_account_for_two_hours() {
    on_each_engine(|world| async move {
        let [ana, ben] = children(&world).await;
        let nurse = account(&world, "nurse", "clinic-access").await;
        let other = account(&world, "other", "clinic-access").await;
        assert!(!opens(&world, &nurse, ana, world.arrival()).await, "withheld from another organization");
        let at = world.arrival();
        let opened = emergency::open(&world.cx, &nurse, said(ana), at).await;
        assert_eq!(opened.expect("an emergency"), ana);
        assert!(opens(&world, &nurse, ana, world.arrival()).await);
        assert!(!opens(&world, &other, ana, world.arrival()).await, "for who gave the reason alone");
        let second = jiff::SignedDuration::from_secs(1);
        for (at, expected) in [(at.at + HOLDS - second, true), (at.at + HOLDS, false)] {
            let then = Arrival { at, ..world.arrival() };
            assert_eq!(opens(&world, &nurse, ana, then).await, expected, "{at}");
        }
        let without = emergency::open(&world.cx, &nurse, said(ben), world.arrival()).await;
        assert_eq!(without.expect("nothing withheld"), ben);
        let in_force = emergency::in_force(&world.cx, &nurse, ben, world.arrival()).await;
        assert!(in_force.expect("the store works").is_none(), "who may look needs no emergency");
        assert_eq!(emergency::waiting(&world.cx).await.expect("the store works"), 1);
    });
}

/// Page: /patients/emergency
#[test]
fn y3_an_emergency_takes_the_permission_a_reason_and_exactly_one_patient() {
    on_each_engine(|world| async move {
        let [ana, _] = children(&world).await;
        let nurse = account(&world, "nurse", "clinic-access").await;
        let school = account(&world, "school", "school-read-only").await;
        let refused = emergency::open(&world.cx, &school, said(ana), world.arrival()).await;
        assert!(matches!(refused, Err(Failure::Refused(_))), "{refused:?}");
        let nobody = RegistryNumber::from_random(987_654_321);
        let by_name = |first: &str| Criteria {
            last: "doe".into(),
            first: first.into(),
            born_on: Some(jiff::civil::date(2020, 1, 15)),
            ..Criteria::default()
        };
        #[rustfmt::skip]
        let table = [
            // what is wrong        what was said
            ("no reason",           Said { reason: String::new(), ..said(ana) }),
            ("another reason",      Said { reason: "curiosity".into(), ..said(ana) }),
            ("hardly a word",       Said { words: "because".into(), ..said(ana) }),
            ("nobody's number",     said(nobody)),
            ("nobody's name",       Said { whom: by_name("zoe"), ..said(ana) }),
            ("an initial",          Said { whom: by_name("a"), ..said(ana) }),
            ("no birth date",       Said { whom: Criteria { born_on: None, ..by_name("ana") }, ..said(ana) }),
        ];
        for (wrong, said) in table {
            let opened = emergency::open(&world.cx, &nurse, said, world.arrival()).await;
            assert!(matches!(opened, Err(Failure::Rule(_))), "{wrong}: {opened:?}");
        }
        assert_eq!(emergency::waiting(&world.cx).await.expect("the store works"), 0);
        let by_name = Said { whom: by_name("ana"), ..said(ana) };
        for _ in 0..MOST_OPENINGS {
            emergency::open(&world.cx, &nurse, by_name.clone(), world.arrival()).await.expect("an emergency");
        }
        let more = emergency::open(&world.cx, &nurse, by_name, world.arrival()).await;
        assert!(matches!(more, Err(Failure::Rule(text)) if text.contains("many records")));
    });
}

/// Page: /admin/emergencies
#[test]
fn d8_the_administrator_is_told_and_somebody_else_reviews() {
    on_each_engine(|world| async move {
        let [ana, _] = children(&world).await;
        let nurse = account(&world, "nurse", "clinic-access").await;
        let administrator = account(&world, "silva", "site-administrator").await;
        let email: EmailAddress = "silva@south.example".parse().expect("an address");
        let by = operator(Permission::ManageAccounts).expect("the operator may");
        let new = Listing {
            name: "Ana Silva".into(),
            email: email.clone(),
            position: Position::Staff,
            license_kind: "".into(),
            license_number: "".into(),
        };
        staff::list(&world.cx, &by, site(&world, "SOUTH").await, new, world.arrival()).await.expect("listed");
        staff::bind_account(&world.cx, &by, administrator.id, &email, world.arrival()).await.expect("bound");
        emergency::open(&world.cx, &nurse, said(ana), world.arrival()).await.expect("an emergency");
        let letters = mail::list(&world.cx, None, 10).await.expect("the store works");
        assert_eq!(letters.len(), 1);
        assert_eq!((&*letters[0].kind, &*letters[0].recipient), ("emergency-opening", "silva@south.example"));
        assert!(letters[0].body.contains("nurse") && !letters[0].body.contains("unconscious"));
        let officer = account(&world, "officer", "privacy-officer").await;
        let reviews = |account: &Account| granted(&world, account, Permission::ReviewEmergencies);
        let (due, reviewed) =
            emergency::list(&world.cx, reviews(&officer), world.arrival()).await.expect("the store works");
        assert_eq!((due.len(), reviewed.len()), (1, 0));
        assert_eq!((due[0].number, &*due[0].user), (ana, "nurse"));
        // a nurse who became privacy officer meanwhile
        let roles = vec![
            RoleAssignment::at_site("clinic-access", Some(world.site("SOUTH").await.id)),
            RoleAssignment::new("privacy-officer", Place::State),
        ];
        let both = world.account("both", roles).await;
        let own = emergency::review(
            &world.cx,
            reviews(&nurse_as(&both, &nurse)),
            due[0].id,
            ("justified", ""),
            world.arrival(),
        )
        .await;
        assert!(matches!(own, Err(Failure::Rule(text)) if text.contains("Somebody else")), "{own:?}");
        let kept =
            emergency::review(&world.cx, reviews(&officer), due[0].id, ("justified", ""), world.arrival());
        kept.await.expect("reviewed");
        let again =
            emergency::review(&world.cx, reviews(&officer), due[0].id, ("justified", ""), world.arrival());
        assert!(again.await.is_err(), "once");
        assert_eq!(emergency::waiting(&world.cx).await.expect("the store works"), 0);
    });
}

/// The second account's roles under the first one's identity.
fn nurse_as(roles: &Account, nurse: &Account) -> Account {
    Account { roles: roles.roles.clone(), ..nurse.clone() }
}

/// Page: /admin/access
#[test]
fn what_an_account_sees_is_told_as_it_is_decided() {
    on_each_engine(|world| async move {
        let [ana, ben] = children(&world).await;
        let nurse = account(&world, "nurse", "clinic-access").await;
        let school = account(&world, "school", "school-read-only").await;
        let administrator = account(&world, "silva", "site-administrator").await;
        let officer = account(&world, "officer", "privacy-officer").await;
        let nobody = RegistryNumber::from_random(987_654_321);
        #[rustfmt::skip]
        let table = [
            (&nurse,         ana,    Verdict::Protected),
            (&nurse,         ben,    Verdict::Sees),
            (&nurse,         nobody, Verdict::NoSuchPatient),
            (&school,        ben,    Verdict::OutOfReach),
            (&administrator, ben,    Verdict::NoPermission),
            (&officer,       ana,    Verdict::Sees),
        ];
        let asks = granted(&world, &officer, Permission::ViewConfidential);
        for (account, number, expected) in table {
            let verdict = would_see(&world.cx, asks.clone(), account, number, world.arrival()).await;
            assert_eq!(verdict.expect("the store works"), expected, "{} {number}", account.name);
        }
        emergency::open(&world.cx, &nurse, said(ana), world.arrival()).await.expect("an emergency");
        let verdict = would_see(&world.cx, asks.clone(), &nurse, ana, world.arrival()).await;
        assert_eq!(verdict.expect("the store works"), Verdict::InEmergency);
        let id = world.cx.store.read(move |tx| iis_store::person::id_of_number(tx, ben)).await;
        assert_eq!(signed(&world, id.expect("read").expect("there"), true).await, Entered::Done);
        for (account, expected) in [(&nurse, Verdict::OptedOut), (&officer, Verdict::Sees)] {
            let verdict = would_see(&world.cx, asks.clone(), account, ben, world.arrival()).await;
            assert_eq!(verdict.expect("the store works"), expected, "{}", account.name);
        }
        let names = directory(&world.cx, &world.arrival()).await.expect("the store works");
        let of_school = sees(&world.cx.roles, &school, &names, true);
        assert_eq!(of_school.sentences[0], "May open the records of the students of SOUTH.");
        assert!(of_school.may.iter().any(|may| may.function == "student roster" && may.verb == "change"));
        let of_nurse = sees(&world.cx.roles, &nurse, &names, true);
        let asked = "says why before opening anybody but the patients of SOUTH.";
        assert!(of_nurse.sentences[0].ends_with(asked), "{:?}", of_nurse.sentences);
        let of_administrator = sees(&world.cx.roles, &administrator, &names, true);
        assert_eq!(of_administrator.sentences, ["Sees no patient’s record."]);
    });
}
