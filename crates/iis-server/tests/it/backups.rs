//! Backup and restore from outside, under load (reliability A10): what was acknowledged before is in it, damage and a
//! wrong key are named, and the drill says so in one command.

use crate::support::{Engine, Ground, SECRET, SENDER, Spawned, Vxu, raw, request};
use iis_server::config::Config;
use iis_server::opening;
use iis_store::testing::tables;
use iis_synth::load::oracle::{Ledger, Oracle};
use iis_synth::load::{Mix, Target};
use std::path::Path;
use std::process::Output;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How soon a server must be ready on a restored database.
const READY_WITHIN: Duration = Duration::from_secs(10);

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A place where nothing is yet.
fn elsewhere() -> Ground {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = Config { data: folder.path().to_path_buf(), ..Config::default() };
    Ground { folder, config }
}

fn run(ground: &Ground, arguments: &[&str], file: &Path) -> Output {
    ground.openiis(arguments).arg(file).output().expect("runs")
}

/// Waits until the books hold so many acknowledgments.
fn wait_for(books: &Path, acknowledgments: usize) -> Ledger {
    let until = Instant::now() + Duration::from_mins(1);
    loop {
        let ledger = Oracle::open(books).and_then(|oracle| oracle.ledger()).expect("the books can be read");
        if ledger.acknowledged.len() >= acknowledgments {
            return ledger;
        }
        assert!(Instant::now() < until, "{} acknowledgments", ledger.acknowledged.len());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_backup_under_load_is_restored_elsewhere_with_all_that_was_acknowledged_before_it() {
    let ground = Ground::new(Engine::Sqlite);
    let books = tempfile::tempdir().expect("a folder for the books");
    let backup = books.path().with_extension("backup");
    let mut oracle = Oracle::open(books.path()).expect("an oracle");
    let server = ground.spawn();
    let target = Target { address: server.address, credentials: format!("{SENDER}:{SECRET}") };
    let mix = Mix::new(&target, "RIVER", 11, 200, 2_000);
    let stop = AtomicBool::new(false);
    let before = std::thread::scope(|scope| {
        let storm = scope.spawn(|| oracle.storm(&target, &mix, 16, &stop));
        let before = wait_for(books.path(), 100);
        let made = run(&ground, &["backup"], &backup);
        assert!(made.status.success(), "{}", text(&made));
        wait_for(books.path(), before.acknowledged.len() + 50);
        stop.store(true, Ordering::Relaxed);
        storm.join().expect("joined").expect("the books are kept");
        before
    });
    let after = oracle.ledger().expect("the books can be read");

    let drilled = run(&elsewhere(), &["restore", "--drill", "--json"], &backup);
    assert!(drilled.status.success(), "{}", text(&drilled));
    let told: serde_json::Value = serde_json::from_slice(&drilled.stdout).expect("JSON");
    assert!(told["messages"].as_u64() >= Some(100) && told["audit_faults"] == 0, "{told}");

    let other = elsewhere();
    let restored = run(&other, &["restore"], &backup);
    assert!(restored.status.success(), "{}", text(&restored));
    let store = opening::store(&other.config).expect("opened");
    let all = store.read_blocking(tables::dump_in).expect("the tables can be read");
    store.close_blocking();
    let stored: Vec<&str> = all["message"].iter().filter_map(|row| control_id(row)).collect();
    let verdict = before.compare(stored.iter().copied());
    assert!(verdict.lost.is_empty() && verdict.doubled.is_empty(), "{verdict:?}");
    assert!(after.compare(stored.iter().copied()).unsent.is_empty(), "nothing that nobody sent");
    assert!(stored.len() < after.sent.len(), "it was made under load");

    // the keys are no part of a backup: without them nothing is served
    let refused = other.openiis(&["serve", "--http", "127.0.0.1:0"]).output().expect("runs");
    assert!(refused.status.code() == Some(2) && text(&refused).contains("number key"), "{}", text(&refused));
    for key in ["number.key", "audit.key"] {
        std::fs::copy(ground.folder.path().join(key), other.folder.path().join(key)).expect("brought along");
    }
    let started = Instant::now();
    let mut restarted: Spawned = other.spawn();
    assert!(started.elapsed() < READY_WITHIN, "ready after {:?}", started.elapsed());
    assert!(restarted.terminate().success());
    std::fs::remove_file(&backup).expect("removed");
}

/// The control id of the mix in a row: `C` and fifteen digits.
fn control_id(row: &str) -> Option<&str> {
    row.match_indices('C').find_map(|(at, _)| {
        let text = row.get(at..at + 16)?;
        text[1..].bytes().all(|byte| byte.is_ascii_digit()).then_some(text)
    })
}

#[test]
fn a_damaged_backup_and_a_wrong_key_are_named_and_change_nothing() {
    let ground = Ground::new(Engine::Sqlite);
    let folder = ground.folder.path();
    let (plain, sealed) = (folder.join("plain.backup"), folder.join("sealed.backup"));
    let made = run(&ground, &["backup"], &plain);
    assert!(made.status.success() && text(&made).contains("not encrypted"), "{}", text(&made));
    let (own, other) = (age::x25519::Identity::generate(), age::x25519::Identity::generate());
    let identity = folder.join("other.txt");
    std::fs::write(&identity, age::secrecy::ExposeSecret::expose_secret(&other.to_string()))
        .expect("written");
    let mut command = ground.openiis(&["backup"]);
    command.arg(&sealed).env("OPENIIS_BACKUP_RECIPIENT", own.to_public().to_string());
    assert!(command.output().expect("runs").status.success());

    let bytes = std::fs::read(&plain).expect("made");
    let half = bytes.len() / 2;
    let damaged = folder.join("damaged.backup");
    std::fs::write(&damaged, &bytes[..half]).expect("written");
    let rubbish = folder.join("rubbish.backup");
    std::fs::write(&rubbish, "rubbish").expect("written");
    let identity = identity.display().to_string();
    #[rustfmt::skip]
    let table = [
        // backup      more                         what is said
        (&damaged,     &[][..],                     "damaged"),
        (&rubbish,     &[],                         "no database"),
        (&sealed,      &[],                         "give the private key"),
        (&sealed,      &["--identity", &identity],  "the private key does not fit"),
    ];
    let before = std::fs::read(folder.join("openiis.db")).expect("the database");
    for drill in [true, false] {
        for (file, more, said) in table {
            let mut arguments = vec!["restore"];
            arguments.extend(drill.then_some("--drill"));
            arguments.extend(more);
            let refused = run(&ground, &arguments, file);
            assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
            assert!(text(&refused).contains(said), "{said}: {}", text(&refused));
            assert!(before == std::fs::read(folder.join("openiis.db")).expect("the database"), "{said}");
        }
    }
    let left: Vec<_> = std::fs::read_dir(folder).expect("the folder").flatten().collect();
    let left = left.iter().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let scraps: Vec<_> =
        left.filter(|name| name.contains(".unpacked") || name.contains("restoring")).collect();
    assert!(scraps.is_empty(), "{scraps:?}");
}

#[test]
fn one_byte_changed_missing_or_added_in_an_unencrypted_backup_is_found() {
    let ground = Ground::new(Engine::Sqlite);
    {
        let mut server = ground.spawn();
        raw(server.address, &request("/hl7", "text/plain", Vxu::default().text().as_bytes()));
        assert!(server.terminate().success());
    }
    let file = ground.folder.path().join("made.backup");
    assert!(run(&ground, &["backup"], &file).status.success());
    let whole = std::fs::read(&file).expect("made");
    let name = whole.windows(7).position(|seven| seven == b"Marlowe").expect("a patient's name");
    let changed = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let without = whole[..whole.len() - 88].to_vec();
    let table = [
        ("a letter of a name", changed(name)),
        ("a byte in the middle", changed(whole.len() / 2)),
        ("the checksum", changed(whole.len() - 2)),
        ("a missing last byte", whole[..whole.len() - 1].to_vec()),
        ("an added byte", [&whole[..], b"x"].concat()),
        ("no checksum", without.clone()),
    ];
    for (what, bytes) in table {
        std::fs::write(&file, bytes).expect("written");
        for arguments in [&["restore", "--drill"][..], &["restore"]] {
            let refused = run(&ground, arguments, &file);
            assert_eq!(refused.status.code(), Some(2), "{what}: {}", text(&refused));
            assert!(text(&refused).contains("damaged"), "{what}: {}", text(&refused));
        }
    }
    std::fs::write(&file, without).expect("written");
    let earlier = run(&ground, &["restore", "--drill", "--without-checksum"], &file);
    assert!(earlier.status.success(), "what an earlier version made can be restored: {}", text(&earlier));
    std::fs::write(&file, whole).expect("written");
    assert!(run(&ground, &["restore"], &file).status.success());
}
