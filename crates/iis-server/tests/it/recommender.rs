//! `openiis cdsi` as an operator types it, and a server that follows.

use crate::support::{Engine, Ground, House, Vxu, published};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    format!("{}{}", out(output), String::from_utf8_lossy(&output.stderr))
}

fn run(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openiis"));
    command.arg("--data").arg(data).arg("cdsi").args(arguments).env("OPENIIS_LOG_LEVEL", "warn");
    command.output().expect("the program runs")
}

#[test]
fn a_forecast_needs_no_database_and_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    #[rustfmt::skip]
    let child = [
        "forecast", "--dob", "2024-01-10", "--sex", "F", "--on", "2025-03-01",
        "--dose", "2024-11-01:03", "--dose", "2025-01-20:03", "--dose", "2025-01-25:21",
    ];
    let output = run(&data, &child);
    assert!(output.status.success(), "{}", said(&output));
    let text = out(&output);
    for wanted in [
        "CDSi supporting data 4.64",
        "Not Valid: Dose 1 of MMR counted as too early",
        "Valid: Dose 1 of MMR counts.",
        "given 5 days after a live vaccine",
        "Nothing on the record asks for:",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    assert!(!text.contains("table 6-15"), "{text}");
    let traced = out(&run(&data, &[&child[..], &["--trace"]].concat()));
    assert!(traced.contains("table 6-15") && traced.starts_with(text.trim_end()), "{traced}");

    for wanted in ["minimum age of 12 months", "FORECASTDT-2", "FORECASTDT-6", "MMR: all antigens together"] {
        assert!(traced.contains(wanted) && !text.contains("FORECASTDT"), "{wanted}\n{traced}");
    }
    assert!(text.contains("The answer next changes on 2025-"), "{text}");

    let json = out(&run(&data, &[&child[..], &["--json"]].concat()));
    let object: serde_json::Value = serde_json::from_str(&json).expect("one object");
    assert_eq!((&object["release"], &object["assessed_on"]), (&"4.64".into(), &"2025-03-01".into()));
    let verdicts: Vec<_> = object["doses"].as_array().expect("doses").iter().map(|d| &d["status"]).collect();
    assert_eq!(verdicts, ["Not Valid", "Valid", "Not Valid"]);
    assert!(!data.exists(), "nothing was made");
}

const CASE: &str = r#"{"id":"X-1","suite":"own","vaccine_group":"HepB","assessment_date":"2025-03-01","patient":{"dob":"2025-01-10","gender":"F"},"doses":[{"date":"2025-01-11","cvx":"08","expected_status":"Valid"}],"expected":{"series_status":"Not Complete","forecast_number":"2","earliest_date":"2025-02-08","recommended_date":"2025-02-10","past_due_date":"2025-05-07"}}"#;

