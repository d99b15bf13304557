//! Measures the parser against `hl7-parser` and against a bare delimiter scan: `cargo xtask bench parse`.
//!
//! Prints one line each: the ratio of the worst of three repeats, and the two times behind it.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use iis_hl7::{
    GateRules, Index, Limits, ReadOptions, ReplyHeader, Request, gate, parse, parse_with, z22, z23,
};
use measuring::worst;
use vxu::VXU;

mod measuring;
#[path = "measuring/vxu.rs"]
mod vxu;

fn main() {
    let as_json = std::env::args().any(|argument| argument == "--json");
    let scan = worst(&|| scan(VXU), &|| ours(VXU));
    let peer = worst(&|| theirs(VXU), &|| ours(VXU));
    if as_json {
        println!("{}", peer.line("P1", "vs-hl7-parser"));
        println!("{}", scan.line("P1", "vs-scan"));
        return;
    }
    println!("message {} bytes", VXU.len());
    let line = worst(&|| theirs(VXU), &|| acknowledged(VXU));
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
