//! The consolidated rows of a person: a function of the reported rows, computed on each change and on rebuilding.

use super::found_under;
use crate::recommend::facts::EventFacts;
use crate::recommend::{InForce, status};
use iis_matching::consolidate::{self, Choice, Part, SourceView as Source, Trust};
use iis_matching::vaccination::{Report, Vaccines, consolidate};
use iis_model::access::Granted;
use iis_model::event::Observation;
use iis_model::{Date, Demographics, EventId, Gist, OrganizationId, PersonId, ReportId, SourceRecordId};
use iis_store::chosen_value::{self, ChosenValue};
use iis_store::person_status::PersonStatus;
use iis_store::person_view::{self, PersonView};
use iis_store::reach::permits;
use iis_store::source_record::SourceView;
use iis_store::{Change, Hash, StoreError, Tx, event, event::EventRow, report, source_record};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What is reported of a person, and the consolidated rows as they stand.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) person_id: PersonId,
    reports: Vec<Report>,
    /// Of the whole bodies of the reports, in the same order.
    hashes: Vec<Hash>,
    /// What each source record says; none: nothing of it changes, so nobody need look.
    views: Option<Vec<SourceView>>,
    /// What was chosen of that: read together with the views.
    choices: Vec<ChosenValue>,
    /// Stored before: none when the person is new or is being rebuilt.
    stored: Option<Stored>,
    /// The reports of each event before anything happens to them.
    together: Vec<Vec<(SourceRecordId, ReportId)>>,
}

/// The consolidated rows as they stand.
#[derive(Debug)]
struct Stored {
    demographics: Demographics,
    events: Vec<EventRow>,
}

/// The reports of each event, the preferred one first, before and after something happened to them.
#[derive(Debug)]
pub(crate) struct SaidTogether {
    pub(crate) before: Vec<Vec<(SourceRecordId, ReportId)>>,
    pub(crate) after: Vec<Vec<(SourceRecordId, ReportId)>>,
}

impl SaidTogether {
    /// With what is said of another person.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.before.extend(other.before);
        self.after.extend(other.after);
        self
    }
}

impl Known {
    /// A person of whom nothing is known yet.
    pub(crate) fn nothing(person_id: PersonId) -> Self {
        let (views, choices) = (Some(Vec::new()), Vec::new());
        let (reports, hashes, together) = (Vec::new(), Vec::new(), Vec::new());
        Self { person_id, reports, hashes, views, choices, stored: None, together }
    }

    /// Reads a person, all but what its source records say: see [`Known::read_views`]. Who is out of reach is not read as
    /// somebody of whom nothing is reported.
    pub(crate) fn read(tx: &mut Tx<'_>, granted: &Granted, person_id: PersonId) -> Result<Self, StoreError> {
        if !permits(tx, granted, person_id)? {
            return Err(StoreError::internal("a person out of reach is not computed again"));
        }
        let (reports, hashes) = reports(tx, granted, person_id)?;
        let events = event::of_person(tx, granted, person_id)?;
        let demographics = person_view::demographics(tx, granted, person_id)?;
        let stored = demographics.map(|demographics| Stored { demographics, events });
        let together = match &stored {
            Some(stored) => together(&stored.events),
            None => together(&self::events(&reports, person_id)),
        };
        let (views, choices) = (None, Vec::new());
        let mut known = Self { person_id, reports, hashes, views, choices, stored, together };
        if known.stored.is_none() {
            known.read_views(tx, granted)?;
        }
        Ok(known)
    }

    /// Reads what is reported of a person; consolidated rows count as not there.
    pub(crate) fn read_reported(
        tx: &mut Tx<'_>,
        granted: &Granted,
        person_id: PersonId,
    ) -> Result<Self, StoreError> {
        let (reports, hashes) = reports(tx, granted, person_id)?;
        let (views, choices, together) = (None, Vec::new(), Vec::new());
        let mut known = Self { person_id, reports, hashes, views, choices, stored: None, together };
        known.read_views(tx, granted)?;
        Ok(known)
    }

    /// Reads what the person's source records say and what was chosen of it: when that changes.
    pub(crate) fn read_views(&mut self, tx: &mut Tx<'_>, granted: &Granted) -> Result<(), StoreError> {
        if self.views.is_none() {
            self.views = Some(source_record::views_of_person(tx, granted, self.person_id)?);
            self.choices = chosen_value::of_person(tx, granted, self.person_id)?;
        }
        Ok(())
    }

