//! The consolidated rows of a person: a function of the reported rows, computed on each change and on rebuilding.

use super::best::Reports;
use crate::recommend::facts::EventFacts;
use crate::recommend::{InForce, status};
use iis_matching::consolidate::{self, SourceView as Source, Trust};
use iis_matching::patient::normalize::fold_name;
use iis_matching::vaccination::{Report, Vaccines, consolidate};
use iis_model::access::Granted;
use iis_model::{Date, Demographics, EventId, OrganizationId, PersonId, SourceRecordId};
use iis_store::person_name::NameRow;
use iis_store::person_status::PersonStatus;
use iis_store::person_view::PersonView;
use iis_store::source_record::SourceView;
use iis_store::submission::NewSubmission;
use iis_store::{Change, StoreError, Tx, event, event::EventRow, person, report, source_record};
use std::collections::{BTreeMap, HashMap};

/// What is reported of a person, and the consolidated rows as they stand.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) person_id: PersonId,
    pub(crate) reports: Vec<Report>,
    pub(crate) views: Vec<SourceView>,
    /// Stored before: none when the person is new or was cleared.
    stored: Option<Consolidated>,
}

impl Known {
    /// A person of whom nothing is known yet.
    pub(crate) fn nothing(person_id: PersonId) -> Self {
        Self { person_id, reports: Vec::new(), views: Vec::new(), stored: None }
    }

    /// Reads a person.
    pub(crate) fn read(tx: &mut Tx<'_>, granted: &Granted, person_id: PersonId) -> Result<Self, StoreError> {
        let mut known = Self::read_reported(tx, granted, person_id)?;
        let events = event::of_person(tx, granted, person_id)?;
        let person = person::get(tx, granted, person_id)?;
        known.stored = person.and_then(|person| {
            let demographics = person.demographics?;
            let names = names(&demographics);
            let view = PersonView {
                person_id,
                demographics,
                doses: person.doses,
                latest_dose_on: person.latest_dose_on,
            };
            Some(Consolidated { view, names, events })
        });
        Ok(known)
    }

    /// Reads what is reported of a person; consolidated rows count as not there.
    pub(crate) fn read_reported(
        tx: &mut Tx<'_>,
        granted: &Granted,
        person_id: PersonId,
    ) -> Result<Self, StoreError> {
        let rows = report::versions_of_person(tx, granted, person_id)?;
        let reports = rows.into_iter().map(from_row).collect();
        let views = source_record::views_of_person(tx, granted, person_id)?;
        Ok(Self { person_id, reports, views, stored: None })
    }

    /// What counts of events for the recommender: the best values of their reports.
    pub(crate) fn facts_of<'a>(&'a self, events: &[EventRow]) -> Vec<EventFacts<'a>> {
        let by_id: HashMap<_, _> =
            self.reports.iter().map(|row| ((row.source_record_id, row.id), &row.event)).collect();
        let facts = events.iter().filter_map(|event| {
            let reports = Reports::of(event.reports.iter().filter_map(|key| by_id.get(key).copied()))?;
            Some(EventFacts::of_reports(event.id, &reports))
        });
        facts.collect()
    }

    /// The status of the person as stored; none while it is being rebuilt.
    pub(crate) fn status(&self, schedule: &InForce, today: Date) -> Option<PersonStatus> {
        let (demographics, mut facts) = self.stored_facts()?;
        Some(status::row(schedule, demographics, &mut facts, self.person_id, today))
    }

    /// Demographics and events as stored; none while the person is being rebuilt.
    pub(crate) fn stored_facts(&self) -> Option<(&Demographics, Vec<EventFacts<'_>>)> {
        let stored = self.stored.as_ref()?;
        Some((&stored.view.demographics, self.facts_of(&stored.events)))
    }

    /// With rows that are about to be added.
    pub(crate) fn add_reports(&mut self, organization_id: OrganizationId, rows: Vec<report::NewReport>) {
        self.reports.extend(rows.into_iter().map(|row| Report {
            id: row.id,
            source_record_id: row.source_record_id,
            organization_id,
            dose_key: row.dose_key.into(),
            sent_at: row.sent_at,
            revision: row.revision,
            event: row.body,
        }));
    }

    /// Moves what is reported in some source records to another person; what is stored of either stays as it is.
    pub(crate) fn give(&mut self, to: &mut Self, records: &[SourceRecordId]) {
        let moves = |id: &SourceRecordId| records.contains(id);
        to.reports.extend(self.reports.extract_if(.., |report| moves(&report.source_record_id)));
        to.views.extend(self.views.extract_if(.., |view| moves(&view.source_record_id)));
    }

    /// With what a source record is about to say.
    pub(crate) fn put_view(&mut self, view: SourceView) {
        self.views.retain(|known| known.source_record_id != view.source_record_id);
        self.views.push(view);
    }
}

fn from_row(row: report::VersionRow) -> Report {
    Report {
        id: row.id,
        source_record_id: row.source_record_id,
        organization_id: row.organization_id,
        dose_key: row.dose_key.into(),
        sent_at: row.sent_at,
        revision: row.revision,
        event: row.body,
    }
}

/// The consolidated rows of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Consolidated {
    pub(crate) view: PersonView,
    pub(crate) names: Vec<NameRow>,
    pub(crate) events: Vec<EventRow>,
}

