//! `openiis hl7 load`: files through the same line, broken off and resumed (reliability A8, the short version).

use crate::support::{Engine, Ground, SENDER, Vxu, day, rounds};
use flate2::Compression;
use flate2::write::GzEncoder;
use iis_server::opening;
use iis_store::testing::portrait::portrait;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

/// Kills in the test run; `cargo xtask soak` asks for more, and then the feed is longer.
const KILLS: u64 = 5;

/// A word that no other number below 4096 makes: people of different names and days of birth are not matched.
fn word(n: usize) -> String {
    const SYLLABLES: [&str; 8] = ["Ba", "de", "Fi", "go", "Lu", "mar", "So", "ten"];
    [n % 8, n / 8 % 8, n / 64 % 8, n / 512 % 8].map(|at| SYLLABLES[at]).concat()
}

/// A feed: `people` people with `doses` doses each, in the order of the days.
pub(crate) fn feed(people: usize, doses: i64) -> String {
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
            let born = day(-400 - 41 * i64::try_from(person % 600).expect("small"));
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

/// The results of the feed in a folder.
fn results(folder: &Path) -> (String, String) {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("results");
    (read("feed.replies.hl7"), read("feed.summary.txt"))
}

/// Replies without what differs between two registries: when they were given, and their own numbers.
fn told(replies: &str) -> Vec<String> {
    let differs = |segment: &str, at: usize| match segment.get(..3) {
        Some("MSH") => at == 6 || at == 9,
        Some("FHS" | "BHS") => at == 6 || at == 10,
        _ => false,
    };
    let line = |segment: &str| {
        let fields = segment.split('|').enumerate();
        let fields: Vec<_> =
            fields.map(|(at, field)| if differs(segment, at) { "" } else { field }).collect();
        fields.join("|")
    };
    replies.split('\r').map(line).collect()
}

/// What the registry has come to hold.
pub(crate) fn held(ground: &Ground) -> Vec<String> {
    let store = opening::store(&ground.config).expect("opened");
    let held = store.read_blocking(portrait).expect("readable");
    store.close_blocking();
    held
}

/// A feed of so many messages in which some are wrong: a query, another version, an unknown vaccine, a dose withdrawn.
fn mixed(messages: usize) -> String {
    let people = (messages / 20).max(1);
    let feed = feed(people, i64::try_from(messages.div_ceil(people)).expect("small"));
    let mut parts: Vec<String> = feed.split("MSH|").map(str::to_owned).collect();
    for (n, part) in parts.iter_mut().enumerate().skip(1) {
        match n % 50 {
            10 => *part = part.replace("|2.5.1|", "|2.2|"),
            20 => *part = part.replace("VXU^V04^VXU_V04", "QBP^Q11^QBP_Q11"),
            30 => *part = part.replace("03^MMR^CVX", "9999^Unknown^CVX"),
            40 => *part = part.replace("|CP|A", "|CP|D"),
            _ => {}
        }
    }
    parts.join("MSH|")
}

/// A load of everything, never disturbed or killed again and again and resumed.
fn load(ground: &Ground, file: &Path, folder: &Path, kills: u64) -> String {
    let command = |resume: &[&str]| {
        let mut command = ground.openiis(&["hl7", "load", "--sender", SENDER]);
        command.args(resume).arg("--results").args([folder, file]);
        command
    };
    for round in 0..kills {
        let mut child = command(&["--resume"]).stdout(Stdio::null()).spawn().expect("starts");
        std::thread::sleep(Duration::from_millis(200 + (round * 377) % 1500));
        // it may be done already
        let _ = child.kill();
        child.wait().expect("ended");
    }
    let output = command(if kills > 0 { &["--resume"] } else { &[] }).output().expect("runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "some are refused: {error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_load_killed_again_and_again_ends_as_one_that_was_not_disturbed() {
    let kills = rounds(KILLS);
    let messages = if kills > KILLS { 100_000 } else { 5_000 };
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("feed.hl7");
    std::fs::write(&file, mixed(messages)).expect("written");
    for engine in Engine::all() {
        let of = |name: &str| folder.path().join(format!("{name}-{engine:?}"));
        let (calm, wild) = (of("calm"), of("wild"));
        let (undisturbed, killed) = (Ground::new(engine), Ground::new(engine));
        load(&undisturbed, &file, &calm, 0);
        load(&killed, &file, &wild, kills);
        let (expected, found) = (results(&calm), results(&wild));
        assert_eq!(told(&expected.0), told(&found.0), "{engine:?}: the replies");
        let summed = |summary: &str| summary.split_once("\n\n").expect("a heading").1.to_owned();
        assert_eq!(summed(&expected.1), summed(&found.1), "{engine:?}: the summary");
        let (expected, was) = (held(&undisturbed), held(&killed));
        assert_eq!(difference(&expected, &was), None, "{engine:?}: what is held");

        // once more, over what is held: the stored replies, byte for byte, and nothing changes but the log
        let said = load(&killed, &file, &wild, 1);
        assert!(said.contains(&format!("{messages} messages")), "a complete load is left alone: {said}");
        load(&killed, &file, &wild, 0);
        let again = results(&wild);
        assert_eq!(stored(&found.0), stored(&again.0), "{engine:?}");
        let kept =
            |lines: Vec<String>| lines.into_iter().filter(|line| !line.starts_with("message ")).collect();
        let (was, is): (Vec<_>, Vec<_>) = (kept(was), kept(held(&killed)));
        assert_eq!(difference(&was, &is), None, "{engine:?}: a second load");
    }
}

/// The first lines that differ.
pub(crate) fn difference<'a>(
    expected: &'a [String],
    found: &'a [String],
) -> Option<(Option<&'a String>, Option<&'a String>)> {
    let many = expected.len().max(found.len());
    (0..many).map(|n| (expected.get(n), found.get(n))).find(|(expected, found)| expected != found)
}

/// The replies that are kept: those to submissions that were processed. A query in a file is refused each time anew.
fn stored(replies: &str) -> Vec<&str> {
    let is_kept = |reply: &&str| !reply.contains("MSA|AR|") && !reply.contains("|RSP^K11^");
    replies.split("MSH|").skip(1).filter(is_kept).collect()
}

#[test]
fn a_load_is_not_resumed_for_something_else() {
    let ground = Ground::new(Engine::Sqlite);
    let (file, folder) = (ground.folder.path().join("feed.hl7"), ground.folder.path().join("results"));
    std::fs::write(&file, mixed(100)).expect("written");
    load(&ground, &file, &folder, 0);
    std::fs::write(&file, mixed(120)).expect("written");
    let mut resume = ground.openiis(&["hl7", "load", "--resume", "--sender", SENDER, "--results"]);
    let output = resume.args([&folder, &file]).output().expect("runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && error.contains("of another file"), "{error}");
}

#[test]
fn a_load_is_not_resumed_on_another_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, results) = (folder.path().join("feed.hl7"), folder.path().join("results"));
    std::fs::write(&file, mixed(100)).expect("written");
    for engine in Engine::all() {
        let (one, other) = (Ground::new(engine), Ground::new(engine));
        load(&one, &file, &results, 0);
        let resume = |ground: &Ground| {
            let mut resume = ground.openiis(&["hl7", "load", "--resume", "--sender", SENDER, "--results"]);
            resume.args([&results, &file]).output().expect("runs")
        };
        let output = resume(&other);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && error.contains("another database"), "{engine:?} {error}");
        assert_eq!(resume(&one).status.code(), Some(1), "{engine:?}: the one that it was");
        load(&other, &file, &results, 0);
        assert_eq!(held(&one).len(), held(&other).len(), "{engine:?}: loaded anew");
    }
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_answered() {
    let ground = Ground::new(Engine::Sqlite);
    let folder = ground.folder.path().join("results");
    let vxu = |n: usize| {
        let (control_id, mrn, last, first) = (format!("U{n}"), format!("U{n}"), word(n), word(n * 3 + 1));
        Vxu { control_id: &control_id, mrn: &mrn, last: &last, first: &first, ..Vxu::default() }.text()
    };
    let giant = vxu(7).replace("12 Alder St", &"A".repeat(5 << 20));
    let ends = vxu(2).replace('\r', "\r\n") + &vxu(3).replace('\r', "\n");
    let torn = vxu(6);
    let feed = format!(
        "FHS|^~\\&|EHR\rnot a message\rBHS|^~\\&|EHR\r{}{ends}{}BTS|9\rBHS|^~\\&|EHR\r{giant}{}BTS|2\rFTS|3\r\
         BHS|^~\\&|EHR\r{}",
        vxu(1),
        vxu(4),
        vxu(5),
        &torn[..torn.len() / 2]
    );
    let file = ground.folder.path().join("feed.hl7");
    std::fs::write(&file, feed).expect("written");
    let said = load(&ground, &file, &folder, 0);
    for expected in [
        "6 messages (5 AA, 1 AE)",
        "HL7-001",
        "text that belongs to no message",
        "the file breaks off within this message",
        "BTS announces 9 messages, 4 came",
        "FTS announces 3 batches, 2 came",
    ] {
        assert!(said.contains(expected), "{expected:?} is not in {said}");
    }
    let (replies, summary) = results(&folder);
    assert!(said.contains(summary.split_once("\n\n").expect("a title").1.trim_end()), "{summary}");
    let names: Vec<_> = replies.split('\r').filter_map(|segment| segment.get(..5)).collect();
    let envelopes: Vec<_> =
        names.into_iter().filter(|name| !["MSH|^", "MSA|A", "ERR||"].contains(name)).collect();
    let expected = ["FHS|^", "BHS|^", "BTS|4", "BHS|^", "BTS|2", "BHS|^", "BTS|0", "FTS|3"];
    assert_eq!(envelopes, expected, "{replies}");
}

#[test]
fn a_damaged_packed_file_is_loaded_up_to_the_damage() {
    let ground = Ground::new(Engine::Sqlite);
    let (file, folder) = (ground.folder.path().join("feed.hl7.gz"), ground.folder.path().join("results"));
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(feed(100, 5).as_bytes()).expect("packed");
    let packed = packed.finish().expect("packed");
    std::fs::write(&file, &packed[..packed.len() / 2]).expect("written");
    let said = load(&ground, &file, &folder, 0);
    assert!(said.contains("damaged or cut off"), "{said}");
    let answered = results(&folder).0.matches("MSA|AA|").count();
    assert!((100..500).contains(&answered), "{answered}");
    assert!(said.contains(&format!("{answered} messages")), "{said}");
}
