//! Opting out (requirements Y-1): on each engine, for every door, through merges, and back.

use crate::protecting::granted;
use crate::world::{World, mmr, on_each_engine, query, segment, vxu};
use iis_model::access::Permission;
use iis_model::{PersonId, RegistryNumber, Submission};
use iis_registry::desk::{self, About, Entry, Outcome};
use iis_registry::directory::directory;
use iis_registry::messages::{self, Wanted};
use iis_registry::opting_out::{Entered, SignedForm, enter, forms};
use iis_registry::people::{self, Criteria, FoundPeople};
use iis_registry::rebuild::check;
use iis_registry::review::Deed;
use iis_store::audit::AuditRow;
use iis_store::audit::list::of_person;
use jiff::Timestamp;
use jiff::civil::date;

fn by_name() -> Criteria {
    let born_on = Some(date(2020, 1, 15));
    Criteria { last: "doe".into(), first: "ana".into(), born_on, ..Criteria::default() }
}

/// What a search and the opening of the record show to a role.
async fn sees(
    world: &World,
    role: &str,
    site: Option<&str>,
    number: Option<RegistryNumber>,
) -> (usize, bool) {
    let searcher = granted(world, role, site, Permission::SearchPersons).await;
    let found = match people::search(&world.cx, searcher, by_name(), world.arrival()).await.expect("works") {
        FoundPeople::People(people) => people.len(),
        other => panic!("{other:?}"),
    };
    let Some(number) = number else { return (found, false) };
    let viewer = granted(world, role, site, Permission::ViewPerson).await;
    let opened = people::open(&world.cx, viewer, number, world.arrival()).await.expect("works");
    (found, opened.is_some())
}

async fn signed(world: &World, id: PersonId, opts_out: bool) -> Entered {
    let random = world.arrival().random;
    signed_as(world, id, opts_out, std::array::from_fn(|at| random[at / 8].to_le_bytes()[at % 8])).await
}

/// The same with this key.
async fn signed_as(world: &World, id: PersonId, opts_out: bool, key: [u8; 32]) -> Entered {
    let by = granted(world, "privacy-officer", None, Permission::LockPersons).await;
    let deed = Deed { granted: by, arrival: world.arrival(), reason: "".into(), key };
    let form = SignedForm {
        opts_out,
        on: date(2026, 3, 1),
        by: "Sue Moss".into(),
        relation: "parent",
        reference: "F-17".into(),
    };
    enter(&world.cx, deed, id, form).await.expect("the store works")
}

#[test]
fn who_opted_out_is_found_by_nobody_is_not_made_anew_and_comes_back_whole() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        let officer = granted(&world, "privacy-officer", None, Permission::SearchPersons).await;
        let found = people::search(&world.cx, officer, by_name(), world.arrival()).await.expect("works");
        let FoundPeople::People(found) = found else { panic!("{found:?}") };
        let (number, id) = (found[0].person.registry_number, found[0].person.id);
        assert_eq!(signed(&world, id, false).await, Entered::Already, "there is nothing to rescind");
        assert_eq!(signed_as(&world, id, true, [7; 32]).await, Entered::Done);
        assert_eq!(signed_as(&world, id, true, [7; 32]).await, Entered::Done, "pressed twice it is one form");
        assert_eq!(signed(&world, id, true).await, Entered::Already, "another form");
        let roles = [
            ("clinic-access", Some("NORTH")),
            ("help-desk", None),
            ("data-quality", None),
            ("epidemiology", None),
        ];
        for (role, site) in roles {
            assert_eq!(sees(&world, role, site, Some(number)).await, (0, false), "{role}");
        }
        assert_eq!(sees(&world, "privacy-officer", None, Some(number)).await, (1, true));
        let answer = world.send(&world.north, &query("NORTH", "A17", "DOE^ANA^^^^^L")).await;
        assert!(segment(&answer, "QAK").contains("|NF"), "{answer}");
        // a feed goes on: it finds the locked record, by its number and by who it is
        let more = vxu("NORTH", "M2", "A17", &mmr("V2", "20240301", "00", "A"));
        assert_eq!(segment(&world.send(&world.north, &more).await, "MSA"), "MSA|AA|M2");
        world.send(&world.south, &vxu("SOUTH", "M3", "B3", &mmr("V3", "20210301", "01", "A"))).await;
        for (role, site) in roles {
            assert_eq!(sees(&world, role, site, None).await.0, 0, "nobody was made anew: {role}");
        }
        assert_eq!(signed(&world, id, false).await, Entered::Done);
        assert_eq!(sees(&world, "clinic-access", Some("NORTH"), Some(number)).await, (1, true));
        let viewer = granted(&world, "clinic-access", Some("NORTH"), Permission::ViewPerson).await;
        let record = people::open(&world.cx, viewer, number, world.arrival()).await.expect("works");
        assert_eq!(record.expect("it is back").events.len(), 2, "with what was reported meanwhile");
        let by = granted(&world, "privacy-officer", None, Permission::LockPersons).await;
        let entered = forms(&world.cx, by, id).await.expect("works");
        assert_eq!(entered.iter().map(|form| form.opts_out).collect::<Vec<_>>(), [false, true]);
        let auditor = granted(&world, "auditor", None, Permission::ReadAudit).await;
        let rows = world.cx.store.read(move |tx| of_person(tx, &auditor, id, 200)).await.expect("works");
        let has = |action: &str, result: &str| {
            rows.iter().any(|row| &*row.action == action && &*row.result == result)
        };
        assert!(has("opt-out", "done") && has("rescind-opt-out", "done") && has("opt-out", "not done"));
        assert!(has("view-person", "withheld"), "who looked meanwhile is on record");
    });
}

