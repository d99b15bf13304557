//! What reads HL7: any bytes give a message and findings, and exactly one well-formed answer.

use crate::corpus::messages;
use crate::fuzz;
use iis_hl7::er7::batch::{Piece, Splitter};
use iis_hl7::rules::{Extent, Profile};
use iis_hl7::{
    GateRules, Limits, Message, Part, ReadOptions, ReplyHeader, Request, answer_unreadable, gate, parse,
    query, z22, z23, z33,
};
use iis_model::Findings;
use jiff::tz::Offset;

/// The segments that an answer without a record may have.
const ANSWERING: &[&str] = &["MSH", "MSA", "ERR", "QAK", "QPD"];

#[test]
fn parse_takes_any_bytes() {
    fuzz("parse", &messages(), |bytes| {
        let (message, findings) = parse(bytes);
        read_everything(&message);
        assert!(findings.0.iter().all(|finding| !finding.text.is_empty() && !finding.code.is_empty()));
        // What was understood is understood again from its own text, the same way. Without a header nothing was:
        // a control character inside the letters MSH makes none, and is gone from the text.
        if message.header().is_some() {
            let (again, _) = parse(message.text().as_bytes());
            assert_eq!(again.text(), message.text());
            assert_eq!(again.len(), message.len());
        }
    });
}

#[test]
fn answer_is_one_well_formed_reply() {
    fuzz("answer", &messages(), |bytes| {
        let reply = String::from_utf8(answer(bytes)).expect("an answer is UTF-8");
        assert!(reply.starts_with("MSH|^~\\&|") && reply.ends_with('\r') && !reply.contains('\n'), "{reply}");
        let names: Vec<_> = reply.split_terminator('\r').map(|line| line.get(..3).unwrap_or(line)).collect();
        let count = |name| names.iter().filter(|one| **one == name).count();
        assert_eq!((names[1], count("MSH"), count("MSA")), ("MSA", 1, 1), "{reply}");
        // Nothing that was sent becomes a segment of the answer.
        assert!(names.iter().all(|name| ANSWERING.contains(name)), "{reply}");
        let (again, findings) = parse(reply.as_bytes());
        assert_eq!(again.len(), names.len(), "{reply}");
        assert_eq!(findings, Findings::default(), "{reply}");
    });
}

#[test]
fn batch_is_cut_the_same_however_it_arrives() {
    let limits = Limits { bytes: 4_000, segments: 100 };
    let pieces = |parts: &mut dyn Iterator<Item = &[u8]>| {
        let mut pieces = Vec::new();
        let mut splitter = Splitter::new(&limits);
        parts.for_each(|part| splitter.feed(part, |piece| pieces.push(piece)));
        splitter.finish(|piece| pieces.push(piece));
        pieces
    };
    fuzz("batch", &messages(), |bytes| {
        let whole = pieces(&mut std::iter::once(bytes));
        for length in [1, 7] {
            assert_eq!(pieces(&mut bytes.chunks(length)), whole);
        }
        let is_within = |piece: &Piece| match piece {
            Piece::Message { bytes, .. } => bytes.len() <= limits.bytes,
            _ => true,
        };
        assert!(whole.iter().all(is_within));
    });
}

#[test]
fn profiles_take_any_bytes() {
    const MOST: usize = 500;
    fuzz("profiles", &messages(), |bytes| {
        let (message, _) = parse(bytes);
        for profile in Profile::ALL {
            let asked = profile.faults(&message, Extent::Constrained);
            let all = profile.faults(&message, Extent::All);
            assert!(asked.len() <= all.len() && all.len() <= MOST, "{profile:?}");
            for fault in &all {
                assert!(!fault.words().is_empty());
                // What is told about something that was sent can be shown at its very bytes.
                if let Some(range) = message.range_of(fault.place) {
                    assert!(message.text().get(range).is_some(), "{}", fault.words());
                }
            }
        }
    });
}

/// The answer of a registry that knows nobody.
fn answer(bytes: &[u8]) -> Vec<u8> {
    let header = ReplyHeader {
        application: "OPENIIS",
        facility: "STATE",
        authority: "OPENIIS",
        now: "2026-03-02T15:00:00Z".parse().expect("a moment"),
        offset: Offset::constant(-5),
        control_id: "R1",
    };
    let (message, mut findings) = parse(bytes);
    if message.header().is_none() {
        return answer_unreadable(&header);
    }
    match gate(&message, &GateRules { processing_ids: &["P", "T", "D"], accept_older_versions: true }) {
        Err(finding) => findings.push(finding),
        Ok(Request::Vxu) => drop(z22::read(&message, &ReadOptions::default(), &mut findings)),
        Ok(Request::Query(wanted)) => {
            query::read(&message, &ReadOptions::default(), &mut findings);
            let reason =
                if findings.reject_message() { z33::Reason::Unusable } else { z33::Reason::NotFound };
            return z33::reply(&message, wanted, reason, &findings, &header);
        }
    }
    z23::reply(&message, &findings, &header)
}

/// Looks at every part there is and at some that are not.
fn read_everything(message: &Message) {
    for segment in message.segments() {
        assert!(!segment.name().is_empty());
        for number in 0..=segment.last_field().saturating_add(1) {
            let field = segment.field(number);
            for repetition in field.repetitions() {
                read(&repetition);
                for component in 0..5 {
                    let component = repetition.component(component);
                    read(&component);
                    read(&component.sub_component(1));
                    read(&component.sub_component(2));
                }
            }
        }
    }
}

fn read(part: &Part) {
    let _ = (part.raw(), part.text(), part.prose(), part.is_empty(), part.is_missing(), part.place());
}
