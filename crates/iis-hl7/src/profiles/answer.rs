//! The answer to a query, in the profile that belongs to it.

pub use super::response::Asker;
use super::{z31, z32, z33, z42};
use crate::er7::Message;
use crate::header::ReplyHeader;
use iis_model::Findings;
use iis_model::query::{Answer, Wanted};

/// Writes the answer to a query: a record, an evaluated record, candidates, or nobody with the reason.
pub fn answer(
    message: &Message<'_>,
    wanted: Wanted,
    answer: &Answer,
    asker: &Asker<'_>,
    findings: &Findings,
    header: &ReplyHeader<'_>,
) -> Vec<u8> {
    let without = |reason| z33::reply(message, wanted, reason, findings, header);
    match answer {
        Answer::Record(record) => z32::reply(message, record, asker, findings, header),
        Answer::Evaluated(record, said) => z42::reply(message, (record, said), asker, findings, header),
        Answer::Candidates(candidates) => z31::reply(message, wanted, candidates, asker, findings, header),
        Answer::TooMany => without(z33::Reason::TooMany),
        Answer::NotFound => without(z33::Reason::NotFound),
        Answer::NotAllowed => without(z33::Reason::NotAllowed),
        Answer::Unusable => without(z33::Reason::Unusable),
    }
}
