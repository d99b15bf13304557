//! Opting out (requirements Y-1): on each engine, for every door, through merges, and back.

use crate::protecting::granted;
use crate::world::{World, about, mmr, on_each_engine, query, segment, vxu};
use iis_model::access::{Actor, Channel, Granted, Permission};
use iis_model::{AccountId, PersonId, RegistryNumber, Submission};
use iis_registry::Failure;
use iis_registry::cases::{Scan, Upload};
use iis_registry::desk::{self, About, Entry, Outcome};
use iis_registry::directory::directory;
use iis_registry::messages::{self, Wanted};
use iis_registry::opting_out::{Entered, RESEMBLES, SignedForm, enter, fetch, forms, scans};
use iis_registry::people::{self, Criteria, FoundPeople};
use iis_registry::rebuild::check;
use iis_registry::review::{
    Deed, Merge, Outcome as Decided, Refusal, Unmerge, merge, next, open, unmerge, waiting,
};
use iis_store::audit::AuditRow;
use iis_store::audit::list::of_person;
use iis_store::review_item::FRONT;
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

pub(crate) async fn signed(world: &World, id: PersonId, opts_out: bool) -> Entered {
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
    enter(&world.cx, deed, id, form, None).await.expect("the store works")
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
        let rows = world.cx.store.peek(move |tx| of_person(tx, &auditor, id, 200)).await.expect("works");
        let has = |action: &str, result: &str| {
            rows.iter().any(|row| &*row.action == action && &*row.result == result)
        };
        assert!(has("opt-out", "done") && has("rescind-opt-out", "done") && has("opt-out", "not done"));
        assert!(has("view-person", "withheld"), "who looked meanwhile is on record");
    });
}

/// Y-1: the scan of a signed form is kept with it, is fetched by whom handles it alone, and every fetching is on record.
#[test]
fn y_1_the_scan_of_a_signed_form_is_fetched_by_whom_handles_it_with_an_audit_row() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        let [(id, _)] = all_of_the_name(&world).await[..] else { panic!("one Ana") };
        let by = granted(&world, "privacy-officer", None, Permission::LockPersons).await;
        let send = async |content: &[u8], scan: Scan, key: u8| {
            let deed =
                Deed { granted: by.clone(), arrival: world.arrival(), reason: "".into(), key: [key; 32] };
            let form = SignedForm {
                opts_out: true,
                on: date(2026, 3, 1),
                by: "Sue Moss".into(),
                relation: "parent",
                reference: "F-17".into(),
            };
            enter(&world.cx, deed, id, form, Some(Upload { content: content.into(), scan })).await
        };
        for (content, scan) in [(&b"MZ"[..], Scan::Clean), (b"%PDF-", Scan::Found)] {
            let refused = send(content, scan, 1).await;
            assert!(matches!(refused, Err(Failure::Rule(_))), "{refused:?}");
        }
        assert!(forms(&world.cx, by.clone(), id).await.expect("works").is_empty(), "nothing was entered");
        let pdf = b"%PDF-1.7 signed";
        assert_eq!(send(pdf, Scan::Clean, 2).await.expect("works"), Entered::Done);
        assert_eq!(send(pdf, Scan::Clean, 2).await.expect("works"), Entered::Done, "pressed twice");
        let kept = scans(&world.cx, by.clone(), id).await.expect("works");
        let [kept] = &kept[..] else { panic!("one scan: {kept:?}") };
        assert_eq!((&*kept.media_type, kept.scanner), ("application/pdf", Scan::Clean));
        let own = fetch(&world.cx, by.clone(), id, kept.form_id, world.arrival()).await.expect("works");
        let own = own.expect("there is a scan");
        assert_eq!(own.content.as_deref(), Some(&pdf[..]));
        let another = fetch(&world.cx, by.clone(), id, kept.form_id + 1, world.arrival()).await;
        assert_eq!(another.expect("works"), None);
        // somebody whose grant does not reach who opted out
        let other = granted(&world, "data-quality", None, Permission::ViewPerson).await;
        let withheld = fetch(&world.cx, other, id, kept.form_id, world.arrival()).await;
        assert_eq!(withheld.expect("works"), None);
        let auditor = granted(&world, "privacy-officer", None, Permission::ViewPerson).await;
        let rows = world.cx.store.peek(move |tx| of_person(tx, &auditor, id, 200)).await.expect("works");
        let mut said: Vec<_> = rows
            .iter()
            .filter(|row| ["refuse-file", "fetch-opt-out-scan"].contains(&&*row.action))
            .map(|row| format!("{} {}", row.action, row.result))
            .collect();
        said.sort_unstable();
        let expected = [
            "fetch-opt-out-scan done",
            "fetch-opt-out-scan not found",
            "fetch-opt-out-scan not found",
            "refuse-file malware",
            "refuse-file wrong-kind",
        ];
        assert_eq!(said, expected);
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
        let rows = world.cx.store.peek(move |tx| of_person(tx, &auditor, id, 200)).await.expect("works");
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

