//! Files of vital records (requirements P-4, P-5), on each engine.

mod births_and_deaths;
mod loads;
mod purposes;
mod replaced;
mod slips;
mod taken_back;
mod taken_back_twice;
mod words;

use crate::protecting::granted;
use crate::world::World;
use iis_model::access::Permission;
use iis_model::organization::{Site, SiteKind};
use iis_model::record::PersonRecord;
use iis_model::{Date, RegistryNumber};
use iis_registry::access::operator;
use iis_registry::people::{self, Criteria, FoundPeople};
use iis_registry::setup::{NewOrganization, NewSite};
use iis_registry::vital_records::{File, Loaded, load};
use iis_registry::{setup, sites};
use jiff::civil::date;

const HEADER: &str = "layout,event,certificate_number,new_certificate_number,last_name,first_name,middle_name,\
    born_on,sex,multiple_birth,birth_order,mother_first_name,mother_maiden_name,street,city,state,zip,died_on,\
    hepb_on,hepb_lot,hbig_on,death_certificate_number,registered_on\n";

/// The day on which everybody here is born.
const BORN: &str = "2026-02-28";

fn born() -> Date {
    date(2026, 2, 28)
}

/// The birth of a girl; `rest` are the columns from `hepb_on` on.
fn birth(number: &str, last: &str, first: &str, rest: &str) -> String {
    format!("1,birth,{number},,{last},{first},,{BORN},F,N,,SUE,MOSS,12 Elm St,Alder,CD,90001,,{rest}\n")
}

/// Another identity in the place of that of a certificate.
fn replaced(event: &str, number: &str, new_number: &str, last: &str, first: &str) -> String {
    format!(
        "1,{event},{number},{new_number},{last},{first},,{BORN},F,N,,KIM,REED,9 Oak St,Birch,CD,90002,,,,,,\n"
    )
}

/// A vital records office of this code.
async fn office(world: &World, code: &str) -> Site {
    let find = async || {
        let all = sites::sites(&world.cx).await.expect("the store works");
        all.into_iter().find(|site| &*site.code == code)
    };
    if let Some(site) = find().await {
        return site;
    }
    let site = NewSite {
        code: code.into(),
        name: "Vital records".into(),
        kind: SiteKind::HealthDepartment,
        pin: None,
    };
    let organization = NewOrganization { name: format!("Office {code}").into(), sites: vec![site] };
    setup::add_organizations(&world.cx, vec![organization]).await.expect("an office");
    find().await.expect("just made")
}

async fn loaded_as_it_is(world: &World, code: &str, bytes: &[u8]) -> Loaded {
    let office = office(world, code).await;
    let by = operator(Permission::SubmitReports).expect("the operator may");
    let file = File { name: "births.csv", bytes };
    load(&world.cx, by, &office, file, || world.arrival(), |_| {}).await.expect("the store works")
}

/// Loads lines behind the header, of another office.
async fn loaded_at(world: &World, code: &str, lines: &str) -> Loaded {
    loaded_as_it_is(world, code, format!("{HEADER}{lines}").as_bytes()).await
}

/// Loads lines behind the header.
async fn loaded(world: &World, lines: &str) -> Loaded {
    loaded_at(world, "VITAL", lines).await
}

/// The same where all of them are to be stored.
async fn stored(world: &World, lines: &str) -> Loaded {
    let loaded = loaded(world, lines).await;
    assert_eq!(loaded.refused, 0, "{:?}", loaded.notes);
    loaded
}

/// Line, code and column of what was found.
fn codes(loaded: &Loaded) -> Vec<(i64, &str, &str)> {
    loaded.notes.iter().map(|note| (note.line, &*note.code, &*note.column)).collect()
}

/// Who is found under a name, by somebody in this role.
async fn found_by(world: &World, role: &str, last: &str, first: &str) -> Vec<RegistryNumber> {
    let criteria =
        Criteria { last: last.into(), first: first.into(), born_on: Some(born()), ..Criteria::default() };
    let site = matches!(role, "clinic-access" | "patient-look-up").then_some("NORTH");
    let seeker = granted(world, role, site, Permission::SearchPersons).await;
    match people::search(&world.cx, seeker, criteria, world.arrival()).await.expect("the store works") {
        FoundPeople::People(people) => people.into_iter().map(|hit| hit.person.registry_number).collect(),
        other => panic!("{other:?}"),
    }
}

async fn found(world: &World, last: &str, first: &str) -> Vec<RegistryNumber> {
    found_by(world, "data-quality", last, first).await
}

async fn opened(world: &World, number: RegistryNumber) -> Option<PersonRecord> {
    let viewer = granted(world, "data-quality", None, Permission::ViewPerson).await;
    people::open(&world.cx, viewer, number, world.arrival()).await.expect("the store works")
}

/// The record of the only one of this name.
async fn only(world: &World, last: &str, first: &str) -> PersonRecord {
    let [number] = found(world, last, first).await[..] else { panic!("one {first} {last}") };
    opened(world, number).await.expect("a record")
}

/// The name that somebody goes by.
fn called(record: &PersonRecord) -> (String, String) {
    let name = record.demographics.legal_name().expect("a name");
    (name.family.to_string(), name.given.to_string())
}