/// A reply that showed somebody is kept. Who opens it after the person opted out does not see it, and is on record.
#[test]
fn a_kept_reply_is_withheld_from_who_does_not_see_the_person_it_showed() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        let answer = world.send(&world.north, &query("NORTH", "A17", "DOE^ANA^^^^^L")).await;
        assert!(answer.contains("|DOE^ANA"), "{answer}");
        let officer = granted(&world, "privacy-officer", None, Permission::SearchPersons).await;
        let found = people::search(&world.cx, officer, by_name(), world.arrival()).await.expect("works");
        let FoundPeople::People(found) = found else { panic!("{found:?}") };
        let id = found[0].person.id;
        let reader = granted(&world, "data-quality", None, Permission::ReadMessages).await;
        let wanted = Wanted {
            sender_id: None,
            ack: None,
            code: None,
            control_id: None,
            from: Timestamp::UNIX_EPOCH,
            before: world.arrival().at,
            after: None,
            limit: 10,
        };
        let listed = messages::list(&world.cx, reader.clone(), wanted, world.arrival()).await.expect("works");
        let asked = listed.iter().find(|listed| listed.envelope.kind.starts_with("QBP")).expect("the query");
        let opens = async || {
            let opened = messages::open(&world.cx, reader.clone(), asked.envelope.id, world.arrival()).await;
            opened.expect("works").expect("a message").content.is_some()
        };
        assert!(opens().await, "she takes part");
        assert_eq!(signed(&world, id, true).await, Entered::Done);
        assert!(!opens().await, "she opted out since");
        let auditor = granted(&world, "privacy-officer", None, Permission::ViewPerson).await;
        let rows = world.cx.store.read(move |tx| of_person(tx, &auditor, id, 200)).await.expect("works");
        let is_withheld = |row: &AuditRow| &*row.action == "view-message" && &*row.result == "withheld";
        assert!(rows.iter().any(is_withheld), "who tried is on record with the person");
        assert_eq!(signed(&world, id, false).await, Entered::Done);
        assert!(opens().await, "she is back");
    });
}

/// Somebody at a desk who adds the same person by hand is told of nobody, and the locked record stays whole.
#[test]
fn a_locked_record_is_neither_told_of_nor_changed_by_who_adds_the_same_person() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        let officer = granted(&world, "privacy-officer", None, Permission::SearchPersons).await;
        let found = people::search(&world.cx, officer, by_name(), world.arrival()).await.expect("works");
        let FoundPeople::People(found) = found else { panic!("{found:?}") };
        let (number, id) = (found[0].person.registry_number, found[0].person.id);
        assert_eq!(signed(&world, id, true).await, Entered::Done);
        let names = directory(&world.cx, &world.arrival()).await.expect("works");
        let site = names.sites().find(|site| &*site.code == "NORTH").expect("a site").clone();
        let nurse = granted(&world, "clinic-access", Some("NORTH"), Permission::AddPerson).await;
        let deed = Deed { granted: nurse.clone(), arrival: world.arrival(), reason: "".into(), key: [9; 32] };
        let person = crate::at_the_desk::ana();
        let submission = Submission { person, ..Submission::default() };
        let entry = Entry {
            deed,
            sees: nurse,
            site,
            about: About::Nobody(Vec::new()),
            submission,
            heeded: Vec::new(),
        };
        let added = desk::enter(&world.cx, entry).await.expect("works");
        assert!(matches!(added, Outcome::Stored(ref stored) if stored.number != number), "{added:?}");
        let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("works");
        assert!(checked.differing.is_empty(), "{:?}", checked.differing);
        let viewer = granted(&world, "privacy-officer", None, Permission::ViewPerson).await;
        let record = people::open(&world.cx, viewer, number, world.arrival()).await.expect("works");
        assert_eq!(record.expect("it is there").events.len(), 1);
    });
}
