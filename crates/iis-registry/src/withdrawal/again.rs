//! The rows of a submission that had none of its own, because what it said had been said before.

use crate::people::consolidated::Known;
use crate::reporting::{Bringing, new_reports};
use iis_model::{Findings, ReportedEvent};
use iis_store::report::NewReport;
use iis_store::submission::NewSubmission;
use iis_store::{Ids, StoreError};

/// A submission that stands, read again.
pub(super) struct Sent<'a> {
    pub(super) row: &'a NewSubmission,
    /// The withdrawal that makes the rows.
    pub(super) made_by: i64,
    pub(super) events: &'a [ReportedEvent],
}

/// The rows that it would have had if only what counts had been there when it came.
pub(super) fn rows(ids: &Ids, sent: &Sent<'_>, known: &Known) -> Result<Vec<NewReport>, StoreError> {
    let NewSubmission { source_record_id, revision, sent_at, .. } = *sent.row;
    let of = known.reports_of(source_record_id);
    let before: Vec<_> = of.filter(|(report, _)| report.revision <= revision).collect();
    let to = Bringing { source_record_id, revision, sent_at, made_by: Some(sent.made_by) };
    new_reports(ids, sent.events, &to, &before, &mut Findings::default())
}
