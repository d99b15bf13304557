//! Merging and taking it back: exact, in chains, under load, and with the process killed in between.

use crate::world::{World, about, context, count, mmr, on_each_engine, query, rounds};
use iis_model::access::{Actor, Channel, Granted, Permission};
use iis_model::{AccountId, PersonId};
use iis_registry::rebuild::rebuild;
use iis_registry::review::{
    Deed, MANY_DOSES, Merge, Outcome, Refusal, Unmerge, merge, rehearse_merge, unmerge,
};
use iis_registry::{Arrival, Context};
use iis_store::testing::TestStore;
use iis_store::testing::tables::dump_in;
use iis_store::{Store, StoreConfig, consolidated, person};
use jiff::{Timestamp, civil};
use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What a merge and its inverse must leave as it was, beside the consolidated rows. A person's version only ever grows.
const DECIDED: [&str; 4] = ["link", "registry_number", "review_item", "source_record"];

type State = BTreeMap<String, Vec<String>>;

async fn state(cx: &Context) -> State {
    let mut tables = cx.store.read(dump_in).await.expect("a dump");
    let mut state: State = State::new();
    for table in consolidated::TABLES.iter().chain(&DECIDED) {
        state.insert((*table).to_owned(), tables.remove(*table).expect("a table"));
    }
    let persons = tables.remove("person").expect("the persons");
    let without_version = |row: String| {
        let cells: Vec<&str> = row.split(" | ").collect();
        [cells[0], cells[1], cells[3], cells[4]].join(" ")
    };
    state.insert("person".to_owned(), persons.into_iter().map(without_version).collect());
    state
}

fn assert_same(one: &State, other: &State, when: &str) {
    for (table, rows) in one {
        assert_eq!(rows, &other[table], "{table} {when}");
    }
}

/// A number that nobody drew before.
fn fresh() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed) ^ u64::from(std::process::id()) << 32
}

fn deed(who: &str) -> Deed {
    let actor = Actor::Account { id: AccountId(1), name: who.into() };
    let granted = Granted::by_decision(actor, Permission::ResolveDuplicates, Channel::Web, "");
    let mut key = [7; 32];
    key[..8].copy_from_slice(&fresh().to_le_bytes());
    let at = Timestamp::from_second(1_772_500_000).expect("a moment");
    let arrival =
        Arrival { at, today: civil::date(2026, 3, 2), random: [fresh(); 4], from: None, once: None };
    Deed { granted, arrival, reason: "the same child".into(), key }
}

async fn persons(cx: &Context) -> Vec<PersonId> {
    let all = cx.store.read(|tx| person::list(tx, PersonId(i64::MIN), 1_000)).await.expect("a reading");
    all.into_iter().map(|(id, _)| id).collect()
}

async fn merged(cx: &Context, from: PersonId, to: PersonId) -> i64 {
    match merge(cx, deed("ana"), Merge { from, to, item_id: None }).await.expect("the store works") {
        Outcome::Done(event) => event,
        other => panic!("{other:?}"),
    }
}

async fn taken_back(cx: &Context, event_id: i64) -> Outcome {
    let back = Unmerge { event_id, with: Vec::new(), keep_apart: false };
    unmerge(cx, deed("ana"), back).await.expect("the store works")
}

const NAMES: [&str; 6] = ["ANA", "MIGUEL", "ZOE", "THEODORE", "FRANCES", "WYATT"];

fn report(n: usize, control_id: &str, order: &str, day: &str) -> String {
    let person = format!("{}LY^{}^^^^^L||{}0115|F", NAMES[(n + 2) % 6], NAMES[n % 6], 2010 + n);
    about("NORTH", control_id, &format!("A{n}"), &person, &mmr(order, day, "00", "A"))
}

/// Six people who have nothing in common, each with a dose.
async fn six(world: &World) -> Vec<PersonId> {
    for n in 0..6 {
        world.send(&world.north, &report(n, &format!("M{n}"), &format!("D{n}"), "20240120")).await;
    }
    let persons = persons(&world.cx).await;
    assert_eq!(persons.len(), 6);
    persons
}