impl Consolidated {
    /// Computes them.
    pub(crate) fn of(known: &Known) -> Self {
        let sources = known.views.iter().map(|view| Source {
            id: view.source_record_id,
            sent_at: view.sent_at,
            trust: Trust::Ordinary,
            demographics: &view.demographics,
        });
        let demographics = consolidate::demographics(sources.collect());
        let events = events(known);
        let doses = || events.iter().filter(|event| event.kind.is_dose());
        let latest_dose_on: Option<Date> = doses().filter_map(|event| event.given_on?.full()).max();
        let doses = i64::try_from(doses().count()).unwrap_or(i64::MAX);
        let names = names(&demographics);
        let view = PersonView { person_id: known.person_id, demographics, doses, latest_dose_on };
        Self { view, names, events }
    }

    /// The rows to write where they differ from those that are stored. When history or demographics change, so does
    /// what the recommender says of them on `today`.
    pub(crate) fn changes_since(self, known: &Known, schedule: &InForce, today: Date) -> Vec<Change> {
        let person_id = self.view.person_id;
        let mut changes = Vec::new();
        let mut stored: BTreeMap<EventId, &EventRow> = BTreeMap::new();
        if let Some(rows) = &known.stored {
            stored.extend(rows.events.iter().map(|row| (row.id, row)));
        }
        for event in &self.events {
            if stored.remove(&event.id) != Some(event) {
                changes.push(Change::Event(event.clone()));
            }
        }
        changes.extend(stored.into_keys().map(|id| Change::DeleteEvent(person_id, id)));
        let has_view_changed = known.stored.as_ref().map(|rows| &rows.view) != Some(&self.view);
        if has_view_changed || !changes.is_empty() {
            let mut facts = known.facts_of(&self.events);
            let status = status::row(schedule, &self.view.demographics, &mut facts, person_id, today);
            changes.push(Change::ForecastStatus(status));
        }
        if known.stored.as_ref().map(|rows| &rows.names) != Some(&self.names) {
            changes.push(Change::PersonNames { person_id, names: self.names });
        }
        if has_view_changed {
            changes.push(Change::PersonView(self.view));
        }
        changes
    }
}

fn events(known: &Known) -> Vec<EventRow> {
    let row = |group: iis_matching::vaccination::EventGroup<'_>| {
        let preferred = &group.reports.first()?.event;
        Some(EventRow {
            person_id: known.person_id,
            id: group.id,
            given_on: preferred.given_on.value,
            cvx: preferred.cvx.value,
            kind: preferred.kind,
            reports: group.reports.iter().map(|report| (report.source_record_id, report.id)).collect(),
        })
    };
    consolidate(&known.reports, &Vaccines::built_in()).into_iter().filter_map(row).collect()
}

/// The names under which a person is found: all of them, and each part of a double surname.
fn names(demographics: &Demographics) -> Vec<NameRow> {
    let born_on = demographics.born_on.value;
    let mut rows = Vec::new();
    for name in demographics.names.iter().filter_map(|name| name.get()) {
        let first = fold_name(&name.given);
        let parts = name.family.split([' ', '-']).filter(|part| part.chars().count() > 2);
        let whole = std::iter::once(&*name.family);
        for last in whole.chain(parts).map(fold_name).filter(|last| !last.is_empty()) {
            let row = NameRow { last: last.into(), first: first.as_str().into(), born_on };
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    rows
}

/// What a source record says: its submissions in the order in which they were sent, later ones over earlier ones.
pub(crate) fn fold(rows: &[NewSubmission]) -> Demographics {
    let mut by_revision: Vec<&NewSubmission> = rows.iter().collect();
    by_revision.sort_by_key(|row| row.revision);
    let mut said = None;
    let mut sent: Vec<_> = by_revision
        .into_iter()
        .filter_map(|row| {
            said = row.demographics.as_ref().or(said);
            Some((row.sent_at, row.revision, said?))
        })
        .collect();
    sent.sort_by_key(|(sent_at, revision, _)| (*sent_at, *revision));
    let mut folded = Demographics::default();
    for (_, _, demographics) in sent {
        folded.update(demographics);
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::{fold, names};
    use iis_model::testing::person;
    use iis_model::{Demographics, SourceRecordId, Timestamp};
    use iis_store::submission::NewSubmission;

    fn sent(revision: i64, minute: i64, demographics: Option<Demographics>) -> NewSubmission {
        let at = Timestamp::from_second(minute * 60).expect("a moment");
        NewSubmission {
            source_record_id: SourceRecordId(1),
            revision,
            message_id: None,
            sender_id: None,
            account_id: None,
            site_id: None,
            sent_at: at,
            received_at: at,
            demographics,
        }
    }

    #[test]
    fn a_late_message_fills_gaps_and_overtakes_nothing() {
        let first = person().called("DOE", "ANA");
        let last = person().called("ROE", "ANA");
        let late = person().called("POE", "ANA").born("2020-01-16");
        let said_again = sent(3, 30, None); // the same as revision 2
        let rows = [sent(1, 10, Some(first)), sent(2, 20, Some(last)), said_again, sent(4, 25, Some(late))];
        let folded = fold(&rows);
        assert_eq!(folded.legal_name().map(|name| &*name.family), Some("ROE"));
        assert_eq!(folded.birth_date().map(|d| d.to_string()).as_deref(), Some("2020-01-15"));
    }

    #[test]
    fn a_double_surname_is_found_under_each_part() {
        let person = person().called("García-Núñez de Paz", "Ana María");
        let lasts: Vec<_> = names(&person).into_iter().map(|row| row.last.into_string()).collect();
        assert_eq!(lasts, ["GARCIANUNEZDEPAZ", "GARCIA", "NUNEZ", "PAZ"]);
    }
}
