//! What the responses to a query have in common: MSH, MSA, at most one ERR, QAK, and the parameters echoed.

use crate::er7::{Message, Writer};
use crate::header::ReplyHeader;
use crate::segments::msa::{self, Acknowledgment};
use crate::segments::qak::{self, Status};
use crate::segments::{err, msh, qpd};
use iis_model::query::Wanted;
use iis_model::{Findings, OrganizationId};
use std::fmt::Write as _;

/// Who asks: the record is told as seen from there.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// The asker's organization.
    pub organization_id: OrganizationId,
    /// The authority of its own record numbers, where they came without one.
    pub authority: &'a str,
    /// Whether doses given by others keep RXA-9 00. Otherwise only the asker's own doses have it.
    pub keep_new_immunization: bool,
}

/// Begins a response.
pub(super) fn begin(
    message: &Message<'_>,
    wanted: Wanted,
    (profile, status): (&str, Status),
    findings: &Findings,
    header: &ReplyHeader<'_>,
) -> Writer {
    let mut out = Writer::new();
    let (request, parameters) = (message.header(), message.segment("QPD"));
    msh::write_reply(&mut out, request, header, ["RSP", "K11", "RSP_K11"], profile);
    msa::write(&mut out, Acknowledgment::of(findings), request);
    write_gravest(&mut out, findings);
    qak::write(&mut out, status, parameters, wanted);
    qpd::write_echo(&mut out, parameters, wanted);
    out
}

/// The structure allows one ERR: the gravest finding, with codes and places of the others in ERR-7.
fn write_gravest(out: &mut Writer, findings: &Findings) {
    const MOST_OTHERS: usize = 20;
    let mut gravest = None;
    for (nth, finding) in findings.iter().enumerate() {
        let rank = (finding.effect, finding.severity);
        if gravest.is_none_or(|(held, _, _)| rank > held) {
            gravest = Some((rank, nth, finding));
        }
    }
    let Some((_, chosen, gravest)) = gravest else { return };
    let others = findings.iter().enumerate().filter(|&(nth, _)| nth != chosen);
    let mut also = String::new();
    for (_, other) in others.take(MOST_OTHERS) {
        let _ = write!(also, "; {} {}", other.code, other.place);
    }
    err::write(out, gravest, &also);
}