#[test]
fn a_merged_record_is_one_and_taking_it_back_leaves_no_trace_in_it() {
    on_each_engine(|world| async move {
        let people = six(&world).await;
        let before = state(&world.cx).await;
        let seen =
            rehearse_merge(&world.cx, deed("ana"), Merge { from: people[0], to: people[1], item_id: None });
        let seen = seen.await.expect("the store works");
        assert_eq!((seen.links, seen.persons.len(), seen.persons[0].id), (1, 1, people[1]));
        assert_same(&before, &state(&world.cx).await, "after a rehearsal");
        let event = merged(&world.cx, people[0], people[1]).await;
        let record =
            world.send(&world.north, &query("NORTH", "A1", "").replace("20200115", "20110115")).await;
        assert!(count(&record, "RXA") == 1, "one day, one vaccine: {record}");
        assert_eq!(persons(&world.cx).await.len(), 5);
        let now = state(&world.cx).await;
        rebuild(&world.cx, world.arrival().at).await.expect("the store works");
        assert_same(&now, &state(&world.cx).await, "after rebuilding");
        assert!(matches!(taken_back(&world.cx, event).await, Outcome::Done(_)));
        assert_same(&before, &state(&world.cx).await, "after taking it back");
        assert_eq!(taken_back(&world.cx, event).await, Outcome::Refused(Refusal::NothingToTakeBack));
        let again = Merge { from: people[0], to: people[0], item_id: None };
        let refused = merge(&world.cx, deed("ana"), again).await.expect("the store works");
        assert_eq!(refused, Outcome::Refused(Refusal::SamePerson));
    });
}

#[test]
fn a_report_that_comes_after_a_merge_returns_with_its_record() {
    on_each_engine(|world| async move {
        let people = six(&world).await;
        let event = merged(&world.cx, people[0], people[1]).await;
        world.send(&world.north, &report(0, "M9", "D9", "20250120")).await;
        taken_back(&world.cx, event).await;
        let ask = |mrn: &str, born: &str| query("NORTH", mrn, "").replace("20200115", born);
        let first = world.send(&world.north, &ask("A0", "20100115")).await;
        let second = world.send(&world.north, &ask("A1", "20110115")).await;
        assert_eq!((count(&first, "RXA"), count(&second, "RXA")), (2, 1), "{first} {second}");
    });
}

#[test]
fn a_chain_is_taken_apart_in_any_order() {
    on_each_engine(|world| async move {
        let people = six(&world).await;
        let before = state(&world.cx).await;
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut events = Vec::new();
            for at in 0..3 {
                events.push(merged(&world.cx, people[at], people[at + 1]).await);
            }
            for at in order {
                assert!(matches!(taken_back(&world.cx, events[at]).await, Outcome::Done(_)), "{order:?}");
                let now = state(&world.cx).await;
                rebuild(&world.cx, world.arrival().at).await.expect("the store works");
                assert_same(&now, &state(&world.cx).await, "after rebuilding");
            }
            assert_same(&before, &state(&world.cx).await, "at the end");
        }
    });
}

#[test]
fn who_left_a_chain_and_came_back_another_way_stays_where_it_went() {
    on_each_engine(|world| async move {
        let [a, b, c] = six(&world).await[..3] else { panic!("six people") };
        let before = state(&world.cx).await;
        let first = merged(&world.cx, c, b).await;
        let second = merged(&world.cx, b, a).await;
        taken_back(&world.cx, first).await;
        let third = merged(&world.cx, c, a).await;
        taken_back(&world.cx, second).await;
        taken_back(&world.cx, third).await;
        assert_same(&before, &state(&world.cx).await, "at the end");
    });
}