    /// What counts of events for the recommender: the best values of their reports.
    fn facts_of<'a>(&'a self, events: &[EventRow]) -> Vec<EventFacts<'a>> {
        let by_id: HashMap<_, &Gist> =
            self.reports.iter().map(|row| ((row.source_record_id, row.id), &row.gist)).collect();
        let facts = events.iter().filter_map(|event| {
            let gists: Vec<_> = event.reports.iter().filter_map(|key| by_id.get(key).copied()).collect();
            EventFacts::of_gists(event.id, &gists)
        });
        facts.collect()
    }

    /// What counts for the recommender, as it is by now, of the doses, and of the notes beside them that one organization wrote.
    pub(crate) fn facts_with_notes_of(&self, own: OrganizationId) -> Vec<EventFacts<'_>> {
        let told = self.reports.iter().filter(|row| row.gist.kind.is_dose() || row.organization_id == own);
        let told: HashSet<_> = told.map(|row| (row.source_record_id, row.id)).collect();
        let mut all = events(&self.reports, self.person_id);
        all.retain(|event| event.reports.iter().any(|key| told.contains(key)));
        self.facts_of(&all)
    }

    /// What an organization's own reports observe, those that count.
    pub(crate) fn observed_by(&self, own: OrganizationId) -> Vec<&Observation> {
        let counting: HashSet<_> =
            events(&self.reports, self.person_id).into_iter().flat_map(|event| event.reports).collect();
        let rows = self.reports.iter().filter(|row| row.organization_id == own);
        let rows = rows.filter(|row| counting.contains(&(row.source_record_id, row.id)));
        rows.flat_map(|row| &*row.gist.observations).collect()
    }

    /// The reports of each event as they were, also where that is not stored while all is rebuilt; and as they are by now.
    pub(crate) fn said_together(&self) -> SaidTogether {
        let after = together(&events(&self.reports, self.person_id));
        SaidTogether { before: self.together.clone(), after }
    }

    /// The status of the person as stored; none while it is being rebuilt.
    pub(crate) fn status(&self, schedule: &InForce, today: Date) -> Option<PersonStatus> {
        let (demographics, mut facts) = self.stored_facts()?;
        Some(status::row(schedule, demographics, &mut facts, self.person_id, today))
    }

    /// Demographics and events as stored; none while the person is being rebuilt.
    pub(crate) fn stored_facts(&self) -> Option<(&Demographics, Vec<EventFacts<'_>>)> {
        let stored = self.stored.as_ref()?;
        Some((&stored.demographics, self.facts_of(&stored.events)))
    }

    /// The versions of doses that a source record holds, each with the hash of its whole body.
    pub(crate) fn reports_of(&self, id: SourceRecordId) -> impl Iterator<Item = (&Report, Hash)> {
        let all = self.reports.iter().zip(self.hashes.iter().copied());
        all.filter(move |(report, _)| report.source_record_id == id)
    }

    /// With rows that are about to be added.
    pub(crate) fn add_reports(&mut self, organization_id: OrganizationId, rows: &[report::NewReport]) {
        self.hashes.extend(rows.iter().map(|row| row.body.hash()));
        self.reports.extend(rows.iter().map(|row| Report {
            id: row.id,
            source_record_id: row.source_record_id,
            organization_id,
            sent_at: row.sent_at,
            revision: row.revision,
            gist: Gist::of(row.body.event()),
            dose_key: row.dose_key.clone(),
        }));
    }

    /// Moves what is reported in some source records to another person; what is stored of either stays as it is.
    pub(crate) fn give(&mut self, to: &mut Self, records: &[SourceRecordId]) {
        let moves = |id: &SourceRecordId| records.contains(id);
        let all = std::mem::take(&mut self.reports).into_iter().zip(std::mem::take(&mut self.hashes));
        for (report, hash) in all {
            let owner = if moves(&report.source_record_id) { &mut *to } else { &mut *self };
            owner.reports.push(report);
            owner.hashes.push(hash);
        }
        if let Some(views) = &mut self.views {
            let moved = views.extract_if(.., |view| moves(&view.source_record_id));
            to.views.get_or_insert_default().extend(moved);
        }
        to.choices.extend(self.choices.extract_if(.., |choice| moves(&choice.source_record_id)));
    }

    /// What was chosen, and what of it was taken back.
    pub(crate) fn choices(&self) -> &[ChosenValue] {
        &self.choices
    }

    /// Whether a source record says something of a part.
    pub(crate) fn says(&self, id: SourceRecordId, part: Part) -> bool {
        let views = self.views.as_deref().unwrap_or_default();
        views.iter().any(|view| view.source_record_id == id && part.is_said_in(&view.demographics))
    }

    /// With a choice that is about to be made or taken back.
    pub(crate) fn put_choice(&mut self, row: ChosenValue) {
        self.choices.push(row);
    }

    /// The source record whose value of a part is believed; none: nobody says anything of it.
    pub(crate) fn behind(&self, part: Part) -> Option<SourceRecordId> {
        let sources = sources(self.views.as_deref()?);
        let believed = consolidate::demographics(sources.clone(), &standing(&self.choices));
        consolidate::behind(part, &believed, &sources)
    }

    /// With other rows in place of those of a source record.
    pub(crate) fn replace_reports(&mut self, id: SourceRecordId, rows: Vec<report::VersionRow>) {
        let all = std::mem::take(&mut self.reports).into_iter().zip(std::mem::take(&mut self.hashes));
        let others = all.filter(|(report, _)| report.source_record_id != id);
        (self.reports, self.hashes) = others.chain(rows.into_iter().map(hashed)).unzip();
    }

    /// Without what a source record said.
    pub(crate) fn drop_view(&mut self, id: SourceRecordId) {
        self.views.get_or_insert_default().retain(|view| view.source_record_id != id);
    }

    /// Whether no source record says anything.
    pub(crate) fn says_nothing(&self) -> bool {
        self.views.as_ref().is_some_and(Vec::is_empty)
    }

    /// With what a source record is about to say.
    pub(crate) fn put_view(&mut self, view: SourceView) {
        let views = self.views.get_or_insert_default();
        views.retain(|known| known.source_record_id != view.source_record_id);
        views.push(view);
    }

    /// The rows to write where the consolidated rows differ from those that are stored. When history or demographics
    /// change, so does what the recommender says of them on `today`.
    pub(crate) fn changes(&self, schedule: &InForce, today: Date) -> Vec<Change> {
        let events = events(&self.reports, self.person_id);
        let mut changes = self.changed_events(&events);
        let consolidated = self.views.as_deref().map(|views| demographics(views, &self.choices));
        let stored = self.stored.as_ref().map(|stored| &stored.demographics);
        let changed = consolidated.filter(|consolidated| stored != Some(consolidated));
        let Some(demographics) = changed.as_ref().or(stored) else { return changes };
        if changed.is_some() || !changes.is_empty() {
            let mut facts = self.facts_of(&events);
            let status = status::row(schedule, demographics, &mut facts, self.person_id, today);
            changes.push(Change::ForecastStatus(status));
        }
        if let Some(demographics) = changed {
            let person_id = self.person_id;
            let names = found_under::names(&demographics);
            if stored.map(found_under::names).as_ref() != Some(&names) {
                changes.push(Change::PersonNames { person_id, names });
            }
            changes.push(Change::PersonView(PersonView { person_id, demographics }));
        }
        changes
    }

    fn changed_events(&self, events: &[EventRow]) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut stored: BTreeMap<EventId, &EventRow> = BTreeMap::new();
        if let Some(rows) = &self.stored {
            stored.extend(rows.events.iter().map(|row| (row.id, row)));
        }
        for event in events {
            if stored.remove(&event.id) != Some(event) {
                changes.push(Change::Event(event.clone()));
            }
        }
        changes.extend(stored.into_keys().map(|id| Change::DeleteEvent(self.person_id, id)));
        changes
    }
}

