//! Whose record is this: links, reviews, and many messages about one new child at once.

use crate::at_the_desk::{nurse, of, open, people, send, stored};
use crate::world::{World, about, count, mmr, on_each_engine, query, segment, vxu};
use iis_model::access::{Actor, Channel, Granted, Permission};
use iis_model::{Coded, Cvx, PartialDate, PersonId};
use iis_registry::desk::About as At;
use iis_registry::desk::saying::refusal;
use iis_registry::matching::sweep::Sweep;
use iis_registry::rebuild::{check, rebuild};
use iis_store::review_item::{self, ReviewItem};
use iis_store::testing::tables::dump_in;
use iis_store::{consolidated, person};
use jiff::civil::date;
use std::sync::Arc;

/// Ana Doe, a child of Sue Mom, at home in Elm Street.
const ANA: &str =
    "DOE^ANA^^^^^L|MOSS^SUE^^^^^M|20200115|F|||12 Elm St^^Alder^CA^90001^USA^H||^PRN^PH^^^515^5551234";

fn granted() -> Granted {
    Granted::by_decision(Actor::Registry, Permission::Operate, Channel::Internal, "")
}

async fn open_items(world: &World) -> Vec<ReviewItem> {
    let read = world.cx.store.read(|tx| review_item::queue(tx, &granted(), "open", review_item::FRONT, 100));
    read.await.expect("a reading")
}

async fn persons(world: &World) -> usize {
    let all = world.cx.store.read(|tx| person::list(tx, iis_model::PersonId(i64::MIN), 10_000));
    all.await.expect("a reading").len()
}

#[test]
fn a_child_whom_two_clinics_report_is_one_person() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, &mmr("D1", "20210120", "00", "A"))).await;
        let reply = world
            .send(&world.south, &about("SOUTH", "M1", "S9", ANA, &mmr("D2", "20240120", "00", "A")))
            .await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AA|M1", "{reply}");
        assert_eq!((persons(&world).await, open_items(&world).await.len()), (1, 0));
        for (sender, site, mrn) in [(&world.north, "NORTH", "A17"), (&world.south, "SOUTH", "S9")] {
            let record = world.send(sender, &query(site, mrn, "")).await;
            assert_eq!(count(&record, "RXA"), 2, "each clinic sees both doses: {record}");
        }
    });
}

#[test]
fn a_child_for_whom_a_desk_noted_something_is_linked_to_reports_of_other_clinics_as_before() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, &mmr("D1", "20210120", "00", "A"))).await;
        let north = nurse(&world, "NORTH").await;
        let record = open(&world, &north, people(&world, &north, "DOE").await).await;
        let declined = Coded::new("00", "Parental decision", "NIP002");
        let note = refusal(Cvx::new(3), PartialDate::day(date(2026, 3, 2)), declined);
        stored(send(&world, &north, 1, At::Person(record.id), of(vec![note])).await);
        world.send(&world.south, &about("SOUTH", "M1", "S9", ANA, &mmr("D2", "20240120", "00", "A"))).await;
        assert_eq!((persons(&world).await, open_items(&world).await.len()), (1, 0));
    });
}

#[test]
fn a_report_that_may_be_about_a_known_child_waits_with_a_person_of_its_own() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, "")).await;
        let anna = ANA.replace("^ANA^", "^ANNA^"); // two valid names: she may be the twin
        let reply = world
            .send(&world.south, &about("SOUTH", "M1", "S9", &anna, &mmr("D2", "20240120", "00", "A")))
            .await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AA|M1", "the sender need not wait: {reply}");
        assert_eq!(count(&reply, "ERR"), 0, "and is not told who else is known: {reply}");
        assert_eq!(persons(&world).await, 2);
        let items = open_items(&world).await;
        let [item] = &items[..] else { panic!("{items:?}") };
        assert!(item.best_bits > 0 && item.candidates.len() == 1, "{item:?}");
        let id = item.person_id;
        let person = world.cx.store.read(move |tx| person::get(tx, &granted(), id)).await.expect("a reading");
        assert_eq!(person.expect("the person").status, "provisional".into());
        let record = world.send(&world.south, &query("SOUTH", "S9", "")).await;
        assert!(
            segment(&record, "QAK").starts_with("QAK|T1|OK") && record.contains("|20240120||03^"),
            "{record}"
        );
        // what comes later under the same number goes to the same person and is asked no second time
        world.send(&world.south, &about("SOUTH", "M2", "S9", &anna, &mmr("D3", "20250120", "00", "A"))).await;
        assert_eq!((persons(&world).await, open_items(&world).await.len()), (2, 1));
    });
}

