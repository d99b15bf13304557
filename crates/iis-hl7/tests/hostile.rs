//! Hostile sizes: megabytes of one thing are answered in time that grows with their length, not with its square.

use iis_hl7::{GateRules, Limits, ReadOptions, ReplyHeader, Request, gate, parse_with, query, z22, z23, z33};
use jiff::tz::Offset;
use std::time::{Duration, Instant};

const HEADER: ReplyHeader<'static> = ReplyHeader {
    application: "OPENIIS",
    facility: "STATE",
    authority: "OPENIIS",
    now: jiff::Timestamp::UNIX_EPOCH,
    offset: Offset::UTC,
    control_id: "R1",
};

const VXU: &str = "MSH|^~\\&|E|C|I|S|20260301101500-0500||VXU^V04^VXU_V04|M1|P|2.5.1\rPID|1||A17^^^C^MR||DOE^ANA||20200115|F\r";
const QBP: &str = "MSH|^~\\&|E|C|I|S|20260301101500-0500||QBP^Q11^QBP_Q11|M1|P|2.5.1\rQPD|Z34|T1|";

/// The whole line for one message; the segments of the reply.
fn answered(bytes: &[u8], limits: &Limits) -> usize {
    let (message, mut findings) = parse_with(bytes, limits, iis_hl7::Index::default());
    let request = gate(&message, &GateRules { processing_ids: &["P"], accept_older_versions: false });
    let reply = match request {
        Ok(Request::Vxu) => {
            z22::read(&message, &ReadOptions::default(), &mut findings);
            z23::reply(&message, &findings, &HEADER)
        }
        Ok(Request::Query(wanted)) => {
            query::read(&message, &ReadOptions::default(), &mut findings);
            z33::reply(&message, wanted, z33::Reason::Unusable, &findings, &HEADER)
        }
        Err(finding) => panic!("the header is sound: {finding:?}"),
    };
    let (reply, findings) =
        parse_with(&reply, &Limits { bytes: usize::MAX, ..*limits }, iis_hl7::Index::default());
    assert!(findings.0.is_empty() && reply.count("MSH") == 1);
    reply.len()
}

#[test]
fn megabytes_of_one_thing_are_answered_at_once() {
    const SIZE: usize = 2 << 20;
    let group = "ORC|RE||V\rRXA|0|1|20200101||3^^CVX|999|||01\r";
    #[rustfmt::skip]
    let table = [
        // head                                   repeated
        (VXU.to_owned(),                          "\r"),
        (VXU.to_owned(),                          "|"),
        (VXU.to_owned(),                          "x\r"),
        (VXU.to_owned(),                          "ZZ1|\r"),
        (VXU.to_owned(),                          "RXA|\r"),
        (VXU.to_owned(),                          group),
        (format!("{VXU}{group}"),                 "OBX|1|CE|30956-7|1|3\r"),
        (format!("{VXU}{group}OBX|1|TX|48767-8|1|"), "\\X0D\\"),
        (format!("{VXU}{group}OBX|1|TX|48767-8|1|"), "\\"),
        (format!("{VXU}{group}NTE|1||"),          "~a"),
        (VXU.replace("^^^C^MR", "~"),             "a~"),
        (VXU.trim_end().to_owned() + "||",        "^&"),
        (VXU.trim_end().to_owned() + "||",        "\u{1}"),
        (VXU.trim_end().to_owned() + "||",        "\u{85}é"),
        (QBP.to_owned(),                          "a^b&~"),
        (QBP.to_owned(),                          "|"),
    ];
    for every_segment in [false, true] {
        let limits = if every_segment {
            Limits { segments: usize::MAX, ..Limits::default() }
        } else {
            Limits::default()
        };
        for (head, unit) in &table {
            let message = format!("{head}{}", unit.repeat(SIZE / unit.len()));
            let started = Instant::now();
            let segments = answered(message.as_bytes(), &limits);
            let took = started.elapsed();
            assert!(took < Duration::from_secs(4), "{unit:?} took {took:?}");
            assert!(segments <= z23::MOST_ERRORS + 4, "{unit:?} got {segments} segments");
        }
    }
}
