//! Z44 over `POST /hl7` answers for the people of the demonstration what `openiis cdsi forecast` says of the same facts.

use crate::support::{Spawned, hl7};
use iis_cdsi::codes::Mvx;
use iis_cdsi::{Schedule, tables};
use iis_server::client::{Client, Options, Target};
use iis_server::clock;
use iis_server::config::Config;
use iis_synth::demo::Demo;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

fn openiis(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openiis"));
    command.args(arguments).arg("--data").arg(data).env("OPENIIS_LOG_LEVEL", "warn");
    command
}

/// Somebody as a message names them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Person {
    /// PID-3, the first of them.
    number: String,
    /// Family and given name.
    name: String,
    /// PID-7.
    born: String,
}

/// A query of the demonstration's own sender for one person, by number, name and date of birth: a certain match.
fn query(kind: &str, person: &Person) -> String {
    let (profile, name) = match kind {
        "Z34" => ("Z34^CDCPHINVS", "Z34^Request Immunization History^CDCPHINVS"),
        _ => ("Z44^CDCPHINVS", "Z44^Request Evaluated History and Forecast^CDCPHINVS"),
    };
    let Person { number, name: family_given, born } = person;
    format!(
        "MSH|^~\\&|EHR|DEMO-CLINIC|OPENIIS|CALDER|20260301101500-0500||QBP^Q11^QBP_Q11|{kind}{born}|P|2.5.1|||ER|AL|||||{profile}\r\
         QPD|{name}|T1|{number}|{family_given}^^^^^L||{born}\rRCP|I|5^RD&Records&HL70126\r"
    )
}

fn fields(line: &str) -> Vec<&str> {
    line.split('|').collect()
}

fn component(field: &str, nth: usize) -> &str {
    field.split('^').nth(nth).unwrap_or_default()
}

/// `20260301` as `2026-03-01`.
fn iso(day: &str) -> String {
    format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..8])
}

/// What the command line is told of a history (Z32).
fn facts(history: &str, born: &str, schedule: &Schedule) -> Vec<String> {
    let mut arguments = vec!["--dob".to_owned(), iso(born)];
    let mut given = String::new();
    for line in history.split('\r') {
        let f = fields(line);
        match f[0] {
            "PID" => arguments.extend(["--sex".to_owned(), f.get(8).copied().unwrap_or("U").to_owned()]),
            "RXA" => {
                given = iso(f[3]);
                let completion = f.get(20).copied().unwrap_or_default();
                if matches!(completion, "RE" | "NA") {
                    continue;
                }
                assert_ne!(completion, "PA", "the demonstration has no dose that was partly given");
                let mvx = f.get(17).map_or("", |field| component(field, 0));
                let mvx = Mvx::parse(mvx).map(|mvx| format!(":{mvx}")).unwrap_or_default();
                arguments.push("--dose".to_owned());
                arguments.push(format!("{given}:{}{mvx}", component(f[5], 0)));
            }
            "OBX" if matches!(component(f[3], 0), "59784-9" | "75505-8" | "30945-0") => {
                let system = match component(f[5], 2) {
                    "SCT" => "SNOMED",
                    other => other,
                };
                for code in schedule.observations_for(system, component(f[5], 0)) {
                    arguments.extend(["--observation".to_owned(), format!("{code}:{given}")]);
                }
            }
            _ => {}
        }
    }
    arguments
}

