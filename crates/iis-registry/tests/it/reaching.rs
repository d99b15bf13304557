//! How far a role reaches: students of a school, residents of a jurisdiction, patients of a clinic, and nobody else.

use crate::world::{World, about, on_each_engine};
use iis_model::access::{Actor, Channel, Granted, Permission, Place, Reach, Within};
use iis_model::{PersonId, RegistryNumber, SiteId};
use iis_registry::access::{Caller, authorize, operator};
use iis_registry::accounts::{Account, RoleAssignment};
use iis_registry::directory::directory;
use iis_registry::jurisdictions::{self, Area, NewJurisdiction};
use iis_registry::people::purpose::{self, Asked};
use iis_registry::people::{self, Criteria, FoundPeople};
use iis_registry::rosters;
use iis_store::{
    StoreError, Tx, audit, event, link, message, person, person_name, person_status, person_view, report,
    reporter, source_record,
};

/// Ana of Port Lindgren, whom NORTH reports, and Ben of Quillan, whom SOUTH reports.
async fn two_children(world: &World) -> [RegistryNumber; 2] {
    let dose = "ORC|RE||V1^NORTH\rRXA|0|1|20210301||03^MMR^CVX|999|||01^x^NIP001\r";
    let ana = "DOE^ANA^^^^^L||20200115|F|||1 Quay St^^Port Lindgren^CD^86110^USA^H";
    let ben = "DOE^BEN^^^^^L||20200115|M|||9 Mill St^^Quillan^CD^86201^USA^H";
    world.send(&world.north, &about("NORTH", "M1", "A17", ana, dose)).await;
    world.send(&world.south, &about("SOUTH", "M2", "B18", ben, dose)).await;
    let everybody =
        authorize(&world.cx.roles, Caller::Operator, Permission::SearchPersons, Channel::CommandLine, "test")
            .expect("operators may search");
    let mut numbers = Vec::new();
    for first in ["ana", "ben"] {
        let found = people::search(&world.cx, everybody.clone(), named(first), world.arrival()).await;
        let FoundPeople::People(people) = found.expect("the store works") else { panic!("{first}") };
        numbers.push(people[0].person.registry_number);
    }
    [numbers[0], numbers[1]]
}

fn named(first: &str) -> Criteria {
    Criteria {
        last: "doe".into(),
        first: first.into(),
        born_on: Some(jiff::civil::date(2020, 1, 15)),
        ..Criteria::default()
    }
}

async fn site(world: &World, code: &str) -> SiteId {
    world.site(code).await.id
}

async fn account(world: &World, assignments: &[(&str, Place)]) -> Account {
    world.somebody(assignments.iter().map(|(role, place)| RoleAssignment::new(role, *place)).collect()).await
}

fn granted(world: &World, account: &Account, permission: Permission) -> Option<Granted> {
    authorize(&world.cx.roles, Caller::Account(account), permission, Channel::Web, "").ok()
}

/// Whom of the two the account finds and opens; finding and opening agree.
async fn sees(world: &World, account: &Account, numbers: [RegistryNumber; 2]) -> [bool; 2] {
    let mut seen = [false; 2];
    for (n, (number, first)) in numbers.into_iter().zip(["ana", "ben"]).enumerate() {
        let Some(search) = granted(world, account, Permission::SearchPersons) else { continue };
        let found = people::search(&world.cx, search.clone(), named(first), world.arrival()).await;
        let born_on = named(first).born_on; // enough for whoever looks up too
        let by_number = Criteria { number: number.to_string(), born_on, ..Criteria::default() };
        let numbered = people::search(&world.cx, search, by_number, world.arrival()).await;
        let view = granted(world, account, Permission::ViewPerson).expect("who searches may view");
        let opened = people::open(&world.cx, view, number, world.arrival()).await;
        let opened = opened.expect("the store works").is_some();
        for found in [found, numbered] {
            let found = found.expect("the store works");
            assert_eq!(
                matches!(&found, FoundPeople::People(people) if people.len() == 1),
                opened,
                "{found:?}"
            );
        }
        seen[n] = opened;
    }
    seen
}