#[test]
fn strangers_and_siblings_stay_apart_without_a_question() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, "")).await;
        for (n, person) in [
            "ROE^MIGUEL^^^^^L||19870602|M",
            "DOE^BRUNO^^^^^L|MOSS^SUE^^^^^M|20180304|M|||12 Elm St^^Alder^CA^90001^USA^H||^PRN^PH^^^515^5551234",
            "DOE^ANA^^^^^L|POE^EVA^^^^^M|19990704|F|||7 Oak St^^Alder^CA^90002^USA^H",
        ]
        .into_iter()
        .enumerate()
        {
            world.send(&world.south, &about("SOUTH", &format!("M{n}"), &format!("S{n}"), person, "")).await;
        }
        assert_eq!((persons(&world).await, open_items(&world).await.len()), (4, 0));
    });
}

/// A hundred messages about one new child on as many connections, each under a record number of its own.
#[test]
fn many_numbers_of_one_new_child_at_once_make_one_person() {
    const MESSAGES: usize = 100;
    on_each_engine(|world| async move {
        let world = Arc::new(world);
        let sent: Vec<_> = (0..MESSAGES)
            .map(|n| {
                let world = Arc::clone(&world);
                tokio::spawn(async move {
                    let (sender, site) =
                        if n % 2 == 0 { (&world.north, "NORTH") } else { (&world.south, "SOUTH") };
                    world.send(sender, &about(site, &format!("M{n}"), &format!("R{n}"), ANA, "")).await
                })
            })
            .collect();
        for reply in sent {
            let reply = reply.await.expect("no panic");
            assert!(segment(&reply, "MSA").starts_with("MSA|AA|"), "{reply}");
        }
        assert_eq!((persons(&world).await, open_items(&world).await.len()), (1, 0));
    });
}

#[test]
fn a_number_given_out_again_is_looked_up_by_likeness() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", "ROE^MIGUEL^^^^^L||19870602|M", "")).await;
        world.send(&world.south, &about("SOUTH", "M1", "S9", ANA, "")).await;
        let reply = world.send(&world.north, &about("NORTH", "M2", "A17", ANA, "")).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AE|M2", "the sender is told: {reply}");
        assert_eq!(persons(&world).await, 2, "Ana is known");
        assert_eq!(world.people("doe", "ana", date(2020, 1, 15)).await, 1);
    });
}

#[test]
fn what_persons_are_found_by_is_the_same_after_rebuilding() {
    on_each_engine(|world| async move {
        let moved = ANA.replace("12 Elm St", "7 Oak Ave").replace("5551234", "5559876");
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, &mmr("D1", "20210120", "00", "A"))).await;
        world.send(&world.south, &about("SOUTH", "M1", "S9", ANA, "")).await;
        world.send(&world.north, &about("NORTH", "M2", "A17", &moved, "")).await;
        world
            .send(&world.south, &about("SOUTH", "M2", "S1", "DOE^BABY BOY B^^^^^L|MOSS^SUE|20200115|M", ""))
            .await;
        world.send(&world.south, &vxu("SOUTH", "M3", "S2", "")).await;
        let tables = || world.cx.store.read(dump_in);
        let before = tables().await.expect("a dump");
        assert!(
            before["match_key"].len() > 20 && before["match_subject"].len() == 2,
            "{:?}",
            before["match_subject"]
        );
        let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("the store works");
        assert_eq!((checked.persons, &checked.differing[..]), (2, &[][..]));
        spoil(&world).await;
        let checked = check(&world.cx, world.arrival().at, |_| {}).await.expect("the store works");
        let [(_, tables_)] = &checked.differing[..] else { panic!("{checked:?}") };
        assert_eq!(tables_[..], ["match_key"]);
        rebuild(&world.cx, world.arrival().at).await.expect("the store works");
        let after = tables().await.expect("a dump");
        for table in consolidated::TABLES {
            assert_eq!(before[table], after[table], "{table}");
        }
    });
}

/// Takes a key from somebody.
async fn spoil(world: &World) {
    let first =
        world.cx.store.read(|tx| iis_store::match_subject::list(tx, &granted(), PersonId(i64::MIN), 1));
    let first = first.await.expect("a reading")[0].clone();
    let rows = world.cx.store.read(dump_in).await.expect("a dump");
    let id = first.person_id.0.to_string();
    let row = rows["match_key"].iter().find(|row| row.split(" | ").nth(1) == Some(&*id)).expect("a key");
    let key: i64 = row.split(" | ").next().expect("a number").parse().expect("a number");
    let at = world.arrival().at;
    let plan = move |_: &mut iis_store::Tx<'_>| {
        let mut plan = iis_store::Plan::new(at, iis_store::UnitKey::None);
        plan.changes.push(iis_store::Change::RemoveMatchKeys { person_id: first.person_id, keys: vec![key] });
        Ok(plan)
    };
    world.cx.store.propose_and_apply(iis_store::Lane::Bulk, plan).await.expect("a plan");
}

