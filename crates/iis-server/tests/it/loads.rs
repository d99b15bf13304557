//! `openiis hl7 load`: files through the same line, broken off and resumed (reliability A8, the short version).

use crate::support::{Engine, Ground, SENDER, Vxu, day};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

/// A word that no other number below 512 makes: people of different names and days of birth are not matched.
fn word(n: usize) -> String {
    const SYLLABLES: [&str; 8] = ["Ba", "de", "Fi", "go", "Lu", "mar", "So", "ten"];
    [n % 8, n / 8 % 8, n / 64 % 8].map(|at| SYLLABLES[at]).concat()
}

/// A feed: `people` people with `doses` doses each, in the order of the days.
fn feed(people: usize, doses: i64) -> String {
    let mut text =
        String::from("FHS|^~\\&|EHR|RIVER|||20260301||||F1\rBHS|^~\\&|EHR|RIVER|||20260301||||B1\r");
    for n in 0..doses {
        for person in 0..people {
            let (control_id, mrn, order) =
                (format!("L{person}-{n}"), format!("L{person}"), format!("O{person}-{n}"));
            let given = day(n * 7);
            let (last, first) = (word(person), word(person * 7 + 3));
            let vxu = Vxu {
                control_id: &control_id,
                mrn: &mrn,
                order: &order,
                given: &given,
                last: &last,
                first: &first,
                ..Vxu::default()
            };
            // old enough for the vaccine
            let born = day(-400 - 41 * i64::try_from(person).expect("small"));
            text.push_str(&vxu.text().replace("20240115", &born));
        }
    }
    write!(text, "BTS|{}\rFTS|1\r", people * usize::try_from(doses).expect("small"))
        .expect("a string takes text");
    text
}

/// The replies of a file: MSA segments in order.
fn replies(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).expect("replies");
    assert!(text.starts_with("FHS|") && text.trim_end().ends_with("FTS|1"), "{} is complete", path.display());
    text.split('\r').filter(|segment| segment.starts_with("MSA|")).map(str::to_owned).collect()
}

#[test]
fn a_load_answers_every_message_in_order_and_a_second_load_is_answered_the_same() {
    for engine in Engine::all() {
        let ground = Ground::new(engine);
        let file = ground.folder.path().join("feed.hl7.gz");
        let mut packed = GzEncoder::new(std::fs::File::create(&file).expect("made"), Compression::fast());
        packed.write_all(feed(20, 5).as_bytes()).expect("written");
        packed.finish().expect("written");
        let results = ground.folder.path().join("results");
        let mut seen = Vec::new();
        for _ in 0..2 {
            let output = ground
                .openiis(&["hl7", "load", "--json", "--sender", SENDER, "--results"])
                .args([&results, &file])
                .output()
                .expect("runs");
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{text} {}", String::from_utf8_lossy(&output.stderr));
            assert!(text.contains("\"messages\":100") && text.contains("\"AA\":100"), "{text}");
            let found = replies(&results.join("feed.replies.hl7"));
            assert_eq!(found.len(), 100);
            for (n, segment) in found.iter().enumerate() {
                assert_eq!(*segment, format!("MSA|AA|L{}-{}", n % 20, n / 20));
            }
            seen.push(found);
        }
        assert_eq!(seen[0], seen[1], "{engine:?}");
    }
}

#[test]
fn beside_a_server_the_work_is_handed_to_it() {
    let ground = Ground::new(Engine::Sqlite);
    let file = ground.folder.path().join("feed.hl7");
    std::fs::write(&file, feed(10, 3)).expect("written");
    let _server = ground.spawn();
    let output = ground.openiis(&["hl7", "load", "--sender", SENDER]).arg(&file).output().expect("runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out} {err}");
    assert!(err.contains("handed to it") && out.contains("30 messages (30 AA)"), "{out} {err}");
    let unknown = ground.openiis(&["hl7", "load", "--sender", "nobody"]).arg(&file).output().expect("runs");
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn a_load_that_is_killed_goes_on_where_it_was() {
    let ground = Ground::new(Engine::Sqlite);
    let file = ground.folder.path().join("feed.hl7");
    std::fs::write(&file, feed(60, 20)).expect("written");
    let results = ground.folder.path().join("results");
    let load = || {
        let mut command = ground.openiis(&["hl7", "load", "--resume", "--sender", SENDER, "--results"]);
        command.args([&results, &file]);
        command
    };
    for round in 0..4_u64 {
        let mut child = load().spawn().expect("starts");
        std::thread::sleep(Duration::from_millis(150 + 130 * round));
        // it may be done already
        let _ = child.kill();
        child.wait().expect("ended");
    }
    let output = load().output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found = replies(&results.join("feed.replies.hl7"));
    assert_eq!(found.len(), 1200);
    for (n, segment) in found.iter().enumerate() {
        assert_eq!(*segment, format!("MSA|AA|L{}-{}", n % 60, n / 60));
    }
    let again = load().output().expect("runs");
    assert!(
        String::from_utf8_lossy(&again.stdout).contains("1200 messages (1200 AA)"),
        "a complete file is left alone"
    );
}
