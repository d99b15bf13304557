//! Measures the parser against `hl7-parser` and against a bare delimiter scan: `cargo xtask bench parse`.
//!
//! Prints one line each: the ratio of the worst of three repeats, and the two times behind it.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use iis_hl7::{
    GateRules, Index, Limits, ReadOptions, ReplyHeader, Request, gate, parse, parse_with, z22, z23,
};
use measuring::worst;

mod measuring;

const MESSAGE: &str = concat!(
    "MSH|^~\\&|EHR|CLINIC7|OPENIIS|STATE|20260301101500.000-0500||VXU^V04^VXU_V04|M-2026-0301-0001|P|2.5.1|||ER|AL|||||Z22^CDCPHINVS|CLINIC7|STATE\r",
    "PID|1||A17^^^CLINIC7^MR||DOE^ANA^MARIA^^^^L|ROE^BERTA^^^^^M|20200115|F||2106-3^White^CDCREC|12 MAPLE ST^APT 4^SPRINGFIELD^IL^62701^USA^P||^PRN^PH^^^217^5550100|||||||||2186-5^Not Hispanic or Latino^CDCREC||N|1|||||N\r",
    "PD1|||||||||||02^Reminder/recall - any method^HL70215|N|20260301|||A|20200115|20260301\r",
    "NK1|1|DOE^BERTA^^^^^L|MTH^Mother^HL70063|12 MAPLE ST^APT 4^SPRINGFIELD^IL^62701^USA^P|^PRN^PH^^^217^5550100\r",
    "ORC|RE|P1^CLINIC7|V1^CLINIC7|||||||7824^SMITH^LILY^SUE^^^^^CLINIC7^L^^^PRN||654^JONES^WILMA^BETH^^^^^CLINIC7^L^^^MD|||||CLINIC7^Clinic Seven^HL70362\r",
    "RXA|0|1|20260301||03^MMR^CVX^00006-4681-00^MMR II^NDC|0.5|mL^mL^UCUM||00^New Record^NIP001|7824^SMITH^LILY^SUE^^^^^CLINIC7^L^^^PRN|^^^CLINIC7||||L1234|20270228|MSD^Merck and Co., Inc.^MVX|||CP|A\r",
    "RXR|C38299^Subcutaneous^NCIT|LA^Left Arm^HL70163\r",
    "OBX|1|CE|64994-7^Vaccine Funding Program Eligibility^LN|1|V01^Not VFC Eligible^HL70064||||||F|||20260301|||VXC40^per immunization^CDCPHINVS\r",
    "OBX|2|CE|30963-3^Vaccine Funding Source^LN|2|PHC70^Private^CDCPHINVS||||||F|||20260301\r",
    "OBX|3|CE|69764-9^Document Type^LN|3|253088698300012711120420^Measles/Mumps/Rubella VIS^cdcgs1vis||||||F|||20260301\r",
    "OBX|4|DT|29769-7^Date Vis Presented^LN|3|20260301||||||F|||20260301\r",
    "OBX|5|CE|30956-7^Vaccine Type^LN|4|03^MMR^CVX||||||F|||20260301\r",
    "OBX|6|DT|29768-9^Date vaccine information statement published^LN|4|20210806||||||F|||20260301\r",
    "OBX|7|DT|29769-7^Date vaccine information statement presented^LN|4|20260301||||||F|||20260301\r",
    "NTE|1||Parent asked about fever after the last dose; handout given.\r",
    "ORC|RE||V0^CLINIC7|||||||7824^SMITH^LILY^SUE^^^^^CLINIC7^L^^^PRN|||||||CLINIC7^Clinic Seven^HL70362\r",
    "RXA|0|1|20200115||45^Hep B, unspecified formulation^CVX|999|||01^Historical Administration^NIP001|||||||||||CP|A\r",
);

fn main() {
    let as_json = std::env::args().any(|argument| argument == "--json");
    let scan = worst(&|| scan(MESSAGE), &|| ours(MESSAGE));
    let peer = worst(&|| theirs(MESSAGE), &|| ours(MESSAGE));
    if as_json {
        println!("{}", peer.line("P1", "vs-hl7-parser"));
        println!("{}", scan.line("P1", "vs-scan"));
        return;
    }
    println!("message {} bytes", MESSAGE.len());
    let line = worst(&|| theirs(MESSAGE), &|| acknowledged(MESSAGE));
    for (what, found) in [
        ("parse vs hl7-parser", peer),
        ("parse vs delimiter scan", scan),
        ("read and acknowledge vs hl7-parser's parse", line),
    ] {
        println!("{what:43} {:6.2} x  ({:.2} us, ours {:.2} us)", found.ratio, found.reference, found.ours);
    }
}

/// The structure, and the fields that a registry reads first.
fn ours(message: &str) -> usize {
    thread_local!(static INDEX: std::cell::RefCell<Index> = std::cell::RefCell::default());
    INDEX.with_borrow_mut(|index| {
        let (message, findings) = parse_with(message.as_bytes(), &Limits::default(), std::mem::take(index));
        let mut read = findings.0.len();
        for segment in message.segments() {
            match segment.name() {
                "PID" => {
                    let (id, name) = (segment.field(3), segment.field(5));
                    read += id.component(1).raw().len() + id.component(4).raw().len();
                    read += name.component(1).raw().len() + name.component(2).raw().len();
                    read += segment.field(7).raw().len() + segment.field(8).raw().len();
                }
                "RXA" => {
                    read += segment.field(3).raw().len() + segment.field(5).component(1).raw().len();
                    read += segment.field(9).component(1).raw().len() + segment.field(20).raw().len();
                }
                _ => {}
            }
        }
        *index = message.into_index();
        read
    })
}

/// The whole line but the store: parse, gate, read into the model, acknowledge.
fn acknowledged(message: &str) -> usize {
    const HEADER: ReplyHeader<'static> = ReplyHeader {
        application: "OPENIIS",
        facility: "STATE",
        authority: "OPENIIS",
        now: jiff::Timestamp::UNIX_EPOCH,
        offset: jiff::tz::Offset::UTC,
        control_id: "R1",
    };
    let (message, mut findings) = parse(message.as_bytes());
    let rules = GateRules { processing_ids: &["P"], accept_older_versions: false };
    assert_eq!(gate(&message, &rules), Ok(Request::Vxu));
    let submission = z22::read(&message, &ReadOptions::default(), &mut findings);
    z23::reply(&message, &findings, &HEADER).len() + submission.events.len()
}

fn theirs(message: &str) -> usize {
    let message = hl7_parser::parse_message(message).expect("the message of this benchmark");
    let mut read = 0;
    for segment in message.segments() {
        let value = |field: usize, component: usize| {
            let field = segment.field(field);
            let part = field.and_then(|f| f.repeat(1)).and_then(|r| r.component(component));
            part.map_or(0, |part| part.raw_value().len())
        };
        match segment.name {
            "PID" => {
                read += value(3, 1) + value(3, 4) + value(5, 1) + value(5, 2) + value(7, 1) + value(8, 1);
            }
            "RXA" => read += value(3, 1) + value(5, 1) + value(9, 1) + value(20, 1),
            _ => {}
        }
    }
    read
}

/// What any parser must at least do: find every field separator and segment end.
fn scan(message: &str) -> usize {
    memchr::memchr2_iter(b'|', b'\r', message.as_bytes()).count()
}