#[test]
fn a_query_finds_the_one_person_meant_and_offers_those_who_resemble() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, &mmr("D1", "20210120", "00", "A"))).await;
        let ask = |name: &str| query("SOUTH", "", name);
        #[rustfmt::skip]
        let table = [
            // asked for           answered
            ("DOE^ANA^^^^^L",      "Z32"), // herself
            ("DOR^ANA^^^^^L",      "Z31"), // a slip in the last name
            ("DOE^ANNA^^^^^L",     "Z31"), // may be somebody else
            ("DOE^BRUNO^^^^^L",    "Z33"), // her twin is not she
            ("ROE^MIGUEL^^^^^L",   "Z33"),
        ];
        for (name, answered) in table {
            let reply = world.send(&world.south, &ask(name)).await;
            assert!(segment(&reply, "MSH").contains(answered), "{name}: {reply}");
            assert_eq!(count(&reply, "RXA") > 0, answered == "Z32", "{name}: {reply}");
        }
        // somebody of the same name, born on the swapped day of another month: nobody is certain any more
        let alike = ANA
            .replace("|20200115|", "|20200116|")
            .replace("MOSS^SUE", "POE^EVA")
            .replace("12 Elm St", "7 Oak St");
        world.send(&world.south, &about("SOUTH", "M2", "S3", &alike.replace("5551234", "5550000"), "")).await;
        assert_eq!(persons(&world).await, 2);
        let reply = world.send(&world.south, &ask("DOE^ANA^^^^^L")).await;
        assert_eq!((segment(&reply, "MSH").contains("Z31"), count(&reply, "PID")), (true, 2), "{reply}");
    });
}

#[test]
fn twins_are_never_answered_for_one_another() {
    on_each_engine(|world| async move {
        let twin = |given: &str, order: u8| {
            ANA.replace("^ANA^", &format!("^{given}^")) + &format!("|||||||||||Y|{order}")
        };
        world.send(&world.north, &about("NORTH", "M1", "A1", &twin("ELI", 1), "")).await;
        world.send(&world.north, &about("NORTH", "M2", "A2", &twin("ELIJAH", 2), "")).await;
        assert_eq!(persons(&world).await, 2);
        for name in ["DOE^ELI^^^^^L", "DOE^ELIJAH^^^^^L", "DOE^ELIAS^^^^^L"] {
            let reply = world.send(&world.south, &query("SOUTH", "", name)).await;
            assert!(segment(&reply, "MSH").contains("Z31"), "{name}: {reply}");
        }
        for mrn in ["A1", "A2"] {
            let reply = world.send(&world.north, &query("NORTH", mrn, "")).await;
            assert!(segment(&reply, "MSH").contains("Z32"), "by their own number each is known: {reply}");
        }
    });
}

async fn sweep(world: &World) -> Sweep {
    let mut sweep = Sweep::default();
    while !sweep.step(&world.cx, world.arrival()).await.expect("the store works") {}
    sweep
}

#[test]
fn a_sweep_merges_whom_later_reports_made_certain_and_asks_about_others_once() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, "")).await;
        let nameless = ANA.replace("^ANA^", "^BABYGIRL^");
        let nameless = nameless.replace("MOSS^SUE", "^").replace("5551234", "5550000");
        world.send(&world.south, &about("SOUTH", "M2", "S1", &nameless, "")).await;
        assert_eq!((persons(&world).await, open_items(&world).await.len()), (2, 1), "no name yet, no mother");
        world.send(&world.south, &about("SOUTH", "M3", "S1", ANA, "")).await;
        assert_eq!(persons(&world).await, 2, "the number leads to the person that waits");
        let done = sweep(&world).await;
        assert_eq!((done.merged, done.proposed, persons(&world).await), (1, 0, 1));
        assert_eq!(open_items(&world).await.len(), 0, "what was asked is answered");

        let anna = ANA.replace("^ANA^", "^ANNA^");
        world.send(&world.south, &about("SOUTH", "M4", "S2", &anna, "")).await;
        assert_eq!(open_items(&world).await.len(), 1);
        let done = sweep(&world).await;
        assert_eq!(
            (done.merged, done.proposed, persons(&world).await),
            (0, 0, 2),
            "somebody was asked already"
        );
        assert_eq!(open_items(&world).await.len(), 1);
    });
}

/// Ana, whose record must not be shared.
const PROTECTED: &str = "PD1||||||||||||Y|20260101\r";

