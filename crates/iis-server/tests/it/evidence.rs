//! What must lie beside a database: the exported seals and the two keys. That they are missing, or are others, is said
//! before it does harm, and looking makes nothing.

use crate::support::{Engine, Ground, Vxu, raw, request};
use iis_server::config::Config;
use iis_server::opening;
use iis_store::testing::tables;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn run(ground: &Ground, arguments: &[&str]) -> Output {
    // the machine of the test may allow few open files, which doctor would call a fault
    ground.openiis(arguments).env("OPENIIS_LIMITS_CONNECTIONS", "100").output().expect("runs")
}

/// Serves until one more message is stored and everything is sealed.
fn serve_a_message(ground: &Ground, control_id: &str) {
    let log = ground.folder.path().join("audit-seals.jsonl");
    let sealed = || std::fs::read_to_string(&log).map_or(0, |text| text.lines().count());
    let before = sealed();
    let mut server = ground.spawn();
    let message = Vxu { control_id, mrn: control_id, order: control_id, ..Vxu::default() }.text();
    assert_eq!(raw(server.address, &request("/hl7", "text/plain", message.as_bytes())).status, 200);
    crate::support::eventually("a seal", || sealed() > before);
    assert!(server.terminate().success());
}

/// A place where nothing is yet.
fn elsewhere() -> Ground {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = Config { data: folder.path().to_path_buf(), ..Config::default() };
    Ground { folder, config }
}

/// The rows of every table, without the numbers that any process reserves when it opens the database.
fn rows(ground: &Ground) -> BTreeMap<String, Vec<String>> {
    let store = opening::store(&ground.config).expect("opened");
    let mut rows = store.read_blocking(tables::dump_in).expect("the tables can be read");
    store.close_blocking();
    rows.remove("id_block");
    rows
}

/// The names of the files in the folder, without those that lie beside a database while it is open.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry"));
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> =
        names.filter(|name| ![".serving", "-wal", "-shm"].iter().any(|end| name.ends_with(end))).collect();
    names.sort();
    names
}

#[test]
fn an_audit_whose_evidence_is_missing_is_not_called_whole() {
    let ground = Ground::new(Engine::Sqlite);
    let folder = ground.folder.path();
    let (log, kept, backup) =
        (folder.join("audit-seals.jsonl"), folder.join("exported.jsonl"), folder.join("early.backup"));
    let path = |path: &Path| path.display().to_string();
    serve_a_message(&ground, "M1");
    assert!(run(&ground, &["backup", &path(&backup)]).status.success());
    serve_a_message(&ground, "M2");
    assert!(run(&ground, &["audit", "verify"]).status.success());
    std::fs::copy(&log, &kept).expect("exported");

    // the newest rows and their seals are gone, as after a restore: the file of seals proves it
    assert!(run(&ground, &["restore", &path(&backup)]).status.success());
    let told = run(&ground, &["audit", "verify"]);
    assert!(told.status.code() == Some(1) && text(&told).contains("which was exported"), "{}", text(&told));
    // and whoever removes that too is not believed
    std::fs::remove_file(&log).expect("removed");
    let told = run(&ground, &["audit", "verify"]);
    assert_eq!(told.status.code(), Some(1), "{}", text(&told));
    assert!(text(&told).contains("--seals FILE") && text(&told).contains("1 faults"), "{}", text(&told));
    let told = run(&ground, &["doctor"]);
    assert!(told.status.code() == Some(1) && text(&told).contains("--seals FILE"), "{}", text(&told));

    let named = |file: &Path| run(&ground, &["audit", "verify", "--seals", &path(file)]);
    assert_eq!(named(&kept).status.code(), Some(1), "the exported seals know better");
    assert_eq!(named(&folder.join("none")).status.code(), Some(2), "a file that is named must be there");
    assert_eq!(named(&folder.join("number.key")).status.code(), Some(2), "and hold a seal");
    let lines = std::fs::read_to_string(&kept).expect("readable");
    std::fs::write(&kept, lines.lines().next().expect("a seal")).expect("written");
    assert!(named(&kept).status.success(), "seals exported before the backup fit it");

    std::fs::remove_file(folder.join("audit.key")).expect("removed");
    let told = named(&kept);
    assert!(
        told.status.code() == Some(1) && text(&told).contains("audit.key is not there"),
        "{}",
        text(&told)
    );
}

