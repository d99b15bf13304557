//! `openiis match`: files, and a sweep over what is stored.

use crate::support::{Engine, Ground, SENDER, Vxu};
use std::fs::read_to_string;
use std::process::Output;

const RECORDS: &str = "\
record_id,facility_id,mrn,last_name,first_name,birth_date,sex,mother_first,mother_maiden,phone
r1,H1,1,DOE,NORA,2020-03-11,F,SUE,ROE,5155551234
r2,C2,7,DOE,NORA,2020-03-11,F,SUE,ROE,5155551234
r3,C2,8,DOE,NORAH,2020-03-11,F,SUE,ROE,5155551234
r4,C2,9,POE,MIGUEL,1987-06-02,M,EVA,LEE,5155559876
";

const PAIRS: &str = "\
set,test_id,expect,a_nameLast,a_nameFirst,a_birthDate,a_phone,b_nameLast,b_nameFirst,b_birthDate,b_phone
S,1,Match,DOE,NORA,20200311,5155551234,DOE,NORA,20200311,5155551234
S,2,Not a Match,DOE,NORA,20200311,5155551234,POE,MIGUEL,19870602,5155559876
";

const REPORTS: &str = "\
report_id,person_id,admin_date,cvx,org,source,lot,mvx,site,action
v1,p1,2021-03-11,03,A,00,L1,MSD,,A
v2,p1,2021-03-12,03,B,01,,,,A
v3,p1,2024-03-11,03,A,00,L2,MSD,,A
";

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn files_are_linked_judged_and_consolidated() {
    let ground = Ground::new(Engine::Sqlite);
    let folder = ground.folder.path();
    let run = |command: &str, input: &str, target: &str| {
        let file = folder.join(format!("{command}-in.csv"));
        std::fs::write(&file, input).expect("written");
        let mut program = ground.openiis(&["match", command]);
        program.arg(&file).arg("--out").arg(folder.join(target)).output().expect("runs")
    };
    let printed = out(&run("link", RECORDS, "linked"));
    assert!(printed.starts_with("records 4\npersons 3\nreviews 1\nseconds "), "{printed}");
    let links = read_to_string(folder.join("linked/links.csv")).expect("links");
    assert_eq!(links, "record_id,person_id\nr1,1\nr2,1\nr3,3\nr4,4\n");
    let reviews = read_to_string(folder.join("linked/reviews.csv")).expect("reviews");
    assert!(
        reviews.starts_with("record_a,record_b,score,reason\n") && reviews.contains("two different valid"),
        "{reviews}"
    );

    out(&run("pairs", PAIRS, "decisions.csv"));
    let decisions = read_to_string(folder.join("decisions.csv")).expect("decisions");
    assert_eq!(decisions, "set,test_id,decision\nS,1,Match\nS,2,Not a Match\n");

    assert_eq!(out(&run("events", REPORTS, "events.csv")), "reports 3\nevents 2\n");
    let events = read_to_string(folder.join("events.csv")).expect("events");
    assert_eq!(events, "report_id,event_id,preferred\nv1,1,Y\nv2,1,N\nv3,3,Y\n");

    let missing = run("link", "name\nx\n", "nowhere");
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("link-in.csv"), "the file is named");
}

#[test]
fn a_sweep_says_what_it_did() {
    let ground = Ground::new(Engine::Sqlite);
    let file = ground.folder.path().join("feed.hl7");
    let other = Vxu { control_id: "M2", mrn: "R200", first: "Miguel", ..Vxu::default() }.text();
    std::fs::write(&file, Vxu::default().text() + &other.replace("20240115", "20110704")).expect("written");
    out(&ground.openiis(&["hl7", "load", "--sender", SENDER]).arg(&file).output().expect("runs"));
    let swept = out(&ground.openiis(&["match", "sweep", "--json"]).output().expect("runs"));
    let swept: serde_json::Value = serde_json::from_str(&swept).expect("one object");
    assert_eq!((&swept["persons"], &swept["merged"]), (&2.into(), &0.into()), "{swept}");
}

#[test]
fn weights_are_imported_measured_tried_and_put_in_force_from_the_shell() {
    let ground = Ground::new(Engine::Sqlite);
    let folder = ground.folder.path();
    let feed = folder.join("feed.hl7");
    std::fs::write(&feed, Vxu::default().text()).expect("written");
    out(&ground.openiis(&["hl7", "load", "--sender", SENDER]).arg(&feed).output().expect("runs"));
    let built_in = include_str!("../../../../policy/match-weights.toml");
    assert!(built_in.contains("\nversion = 2\n") && built_in.contains("\nlink = 3.0\n"));
    let strict =
        built_in.replace("\nversion = 2\n", "\nversion = 3\n").replace("\nlink = 3.0\n", "\nlink = 90.0\n");
    let truth = "record_id,person_id,family_id,traits\nr1,p1,f1,\nr2,p1,f1,\nr3,p2,f1,twin\nr4,p3,f2,\n";
    for (name, text) in [("strict.toml", strict.as_str()), ("records.csv", RECORDS), ("truth.csv", truth)] {
        std::fs::write(folder.join(name), text).expect("written");
    }
    let file = |name: &str| folder.join(name).display().to_string();
    let run = |words: &[&str]| {
        let mut command = ground.openiis(&["match", "weights"]);
        command.args(words).output().expect("runs")
    };
    let imported = out(&run(&["import", &file("strict.toml"), "--release", "strict"]));
    assert!(imported.starts_with("Weights 3 (strict) are stored"), "{imported}");
    let refused = run(&["activate", "3"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        said.contains("nobody measured them") && said.contains("openiis match weights measure 3"),
        "{said}"
    );
    let measured = out(&run(&["measure", "3", &file("records.csv"), &file("truth.csv")]));
    assert!(measured.contains("precision") && measured.contains("2 in force"), "{measured}");
    let tried = out(&run(&["shadow", "3"]));
    assert!(tried.starts_with("1 persons") && tried.contains("No decision would be another"), "{tried}");
    out(&run(&["activate", "3"]));
    let listed = out(&run(&["list", "--json"]));
    let last: serde_json::Value = serde_json::from_str(listed.lines().last().expect("a line")).expect("JSON");
    assert_eq!((&last["version"], &last["in_force"]), (&3.into(), &true.into()), "{last}");
    assert_eq!(last["shadow"]["is_done"], true);
}

#[test]
fn what_the_registry_believes_is_proved_and_computed_again() {
    let ground = Ground::new(Engine::Sqlite);
    let feed = ground.folder.path().join("feed.hl7");
    std::fs::write(&feed, Vxu::default().text()).expect("written");
    out(&ground.openiis(&["hl7", "load", "--sender", SENDER]).arg(&feed).output().expect("runs"));
    let run = |words: &[&str]| out(&ground.openiis(words).output().expect("runs"));
    assert_eq!(run(&["rebuild", "--check"]), "persons 1\ndiffering 0\n");
    assert_eq!(run(&["rebuild"]), "persons 1\n");
    assert_eq!(run(&["rebuild", "--check"]), "persons 1\ndiffering 0\n");
}