/// The forecasts of a Z42, a text each: group, dose, the four dates, status.
fn forecasts(reply: &str) -> (String, BTreeSet<String>) {
    let last = reply.rsplit("RXA|").next().expect("the order group of the forecast");
    let on = iso(fields(last)[2]);
    let mut sets: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for line in last.split('\r').filter(|line| line.starts_with("OBX|")) {
        let f = fields(line);
        if sets.last().is_none_or(|(set, _)| set != f[4]) {
            sets.push((f[4].to_owned(), Vec::new()));
        }
        let value = if f[3].starts_with("30956-7") { component(f[5], 1) } else { f[5] };
        let values = &mut sets.last_mut().expect("pushed").1;
        values.push((component(f[3], 0).to_owned(), value.to_owned()));
    }
    // what was noticed beside the forecasts is none
    sets.retain(|(_, values)| values.iter().all(|(code, _)| code != "48767-8"));
    let line = |values: &[(String, String)]| {
        let value = |code: &str| {
            let found = values.iter().find(|(own, _)| own == code);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let codes = ["30956-7", "30973-2", "30981-5", "30980-7", "59778-1", "59777-3", "59783-1"];
        codes.map(value).join("|")
    };
    (on, sets.iter().map(|(_, values)| line(values)).collect())
}

/// The same of what the command line says.
fn expected(said: &Value) -> BTreeSet<String> {
    let forecasts = said["forecasts"].as_array().expect("forecasts").iter();
    let relevant = forecasts.filter(|forecast| forecast["reason"] != "nothing on the record asks for it");
    let line = |forecast: &Value| {
        let text = |name: &str| forecast[name].as_str().unwrap_or_default().to_owned();
        let day = |name: &str| text(name).replace('-', "");
        let number = forecast["dose_number"].as_u64().map(|number| number.to_string()).unwrap_or_default();
        [
            text("vaccine_group"),
            number,
            day("earliest"),
            day("recommended"),
            day("overdue_from"),
            day("latest"),
            text("standing"),
        ]
        .join("|")
    };
    relevant.map(line).collect()
}

#[test]
fn the_forecasts_of_the_demonstration_are_those_of_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let serve = ["serve", "--demo", "--people", "60", "--http", "127.0.0.1:0"];
    let (server, _) = Spawned::start_telling(openiis(&serve, &data));
    let sign_ins = std::fs::read(data.join("demo-sign-ins.json")).expect("the sign-ins");
    let sign_ins: Value = serde_json::from_slice(&sign_ins).expect("JSON");
    let target: Target = format!("http://{}/hl7", server.address).parse().expect("an address");
    let text = |name: &str| sign_ins[name].as_str().expect("a text").to_owned();
    let options = Options {
        credentials: Some((text("sender"), text("secret"))),
        authority: None,
        timeout: Duration::from_secs(40),
    };
    let mut client = Client::new(&target, &options).expect("a client");
    let runtime = crate::support::runtime();
    let mut ask = |kind: &str, person: &Person| {
        hl7(runtime.block_on(client.send(query(kind, person).as_bytes())).expect("an answer"))
    };
    let schedule = Schedule::compile(&tables::built_in().expect("tables"), &[]).expect("a schedule");
    let mut compared = 0;
    for person in people() {
        let reply = ask("Z44", &person);
        if !reply.contains("|Z42^CDCPHINVS") {
            continue; // somebody whose number or name has changed since
        }
        let (on, found) = forecasts(&reply);
        if reply.contains("The person has died: nothing is forecast.") {
            assert_eq!(found.len(), 1, "{reply}");
            continue;
        }
        let facts = facts(&ask("Z34", &person), &person.born, &schedule);
        let output = openiis(&["cdsi", "forecast", "--json", "--on", &on], &data).args(&facts).output();
        let output = output.expect("the program runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said: Value = serde_json::from_slice(&output.stdout).expect("one object");
        assert!(!said["overlays"].as_array().expect("overlays").is_empty(), "this season's overlay: {said}");
        assert_eq!(found, expected(&said), "{facts:?}\n{reply}");
        compared += 1;
    }
    assert!(compared >= 25, "{compared} people were compared");
}

/// People of the demonstration: those told by hand, and others.
fn people() -> Vec<Person> {
    let zone = TimeZone::get(&Config::default().identity.time_zone).expect("the zone of the server");
    let demo = Demo::new(60, clock::arrival(&zone).today);
    let mut all: Vec<Person> = Vec::new();
    for sent in demo.messages() {
        let message = String::from_utf8(sent.bytes).expect("text");
        let pid = message.split('\r').find(|line| line.starts_with("PID|")).map(fields);
        let Some(pid) = pid.filter(|pid| pid.len() > 7 && pid[7].len() == 8) else { continue };
        let person = Person {
            number: pid[3].split('~').next().unwrap_or_default().to_owned(),
            name: format!("{}^{}", component(pid[5], 0), component(pid[5], 1)),
            born: pid[7].to_owned(),
        };
        if all.iter().all(|other| (&other.name, &other.born) != (&person.name, &person.born)) {
            all.push(person);
        }
    }
    let is_told = |person: &Person| {
        let told = |one: &iis_synth::demo::Showcase| {
            person.name.eq_ignore_ascii_case(&format!("{}^{}", one.last, one.first))
        };
        demo.showcase().iter().any(told)
    };
    let (told, others): (Vec<_>, Vec<_>) = all.into_iter().partition(is_told);
    assert!(told.len() >= 7, "{told:?}");
    told.into_iter().chain(others.into_iter().take(40)).collect()
}