#[test]
fn persons_with_many_doses_are_merged_and_split_by_two_people() {
    on_each_engine(|world| async move {
        let people = six(&world).await;
        for dose in 1..MANY_DOSES {
            world
                .send(
                    &world.north,
                    &report(0, &format!("N{dose}"), &format!("E{dose}"), &format!("20{:02}0302", 11 + dose)),
                )
                .await;
        }
        let before = state(&world.cx).await;
        let wanted = Merge { from: people[0], to: people[1], item_id: None };
        let by = async |who: &str| merge(&world.cx, deed(who), wanted).await.expect("the store works");
        assert_eq!(by("ana").await, Outcome::Waits);
        assert_eq!(by("ana").await, Outcome::Refused(Refusal::NeedsSomebodyElse));
        assert_same(&before, &state(&world.cx).await, "while it waits");
        let Outcome::Done(event_id) = by("bruno").await else { panic!("the second person decided the same") };
        let back = Unmerge { event_id, with: Vec::new(), keep_apart: true };
        let by =
            async |who: &str| unmerge(&world.cx, deed(who), back.clone()).await.expect("the store works");
        assert_eq!(by("bruno").await, Outcome::Waits);
        assert!(matches!(by("ana").await, Outcome::Done(_)));
        assert_same(&before, &state(&world.cx).await, "after taking it back");
    });
}

#[test]
fn the_same_form_sent_twice_is_one_decision() {
    on_each_engine(|world| async move {
        let people = six(&world).await;
        let (form, wanted) = (deed("ana"), Merge { from: people[0], to: people[1], item_id: None });
        let first = merge(&world.cx, form.clone(), wanted).await.expect("the store works");
        assert_eq!(merge(&world.cx, form, wanted).await.expect("the store works"), first);
    });
}

/// Steps of a random walk: numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit as u64).expect("small")
    }
}

/// Merges two at random, or takes one back at random.
async fn step(cx: &Context, dice: &mut Dice, events: &mut Vec<i64>) {
    let people = persons(cx).await;
    if people.len() > 1 && dice.below(5) < 3 {
        let (from, to) = (people[dice.below(people.len())], people[dice.below(people.len())]);
        if let Outcome::Done(event) =
            merge(cx, deed("ana"), Merge { from, to, item_id: None }).await.expect("the store works")
        {
            events.push(event);
        }
    } else if !events.is_empty() {
        let at = dice.below(events.len());
        match taken_back(cx, events[at]).await {
            Outcome::Done(_) => drop(events.swap_remove(at)),
            Outcome::Waits | Outcome::Refused(Refusal::NeedsSomebodyElse) => {}
            other => panic!("{other:?}"),
        }
    }
}

async fn take_all_back(cx: &Context, dice: &mut Dice, mut events: Vec<i64>) {
    while !events.is_empty() {
        let event = events.swap_remove(dice.below(events.len()));
        assert!(matches!(taken_back(cx, event).await, Outcome::Done(_)));
    }
}

#[test]
fn random_chains_of_merges_taken_back_in_random_order_leave_the_exact_earlier_state() {
    on_each_engine(|world| async move {
        six(&world).await;
        let before = state(&world.cx).await;
        for seed in 0..rounds(5) {
            let (mut dice, mut events) = (Dice(seed), Vec::new());
            for _ in 0..24 {
                step(&world.cx, &mut dice, &mut events).await;
            }
            let now = state(&world.cx).await;
            rebuild(&world.cx, world.arrival().at).await.expect("the store works");
            assert_same(&now, &state(&world.cx).await, "after rebuilding");
            take_all_back(&world.cx, &mut dice, events).await;
            assert_same(&before, &state(&world.cx).await, &format!("after taking all back, seed {seed}"));
        }
    });
}

