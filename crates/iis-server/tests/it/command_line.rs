//! The program as an operator types it.

use crate::support::{Engine, Ground, SECRET, SENDER, Spawned, Vxu, ack, raw, request};
use std::io::{Read, Write};
use std::process::{Command, Output};

pub(crate) fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub(crate) fn json(output: &Output) -> Vec<serde_json::Value> {
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    out.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn wrong_use_is_2_and_help_is_0() {
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_openiis")).args(arguments).output().expect("runs")
    };
    #[rustfmt::skip]
    let table: [(&[&str], i32); 7] = [
        (&["--help"],                                        0),
        (&["hl7", "check", "--help"],                        0),
        (&["--version"],                                     0),
        (&[],                                                2),
        (&["serv"],                                          2),
        (&["hl7", "send", "x.hl7", "--to", "nowhere"],       2),
        (&["hl7", "check", "/no/such/file"],                 2),
    ];
    for (arguments, code) in table {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", text(&output));
    }
    assert!(text(&run(&["hl7", "check", "/no/such/file"])).contains("/no/such/file"));
}

#[test]
fn a_configuration_is_checked_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("openiis.toml");
    std::fs::write(&file, "[limits]\nconections = 5\n").expect("written");
    let check = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_openiis"))
            .args(arguments)
            .arg("--config")
            .arg(&file)
            .arg("--data")
            .arg(folder.path())
            .output()
            .expect("runs")
    };
    let output = check(&["config", "check"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("openiis.toml:2: unknown key `limits.conections`"), "{}", text(&output));
    assert_eq!(check(&["serve"]).status.code(), Some(2), "an error in the configuration is no start");
    std::fs::write(&file, "[limits]\nconnections = 5\n").expect("written");
    assert!(check(&["config", "check"]).status.success());
    let nowhere = folder.path().join("nowhere.pem");
    #[rustfmt::skip]
    let table = [
        ("[backup]\nrecipient = \"age1wrong\"\n".to_owned(),                                       "backup.recipient: "),
        (format!("[http]\ntls_certificate = {nowhere:?}\ntls_key = {nowhere:?}\n"),               "http.tls_certificate: "),
        (format!("[access]\nroles_file = {nowhere:?}\n"),                                         "access.roles_file: "),
    ];
    for (wrong, expected) in table {
        std::fs::write(&file, &wrong).expect("written");
        let output = check(&["config", "check"]);
        assert_eq!(output.status.code(), Some(1), "{wrong}");
        assert!(text(&output).contains(expected), "{wrong}: {}", text(&output));
    }
    let keys = json(&check(&["config", "keys", "--json"]));
    assert!(
        keys.len() > 30 && keys.iter().all(|key| key["text"].as_str().is_some_and(|text| text.len() > 10))
    );
}

#[test]
fn accounts_and_senders_are_managed_from_the_shell_also_beside_a_server() {
    let ground = Ground::new(Engine::Sqlite);
    let run = |arguments: &[&str]| ground.openiis(arguments).output().expect("runs");
    let _server = ground.spawn();
    let added = run(&[
        "user",
        "add",
        "Amara",
        "--name",
        "Amara Okafor",
        "--role",
        "clinic-access",
        "--site",
        "RIVER",
        "--json",
    ]);
    assert!(added.status.success(), "{}", text(&added));
    assert!(json(&added)[0]["password"].as_str().is_some_and(|password| password.len() >= 20));
    assert_eq!(
        run(&["user", "add", "amara", "--role", "clinic-access"]).status.code(),
        Some(2),
        "the name is taken"
    );
    assert_eq!(run(&["user", "add", "ben", "--role", "no-such-role"]).status.code(), Some(2));
    let addressed = run(&["user", "set-address", "amara", "Amara@River.example", "--json"]);
    assert_eq!(json(&addressed)[0]["email"], "amara@river.example", "{}", text(&addressed));
    let hana = ["user", "add", "hana", "--name", "Hana Dell", "--role", "auditor", "--email"];
    assert_eq!(
        run(&[&hana[..], &["amara@river.example"]].concat()).status.code(),
        Some(2),
        "somebody else’s"
    );
    assert_eq!(run(&[&hana[..], &["nowhere"]].concat()).status.code(), Some(2), "no address");
    assert!(run(&[&hana[..], &["hana@health.example"]].concat()).status.success());
    assert!(run(&["user", "lock", "amara"]).status.success());
    assert_eq!(json(&run(&["user", "list", "--json"]))[0]["status"], "locked");
    assert!(run(&["user", "unlock", "amara"]).status.success());
    assert!(run(&["user", "reset", "amara"]).status.success());
    assert_eq!(run(&["user", "reset", "nobody"]).status.code(), Some(2));

    let added = run(&["sender", "add", "hill-clinic", "--site", "RIVER-EAST", "--json"]);
    assert!(added.status.success(), "{}", text(&added));
    let rotated = run(&["sender", "rotate", "hill-clinic", "--overlap-hours", "0", "--json"]);
    assert_ne!(json(&added)[0]["secret"], json(&rotated)[0]["secret"]);
    assert!(text(&run(&["sender", "list"])).contains("hill-clinic"));
}