/// The ids of all who are found under the name by somebody who sees who opted out.
async fn all_of_the_name(world: &World) -> Vec<(PersonId, RegistryNumber)> {
    let officer = granted(world, "privacy-officer", None, Permission::SearchPersons).await;
    match people::search(&world.cx, officer, by_name(), world.arrival()).await.expect("works") {
        FoundPeople::People(found) => {
            found.into_iter().map(|hit| (hit.person.id, hit.person.registry_number)).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// Requirements Y-1: who claims a record that must not be shared is not let into it because its person opted out, and what is
/// made of the report is locked as well.
#[test]
fn a_record_that_must_not_be_shared_is_claimed_by_nobody_after_its_person_opted_out() {
    on_each_engine(|world| async move {
        let at_home = "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F|||12 Elm St^^Alder^CA^90001^USA^H";
        let protected = about("NORTH", "M1", "A17", at_home, "PD1||||||||||||Y|20260101\r");
        world.send(&world.north, &protected).await;
        let [(id, number)] = all_of_the_name(&world).await[..] else { panic!("one Ana") };
        assert_eq!(signed(&world, id, true).await, Entered::Done);
        world.send(&world.south, &vxu("SOUTH", "M2", "B3", &mmr("V3", "20210301", "01", "A"))).await;
        let all = all_of_the_name(&world).await;
        assert!(all.len() == 2 && all.contains(&(id, number)), "a record of its own: {all:?}");
        for role in ["clinic-access", "help-desk", "data-quality", "epidemiology"] {
            let site = (role == "clinic-access").then_some("SOUTH");
            assert_eq!(sees(&world, role, site, None).await.0, 0, "{role}: both are locked");
        }
    });
}

/// The same where not enough says that it is her: what is made of the report is locked until somebody has looked.
#[test]
fn who_may_be_somebody_who_opted_out_is_locked_until_somebody_has_looked() {
    on_each_engine(|world| async move {
        let at_home = "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F|||12 Elm St^^Alder^CA^90001^USA^H";
        world.send(&world.north, &about("NORTH", "M1", "A17", at_home, "")).await;
        let [(id, _)] = all_of_the_name(&world).await[..] else { panic!("one Ana") };
        assert_eq!(signed(&world, id, true).await, Entered::Done);
        // a namesake: nothing says that it is her, and nothing that it is not
        let namesake = "DOE^ANA^^^^^L||20200115|F|||^^Alder^CA^90001^USA^H";
        let namesake = about("SOUTH", "M3", "B4", namesake, "");
        world.send(&world.south, &namesake).await;
        for role in ["clinic-access", "help-desk", "data-quality", "epidemiology"] {
            let site = (role == "clinic-access").then_some("SOUTH");
            assert_eq!(sees(&world, role, site, None).await.0, 0, "{role}");
        }
        let all = all_of_the_name(&world).await;
        let other = all.iter().find(|(one, _)| *one != id).expect("a record of its own, locked as well");
        let by = granted(&world, "privacy-officer", None, Permission::LockPersons).await;
        let entered = forms(&world.cx, by, other.0).await.expect("works");
        assert_eq!((&*entered[0].relation, &*entered[0].actor), (RESEMBLES, "openiis"));
        // somebody looked: it is another child
        assert_eq!(signed(&world, other.0, false).await, Entered::Done);
        assert_eq!(sees(&world, "clinic-access", Some("SOUTH"), Some(other.1)).await, (1, true));
        // whoever is plainly somebody else was never locked
        let brother = about("SOUTH", "M4", "B5", "DOE^BRUNO^^^^^L|MOSS^SUE^^^^^M|20200115|M", "");
        world.send(&world.south, &brother).await;
        assert_eq!(world.people("DOE", "BRUNO", date(2020, 1, 15)).await, 1);
        let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("works");
        assert!(checked.differing.is_empty(), "{:?}", checked.differing);
    });
}

/// A merge of somebody who opted out since is taken back only by who sees the record, and the form stays where it hung.
#[test]
fn a_merge_of_somebody_who_opted_out_since_is_taken_back_by_who_sees_the_record() {
    on_each_engine(|world| async move {
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &mmr("V1", "20210301", "00", "A"))).await;
        world.send(&world.south, &about("SOUTH", "M2", "B4", "DOE^ANA^^^^^L||20200115|F", "")).await;
        let [one, other] = all_of_the_name(&world).await[..] else { panic!("two") };
        let actor = || Actor::Account { id: AccountId(1), name: "rae".into() };
        let reviewer = Granted::by_decision(actor(), Permission::ResolveDuplicates, Channel::Web, "");
        let deed = |granted: &Granted, key: u8| Deed {
            granted: granted.clone(),
            arrival: world.arrival(),
            reason: "one child".into(),
            key: [key; 32],
        };
        let merged = Merge { from: other.0, to: one.0, item_id: None };
        let Decided::Done(event_id) = merge(&world.cx, deed(&reviewer, 1), merged).await.expect("works")
        else {
            panic!("merged")
        };
        assert_eq!(signed(&world, one.0, true).await, Entered::Done);
        let back = || Unmerge { event_id, with: Vec::new(), keep_apart: false };
        let refused = unmerge(&world.cx, deed(&reviewer, 2), back()).await.expect("works");
        assert_eq!(refused, Decided::Refused(Refusal::NothingToTakeBack));
        assert_eq!(sees(&world, "data-quality", None, Some(one.1)).await, (0, false), "still locked");
        let officer = reviewer.clone().with_opted_out(true);
        assert!(matches!(unmerge(&world.cx, deed(&officer, 3), back()).await, Ok(Decided::Done(_))));
        assert_eq!(
            sees(&world, "data-quality", None, Some(one.1)).await,
            (1, false),
            "the form hangs on her number"
        );
        assert_eq!(sees(&world, "data-quality", None, Some(other.1)).await, (1, true));
        let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("works");
        assert!(checked.differing.is_empty(), "{:?}", checked.differing);
    });
}

/// A reviewer is led past questions that cannot be answered, and is told how many can be seen.
#[test]
fn questions_about_who_opted_out_are_passed_over() {
    on_each_engine(|world| async move {
        let two = async |n: &str, last: &str, mother: &str, street: &str| {
            let ana = format!("{last}^ANA^^^^^L|{mother}^^^^^M|20200115|F|||{street}^^Alder^CA^90001^USA^H");
            world.send(&world.north, &about("NORTH", &format!("N{n}"), &format!("A{n}"), &ana, "")).await;
            let anna = ana.replace("^ANA^", "^ANNA^");
            world.send(&world.south, &about("SOUTH", &format!("S{n}"), &format!("B{n}"), &anna, "")).await;
        };
        two("1", "DOE", "MOSS^SUE", "12 Elm St").await;
        two("2", "BLUM", "REED^KIM", "9 Oak St").await;
        let reviewer = granted(&world, "data-quality", None, Permission::ResolveDuplicates).await;
        let queue = async || {
            let queue = waiting(&world.cx, reviewer.clone(), "open", FRONT, world.arrival()).await;
            let queue = queue.expect("works");
            let counts = (queue.open, queue.hidden, queue.oldest.is_some());
            assert_eq!(
                open(&world.cx, reviewer.clone()).await.expect("works"),
                queue.open,
                "on the start page"
            );
            let items = queue.items.into_iter().map(|item| (item.id, item.candidates));
            (items.collect::<Vec<_>>(), counts)
        };
        let (before, counts) = queue().await;
        assert_eq!(before.len(), 2, "{before:?}");
        assert_eq!(counts, (2, 0, true));
        let (ana, _) = all_of_the_name(&world).await[0];
        assert_eq!(signed(&world, ana, true).await, Entered::Done);
        let (after, counts) = queue().await;
        assert_eq!(after.len(), 1, "{after:?}");
        assert_eq!(counts, (1, 1, true), "what is not shown is not in the total, and is not forgotten");
        assert_eq!(after[0].1, 1);
        assert_eq!(next(&world.cx, reviewer.clone(), None).await.expect("works"), Some(after[0].0));
        assert_eq!(
            next(&world.cx, reviewer.clone(), Some(after[0].0)).await.expect("works"),
            None,
            "and not in a circle"
        );
        assert_eq!(signed(&world, ana, false).await, Entered::Done);
        let (back, counts) = queue().await;
        assert_eq!((back, counts), (before, (2, 0, true)), "the privacy officer opened the record");
    });
}