#[test]
fn reports_that_come_meanwhile_are_where_they_would_be_without_any_merge() {
    on_each_engine(|world| async move {
        six(&world).await;
        let links = |state: &State| {
            (state["link"].clone(), state["registry_number"].clone(), state["person"].clone())
        };
        let before = links(&state(&world.cx).await);
        let world = Arc::new(world);
        let reports: Vec<_> = (0..4_usize)
            .map(|task| {
                let world = Arc::clone(&world);
                tokio::spawn(async move {
                    for n in 0..20_usize {
                        let (day, order) =
                            (format!("20{:02}{:02}11", 16 + n % 9, 1 + task), format!("T{task}-{n}"));
                        let reply =
                            world.send(&world.north, &report((task + n) % 6, &order, &order, &day)).await;
                        assert!(reply.contains("MSA|AA|"), "{reply}");
                    }
                })
            })
            .collect();
        let (mut dice, mut events) = (Dice(11), Vec::new());
        while reports.iter().any(|report| !report.is_finished()) {
            step(&world.cx, &mut dice, &mut events).await;
        }
        for report in reports {
            report.await.expect("no panic");
        }
        while let Some(event) = events.pop() {
            for who in ["ana", "bruno"] {
                let back = Unmerge { event_id: event, with: Vec::new(), keep_apart: false };
                unmerge(&world.cx, deed(who), back).await.expect("the store works");
            }
        }
        let now = state(&world.cx).await;
        assert_eq!(links(&now), before);
        rebuild(&world.cx, world.arrival().at).await.expect("the store works");
        assert_same(&now, &state(&world.cx).await, "after rebuilding");
    });
}

/// The database on which the child of the next test works.
const CHILD: &str = "OPENIIS_TEST_MERGING_CHILD";

#[test]
#[expect(clippy::disallowed_methods, reason = "the test starts itself as the process that is killed")]
fn a_process_killed_between_merges_leaves_whole_decisions() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    if let Ok(url) = std::env::var(CHILD) {
        let cx = context(Store::open(&StoreConfig::new(url)).expect("the database"));
        let (mut dice, mut events) = (Dice(fresh()), Vec::new());
        loop {
            runtime.block_on(step(&cx, &mut dice, &mut events));
        }
    }
    for test in [Some(TestStore::sqlite()), TestStore::postgres()].into_iter().flatten() {
        runtime.block_on(async {
            let world = World::on(&test).await;
            six(&world).await;
            let before = state(&world.cx).await;
            for round in 0..rounds(5) {
                kill_one(&test, Duration::from_millis(150 + 90 * (round % 5))).await;
                let now = state(&world.cx).await;
                rebuild(&world.cx, world.arrival().at).await.expect("the store works");
                assert_same(&now, &state(&world.cx).await, "after a kill");
            }
            let events = not_taken_back(&world.cx).await;
            take_all_back(&world.cx, &mut Dice(5), events).await;
            assert_same(&before, &state(&world.cx).await, "after taking all back");
        });
    }
}

/// Starts a process that merges and splits as fast as it can, and kills it; comes back when the database has let go of
/// what it had begun. A COMMIT that PostgreSQL had received is carried out after its client is dead.
async fn kill_one(test: &TestStore, after: Duration) {
    let this = std::env::current_exe().expect("this program");
    let name = "merging::a_process_killed_between_merges_leaves_whole_decisions";
    let (url, client) = test.url_of_client("child");
    let mut child = Command::new(this)
        .args(["--exact", name])
        .env(CHILD, url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    tokio::time::sleep(after).await;
    child.kill().expect("killed");
    child.wait().expect("ended");
    tokio::task::block_in_place(|| test.wait_until_gone(&client));
}

/// The merges that nobody took back.
async fn not_taken_back(cx: &Context) -> Vec<i64> {
    let rows = cx.store.read(dump_in).await.expect("a dump").remove("link_event").expect("the events");
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| row.split(" | ").map(str::to_owned).collect()).collect();
    let taken_back: Vec<&String> = cells.iter().map(|row| &row[8]).collect();
    let merges = cells.iter().filter(|row| row[3].contains("\"merge\"") && !taken_back.contains(&&row[0]));
    merges.map(|row| row[0].parse().expect("an id")).collect()
}