#[test]
fn s57_a_school_nurse_sees_the_students_on_the_roster_of_her_school_and_nobody_else() {
    on_each_engine(|world| async move {
        let numbers = two_children(&world).await;
        let names = directory(&world.cx, &world.arrival()).await.expect("the store works");
        let [own, other] = ["NORTH", "SOUTH"].map(|code| {
            let site = names.sites().find(|site| &*site.code == code).expect("a site");
            (site.id, site.organization_id)
        });
        let nurse = account(&world, &[("school-read-only", Place::Site(own.0))]).await;
        assert_eq!(sees(&world, &nurse, numbers).await, [false, false]);
        let roster = granted(&world, &nurse, Permission::KeepRoster).expect("her own roster");
        let enroll =
            |school, number| rosters::enroll(&world.cx, roster.clone(), school, number, world.arrival());
        assert!(enroll(own, numbers[1]).await.expect("the store works"));
        assert!(!enroll(other, numbers[0]).await.expect("the store works"), "another school's roster");
        assert_eq!(sees(&world, &nurse, numbers).await, [false, true]);
        let leaves = rosters::withdraw(&world.cx, roster.clone(), own, numbers[1], world.arrival()).await;
        assert!(leaves.expect("the store works"));
        assert_eq!(sees(&world, &nurse, numbers).await, [false, false]);
    });
}

#[test]
fn s60_a_health_director_sees_the_residents_of_the_jurisdiction_and_nobody_else() {
    on_each_engine(|world| async move {
        let numbers = two_children(&world).await;
        let by = operator(Permission::Operate).expect("the operator may");
        let areas = vec![Area::County("Harbor".into()), Area::Zip("86110".into())];
        let harbor = NewJurisdiction { name: "Harbor County".into(), areas };
        let harbor = jurisdictions::add(&world.cx, &by, harbor, world.arrival()).await.expect("a county");
        let director = account(&world, &[("health-department-read-only", Place::Jurisdiction(harbor))]).await;
        assert_eq!(sees(&world, &director, numbers).await, [true, false]);
        // she moves away, and he moves in
        let ana = "DOE^ANA^^^^^L||20200115|F|||1 Hill St^^Quillan^CD^86201^USA^H";
        let ben = "DOE^BEN^^^^^L||20200115|M|||9 Mill St^^Quillan^CD^86201^USA^H^^Harbor";
        world.send(&world.north, &about("NORTH", "M3", "A17", ana, "")).await;
        world.send(&world.south, &about("SOUTH", "M4", "B18", ben, "")).await;
        assert_eq!(sees(&world, &director, numbers).await, [false, true]);
    });
}

#[test]
fn s51_s55_who_vaccinates_and_who_looks_up_searches_statewide() {
    on_each_engine(|world| async move {
        let numbers = two_children(&world).await;
        let north = Place::Site(site(&world, "NORTH").await);
        for role in ["clinic-access", "primary-vaccine-coordinator", "patient-look-up"] {
            let account = account(&world, &[(role, north)]).await;
            assert_eq!(sees(&world, &account, numbers).await, [true, true], "{role}");
        }
        let panel = account(&world, &[("quality-improvement", north)]).await;
        assert_eq!(sees(&world, &panel, numbers).await, [true, false]);
        for role in ["enrollment-only", "site-administrator", "interface-analyst"] {
            let account = account(&world, &[(role, north)]).await;
            assert_eq!(sees(&world, &account, numbers).await, [false, false], "{role}");
        }
    });
}

#[test]
fn what_a_clinic_may_change_are_its_own_patients() {
    on_each_engine(|world| async move {
        let numbers = two_children(&world).await;
        let own = account(&world, &[("clinic-access", Place::Site(site(&world, "NORTH").await))]).await;
        let change = granted(&world, &own, Permission::ChangeDemographics).expect("at the own clinic");
        for (number, is_own) in numbers.into_iter().zip([true, false]) {
            let change = change.clone();
            let found = world.cx.store.peek(move |tx| person::by_registry_number(tx, &change, number)).await;
            assert_eq!(found.expect("the store works").is_some(), is_own);
        }
    });
}

#[test]
fn looking_for_somebody_out_of_reach_is_refused_like_somebody_absent_and_audited() {
    on_each_engine(|world| async move {
        let [ana, _] = two_children(&world).await;
        let south = Place::Site(site(&world, "SOUTH").await);
        let panel = account(&world, &[("quality-improvement", south)]).await;
        let view = || granted(&world, &panel, Permission::ViewPerson).expect("a panel");
        let nobody = RegistryNumber::from_random(12_345);
        for number in [ana, nobody] {
            let opened = people::open(&world.cx, view(), number, world.arrival()).await;
            assert_eq!(opened.expect("the store works"), None);
        }
        let id = world.cx.store.peek(move |tx| person::id_of_number(tx, ana)).await;
        let id = id.expect("the store works").expect("she is there");
        let audit = operator(Permission::ReadAudit).expect("the operator may");
        let rows = world.cx.store.peek(move |tx| audit::list::of_person(tx, &audit, id, 100)).await;
        let refused = rows.expect("the store works").into_iter().any(|row| {
            *row.actor == *panel.name && &*row.action == "view-person" && &*row.result == "withheld"
        });
        assert!(refused, "the look is on record");
    });
}

