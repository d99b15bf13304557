//! Z31, RSP^K11 with candidates: who it might be, without histories.

use super::finished;
use super::response::{self, Asker};
use super::z32::identifiers;
use crate::er7::Message;
use crate::header::ReplyHeader;
use crate::rules::Profile;
use crate::segments::qak::Status;
use crate::segments::{nk1, pd1, pid};
use iis_model::Findings;
use iis_model::query::Wanted;
use iis_model::record::PersonRecord;

/// Answers with candidates, in the order given; PID-1 counts them (rule IZ-72).
pub fn reply(
    message: &Message<'_>,
    wanted: Wanted,
    candidates: &[PersonRecord],
    asker: &Asker<'_>,
    findings: &Findings,
    header: &ReplyHeader<'_>,
) -> Vec<u8> {
    let mut out = response::begin(message, wanted, ("Z31", Status::Found), findings, header);
    for (nth, candidate) in candidates.iter().enumerate() {
        let person = &candidate.demographics;
        pid::write(&mut out, nth + 1, person, &identifiers(candidate, asker, header), header.authority);
        pd1::write(&mut out, person);
        nk1::write(&mut out, &person.next_of_kin);
    }
    finished::finish(out, Profile::Z31)
}
