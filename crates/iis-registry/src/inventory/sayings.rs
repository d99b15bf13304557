//! What is said of the givings of some persons before and after something happened to their reports, and what the ledger
//! holds of it.

use super::giving::{Standing, is_elsewhere, is_taken, lot_of};
use super::ledger::Dose;
use crate::people::consolidated::SaidTogether;
use iis_model::access::Granted;
use iis_model::stock::EntryKind;
use iis_model::{OrganizationId, ReportId, SourceRecordId};
use iis_store::stock::{self, MissedDose, NewEntry};
use iis_store::{StoreError, Tx, report};
use std::collections::{BTreeMap, BTreeSet};

/// A giving: an event of the record, as one organization says it. Its reports, the preferred one first.
pub(super) type Giving = Vec<Standing>;

type Key = (SourceRecordId, ReportId);
/// All versions of all doses, also those that do not count.
type Versions = BTreeMap<Key, Standing>;

/// The givings that are others than before, and what the ledger holds of their doses.
pub(super) struct Sayings {
    pub(super) before: Vec<Giving>,
    pub(super) after: Vec<Giving>,
    /// Where a dose stood, and where it stands: which giving, and which of its reports.
    was: BTreeMap<Dose, (usize, usize)>,
    is: BTreeMap<Dose, (usize, usize)>,
    /// The entries of each dose, oldest first.
    pub(super) entries: BTreeMap<Dose, Vec<NewEntry>>,
    /// The doses that are listed as not having left the stock.
    pub(super) missed: BTreeMap<Dose, MissedDose>,
    versions: Versions,
}

impl Sayings {
    /// Of events; `made` are versions that the plan adds. None: nothing of it concerns the stock.
    pub(super) fn read(
        tx: &mut Tx<'_>,
        granted: &Granted,
        together: &SaidTogether,
        made: Vec<Standing>,
    ) -> Result<Option<Self>, StoreError> {
        let (before, after) = changed(together);
        let keys = before.iter().chain(&after).flat_map(|event| event.iter());
        let records: BTreeSet<SourceRecordId> = keys.map(|(record, _)| *record).collect();
        let mut entries: BTreeMap<Dose, Vec<NewEntry>> = BTreeMap::new();
        let mut missed = BTreeMap::new();
        for record in &records {
            for entry in stock::of_record(tx, granted, *record)? {
                if let Some(dose) = entry.dose.clone() {
                    entries.entry(dose).or_default().push(entry);
                }
            }
            for row in stock::missed_of_record(tx, granted, *record)? {
                missed.insert((row.source_record_id, row.dose_key.clone()), row);
            }
        }
        let concerns = |one: &Standing| is_taken(&one.event) && (one.decrements || is_elsewhere(&one.event));
        let is_known = |key: &Key| {
            before.iter().any(|event| event.contains(key))
                || made.iter().any(|one| (one.dose.0, one.report_id) == *key)
        };
        let stands_again = || after.iter().flat_map(|event| event.iter()).any(|key| !is_known(key));
        if entries.is_empty() && missed.is_empty() && !made.iter().any(concerns) && !stands_again() {
            return Ok(None);
        }
        let mut versions = Versions::new();
        for record in &records {
            for row in report::of_record(tx, granted, *record)? {
                versions.insert((row.source_record_id, row.id), Standing::stored(tx, row)?);
            }
        }
        versions.extend(made.into_iter().map(|one| ((one.dose.0, one.report_id), one)));
        let (before, after) = (givings(&versions, &before), givings(&versions, &after));
        let (was, is) = (places(&before), places(&after));
        Ok(Some(Self { before, after, was, is, entries, missed, versions }))
    }

    /// The doses of the givings, as they were and as they are.
    pub(super) fn doses(&self) -> BTreeSet<Dose> {
        self.was.keys().chain(self.is.keys()).cloned().collect()
    }

    /// The giving that a dose was of.
    pub(super) fn giving_before(&self, dose: &Dose) -> Option<usize> {
        self.was.get(dose).map(|(giving, _)| *giving)
    }

    /// The giving that a dose is of.
    pub(super) fn giving_of(&self, dose: &Dose) -> Option<usize> {
        self.is.get(dose).map(|(giving, _)| *giving)
    }

    /// What was said of a dose before.
    pub(super) fn said_before(&self, dose: &Dose) -> Option<&Standing> {
        self.was.get(dose).and_then(|(giving, at)| self.before.get(*giving)?.get(*at))
    }

    /// What is said of a dose.
    pub(super) fn said_now(&self, dose: &Dose) -> Option<&Standing> {
        self.is.get(dose).and_then(|(giving, at)| self.after.get(*giving)?.get(*at))
    }

    /// Whether a dose was ever taken for a report: what somebody said to be from the stock is not unsaid by silence.
    pub(super) fn was_ever_taken(&self, dose: &Dose) -> bool {
        self.entries_of(dose).iter().any(|entry| entry.kind == EntryKind::Administered)
    }

    pub(super) fn entries_of(&self, dose: &Dose) -> &[NewEntry] {
        self.entries.get(dose).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether any version of a dose that says that it is from the stock named a lot.
    pub(super) fn named(&self, dose: &Dose, lot: &str) -> bool {
        self.versions.values().any(|one| one.dose == *dose && one.decrements && lot_of(&one.event) == lot)
    }
}

/// The events of which the reports are others than before: as they were, and as they are.
fn changed(together: &SaidTogether) -> (Vec<&Vec<Key>>, Vec<&Vec<Key>>) {
    let before: BTreeSet<&Vec<Key>> = together.before.iter().collect();
    let after: BTreeSet<&Vec<Key>> = together.after.iter().collect();
    let was = together.before.iter().filter(|event| !after.contains(event)).collect();
    let is = together.after.iter().filter(|event| !before.contains(event)).collect();
    (was, is)
}

/// The givings of events: what each organization says of each that it gave.
fn givings(versions: &Versions, events: &[&Vec<Key>]) -> Vec<Giving> {
    let mut all = Vec::new();
    for event in events {
        let mut by_organization: BTreeMap<OrganizationId, Giving> = BTreeMap::new();
        let said = event.iter().filter_map(|key| versions.get(key));
        for one in said.filter(|one| is_taken(&one.event) && one.site_id.is_some()) {
            if let Some(owner) = one.owner {
                by_organization.entry(owner).or_default().push(one.clone());
            }
        }
        all.extend(by_organization.into_values());
    }
    all
}

/// Where each dose stands.
fn places(givings: &[Giving]) -> BTreeMap<Dose, (usize, usize)> {
    let mut places = BTreeMap::new();
    for (giving, of) in givings.iter().enumerate() {
        places.extend(of.iter().enumerate().map(|(at, one)| (one.dose.clone(), (giving, at))));
    }
    places
}
