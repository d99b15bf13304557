//! The published sample messages, when `OPENIIS_PUBLISHED` names their folder: every one gets exactly one well-formed
//! reply, which our own parser reads back without a finding.

#![expect(clippy::print_stdout, reason = "the counts are what one runs this test for")]

use iis_hl7::{
    GateRules, Message, ReadOptions, ReplyHeader, Request, answer_unreadable, gate, parse, query, z22, z23,
    z33,
};
use iis_model::query::Wanted;
use iis_model::{Effect, Findings, Severity};
use jiff::tz::Offset;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

const HEADER: ReplyHeader<'static> = ReplyHeader {
    application: "OPENIIS",
    facility: "STATE",
    authority: "OPENIIS",
    now: jiff::Timestamp::UNIX_EPOCH,
    offset: Offset::UTC,
    control_id: "R1",
};

const RULES: GateRules<'static> =
    GateRules { processing_ids: &["P", "T", "D"], accept_older_versions: false };

/// What became of one message.
struct Outcome {
    reply: Vec<u8>,
    findings: Findings,
    request: Option<Request>,
}

/// The line as far as it goes without a store: a query that could be asked finds nobody.
fn exchange(bytes: &[u8]) -> Outcome {
    let (message, mut findings) = parse(bytes);
    if message.header().is_none() {
        return Outcome { reply: answer_unreadable(&HEADER), findings, request: None };
    }
    let request = match gate(&message, &RULES) {
        Ok(request) => request,
        Err(finding) => {
            findings.push(finding);
            let reply = z23::reply(&message, &findings, &HEADER);
            return Outcome { reply, findings, request: None };
        }
    };
    let reply = match request {
        Request::Vxu => {
            z22::read(&message, &ReadOptions::default(), &mut findings);
            z23::reply(&message, &findings, &HEADER)
        }
        Request::Query(wanted) => ask(&message, wanted, &mut findings),
    };
    Outcome { reply, findings, request: Some(request) }
}

fn ask(message: &Message<'_>, wanted: Wanted, findings: &mut Findings) -> Vec<u8> {
    query::read(message, &ReadOptions::default(), findings);
    let reason = if findings.reject_message() { z33::Reason::Unusable } else { z33::Reason::NotFound };
    z33::reply(message, wanted, reason, findings, &HEADER)
}

/// Checks that a reply is one message of ours: header, acknowledgment of the request, known severities.
fn well_formed(name: &str, request: &[u8], outcome: &Outcome) -> String {
    let (reply, findings) = parse(&outcome.reply);
    assert!(findings.0.is_empty(), "{name}: {findings:?}");
    assert_eq!(reply.count("MSH"), 1, "{name}");
    assert_eq!(reply.count("MSA"), 1, "{name}");
    assert!(outcome.reply.ends_with(b"\r"), "{name}");
    let header = reply.header().expect("a reply begins with MSH");
    assert!(header.field(9).component(1).is("ACK") || header.field(9).component(1).is("RSP"), "{name}");
    let acknowledged = reply.segment("MSA").expect("counted above");
    let (asked, _) = parse(request);
    let control_id = asked.header().map(|header| header.field(10).text().into_owned()).unwrap_or_default();
    assert_eq!(acknowledged.field(2).text(), control_id, "{name}");
    for error in reply.segments().filter(|segment| segment.name() == "ERR") {
        assert!(matches!(error.field(4).raw(), "I" | "W" | "E"), "{name}");
        assert!(!error.field(3).is_empty() && !error.field(8).is_empty(), "{name}");
    }
    acknowledged.field(1).raw().to_owned()
}

