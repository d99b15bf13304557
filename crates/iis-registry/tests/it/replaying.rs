//! Stored messages against the rules of today: what differs is told, and nothing changes.

use crate::world::{World, mmr, on_each_engine, query, vxu};
use iis_model::access::Permission;
use iis_model::organization::CodeMapping;
use iis_registry::access::operator;
use iis_registry::exchange::replay::Stored;
use iis_registry::exchange::timing;
use iis_registry::messages;
use iis_registry::messages::replays::{self, Asked, Replayed, State, Work};
use iis_registry::review::Deed;
use iis_registry::senders;
use iis_store::testing::portrait::portrait;
use jiff::Timestamp;
use std::sync::atomic::{AtomicU64, Ordering};

fn deed(world: &World, key: u8) -> Deed {
    let granted = operator(Permission::ReadMessages).expect("the operator may");
    Deed { granted, arrival: world.arrival(), reason: "".into(), key: [key; 32] }
}

fn asked(world: &World) -> Asked {
    let (from, before) = (Timestamp::UNIX_EPOCH, world.arrival().at);
    Asked { sender_id: None, ack: None, code: None, from, before }
}

/// Begins a replay and carries it out to its end.
async fn replayed(world: &World, asked: Asked, key: u8) -> Replayed {
    let id = replays::begin(&world.cx, deed(world, key), asked).await.expect("begun");
    let mut work = Work::take_up(&world.cx, id).await.expect("the store works").expect("running");
    while work.step(world.arrival()).await.expect("the store works") {}
    replays::get(&world.cx, id).await.expect("the store works").expect("a replay")
}

async fn differences(world: &World, id: i64) -> Vec<iis_registry::exchange::replay::Difference> {
    let granted = operator(Permission::ReadMessages).expect("the operator may");
    let found = replays::differences(&world.cx, granted, (id, 0, 500), world.arrival()).await;
    found.expect("the store works").into_iter().map(|(_, difference)| difference).collect()
}

/// Changes what is agreed with a sender.
async fn agree(world: &World, name: &str, change: impl FnOnce(&mut senders::Agreement)) {
    let seen = senders::agreement(&world.cx, name).await.expect("the store works").expect("a sender");
    let mut new = seen.clone();
    change(&mut new);
    let granted = operator(Permission::ManageSenders).expect("the operator may");
    senders::agree(&world.cx, &granted, name, (seen, new), world.arrival()).await.expect("agreed");
}

#[test]
fn traffic_that_would_be_answered_as_it_was_differs_in_nothing() {
    on_each_engine(|world| async move {
        for (id, mrn, order) in [("M1", "A17", "D1"), ("M2", "A17", "D2"), ("M3", "B18", "D3")] {
            world.send(&world.north, &vxu("NORTH", id, mrn, &mmr(order, "20210120", "00", "A"))).await;
        }
        world.send(&world.north, &vxu("NORTH", "M4", "A17", &mmr("D9", "20210120", "00", "D"))).await;
        world.send(&world.south, &query("SOUTH", "", "DOE^ANA^^^^^L")).await;
        world.send(&world.south, "MSH|^~\\&|EHR|SOUTH|||20260302||ADT^A01|X1|P|2.5.1\r").await;
        let done = replayed(&world, asked(&world), 1).await;
        assert_eq!((done.state, done.looked_at, done.messages), (State::Done, 6, 6));
        assert_eq!(done.differing, 0, "{:?}", differences(&world, done.id).await);
    });
}

#[test]
fn what_another_agreement_makes_different_is_told_and_nothing_changes() {
    on_each_engine(|world| async move {
        let local = mmr("D1", "20210120", "00", "A").replace("03^MMR^CVX", "MEASLES3^MMR^99LOC");
        world.send(&world.north, &vxu("NORTH", "M1", "A17", &local)).await;
        world.send(&world.north, &vxu("NORTH", "M2", "A17", &mmr("D2", "20240120", "00", "A"))).await;
        world.send(&world.south, &vxu("SOUTH", "S1", "B18", "")).await;
        let mapping = CodeMapping {
            field: "RXA-5".into(),
            code: "MEASLES3".into(),
            standard: "03".into(),
            standard_system: "CVX".into(),
            ..CodeMapping::default()
        };
        agree(&world, "north-ehr", |new| new.profile.mappings = vec![mapping]).await;
        agree(&world, "south-ehr", |new| new.profile.may_submit = false).await;
        let before = world.cx.store.read(portrait).await.expect("readable");
        let done = replayed(&world, asked(&world), 1).await;
        assert_eq!(before, world.cx.store.read(portrait).await.expect("readable"), "it is a dry run");

        let found = differences(&world, done.id).await;
        assert_eq!((done.differing, found.len()), (2, 2), "{found:?}");
        let south = found.iter().find(|one| &*one.control_id == "S1").expect("the refusal");
        assert_eq!((&*south.acks.0, &*south.acks.1, south.stored), ("AA", "AE", Stored::NoLonger));
        let north = found.iter().find(|one| &*one.control_id == "M1").expect("the translation");
        assert_eq!((&*north.acks.0, &*north.acks.1), ("AE", "AA"));
        assert!(north.added.iter().any(|finding| &*finding.code == "REG-013"), "{north:?}");
        assert!(!north.removed.is_empty(), "{north:?}");
        assert_eq!((done.told.acks.get("AE AA"), done.told.no_longer), (Some(&1), 1), "{:?}", done.told);

        let of_south = Asked { sender_id: Some(world.south.id), ..asked(&world) };
        assert_eq!(replayed(&world, of_south, 2).await.looked_at, 1);
        let with_errors = Asked { ack: Some("AE".into()), ..asked(&world) };
        assert_eq!(replayed(&world, with_errors, 3).await.looked_at, 1);
    });
}