/// The reports of each event.
fn together(events: &[EventRow]) -> Vec<Vec<(SourceRecordId, ReportId)>> {
    events.iter().map(|event| event.reports.clone()).collect()
}

/// The reports of a person with the hashes of their bodies.
fn reports(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<(Vec<Report>, Vec<Hash>), StoreError> {
    Ok(report::versions_of_person(tx, granted, id)?.into_iter().map(hashed).unzip())
}

/// A report with the hash of its body.
fn hashed(row: report::VersionRow) -> (Report, Hash) {
    let report = Report {
        id: row.id,
        source_record_id: row.source_record_id,
        organization_id: row.organization_id,
        dose_key: row.dose_key,
        sent_at: row.sent_at,
        revision: row.revision,
        gist: row.gist,
    };
    (report, row.body_hash)
}

/// What the registry believes of what the source records say.
fn demographics(views: &[SourceView], choices: &[ChosenValue]) -> Demographics {
    consolidate::demographics(sources(views), &standing(choices))
}

/// What source records say, as survivorship reads it.
pub(crate) fn sources(views: &[SourceView]) -> Vec<Source<'_>> {
    let mut sources = Vec::with_capacity(views.len());
    for SourceView { source_record_id: id, sent_at, demographics, is_vital, .. } in views {
        let trust = if *is_vital { Trust::VitalRecords } else { Trust::Ordinary };
        sources.push(Source { id: *id, sent_at: *sent_at, trust, demographics });
    }
    sources
}

/// The choices that stand, as survivorship reads them. A part that this program does not know counts as not chosen.
pub(crate) fn standing(rows: &[ChosenValue]) -> Vec<Choice> {
    let choice = |row: &ChosenValue| {
        Some(Choice { at: row.at, id: row.id, part: Part::of_key(&row.part)?, source: row.source_record_id })
    };
    chosen_value::standing(rows).filter_map(choice).collect()
}

fn events(reports: &[Report], person_id: PersonId) -> Vec<EventRow> {
    let row = |group: iis_matching::vaccination::EventGroup<'_>| {
        let preferred = &group.reports.first()?.gist;
        Some(EventRow {
            person_id,
            id: group.id,
            given_on: preferred.given_on,
            cvx: preferred.cvx,
            kind: preferred.kind,
            reports: group.reports.iter().map(|report| (report.source_record_id, report.id)).collect(),
        })
    };
    consolidate(reports, &Vaccines::built_in()).into_iter().filter_map(row).collect()
}