/// How many rows each function of the store hands out about a person.
fn rows(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Vec<(&'static str, usize)>, StoreError> {
    Ok(vec![
        ("person", usize::from(person::get(tx, granted, id)?.is_some())),
        ("demographics", usize::from(person_view::demographics(tx, granted, id)?.is_some())),
        ("names", person_name::of_person(tx, granted, id)?.len()),
        ("events", event::of_person(tx, granted, id)?.len()),
        ("reports", report::current_of_person(tx, granted, id)?.len()),
        ("versions", report::versions_of_person(tx, granted, id)?.len()),
        ("source records", source_record::of_person(tx, granted, id)?.len()),
        ("source views", source_record::views_of_person(tx, granted, id)?.len()),
        ("reporters", reporter::of_person(tx, granted, id)?.len()),
        ("messages", message::of_person(tx, granted, id, 10)?.len()),
        ("links", link::of_person(tx, granted, id)?.len()),
        ("status", usize::from(person_status::get(tx, granted, id)?.is_some())),
        ("audit", audit::list::of_person(tx, granted, id, 10)?.len()),
    ])
}

#[test]
fn no_function_of_the_store_hands_out_anything_of_a_person_out_of_reach() {
    on_each_engine(|world| async move {
        let [ana, _] = two_children(&world).await;
        let (north, south) = (site(&world, "NORTH").await, site(&world, "SOUTH").await);
        for (clinic, is_own) in [(north, true), (south, false)] {
            let actor = Actor::Account { id: iis_model::AccountId(1), name: "somebody".into() };
            let granted = Granted::by_decision(actor, Permission::ViewPerson, Channel::Web, "")
                .reaching(Reach::Within([Within::Clinic(clinic)].into()), None);
            let handed_out = world.cx.store.peek(move |tx| {
                let id = person::id_of_number(tx, ana)?.expect("she is there");
                rows(tx, &granted, id)
            });
            for (what, count) in handed_out.await.expect("the store works") {
                assert_eq!(count > 0, is_own, "{what}");
            }
        }
    });
}

#[test]
fn s55_who_only_looks_up_searches_with_full_criteria() {
    on_each_engine(|world| async move {
        let [ana, _] = two_children(&world).await;
        let north = Place::Site(site(&world, "NORTH").await);
        let look_up = account(&world, &[("patient-look-up", north)]).await;
        let nurse = account(&world, &[("clinic-access", north)]).await;
        let by_number = Criteria { number: ana.to_string(), ..Criteria::default() };
        let numbered = Criteria { born_on: named("ana").born_on, ..by_number.clone() };
        #[rustfmt::skip]
        let table = [
            // criteria                                    who looks up  who vaccinates
            (named("ana"),                                 true,         true),
            (named("a"),                                   false,        true),  // an initial
            (by_number,                                    false,        true),
            (numbered,                                     true,         true),
        ];
        for (criteria, looks_up, vaccinates) in table {
            for (who, finds) in [(&look_up, looks_up), (&nurse, vaccinates)] {
                let search = granted(&world, who, Permission::SearchPersons).expect("may search");
                let found = people::search(&world.cx, search, criteria.clone(), world.arrival()).await;
                let is_enough = !matches!(found.expect("the store works"), FoundPeople::NotEnough(_));
                assert_eq!(is_enough, finds, "{criteria:?}");
            }
        }
    });
}

#[test]
fn y4_the_purpose_is_asked_for_patients_of_others_alone() {
    on_each_engine(|world| async move {
        let [ana, ben] = two_children(&world).await;
        let north = Place::Site(site(&world, "NORTH").await);
        #[rustfmt::skip]
        let table = [
            // role                    at            asked for Ana, for Ben
            ("clinic-access",          north,        [false, true]),
            ("patient-look-up",        north,        [false, true]),
            ("quality-improvement",    north,        [false, false]),  // reaches no other
            ("data-quality",           Place::State, [false, false]),  // of the state
        ];
        for (role, place, expected) in table {
            let account = account(&world, &[(role, place)]).await;
            for (number, expected) in [ana, ben].into_iter().zip(expected) {
                let view = granted(&world, &account, Permission::ViewPerson).expect("may view");
                let asked = purpose::asked(&world.cx, &account, view, number, world.arrival()).await;
                assert_eq!(asked.expect("the store works") == Asked::Missing, expected, "{role}");
            }
        }
    });
}