#[test]
fn what_is_agreed_with_a_sender_is_shown_and_changed_from_the_shell() {
    let ground = Ground::new(Engine::Sqlite);
    let run = |arguments: &[&str]| {
        let output = ground.openiis(&[&["sender"], arguments, &["--json"]].concat()).output().expect("runs");
        (output.status.code(), json(&output), text(&output))
    };
    let shown = |name: &str| run(&["show", name]).1.remove(0);
    assert_eq!(shown(SENDER)["profile"]["may_query"], true);
    let asked =
        ["--query", "no", "--test", "yes", "--messages-a-minute", "600", "--time-zone", "America/Chicago"];
    let more = ["--severity", "PAT-139=silent", "--site", "RIVER-EAST"];
    let (code, changed, said) = run(&[&["change", SENDER], &asked[..], &more[..]].concat());
    assert_eq!((code, changed[0]["changes"].as_array().map(Vec::len)), (Some(0), Some(6)), "{said}");
    let agreed = shown(SENDER);
    assert_eq!(agreed["sites"], serde_json::json!(["RIVER-EAST"]));
    assert_eq!(
        (&agreed["profile"]["is_test"], &agreed["profile"]["may_submit"]),
        (&true.into(), &true.into())
    );
    let usual = run(&["change", SENDER, "--severity", "PAT-139=usual"]);
    assert_eq!(usual.1[0]["changes"][0], "severity PAT-139: none, was silent", "{}", usual.2);

    let table = ground.folder.path().join("codes.csv");
    std::fs::write(
        &table,
        "field,code,system,standard,standard_system\nRXA-5,MMR,99LOC,03,CVX\nPID-8,W,,F\n",
    )
    .expect("written");
    let path = table.to_str().expect("a path");
    assert_eq!(run(&["codes", SENDER, path]).1[0]["changes"].as_array().map(Vec::len), Some(2));
    let printed = ground.openiis(&["sender", "codes", SENDER]).output().expect("runs");
    assert!(text(&printed).contains("RXA-5,MMR,99LOC,03,CVX\nPID-8,W,,F,"), "{}", text(&printed));

    #[rustfmt::skip]
    let refused: [&[&str]; 6] = [
        &["show", "nobody"],
        &["change", SENDER, "--time-zone", "Mars/North"],
        &["change", SENDER, "--severity", "PAT-000=silent"],
        &["change", SENDER, "--site", "NOWHERE"],
        &["change", SENDER, "--test", "perhaps"],
        &["codes", SENDER, "no-such-file.csv"],
    ];
    for arguments in refused {
        let (code, _, said) = run(arguments);
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
    }
}

