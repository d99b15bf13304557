//! Evaluate Vaccine Conflict (live viruses and others): CDSi Logic Specification 4.6,
//! section 6.7 (CONFLICT-3). The dates are counted by CALCDTCONFLICT-1 and -2.

use super::{DoseStatus, SeriesHistory};
use crate::compiled::ConflictSpan;
use crate::dates::Day;
use crate::trail::{Step, Trail};

/// CONFLICT-3: whether any earlier dose of the person, of any antigen, impacts this one.
pub(super) fn is_impacted(history: &SeriesHistory<'_>, record: u16, trail: &mut impl Trail) -> bool {
    let schedule = history.schedule;
    let doses = &history.person.doses;
    let given = &doses[usize::from(record)];
    if schedule.vaccines[usize::from(given.vaccine)].conflict_column.is_none() {
        return false;
    }
    let mut is_any = false;
    for &previous in history.person.conflicting.iter().take_while(|previous| **previous < record) {
        let earlier = &doses[usize::from(previous)];
        let Some(span) = schedule.conflict(earlier.vaccine, given.vaccine) else { continue };
        let status = history.evaluation_of(previous).map(|evaluation| evaluation.status);
        let (from, until) = (span.begin.after(earlier.on), conflict_end(span, earlier.on, status));
        let is_impacted = from <= given.on && given.on < until;
        trail.note(|| Step::Conflict { dose: record, previous, from, until, is_impacted });
        is_any |= is_impacted;
    }
    is_any
}

/// CALCDTCONFLICT-2: the shorter span when the earlier dose is valid or was not
/// evaluated here (it belongs to another antigen), else the longer one.
fn conflict_end(span: &ConflictSpan, earlier: Day, status: Option<DoseStatus>) -> Day {
    match status {
        None | Some(DoseStatus::Valid) => span.minimum_end.after(earlier),
        Some(_) => span.end.after(earlier),
    }
}
