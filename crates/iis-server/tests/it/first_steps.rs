//! From an empty folder to the first message that is taken: organization, site, sender; and names that are refused.

use crate::support::{Raw, SECRET, SENDER, Spawned, Vxu, ack, basic, raw, request};
use std::path::Path;
use std::process::{Command, Output};

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn openiis(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openiis"));
    command.arg("--data").arg(folder).args(arguments);
    command.env("OPENIIS_IDENTITY_FACILITY", "STATE").env("OPENIIS_LOG_LEVEL", "warn");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    openiis(folder, arguments).output().expect("runs")
}

/// Runs it and gives back what it printed as JSON, an object a line.
fn done(folder: &Path, arguments: &[&str]) -> Vec<serde_json::Value> {
    let output = run(folder, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", text(&output));
    let printed = String::from_utf8(output.stdout).expect("text");
    printed.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn send(server: &Spawned, secret: &str) -> Raw {
    let bytes = request("/hl7", "text/plain", Vxu::default().text().as_bytes());
    let bytes = String::from_utf8(bytes).expect("text");
    raw(server.address, bytes.replace(&basic(SENDER, SECRET), &basic("river-ehr", secret)).as_bytes())
}

#[test]
fn an_empty_folder_becomes_a_registry_that_takes_a_message() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    done(folder, &["migrate"]);
    done(folder, &["organization", "add", "River Health"]);
    done(
        folder,
        &["site", "add", "river", "--organization", "river health", "--name", "River Clinic", "--pin", "R12"],
    );
    let made = done(folder, &["sender", "add", "river-ehr", "--site", "RIVER"]);
    let secret = made[0]["secret"].as_str().expect("a secret").to_owned();

    assert_eq!(
        done(folder, &["organization", "list"]),
        [serde_json::json!({ "organization": "River Health" })]
    );
    let site = serde_json::json!({
        "site": "RIVER", "name": "River Clinic", "kind": "clinic", "pin": "R12", "organization": "River Health",
    });
    assert_eq!(done(folder, &["site", "list"]), [site]);

    let server = Spawned::start(openiis(folder, &["serve", "--http", "127.0.0.1:0"]));
    let answer = send(&server, &secret);
    assert_eq!((answer.status, ack(&answer.text())), (200, "AA"), "{}", answer.text());
}

#[test]
fn what_cannot_be_an_organization_or_a_site_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    done(folder, &["migrate"]);
    done(folder, &["organization", "add", "River Health"]);
    done(folder, &["site", "add", "RIVER", "--organization", "River Health"]);
    let owner = ["--organization", "River Health"];
    #[rustfmt::skip]
    let table: [(&[&str], &str); 8] = [
        (&["organization", "add", "RIVER HEALTH"],                               "of this name exists"),
        (&["organization", "add", ""],                                           "one line of 1 to 120"),
        (&["organization", "add", "two\nlines"],                                 "one line of 1 to 120"),
        (&["site", "add", "HILL", "--organization", "Nobody"],                   "no organization of this name"),
        (&["site", "add", "river", owner[0], owner[1]],                          "site of this code exists"),
        (&["site", "add", "A|B", owner[0], owner[1]],                            "1 to 40 letters"),
        (&["site", "add", "HILL", "--name", "a\nb", owner[0], owner[1]],         "one line of 1 to 120"),
        (&["site", "add", "HILL", "--kind", "castle", owner[0], owner[1]],       "school-health-center"),
    ];
    for (arguments, said) in table {
        let refused = run(folder, arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {}", text(&refused));
        assert!(text(&refused).contains(said), "{arguments:?}: {}", text(&refused));
    }
    assert_eq!(done(folder, &["site", "list"]).len(), 1, "nothing of it was made");
}

#[test]
fn accounts_and_senders_have_names_that_can_be_seen_and_typed() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    done(folder, &["migrate"]);
    done(folder, &["organization", "add", "River Health"]);
    done(folder, &["site", "add", "RIVER", "--organization", "River Health"]);
    for name in ["", "a b<script>", "a:b", "two\nlines", "ab|cd", &"x".repeat(61)] {
        for (arguments, said) in [
            (["user", "add", name, "--role", "auditor"], "3 to 60 letters"),
            (["sender", "add", name, "--site", "RIVER"], "1 to 60 letters"),
        ] {
            let refused = run(folder, &arguments);
            assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {}", text(&refused));
            assert!(text(&refused).contains(said), "{arguments:?}: {}", text(&refused));
        }
    }
    let refused = run(folder, &["user", "add", "amara", "--name", "a\nb", "--role", "auditor"]);
    assert!(refused.status.code() == Some(2) && text(&refused).contains("one line"), "{}", text(&refused));
    assert!(done(folder, &["user", "list"]).is_empty() && done(folder, &["sender", "list"]).is_empty());
}

#[test]
fn what_an_operator_makes_is_in_the_audit() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let rows = || done(folder, &["audit", "verify"]).last().expect("a count")["rows"].as_i64();
    done(folder, &["migrate"]);
    assert_eq!(rows(), Some(0));
    done(folder, &["organization", "add", "River Health"]);
    assert_eq!(rows(), Some(1));
    done(folder, &["site", "add", "RIVER", "--organization", "River Health"]);
    assert_eq!(rows(), Some(2));
}