#[test]
fn a_rotated_secret_holds_at_once_and_the_old_one_ends_with_its_overlap() {
    let ground = Ground::new(Engine::Sqlite);
    let server = ground.spawn();
    let send = |secret: &str| {
        let message = Vxu::default().text();
        let bytes = request("/hl7", "text/plain", message.as_bytes());
        let text = String::from_utf8(bytes).expect("text");
        let text =
            text.replace(&crate::support::basic(SENDER, SECRET), &crate::support::basic(SENDER, secret));
        raw(server.address, text.as_bytes()).status
    };
    assert_eq!(send(SECRET), 200);
    let rotated = ground
        .openiis(&["sender", "rotate", SENDER, "--overlap-hours", "0", "--json"])
        .output()
        .expect("runs");
    let secret = json(&rotated)[0]["secret"].as_str().expect("a secret").to_owned();
    crate::support::eventually("the new secret", || send(&secret) == 200);
    crate::support::eventually("the end of the old secret", || matches!(send(SECRET), 401 | 429));
}

#[test]
fn check_finds_what_the_wire_would_find() {
    let ground = Ground::new(Engine::Sqlite);
    let file = ground.folder.path().join("messages.hl7");
    let good = Vxu::default().text();
    let bad = Vxu { control_id: "M2", ..Vxu::default() }.text().replace("20240115", "20991315");
    std::fs::write(&file, format!("{good}{bad}")).expect("written");
    let output = ground.openiis(&["hl7", "check", "--json"]).arg(&file).output().expect("runs");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let lines = json(&output);
    assert_eq!(
        (&lines[0]["message"], &lines[0]["control_id"], &lines[0]["profile"], &lines[0]["ack"]),
        (&1.into(), &"M1".into(), &"Z22".into(), &"AA".into())
    );
    assert_eq!(
        (&lines[1]["message"], &lines[1]["control_id"], &lines[1]["ack"]),
        (&2.into(), &"M2".into(), &"AE".into())
    );
    let findings = lines[1]["findings"].as_array().expect("findings");
    let birth = findings
        .iter()
        .find(|finding| finding["location"].as_str().is_some_and(|at| at.starts_with("PID-7")));
    let birth = birth.unwrap_or_else(|| panic!("{findings:?}"));
    for key in ["code", "severity", "error_code", "application_error", "text"] {
        assert!(!birth[key].is_null(), "{key}: {birth}");
    }
    let server = ground.spawn();
    let reply = raw(server.address, &request("/hl7", "text/plain", bad.as_bytes())).text();
    assert_eq!(ack(&reply), "AE");
    assert!(reply.contains(birth["code"].as_str().expect("a code")), "the same code on the wire: {reply}");
}