#[test]
fn cases_are_verified_and_a_case_that_is_not_met_says_what_differs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cases.jsonl");
    let wrong = CASE.replace("X-1", "X-2").replace("2025-02-10", "2025-02-11");
    std::fs::write(&path, format!("{CASE}\n{wrong}\n")).expect("written");
    let cases = path.to_str().expect("a path");
    let output = run(folder.path(), &["verify", cases, "--failures"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let text = out(&output);
    assert!(text.contains("own X-2") && text.contains("2025-02-11") && !text.contains("X-1"), "{text}");
    assert!(text.contains("own  forecast 1/2  doses 2/2  all 1/2"), "{text}");
    let json = out(&run(folder.path(), &["verify", cases, "--json"]));
    let lines: Vec<serde_json::Value> =
        json.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!((&lines[0]["id"], &lines[0]["forecast_ok"]), (&"X-1".into(), &true.into()));
    assert_eq!(lines[1]["differences"].as_array().map(Vec::len), Some(1));
    assert_eq!(lines[2]["totals"]["own"]["all"], 1);

    let of_case = out(&run(folder.path(), &["forecast", cases, "--id", "X-1"]));
    assert!(of_case.contains("On 2025-03-01") && of_case.contains("Dose 1 of HepB counts."), "{of_case}");
    assert_eq!(run(folder.path(), &["forecast", cases]).status.code(), Some(2), "which of the two?");
    for wrong in [&["forecast"][..], &["forecast", "--dob", "2025-02-30"], &["verify", "/no/such/file"]] {
        assert_eq!(run(folder.path(), wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn an_import_that_is_no_release_stores_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let xml = folder.path().join("xml");
    std::fs::create_dir(&xml).expect("a folder");
    std::fs::write(xml.join("x.xml"), "<antigenSupportingData><series>").expect("written");
    let data = folder.path().join("data");
    let output = run(&data, &["import", xml.to_str().expect("a path"), "--release", "9.9"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        out(&output).contains("x.xml") && out(&output).contains("nothing was stored"),
        "{}",
        said(&output)
    );
    assert_eq!(run(&data, &["activate", "9.9"]).status.code(), Some(2));
    let releases = out(&run(&data, &["releases"]));
    assert!(releases.contains("4.64") && !releases.contains("9.9"), "{releases}");
}

/// CDC's files imported give the same answers, byte for byte, as the tables that ship with the program.
#[test]
fn an_imported_release_answers_as_the_built_in_one() {
    let Some(published) = published() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let cases = published.join("cdsi/test-cases.jsonl");
    let cases = cases.to_str().expect("a path");
    let built_in = run(&data, &["verify", cases, "--json"]);
    let xml = published.join("cdsi/supporting-data");
    let output = run(&data, &["import", xml.to_str().expect("a path"), "--release", "4.64-cdc"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        out(&output).contains("143 series") && out(&output).contains("484 series doses"),
        "{}",
        said(&output)
    );
    assert!(run(&data, &["activate", "4.64-cdc"]).status.success());
    let imported = run(&data, &["verify", cases, "--json"]);
    assert!(String::from_utf8_lossy(&imported.stderr).contains("supporting data 4.64-cdc"));
    assert_eq!(built_in.stdout, imported.stdout);
    assert!(out(&imported).lines().count() > 800);
    let again = out(&run(&data, &["import", xml.to_str().expect("a path"), "--release", "4.64-cdc"]));
    assert!(again.contains("there already"), "{again}");
    let diff = out(&run(&data, &["diff", "4.64", "4.64-cdc"]));
    assert!(diff.contains("1 places of the schedule differ") && diff.contains("0 of 0 people"), "{diff}");
}

/// A question for the forecast of the child of [`Vxu`].
const FORECAST_QUERY: &str = "MSH|^~\\&|EHR|RIVER|OPENIIS|STATE|20260301101500-0500||QBP^Q11^QBP_Q11|Q1|P|2.5.1|||ER|AL|||||Z44^CDCPHINVS\r\
     QPD|Z44^Request Evaluated History and Forecast^CDCPHINVS|T1|R100^^^RIVER^MR|||20240115|F\rRCP|I|5^RD&Records&HL70126\r";

#[test]
fn the_forecast_over_the_wire_is_that_of_the_command_line() {
    let house = House::open();
    for (control_id, given, order) in [("M1", "20250120", "O1"), ("M2", "20250520", "O2")] {
        let message = Vxu { control_id, given, order, ..Vxu::default() }.text();
        assert!(house.reply(message.as_bytes()).contains("MSA|AA"));
    }
    let reply = house.reply(FORECAST_QUERY.as_bytes());
    assert!(reply.contains("|Z42^CDCPHINVS"), "{reply}");
    let fields = |line: &str| line.split('|').map(str::to_owned).collect::<Vec<_>>();
    let forecast = reply.rsplit("RXA|").next().expect("the last order group");
    let on = forecast.split('|').nth(2).expect("the day of the question").to_owned();
    let due: BTreeSet<String> = forecast
        .split('\r')
        .map(fields)
        .filter(|f| f[0] == "OBX" && f[3].starts_with("30980-7"))
        .map(|f| f[5].clone())
        .collect();

    let folder = tempfile::tempdir().expect("a folder");
    let said = run(
        folder.path(),
        &[
            "forecast",
            "--json",
            "--dob",
            "2024-01-15",
            "--sex",
            "F",
            "--dose",
            "2025-01-20:03:MSD",
            "--dose",
            "2025-05-20:03:MSD",
            "--on",
            &on,
        ],
    );
    let said: serde_json::Value = serde_json::from_slice(&said.stdout).expect("one object");
    let forecasts = said["forecasts"].as_array().expect("forecasts").iter();
    let expected: BTreeSet<String> =
        forecasts.filter_map(|forecast| Some(forecast["recommended"].as_str()?.replace('-', ""))).collect();
    assert!(expected.len() > 5, "{said}");
    assert_eq!(due, expected, "{reply}");
}

const OVERLAY: &str =
    "overlay state-dates\nversion 3\ndated 2026-01-01\nauthor A. Nurse\nreason A test of the state\n";

#[test]
fn a_running_server_takes_an_activation_over_within_seconds() {
    for engine in Engine::all() {
        let ground = Ground::new(engine);
        let mut command = ground.openiis(&["cdsi", "overlay", "list"]);
        assert!(command.output().expect("runs").status.success());
        let file = ground.config.data.join("overlay.txt");
        std::fs::write(&file, OVERLAY).expect("written");
        let file = file.to_str().expect("a path").to_owned();
        let add = ground.openiis(&["cdsi", "overlay", "add", &file]);
        let withdraw = ground.openiis(&["cdsi", "overlay", "withdraw", "state-dates"]);
        let house = ground.serve();
        follows(&house, add, "4.64 + state-dates 3 @");
        follows(&house, withdraw, "4.64 @");
    }
}

fn follows(house: &House, mut command: Command, mark: &str) {
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{}", said(&output));
    let (begun, mut seen) = (Instant::now(), String::new());
    while begun.elapsed() < Duration::from_secs(10) {
        seen = house.registry().schedules.now().mark.to_string();
        if seen.starts_with(mark) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{seen} is in force after ten seconds, not {mark}");
}

#[test]
fn a_past_season_is_said_and_a_draft_of_an_overlay_brings_the_answer_back() {
    let ground = Ground::new(Engine::Sqlite);
    let data = ground.config.data.as_path();
    let adult = ["forecast", "--dob", "1980-01-10", "--sex", "F", "--on", "2026-11-25"];
    let doses = ["--dose", "2024-10-01:140", "--dose", "2025-10-01:140", "--dose", "2026-05-01:140"];
    let this_season = ["--dose", "2026-10-01:140"];
    let past = out(&run(data, &[&adult[..], &doses, &this_season].concat()));
    for wanted in [
        "Season Not Known",
        "the season of the schedule ended on 2026-06-30; what is recommended in the season since then is not known",
        "Not Judged: Dose 4 of Influenza cannot be judged",
        "Extraneous: Dose 3 of Influenza was not needed",
    ] {
        assert!(past.contains(wanted), "{wanted}\n{past}");
    }
    let draft =
        ["overlay", "draft", "--author", "A. Nurse", "--reason", "Season 2026-27", "--on", "2026-11-25"];
    let output = run(data, &draft);
    assert!(output.status.success(), "{}", said(&output));
    let file = data.join("season.txt");
    std::fs::write(&file, &output.stdout).expect("written");
    let added = run(data, &["overlay", "add", file.to_str().expect("a path")]);
    assert!(added.status.success(), "{}", said(&added));
    let now = out(&run(data, &[&adult[..], &doses].concat()));
    assert!(now.contains("Dose 1 of Influenza can be given from 2026-07-01"), "{now}");
    assert!(now.contains("4.64 + season 2026-11-25"), "{now}");
    let done = out(&run(data, &[&adult[..], &doses, &this_season].concat()));
    assert!(done.contains("Valid: Dose 4 of Influenza counts."), "{done}");
    let nothing = run(data, &["overlay", "draft", "--author", "A", "--reason", "B", "--on", "2026-01-10"]);
    assert_eq!(nothing.status.code(), Some(2), "{}", said(&nothing));

    let cases = data.join("cases.jsonl");
    std::fs::write(&cases, CASE).expect("written");
    let cases = cases.to_str().expect("a path");
    let published = said(&run(data, &["verify", cases]));
    assert!(published.contains("4.64") && !published.contains("+ season"), "as published: {published}");
    let local = said(&run(data, &["verify", cases, "--with-overlays"]));
    assert!(local.contains("4.64 + season 2026-11-25"), "{local}");
}