#[test]
fn a_lost_audit_key_is_given_up_openly_or_not_at_all() {
    let ground = Ground::new(Engine::Sqlite);
    serve_a_message(&ground, "M1");
    let key = ground.folder.path().join("audit.key");
    let kept = std::fs::read(&key).expect("a key");
    std::fs::remove_file(&key).expect("lost");
    let serve = ["serve", "--http", "127.0.0.1:0"];
    let refused = run(&ground, &serve);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
    assert!(text(&refused).contains("--accept-audit-key") && !key.exists(), "{}", text(&refused));

    std::fs::write(&key, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n").expect("another one");
    let refused = run(&ground, &serve);
    assert!(text(&refused).contains("is not the key that the audit"), "{}", text(&refused));
    let told = run(&ground, &["audit", "verify"]);
    assert_eq!(told.status.code(), Some(1), "{}", text(&told));
    assert!(text(&told).contains("sealed with another key"), "{}", text(&told));

    std::fs::remove_file(&key).expect("removed");
    let told = run(&ground, &["migrate", "--accept-audit-key"]);
    assert!(told.status.success() && text(&told).contains("accepted"), "{}", text(&told));
    assert_ne!(std::fs::read(&key).expect("a new one"), kept);
    serve_a_message(&ground, "M2");
    let told = run(&ground, &["audit", "verify"]);
    assert!(told.status.success() && text(&told).contains("2 keys were used"), "{}", text(&told));
    let told = run(&ground, &["migrate", "--accept-audit-key"]);
    assert!(text(&told).contains("is the one in use"), "{}", text(&told));

    std::fs::write(&key, kept).expect("found again");
    let refused = run(&ground, &serve);
    assert!(text(&refused).contains("is not the key that the audit"), "what was given up is not in use");
}

#[test]
fn a_restored_registry_says_which_keys_it_needs_and_no_wrong_one_is_made() {
    let ground = Ground::new(Engine::Sqlite);
    serve_a_message(&ground, "M1");
    let backup = ground.folder.path().join("made.backup").display().to_string();
    assert!(run(&ground, &["backup", &backup]).status.success());

    let other = elsewhere();
    let folder = other.folder.path();
    for arguments in [&["restore", "--drill", &backup][..], &["restore", &backup]] {
        let told = run(&other, arguments);
        assert!(told.status.success(), "{}", text(&told));
        for key in ["number.key is not there", "audit.key is not there"] {
            assert!(text(&told).contains(key), "{arguments:?}: {}", text(&told));
        }
    }
    let before = files(folder);
    for (arguments, code) in
        [(&["doctor"][..], 1), (&["user", "list"], 2), (&["serve", "--http", "127.0.0.1:0"], 2)]
    {
        let refused = run(&other, arguments);
        assert_eq!(refused.status.code(), Some(code), "{arguments:?}: {}", text(&refused));
        assert!(text(&refused).contains("number.key is not there"), "{arguments:?}: {}", text(&refused));
        assert!(!folder.join("number.key").exists(), "{arguments:?} makes no wrong key");
    }
    assert_eq!(files(folder), before);

    std::fs::write(folder.join("number.key"), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
        .expect("written");
    let told = run(&other, &["restore", "--drill", "--json", &backup]);
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).expect("JSON");
    assert_eq!(
        (&told["keys"]["number key"], &told["keys"]["audit key"]),
        (&"other".into(), &"missing".into())
    );
    for key in ["number.key", "audit.key"] {
        std::fs::copy(ground.folder.path().join(key), folder.join(key)).expect("brought along");
    }
    let told = run(&other, &["restore", "--drill", "--json", &backup]);
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).expect("JSON");
    assert_eq!((&told["keys"]["number key"], &told["keys"]["audit key"]), (&"fits".into(), &"fits".into()));
    serve_a_message(&other, "M2");
}

#[test]
fn doctor_writes_nothing() {
    let ground = elsewhere();
    assert!(run(&ground, &["migrate"]).status.success());
    let (before, rows) = (files(ground.folder.path()), rows(&ground));
    let told = run(&ground, &["doctor"]);
    assert!(told.status.success(), "{}", text(&told));
    assert_eq!(files(ground.folder.path()), before, "no key is made by looking");
    assert!(self::rows(&ground) == rows, "nor a row");
}