#[test]
fn the_operators_own_severities_hold_and_what_is_wrong_in_them_is_told() {
    let ground = Ground::new(Engine::Sqlite);
    let file = ground.folder.path().join("one.hl7");
    let message = Vxu::default().text().replace("303^5550199", "055^5550199"); // no area code begins with 0
    std::fs::write(&file, message).expect("written");
    let check = || ground.openiis(&["hl7", "check", "--json"]).arg(&file).output().expect("runs");
    let found = |output: &Output| json(output)[0]["findings"].as_array().expect("a list").clone();
    let is_told = |output: &Output| found(output).iter().any(|finding| finding["code"] == "PAT-175");
    assert!(is_told(&check()));

    let own = ground.config.in_data("checks.toml");
    std::fs::write(&own, "[severities]\nPAT-175 = \"silent\"\n").expect("written");
    assert!(!is_told(&check()));

    std::fs::write(&own, "[severities]\nPAT-000 = \"silent\"\n").expect("written");
    for arguments in [&["hl7", "check", "one.hl7"][..], &["sender", "list"]] {
        let output = ground.openiis(arguments).current_dir(ground.folder.path()).output().expect("runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("checks.toml") && told.contains("PAT-000"), "{told}");
    }
}

#[test]
fn stored_messages_are_replayed_from_the_shell() {
    let ground = Ground::new(Engine::Sqlite);
    let file = ground.folder.path().join("one.hl7");
    std::fs::write(&file, Vxu::default().text()).expect("written");
    let path = file.to_str().expect("a path");
    let run = |arguments: &[&str]| ground.openiis(arguments).output().expect("runs");
    assert!(run(&["hl7", "load", path, "--sender", SENDER]).status.success());
    let replay = ["hl7", "replay", "--from", "2000-01-01", "--to", "2100-01-01", "--json"];
    let same = json(&run(&replay));
    assert_eq!((&same[0]["messages"], &same[0]["differing"]), (&1.into(), &0.into()), "{same:?}");
    assert!(run(&["sender", "change", SENDER, "--submit", "no"]).status.success());
    let other = json(&run(&replay));
    assert_eq!((&other[0]["ack_before"], &other[0]["ack_now"]), (&"AA".into(), &"AE".into()), "{other:?}");
    assert_eq!(other[0]["stored"], "would no longer be stored");
    assert_eq!(other[1]["differing"], 1);
    assert_eq!(run(&[&replay[..], &["--sender", "nobody"]].concat()).status.code(), Some(2));
}

#[test]
fn send_talks_to_both_doors() {
    let ground = Ground::new(Engine::Sqlite);
    let server = ground.spawn();
    let file = ground.folder.path().join("one.hl7");
    std::fs::write(&file, Vxu::default().text()).expect("written");
    for path in ["hl7", "soap"] {
        let (to, user) = (format!("http://{}/{path}", server.address), format!("{SENDER}:{SECRET}"));
        let output =
            ground.openiis(&["hl7", "send", "--to", &to, "--user", &user]).arg(&file).output().expect("runs");
        assert!(output.status.success(), "{path}: {}", text(&output));
        assert!(text(&output).contains("MSA|AA|M1"), "{path}: {}", text(&output));
        let wrong = format!("{SENDER}:wrong");
        let refused = ground
            .openiis(&["hl7", "send", "--to", &to, "--user", &wrong])
            .arg(&file)
            .output()
            .expect("runs");
        assert_eq!(refused.status.code(), Some(1), "{path}: {}", text(&refused));
    }
    let output =
        ground.openiis(&["hl7", "send", "--to", "http://127.0.0.1:1/hl7"]).arg(&file).output().expect("runs");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
}

#[test]
fn a_backup_is_encrypted_restored_and_damage_is_named() {
    let ground = Ground::new(Engine::Sqlite);
    let key = age::x25519::Identity::generate();
    let identity = ground.folder.path().join("key.txt");
    std::fs::write(&identity, age::secrecy::ExposeSecret::expose_secret(&key.to_string())).expect("written");
    let backup = ground.folder.path().join("backup.age");
    let message = Vxu::default().text();
    let send = |server: &Spawned, text: &str| {
        ack(&raw(server.address, &request("/hl7", "text/plain", text.as_bytes())).text()).to_owned()
    };
    let run = |arguments: &[&str]| {
        let mut command = ground.openiis(arguments);
        command.env("OPENIIS_BACKUP_RECIPIENT", key.to_public().to_string());
        command.output().expect("runs")
    };
    let path = backup.display().to_string();
    {
        let server = ground.spawn();
        assert_eq!(send(&server, &message), "AA");
        let made = run(&["backup", &path]);
        assert!(made.status.success(), "{}", text(&made));
        assert_eq!(run(&["backup", &path]).status.code(), Some(2), "a backup is never overwritten");
        let held = run(&["restore", &path, "--identity", &identity.display().to_string()]);
        assert_eq!(held.status.code(), Some(2), "a server holds the database: {}", text(&held));
        assert!(text(&held).contains("stop the server first"), "{}", text(&held));
        let later = Vxu { control_id: "M2", mrn: "R200", last: "Later", ..Vxu::default() }.text();
        assert_eq!(send(&server, &later), "AA");
    }
    let bytes = std::fs::read(&backup).expect("made");
    assert!(
        bytes.starts_with(b"age-encryption.org/v1") && !bytes.windows(7).any(|seven| seven == b"Marlowe")
    );

    let without_key = run(&["restore", &path]);
    assert_eq!(without_key.status.code(), Some(2));
    assert!(text(&without_key).contains("private key"), "{}", text(&without_key));
    let damaged = ground.folder.path().join("damaged.age");
    let mut broken = bytes.clone();
    let middle = broken.len() / 2;
    broken[middle] ^= 1;
    std::fs::write(&damaged, broken).expect("written");
    let refused =
        run(&["restore", &damaged.display().to_string(), "--identity", &identity.display().to_string()]);
    assert!(refused.status.code() == Some(2) && text(&refused).contains("damaged"), "{}", text(&refused));

    let restored = run(&["restore", &path, "--identity", &identity.display().to_string()]);
    assert!(restored.status.success(), "{}", text(&restored));
    let server = ground.spawn();
    let query = crate::support::query("Q1", "R100", "Marlowe", "Juniper");
    let found = raw(server.address, &request("/hl7", "text/plain", query.as_bytes())).text();
    assert_eq!(crate::support::dates(&found), ["20260105"], "{found}");
    let query = crate::support::query("Q2", "R200", "Later", "Juniper");
    let found = raw(server.address, &request("/hl7", "text/plain", query.as_bytes())).text();
    assert!(crate::support::dates(&found).is_empty(), "what came after the backup is not in it: {found}");
}

#[test]
fn the_demonstration_says_who_can_sign_in_and_its_curl_line_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_openiis"));
        command
            .args(["serve", "--demo", "--people", "60", "--http", "127.0.0.1:0", "--data"])
            .arg(folder.path());
        command.env("OPENIIS_LOG_LEVEL", "warn");
        Spawned::start_telling(command)
    };
    for round in 0..2 {
        let (server, told) = start();
        let table: Vec<&String> = told.iter().skip_while(|line| !line.starts_with("role ")).collect();
        assert!(table[0].contains("user") && table[0].contains("password"), "{told:?}");
        assert!(table.iter().any(|line| line.contains("clinic-access")), "{told:?}");
        let curl = told.iter().find(|line| line.starts_with("curl ")).expect("a curl line");
        let output =
            Command::new("sh").args(["-c", &format!("{curl} --silent --show-error")]).output().expect("runs");
        assert!(text(&output).contains("MSA|AA|"), "round {round}: {curl}: {}", text(&output));
        drop(server);
    }
    // without --demo it is an ordinary database, and one that is not a demonstration is none
    let other = Ground::new(Engine::Sqlite);
    other.openiis(&["user", "add", "xan", "--role", "auditor"]).output().expect("runs");
    let refused = other.openiis(&["serve", "--demo", "--http", "127.0.0.1:0"]).output().expect("runs");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused).contains("no demonstration"), "{}", text(&refused));
}

