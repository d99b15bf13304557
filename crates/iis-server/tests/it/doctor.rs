//! What `openiis doctor` finds, and what it says to do.

use crate::command_line::{json, text};
use crate::support::{Engine, Ground, SENDER, Vxu, raw, request};

#[test]
fn doctor_says_what_is_there_and_the_audit_verifies() {
    let ground = Ground::new(Engine::Sqlite);
    {
        let mut server = ground.spawn();
        raw(server.address, &request("/hl7", "text/plain", Vxu::default().text().as_bytes()));
        std::thread::sleep(std::time::Duration::from_millis(1500));
        assert!(server.terminate().success());
    }
    let output = ground
        .openiis(&["doctor", "--json"])
        .env("OPENIIS_LIMITS_CONNECTIONS", "100")
        .output()
        .expect("runs");
    let lines = json(&output);
    let whats =
        ["clock", "disk", "open files", "audit key", "number key", "certificate", "database", "schedule"];
    for what in whats.into_iter().chain(["code sets", "audit", "roles"]) {
        let line =
            lines.iter().find(|line| line["what"] == what).unwrap_or_else(|| panic!("{what}: {lines:?}"));
        assert_eq!(line["good"], true, "{line}");
    }
    assert!(output.status.success(), "{}", text(&output));
    let verified = json(&ground.openiis(&["audit", "verify", "--json"]).output().expect("runs"));
    let last = verified.last().expect("totals");
    assert!(
        last["rows"].as_u64() >= Some(1) && last["seals"].as_u64() >= Some(1) && last["faults"] == 0,
        "{last}"
    );
    let exported = json(&ground.openiis(&["audit", "export", "--json"]).output().expect("runs"));
    assert!(exported[0]["signature"].as_str().is_some_and(|text| text.len() == 128), "{exported:?}");

    // a seal that was exported and is not there: the database is another one
    let seals = ground.folder.path().join("elsewhere.jsonl");
    std::fs::write(&seals, format!("{{\"n\":999,\"hash\":\"{}\"}}\n", "0".repeat(64))).expect("written");
    let older = ground.openiis(&["audit", "verify", "--seals"]).arg(&seals).output().expect("runs");
    assert_eq!(older.status.code(), Some(1), "{}", text(&older));
}

#[test]
fn doctor_says_whose_role_is_held_where_it_reaches_nobody_and_the_role_is_moved() {
    let ground = Ground::new(Engine::Sqlite);
    let run = |arguments: &[&str]| {
        let output =
            ground.openiis(arguments).env("OPENIIS_LIMITS_CONNECTIONS", "100").output().expect("runs");
        assert!(output.status.success(), "{arguments:?}: {}", text(&output));
        json(&output)
    };
    let accounts = || {
        let lines = run(&["doctor", "--json"]);
        let line = lines.iter().find(|line| line["what"] == "accounts").expect("a line about accounts");
        (line["mark"].to_string(), line["text"].to_string())
    };
    let role = "health-department-read-only";
    run(&["user", "add", "hana", "--role", role, "--site", "RIVER", "--json"]);
    run(&["jurisdiction", "add", "Harbor County", "--zip", "86110", "--json"]);
    let (mark, said) = accounts();
    assert!(mark.contains("LOOK") && said.contains("hana (health-department-read-only)"), "{mark} {said}");
    run(&["user", "place", "hana", "--role", role, "--jurisdiction", "Harbor County", "--json"]);
    let (mark, said) = accounts();
    assert!(mark.contains("good"), "{mark} {said}");
    let wrong = ground.openiis(&["user", "place", "hana", "--role", "clinic-access", "--site", "RIVER"]);
    let wrong = { wrong }.output().expect("runs");
    assert!(
        !wrong.status.success() && text(&wrong).contains("hana has no role clinic-access"),
        "{}",
        text(&wrong)
    );
}

#[test]
fn doctor_says_which_folders_and_which_key_senders_meet() {
    let ground = Ground::new(Engine::Sqlite);
    let folder = ground.folder.path().join("drop");
    let folders = [format!("{SENDER}={}", folder.display()), format!("nobody={}", folder.display())];
    let doctor = |folders: &[String]| {
        let mut doctor = ground.openiis(&["doctor", "--json"]);
        doctor.env("OPENIIS_FILES_DROP_FOLDERS", folders.join(",")).env("OPENIIS_LIMITS_CONNECTIONS", "100");
        json(&doctor.env("OPENIIS_SFTP_ADDRESS", "127.0.0.1:0").output().expect("runs"))
    };
    let texts = |lines: &[serde_json::Value], what: &str| -> Vec<(String, String)> {
        let of = lines.iter().filter(|line| line["what"] == what);
        let word = |line: &serde_json::Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
        of.map(|line| (word(line, "mark"), word(line, "text"))).collect()
    };
    let lines = doctor(&folders);
    let found = texts(&lines, "folder");
    assert!(found[0].0 == "LOOK" && found[0].1.ends_with("the server makes it"), "{found:?}");
    assert!(found[1].0 == "BAD" && found[1].1.contains("no such sender"), "{found:?}");
    if cfg!(feature = "sftp") {
        let found = texts(&lines, "SFTP");
        assert!(found[0].0 == "good" && found[0].1.contains("the first start makes its key"), "{found:?}");
        std::fs::write(ground.folder.path().join("sftp-host.key"), "no key").expect("written");
        let found = texts(&doctor(&folders), "SFTP");
        assert!(found[0].0 == "BAD" && found[0].1.contains("holds no key"), "{found:?}");
    }
    std::fs::create_dir_all(&folder).expect("made");
    assert_eq!(texts(&doctor(&folders[..1]), "folder")[0].0, "good");
}