#[test]
fn a_protected_record_is_not_opened_to_another_organization_by_likeness() {
    on_each_engine(|world| async move {
        world.send(&world.north, &about("NORTH", "M1", "A17", ANA, PROTECTED)).await;
        world.send(&world.north, &about("NORTH", "M2", "A18", ANA, "")).await;
        assert_eq!(persons(&world).await, 1, "her own organization may open a second record of her");
        // who knows her name, birth date, mother and home is put before a reviewer, and sees what it reported itself
        let dose = mmr("D2", "20240120", "00", "A");
        let reply = world.send(&world.south, &about("SOUTH", "M1", "S9", ANA, &dose)).await;
        assert_eq!(segment(&reply, "MSA"), "MSA|AA|M1", "nothing tells that she is known: {reply}");
        assert_eq!((persons(&world).await, open_items(&world).await.len()), (2, 1));
        let record = world.send(&world.south, &query("SOUTH", "S9", "")).await;
        assert_eq!(count(&record, "RXA"), 1, "{record}");
    });
}

#[test]
fn a_sweep_does_not_merge_a_protected_record_but_asks() {
    on_each_engine(|world| async move {
        for (protection, merged) in [("", 1), (PROTECTED, 0)] {
            let name = if protection.is_empty() { "ANA" } else { "ZOE" };
            let ana = ANA.replace("^ANA^", &format!("^{name}^")).replace("20200115", "20180304");
            let sparse = format!("DOE^{name}^^^^^L||20180304|F");
            world.send(&world.north, &about("NORTH", &format!("M1{name}"), name, &ana, protection)).await;
            world.send(&world.south, &about("SOUTH", &format!("M2{name}"), name, &sparse, "")).await;
            let waiting: Vec<_> = open_items(&world).await.into_iter().map(|item| item.id).collect();
            close(&world, waiting).await; // nobody is asked any more, so the sweep has to
            world.send(&world.south, &about("SOUTH", &format!("M3{name}"), name, &ana, "")).await;
            let done = sweep(&world).await;
            assert_eq!((done.merged, done.proposed), (merged, 1 - merged), "{name}");
        }
    });
}

/// Closes questions without an answer, as if nobody had ever asked them.
async fn close(world: &World, items: Vec<i64>) {
    let at = world.arrival().at;
    let plan = move |_: &mut iis_store::Tx<'_>| {
        let mut plan = iis_store::Plan::new(at, iis_store::UnitKey::None);
        plan.changes.extend(items.iter().map(|id| {
            let (state, closed_at, event_id) = ("different", Some(at), None);
            iis_store::Change::ReviewState(review_item::ReviewState { id: *id, state, closed_at, event_id })
        }));
        Ok(plan)
    };
    world.cx.store.propose_and_apply(iis_store::Lane::Bulk, plan).await.expect("a plan");
}

/// A refusal and an immunity (decision 0014): under numbers of their own from two orders, or from two clinics.
#[test]
fn refusals_and_observations_that_say_the_same_are_one_whoever_numbers_them() {
    let refusal = |order: &str, site: &str| {
        format!(
            "ORC|RE||{order}^{site}\rRXA|0|1|20220301||21^Varicella^CVX|999||||||||||||00^Parental decision^NIP002||RE|A\r"
        )
    };
    let immune = |order: &str, site: &str| {
        format!(
            "ORC|RE||{order}^{site}\rRXA|0|1|20220301||998^No vaccine administered^CVX|999||||||||||||||NA|A\r\
             OBX|1|CE|59784-9^Disease with presumed immunity^LN|1|38907003^Varicella infection^SCT||||||F|||20220301\r"
        )
    };
    on_each_engine(|world| async move {
        let mut events = 0;
        for (of, what) in [(&refusal as &dyn Fn(&str, &str) -> String, "refusal"), (&immune, "immunity")] {
            events += 1;
            for (n, (site, order)) in [("NORTH", "1"), ("NORTH", "2"), ("SOUTH", "7")].into_iter().enumerate()
            {
                let sender = if site == "NORTH" { &world.north } else { &world.south };
                let order = format!("{what}{order}");
                let message = about(site, &format!("{what}{n}"), "A17", ANA, &of(&order, site));
                let reply = world.send(sender, &message).await;
                assert!(segment(&reply, "MSA").starts_with("MSA|AA|"), "{reply}");
                let rows = world.cx.store.read(dump_in).await.expect("a dump");
                assert_eq!(rows["event"].len(), events, "{what} {order} of {site}: {:?}", rows["event"]);
            }
        }
        let other_day = refusal("9", "SOUTH").replace("20220301", "20230301");
        world.send(&world.south, &about("SOUTH", "later", "A17", ANA, &other_day)).await;
        let rows = world.cx.store.read(dump_in).await.expect("a dump");
        assert_eq!(rows["event"].len(), events + 1, "refused again on another day");
    });
}
