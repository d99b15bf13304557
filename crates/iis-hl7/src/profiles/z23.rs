//! Z23, ACK: the acknowledgment of a VXU, and of anything that fails the gate.

use super::finished;
use crate::er7::{Message, Writer};
use crate::findings as noticed;
use crate::header::ReplyHeader;
use crate::rules::{Profile, in_message_order};
use crate::segments::msa::{self, Acknowledgment};
use crate::segments::{err, msh};
use iis_model::{Findings, Place, Severity};

/// The most ERR segments in one acknowledgment; the gravest are kept, and a last one tells how many there were.
pub const MOST_ERRORS: usize = 500;

/// Answers a message by what was found in it: AR when it was rejected, AE when anything was lost or is doubtful, else AA.
/// Every finding is one ERR segment, in message order.
pub fn reply(message: &Message<'_>, findings: &Findings, header: &ReplyHeader<'_>) -> Vec<u8> {
    let mut out = Writer::new();
    let request = message.header();
    msh::write_reply(&mut out, request, header, kind(message), "Z23");
    msa::write(&mut out, Acknowledgment::of(findings), request);
    let mut findings = findings.clone();
    in_message_order(message, &mut findings);
    let total = findings.0.len();
    if total <= MOST_ERRORS {
        findings.iter().for_each(|finding| err::write(&mut out, finding, ""));
        return finished::finish(out, Profile::Z23);
    }
    let graver = |least: Severity| findings.iter().filter(move |finding| finding.severity >= least);
    let least = [Severity::Information, Severity::Warning, Severity::Error]
        .into_iter()
        .find(|&least| graver(least).count() <= MOST_ERRORS)
        .unwrap_or(Severity::Error);
    graver(least).take(MOST_ERRORS).for_each(|finding| err::write(&mut out, finding, ""));
    let mut rest = noticed::MORE_FINDINGS.at(Place::NONE);
    rest.text =
        format!("There are {total} findings in all; the gravest are listed. Mend these and send again.")
            .into();
    err::write(&mut out, &rest, "");
    finished::finish(out, Profile::Z23)
}

/// Answers bytes in which no MSH can be read: ACK with AR and an empty MSA-2.
pub fn answer_unreadable(header: &ReplyHeader<'_>) -> Vec<u8> {
    let mut out = Writer::new();
    msh::write_reply(&mut out, None, header, ["ACK", "", "ACK"], "Z23");
    msa::write(&mut out, Acknowledgment::Rejected, None);
    err::write(&mut out, &noticed::NO_HEADER.at(Place::segment(*b"MSH", 0)), "");
    out.finish()
}

/// ACK of the request's event: Q11 for anything about queries, V04 for everything else (statement IZ-51).
fn kind(message: &Message<'_>) -> [&'static str; 3] {
    let Some(header) = message.header() else { return ["ACK", "", "ACK"] };
    let (kind, event) = (header.field(9).component(1), header.field(9).component(2));
    let about_queries = kind.is("QBP") || event.is("Q11") || event.is("K11");
    ["ACK", if about_queries { "Q11" } else { "V04" }, "ACK"]
}
