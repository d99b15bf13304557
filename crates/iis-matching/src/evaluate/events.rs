//! Files of vaccination reports, and how well they were consolidated.

use super::columns::{FileError, Row, Rows};
use super::febrl::PairMeasures;
use super::submissions::{pairs_within, ratio};
use crate::vaccination::{Report, Vaccines, consolidate};
use iis_model::event::EventKind;
use iis_model::{
    Coded, Gist, Given, InformationSource, OrganizationId, ReportId, ReportedEvent, SourceRecordId, Timestamp,
};
use std::collections::{BTreeMap, HashMap};

/// A file of reports.
#[derive(Debug)]
pub struct Reports {
    /// The id of each report in the file.
    pub ids: Vec<String>,
    /// For each person the indexes of the reports about them.
    persons: BTreeMap<String, Vec<usize>>,
    rows: Vec<Report>,
}

/// What became of one report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Index of the preferred report of its event: reports with the same one are of one event.
    pub event: usize,
    /// Whether it is the preferred one.
    pub is_preferred: bool,
    /// Whether somebody should look at its event.
    pub needs_review: bool,
}

impl Reports {
    /// Reads a file with the columns `report_id`, `person_id`, `admin_date`, `cvx`, `lot`, `org`, `source`, `site`.
    ///
    /// The file has no order of arrival. A withdrawal is read as one more report of the dose that it withdraws, so
    /// that each row has an event.
    pub fn read(text: &str) -> Result<Self, FileError> {
        let rows =
            Rows::read(text)?.with(&["report_id", "person_id", "admin_date", "cvx", "org", "source"])?;
        let mut organizations: BTreeMap<&str, i64> = BTreeMap::new();
        for row in rows.iter() {
            organizations.entry(row.get("org")).or_insert(0);
        }
        (1..).zip(organizations.values_mut()).for_each(|(number, id)| *id = number);
        let mut read = Self { ids: Vec::new(), persons: BTreeMap::new(), rows: Vec::new() };
        for (at, row) in rows.iter().enumerate() {
            let id = i64::try_from(at).unwrap_or(i64::MAX);
            read.ids.push(row.get("report_id").to_owned());
            read.persons.entry(row.get("person_id").to_owned()).or_default().push(at);
            let organization = OrganizationId(organizations.get(row.get("org")).copied().unwrap_or(0));
            read.rows.push(report(row, id, organization)?);
        }
        Ok(read)
    }

    /// Consolidates each person's reports.
    pub fn consolidate(&self, vaccines: &Vaccines) -> Vec<Placed> {
        let nowhere = Placed { event: 0, is_preferred: false, needs_review: false };
        let mut placed = vec![nowhere; self.rows.len()];
        for indexes in self.persons.values() {
            let reports: Vec<Report> = indexes.iter().map(|at| self.rows[*at].clone()).collect();
            for event in consolidate(&reports, vaccines) {
                let index = |report: &Report| usize::try_from(report.id.0).unwrap_or(0);
                let preferred = event.reports.first().map_or(0, |report| index(report));
                for report in event.reports {
                    let at = index(report);
                    let needs_review = event.needs_review;
                    placed[at] = Placed { event: preferred, is_preferred: at == preferred, needs_review };
                }
            }
        }
        placed
    }

    /// Reads a truth file (`report_id`, `event_id`): the true event of each report.
    pub fn truth(&self, text: &str) -> Result<Vec<String>, FileError> {
        let rows = Rows::read(text)?.with(&["report_id", "event_id"])?;
        let by_id: HashMap<&str, &str> =
            rows.iter().map(|row| (row.get("report_id"), row.get("event_id"))).collect();
        Ok(self.ids.iter().map(|id| by_id.get(id.as_str()).copied().unwrap_or_default().to_owned()).collect())
    }
}

/// Precision and recall of pairs of reports of one event.
pub fn measure(placed: &[Placed], truth: &[String]) -> PairMeasures {
    let events: Vec<usize> = placed.iter().map(|one| one.event).collect();
    let joined = pairs_within(&events);
    let right = joined.iter().filter(|(a, b)| truth[*a] == truth[*b]).count();
    PairMeasures { precision: ratio(right, joined.len()), recall: ratio(right, pairs_within(truth).len()) }
}

fn report(row: Row<'_>, id: i64, organization_id: OrganizationId) -> Result<Report, FileError> {
    let wrong = |column, what| FileError::Value { line: row.line(), column, what };
    let source = InformationSource::from_code(row.get("source"));
    let kind = match source {
        Some(InformationSource::NewImmunization) => EventKind::Administered,
        Some(_) => EventKind::Historical,
        None => return Err(wrong("source", "code of NIP001")),
    };
    let mut event = ReportedEvent::new(kind);
    event.source = Given { value: source, ..Given::default() };
    event.given_on = Given::of(row.get("admin_date").parse().map_err(|_| wrong("admin_date", "date"))?);
    event.cvx = Given::of(row.get("cvx").parse().map_err(|_| wrong("cvx", "CVX code"))?);
    if !row.get("lot").is_empty() {
        event.lot.number = Given::of(row.get("lot").into());
    }
    event.lot.manufacturer = Given { value: row.get("mvx").parse().ok(), ..Given::default() };
    if !row.get("site").is_empty() {
        event.body_site = Given::of(Coded::new(row.get("site"), "", "HL70163"));
    }
    Ok(Report {
        id: ReportId(id),
        source_record_id: SourceRecordId(organization_id.0),
        organization_id,
        // Each row stands for itself: the file gives no identity of doses.
        dose_key: id.to_string().into(),
        sent_at: Timestamp::UNIX_EPOCH,
        revision: id,
        gist: Gist::of(&event),
    })
}