#[test]
fn the_first_start_prints_a_link_for_the_first_administrator() {
    let ground = Ground::new(Engine::Sqlite);
    let (server, told) = Spawned::start_telling(ground.openiis(&["serve", "--http", "127.0.0.1:0"]));
    let link = told.iter().find_map(|line| line.strip_prefix("set up  ")).expect("a link").to_owned();
    assert!(link.contains("/set-up/"), "{link}");
    drop(server);
    ground.openiis(&["user", "add", "xan", "--role", "auditor"]).output().expect("runs");
    let (_server, told) = Spawned::start_telling(ground.openiis(&["serve", "--http", "127.0.0.1:0"]));
    assert!(!told.iter().any(|line| line.contains("set up")), "{told:?}");
}

#[test]
fn a_demonstration_whose_filling_in_was_broken_off_begins_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let command = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_openiis"));
        command
            .args(["serve", "--demo", "--people", "60", "--http", "127.0.0.1:0", "--data"])
            .arg(folder.path());
        command.env("OPENIIS_LOG_LEVEL", "warn");
        command
    };
    let mut broken_off = command().spawn().expect("starts");
    let mark = folder.path().join("demo-is-being-filled-in");
    crate::support::eventually("filling in begins", || mark.exists());
    broken_off.kill().expect("killed");
    broken_off.wait().expect("ended");
    let (server, told) = Spawned::start_telling(command());
    assert!(told.iter().any(|line| line.starts_with("curl ")), "{told:?}");
    assert!(!mark.exists());
    drop(server);
}