#[expect(clippy::disallowed_methods, reason = "the folder of published data is named by the environment")]
fn samples() -> Option<PathBuf> {
    let folder = std::env::var("OPENIIS_PUBLISHED").ok()?;
    Some(Path::new(&folder).join("hl7/samples"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of the samples");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with(ending));
    files.sort();
    files
}

/// MSA-1 of the reply that was published with a request, by file.
fn expected(folder: &Path) -> BTreeMap<String, String> {
    let index = fs::read_to_string(folder.join("INDEX.csv")).expect("the index of the samples");
    let line = |line: &str| {
        let (_, reply) = line.split_once("expected reply: MSA-1=")?;
        Some((line.split_once(',')?.0.to_owned(), reply.get(..2)?.to_owned()))
    };
    index.lines().filter_map(line).collect()
}

/// Cuts a feed at each line that begins with MSH.
fn messages(feed: &[u8]) -> Vec<&[u8]> {
    let starts: Vec<usize> = (0..feed.len())
        .filter(|&at| feed[at..].starts_with(b"MSH|") && (at == 0 || matches!(feed[at - 1], b'\r' | b'\n')))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([feed.len()]);
    starts.iter().zip(ends).map(|(&start, end)| &feed[start..end]).collect()
}

/// The codes of the findings that cost the AA.
fn reasons(findings: &Findings) -> impl Iterator<Item = &'static str> {
    findings.iter().filter(|finding| finding.severity >= Severity::Warning).map(|finding| finding.code)
}

#[test]
fn each_single_sample_gets_one_well_formed_reply() {
    let Some(folder) = samples() else { return };
    let files = files(&folder, ".hl7");
    assert_eq!(files.len(), 529);
    let mut answers: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut causes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let (expected, mut differences) = (expected(&folder), Vec::new());
    let (mut lost_nothing, mut accepted) = (0, 0);
    for path in &files {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let bytes = fs::read(path).expect("a sample");
        let outcome = exchange(&bytes);
        let code = well_formed(&name, &bytes, &outcome);
        let kind = name.split('-').next().unwrap_or_default().to_owned();
        if kind == "ack" || kind == "rsp" {
            assert_eq!(outcome.findings.effect(), Effect::MessageRejected, "{name}: a reply is no request");
        }
        if kind == "vxu" && outcome.request.is_some() && outcome.findings.effect() == Effect::Noted {
            lost_nothing += 1;
            accepted += u32::from(code == "AA");
        }
        if kind == "vxu" && outcome.request.is_some() && code != "AA" {
            for cause in reasons(&outcome.findings) {
                causes.entry(cause).or_default().push(name.clone());
            }
        }
        if expected.get(&name).is_some_and(|expected| *expected != code) {
            differences.push(name.clone());
        }
        *answers.entry((kind, code)).or_default() += 1;
    }
    println!("{answers:?}, {accepted} AA of {lost_nothing} VXU of which nothing was lost");
    assert!(accepted * 10 >= lost_nothing * 9, "a usable message is usually answered AA");
    // Both need the code sets: their point is a vaccine and a route that a registry may not know.
    assert_eq!(differences, ["vxu-z22-nist-0008.hl7", "vxu-z22-nist-0009.hl7"]);
    for (cause, names) in causes {
        println!("{cause} {} {:?}", names.len(), &names[..names.len().min(4)]);
    }
}

#[test]
fn each_message_of_the_feeds_gets_one_well_formed_reply() {
    let Some(folder) = samples() else { return };
    let mut answers: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut causes: BTreeMap<(String, &str), u32> = BTreeMap::new();
    let coded =
        files(&folder.join("coded-values"), ".hl7").into_iter().map(|path| fs::read(path).expect("a feed"));
    let bulk = files(&folder.join("bulk"), ".gz").into_iter().map(|path| {
        let mut feed = Vec::new();
        flate2::read::GzDecoder::new(&*fs::read(path).expect("a feed")).read_to_end(&mut feed).expect("gzip");
        feed
    });
    for (kind, feed) in coded.map(|feed| ("coded", feed)).chain(bulk.map(|feed| ("bulk", feed))) {
        for message in messages(&feed) {
            let outcome = exchange(message);
            let code = well_formed(kind, message, &outcome);
            *answers.entry((kind.to_owned(), code)).or_default() += 1;
            for cause in reasons(&outcome.findings) {
                *causes.entry((kind.to_owned(), cause)).or_default() += 1;
            }
        }
    }
    println!("{answers:?}\n{causes:?}");
    assert_eq!(answers.values().sum::<u32>(), 1_915 + 1_861 + 2_548);
}
