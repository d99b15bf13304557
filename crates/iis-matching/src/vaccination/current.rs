//! The current version of each report.

use iis_model::event::EventKind;
use iis_model::{Gist, OrganizationId, ReportId, SourceRecordId, Timestamp};
use std::collections::BTreeMap;

/// One stored version of what one source says about one dose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Row key.
    pub id: ReportId,
    /// The source record it belongs to.
    pub source_record_id: SourceRecordId,
    /// The reporting organization.
    pub organization_id: OrganizationId,
    /// The sender's identity of the dose.
    pub dose_key: Box<str>,
    /// When the sender made the message, capped by the receiver.
    pub sent_at: Timestamp,
    /// Breaks ties: the source record's count of submissions.
    pub revision: i64,
    /// What decides of what was said.
    pub gist: Gist,
}

impl Report {
    /// Its place among the versions of its dose: the last of them counts.
    pub fn moment(&self) -> (Timestamp, i64, ReportId) {
        (self.sent_at, self.revision, self.id)
    }

    /// The dose at its source: versions of one dose share it.
    fn dose(&self) -> (SourceRecordId, &str) {
        (self.source_record_id, &self.dose_key)
    }

    pub(super) fn kind(&self) -> EventKind {
        self.gist.kind
    }
}

/// A dose at its source: its newest version, and the id of its first one, by which the dose stays known.
pub(super) struct Dose<'a> {
    pub(super) newest: &'a Report,
    pub(super) first_id: ReportId,
}

pub(super) fn doses(reports: &[Report]) -> Vec<Dose<'_>> {
    let mut doses: BTreeMap<_, Dose<'_>> = BTreeMap::new();
    for report in reports {
        let dose = doses.entry(report.dose()).or_insert(Dose { newest: report, first_id: report.id });
        if report.moment() > dose.newest.moment() {
            dose.newest = report;
        }
        dose.first_id = dose.first_id.min(report.id);
    }
    doses.into_values().filter(|dose| !dose.newest.gist.is_delete).collect()
}

/// The newest version of each dose at each source; doses that were withdrawn are left out.
///
/// Newest means: sent last, and at the same moment received last. An older version that arrives late changes nothing.
pub fn current(reports: &[Report]) -> Vec<&Report> {
    doses(reports).into_iter().map(|dose| dose.newest).collect()
}