#[test]
fn send_speaks_mllp_on_one_connection() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    // a registry that answers each frame on the same connection
    let registry = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        for control_id in ["M1", "M2"] {
            let mut frame = Vec::new();
            let mut byte = [0];
            while !frame.ends_with(b"\x1c\r") {
                stream.read_exact(&mut byte).expect("a frame");
                frame.push(byte[0]);
            }
            assert!(
                frame.starts_with(b"\x0bMSH|") && frame.windows(2).any(|two| two == control_id.as_bytes())
            );
            let reply = format!("\x0bMSH|^~\\&|X\rMSA|AA|{control_id}\r\x1c\r");
            stream.write_all(reply.as_bytes()).expect("answered");
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("two.hl7");
    let second = Vxu { control_id: "M2", ..Vxu::default() }.text();
    std::fs::write(&file, format!("{}{second}", Vxu::default().text())).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_openiis"))
        .args(["hl7", "send", "--to", &format!("mllp://{address}")])
        .arg(&file)
        .output()
        .expect("runs");
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("2 messages sent, 2 answered AA"), "{}", text(&output));
    registry.join().expect("joined");
}

#[test]
fn an_invented_population_is_the_same_for_the_same_seed_and_can_be_loaded() {
    let ground = Ground::new(Engine::Sqlite);
    let out = |name: &str| ground.folder.path().join(name);
    let synth = |name: &str, more: &[&str]| {
        let mut command =
            ground.openiis(&["synth", "--people", "60", "--on", "2026-03-01", "--json", "--out"]);
        command.arg(out(name)).args(more).output().expect("runs")
    };
    let first = synth("first", &["--seed", "7"]);
    assert!(first.status.success(), "{}", text(&first));
    let told = &json(&first)[0];
    assert!(told["people"].as_u64() >= Some(60) && told["messages"].as_u64() > Some(60), "{told}");
    assert!(synth("again", &["--seed", "7"]).status.success());
    assert!(synth("other", &["--seed", "8"]).status.success());
    let truth = |name: &str| std::fs::read(out(name).join("truth.csv")).expect("the truth");
    assert_eq!(truth("first"), truth("again"));
    assert_ne!(truth("first"), truth("other"));

    let files =
        std::fs::read_dir(out("first")).expect("the folder").map(|entry| entry.expect("an entry").path());
    let sender = files.filter(|path| path.extension().is_some_and(|extension| extension == "hl7"));
    let sender = sender.max_by_key(|path| std::fs::metadata(path).map_or(0, |file| file.len()));
    let checked =
        ground.openiis(&["hl7", "check", "--json"]).arg(sender.expect("a sender")).output().expect("runs");
    let checked = json(&checked);
    assert!(!checked.is_empty() && checked.iter().all(|message| message["ack"] != "AR"), "{checked:?}");

    assert!(synth("csv", &["--seed", "7", "--format", "csv"]).status.success());
    assert!(out("csv").join("records.csv").exists());
    assert_eq!(synth("bad", &["--seed", "7", "--format", "xml"]).status.code(), Some(2));
}

#[test]
fn before_the_first_start_a_newcomer_is_told_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_openiis"));
        command.arg("--data").arg(&data).args(arguments).env("OPENIIS_LIMITS_CONNECTIONS", "100");
        command.output().expect("runs")
    };
    let examined = run(&["doctor"]);
    assert!(examined.status.success(), "{}", text(&examined));
    assert!(text(&examined).contains("none yet; the first start makes one") && !data.exists());
    let copy = folder.path().join("copy").display().to_string();
    for arguments in [
        &["user", "list"][..],
        &["sender", "list"],
        &["user", "add", "amara", "--role", "clinic-access"],
        &["audit", "verify"],
        &["audit", "export"],
        &["backup", &copy],
    ] {
        let refused = run(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {}", text(&refused));
        assert!(text(&refused).contains("run openiis migrate"), "{arguments:?}: {}", text(&refused));
        assert!(!data.exists(), "{arguments:?}: a mistyped folder becomes no new registry");
    }
    assert!(run(&["migrate"]).status.success());
    assert!(run(&["user", "list"]).status.success());
    assert!(run(&["doctor"]).status.success());
}