#[test]
fn a_replay_goes_on_where_it_was_broken_off_and_two_workers_do_no_harm() {
    on_each_engine(|world| async move {
        for n in 0..230 {
            world.send(&world.north, &vxu("NORTH", &format!("M{n}"), &format!("A{n}"), "")).await;
        }
        agree(&world, "north-ehr", |new| new.profile.may_submit = false).await;
        let (asked, first) = (asked(&world), deed(&world, 1));
        let id = replays::begin(&world.cx, first.clone(), asked.clone()).await.expect("begun");
        let again = replays::begin(&world.cx, first, asked.clone()).await.expect("begun");
        assert_eq!(id, again, "the same form again is the same replay");
        let take_up = async || Work::take_up(&world.cx, id).await.expect("the store works");
        let (mut one, mut other) = (take_up().await.expect("running"), take_up().await.expect("running"));
        assert!(one.step(world.arrival()).await.expect("the store works"));
        assert!(!other.step(world.arrival()).await.expect("the store works"), "the first was faster");
        drop((one, other)); // the server goes down here
        let at = replays::get(&world.cx, id).await.expect("the store works").expect("a replay");
        assert_eq!((at.state, at.looked_at, at.percent()), (State::Running, 100, 43));
        assert_eq!(replays::running(&world.cx).await.expect("the store works"), [id]);
        let mut work = take_up().await.expect("running");
        while work.step(world.arrival()).await.expect("the store works") {}
        let done = replays::get(&world.cx, id).await.expect("the store works").expect("a replay");
        assert_eq!(
            (done.state, done.looked_at, done.differing, done.percent()),
            (State::Done, 230, 230, 100)
        );
        assert_eq!(differences(&world, id).await.len(), 230, "each once");

        let stopped = replays::begin(&world.cx, deed(&world, 2), asked).await.expect("begun");
        let mut work = Work::take_up(&world.cx, stopped).await.expect("the store works").expect("running");
        replays::stop(&world.cx, deed(&world, 3), stopped).await.expect("the store works");
        assert!(!work.step(world.arrival()).await.expect("the store works"), "somebody ended it");
        let ended = replays::get(&world.cx, stopped).await.expect("the store works").expect("a replay");
        assert_eq!((ended.state, ended.looked_at), (State::Stopped, 0));
    });
}

#[test]
fn the_parts_of_the_line_are_timed_in_their_order() {
    on_each_engine(|mut world| async move {
        let ticks = AtomicU64::new(0);
        world.cx.stopwatch = timing::Stopwatch::new(move || ticks.fetch_add(10, Ordering::Relaxed));
        world.send(&world.north, &vxu("NORTH", "M1", "A17", "")).await;
        world.send(&world.north, &query("NORTH", "A17", "")).await;
        world.send(&world.north, "MSH|^~\\&|EHR|NORTH|||20260302||ADT^A01|X1|P|2.5.1\r").await;
        let times = async || {
            let wanted = messages::Wanted {
                sender_id: None,
                ack: None,
                code: None,
                control_id: None,
                from: Timestamp::UNIX_EPOCH,
                before: world.arrival().at,
                after: None,
                limit: 10,
            };
            let granted = operator(Permission::ReadMessages).expect("the operator may");
            let listed = messages::list(&world.cx, granted.clone(), wanted, world.arrival()).await;
            let mut times = Vec::new();
            for message in listed.expect("the store works").iter().rev() {
                let id = message.envelope.id;
                let opened = messages::open(&world.cx, granted.clone(), id, world.arrival()).await;
                times.push(opened.expect("the store works").expect("a message").times);
            }
            times
        };
        let three: Result<[messages::Times; 3], _> = times().await.try_into();
        let [report, asked, refused] = three.expect("three messages");
        let (read, checked, planned) = (report.read, report.checked, report.planned);
        assert!(read.is_some() && read < checked && checked < planned, "{report:?}");
        assert!(asked.read.is_some() && asked.checked.is_none() && asked.read < asked.planned, "{asked:?}");
        assert!(refused.read.is_none() && refused.planned.is_some(), "{refused:?}");
        assert_eq!(report.answered, None, "it is written a little later");
        assert_eq!(timing::keep_times(&world.cx).await.expect("the store works"), 3);
        for time in times().await {
            assert!(time.answered > time.planned, "{time:?}");
        }
        assert_eq!(timing::keep_times(&world.cx).await.expect("the store works"), 0, "each once");
    });
}
