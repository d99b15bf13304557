//! Protected records (PD1-12 = Y): who sees them on screen, what everybody else sees, and what the audit says.

use crate::world::{World, about, on_each_engine, query, segment, vxu};
use iis_model::access::{Channel, Granted, Permission};
use iis_model::{PersonId, RegistryNumber};
use iis_registry::access::{Caller, authorize};
use iis_registry::accounts::RoleAssignment;
use iis_registry::people::{self, Criteria, FoundPeople};
use iis_store::audit::list::of_person;
use jiff::civil::date;

/// What an account in this role at this site is granted.
pub(crate) async fn granted(
    world: &World,
    role: &str,
    site: Option<&str>,
    permission: Permission,
) -> Granted {
    let site_id = match site {
        Some(code) => Some(world.site(code).await.id),
        None => None,
    };
    let account = world.somebody(vec![RoleAssignment::at_site(role, site_id)]).await;
    authorize(&world.cx.roles, Caller::Account(&account), permission, Channel::Web, "").expect("permitted")
}

fn by_name() -> Criteria {
    let born_on = Some(date(2020, 1, 15));
    Criteria { last: "doe".into(), first: "ana".into(), born_on, ..Criteria::default() }
}

/// What a search with these criteria finds.
async fn found(world: &World, role: &str, site: Option<&str>, criteria: Criteria) -> Vec<RegistryNumber> {
    let granted = granted(world, role, site, Permission::SearchPersons).await;
    match people::search(&world.cx, granted, criteria, world.arrival()).await.expect("the store works") {
        FoundPeople::People(people) => people.into_iter().map(|hit| hit.person.registry_number).collect(),
        other => panic!("{other:?}"),
    }
}

/// The audit rows about a person: action and result.
async fn audit(world: &World, id: PersonId) -> Vec<(String, String)> {
    let granted = granted(world, "auditor", None, Permission::ReadAudit).await;
    let rows =
        world.cx.store.peek(move |tx| of_person(tx, &granted, id, 100)).await.expect("the store works");
    let mut rows: Vec<_> = rows.into_iter().map(|row| (row.action.into(), row.result.into())).collect();
    rows.sort();
    rows.dedup();
    rows
}

#[test]
fn a_protected_record_is_there_for_its_own_organization_and_the_state_and_for_nobody_else() {
    on_each_engine(|world| async move {
        let protected = vxu("NORTH", "M1", "A17", "PD1||||||||||||Y|20260101\r");
        assert_eq!(segment(&world.send(&world.north, &protected).await, "MSA"), "MSA|AA|M1");
        let number = found(&world, "data-quality", None, by_name()).await[0];
        let born_on = by_name().born_on; // who only looks up must know it
        let of_number = |number: &str| Criteria { number: number.into(), born_on, ..Criteria::default() };
        #[rustfmt::skip]
        let table = [
            // role                          site           sees her
            ("clinic-access",                Some("NORTH"), true),
            ("clinic-access",                Some("SOUTH"), false),
            ("clinic-access",                None,          false),
            ("patient-look-up",              Some("SOUTH"), false),
            ("primary-vaccine-coordinator",  Some("NORTH"), true),
            ("help-desk",                    None,          true),
            ("epidemiology",                 None,          true),
            ("privacy-officer",              None,          true),
        ];
        let mut id = None;
        for (role, site, sees) in table {
            for criteria in [by_name(), of_number("A17"), of_number(&number.to_string())] {
                let found = found(&world, role, site, criteria).await;
                assert_eq!(found.len(), usize::from(sees), "{role} {site:?}");
            }
            let granted = granted(&world, role, site, Permission::ViewPerson).await;
            let opened = people::open(&world.cx, granted, number, world.arrival()).await;
            let opened = opened.expect("the store works");
            assert_eq!(opened.is_some(), sees, "{role} {site:?}");
            id = id.or(opened.map(|record| record.id));
        }
        world.send(&world.south, &query("SOUTH", "", "DOE^ANA^^^^^L")).await;
        let rows = audit(&world, id.expect("somebody saw her")).await;
        for action in ["query-records", "search-persons", "view-person"] {
            let refused = (action.to_owned(), "withheld".to_owned());
            assert!(rows.contains(&refused), "{refused:?} is missing in {rows:?}");
        }
    });
}

#[test]
fn who_is_protected_from_the_searcher_is_not_counted() {
    on_each_engine(|world| async move {
        let namesake = "DOE^ANA^^^^^L||20200115|F"; // nothing says that any two of them are one
        for n in 0..24 {
            let report = about("SOUTH", &format!("M{n}"), &format!("B{n}"), namesake, "");
            world.send(&world.south, &report).await;
        }
        for n in 0..10 {
            let rest = "PD1||||||||||||Y|20260101\r";
            let protected = about("NORTH", &format!("P{n}"), &format!("A{n}"), namesake, rest);
            world.send(&world.north, &protected).await;
        }
        assert_eq!(found(&world, "clinic-access", Some("SOUTH"), by_name()).await.len(), 24);
        let granted = granted(&world, "data-quality", None, Permission::SearchPersons).await;
        let all = people::search(&world.cx, granted, by_name(), world.arrival()).await;
        assert_eq!(all.expect("the store works"), FoundPeople::TooMany);
    });
}
