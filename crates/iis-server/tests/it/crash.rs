//! `kill -9` at random moments (reliability A1): nothing acknowledged is lost, nothing is doubled or half applied.

use crate::support::{Engine, Ground, SECRET, SENDER, Spawned, rounds};
use iis_server::opening;
use iis_store::testing::tables;
use iis_synth::load::oracle::Oracle;
use iis_synth::load::{Mix, Target};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// `cargo xtask soak` asks for more.
const ROUNDS: u64 = 5;
const CONNECTIONS: usize = 32;
/// How soon a server must be ready again.
const READY_WITHIN: Duration = Duration::from_secs(10);

fn target(server: &Spawned) -> Target {
    Target { address: server.address, credentials: format!("{SENDER}:{SECRET}") }
}

#[test]
fn killing_the_server_under_load_loses_and_doubles_nothing() {
    for engine in Engine::all() {
        let ground = Ground::new(engine);
        let books = tempfile::tempdir().expect("a folder for the books");
        let mut oracle = Oracle::open(books.path()).expect("an oracle");
        let mut server = ground.spawn();
        let mix = Mix::new(&target(&server), "RIVER", 7, 200, 2_000);
        for round in 0..rounds(ROUNDS) {
            let stop = AtomicBool::new(false);
            let at = target(&server);
            std::thread::scope(|scope| {
                let storm = scope.spawn(|| oracle.storm(&at, &mix, CONNECTIONS, &stop));
                std::thread::sleep(Duration::from_millis(500 + (round * 377) % 900));
                server.kill_now();
                std::thread::sleep(Duration::from_millis(50));
                stop.store(true, Ordering::Relaxed);
                storm.join().expect("joined").expect("the books are kept");
            });
            let started = Instant::now();
            server = ground.spawn();
            assert!(started.elapsed() < READY_WITHIN, "ready after {:?}", started.elapsed());
        }
        assert!(server.terminate().success());
        examine(&ground, &oracle, engine);
        let audit = ground.openiis(&["audit", "verify"]).output().expect("runs");
        assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stdout));
    }
}

/// Holds the books against the tables.
fn examine(ground: &Ground, oracle: &Oracle, engine: Engine) {
    let ledger = oracle.ledger().expect("the books can be read");
    let store = opening::store(&ground.config).expect("opened");
    let mut all = store.read_blocking(tables::dump_in).expect("the tables can be read");
    store.close_blocking();
    let messages = all.remove("message").unwrap_or_default();
    let stored: Vec<&str> = messages.iter().filter_map(|row| numbered(row, 'C')).collect();
    assert!(
        ledger.acknowledged.len() > 50,
        "{engine:?}: {} messages were acknowledged",
        ledger.acknowledged.len()
    );
    assert_eq!(ledger.strays, 0, "{engine:?}");
    let verdict = ledger.compare(stored.iter().copied());
    assert!(verdict.is_clean(), "{engine:?}: {verdict:?}");

    // every message has its dose, every dose its message
    let reports = all.remove("report").unwrap_or_default();
    let doses: BTreeSet<&str> =
        reports.iter().filter_map(|row| numbered(row, 'D')).map(|order| &order[1..]).collect();
    let sent: BTreeSet<&str> = stored.iter().map(|control_id| &control_id[1..]).collect();
    let half: Vec<_> = doses.symmetric_difference(&sent).collect();
    assert!(half.is_empty(), "{engine:?}: half applied: {half:?}");
}

/// The first number of the mix in a row: a letter and fifteen digits.
fn numbered(row: &str, letter: char) -> Option<&str> {
    row.match_indices(letter).find_map(|(at, _)| {
        let text = row.get(at..at + 16)?;
        text[1..].bytes().all(|byte| byte.is_ascii_digit()).then_some(text)
    })
}
