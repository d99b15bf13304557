//! What is said of the givings of some persons before and after something happened to their reports, and what the ledger
//! holds of it.

use super::ledger::Dose;
use super::same_giving::{Standing, is_elsewhere, is_same_giving, is_taken};
use crate::people::consolidated::SaidTogether;
use crate::reporting::owner;
use iis_model::access::Granted;
use iis_model::{OrganizationId, ReportId, SourceRecordId};
use iis_store::report::{self, NewReport, ReportRow};
use iis_store::stock::{self, MissedDose, NewEntry};
use iis_store::{StoreError, Tx};
use std::collections::{BTreeMap, BTreeSet};

/// A giving, as one organization says it: its reports, the preferred one first.
type Giving = Vec<Standing>;

/// What is said, and what the ledger holds.
pub(super) struct Sayings {
    /// The givings as they are now.
    pub(super) after: Vec<Giving>,
    /// Of the givings as they were, what was done to the stock for each.
    pub(super) before: Vec<Was>,
    /// To which of them a dose belonged.
    pub(super) before_of: BTreeMap<Dose, usize>,
    /// The version by which it was said.
    pub(super) said: BTreeMap<Dose, ReportId>,
    /// The entries of each dose, oldest first.
    pub(super) entries: BTreeMap<Dose, Vec<NewEntry>>,
    /// The doses that are listed as not having left the stock.
    pub(super) missed: BTreeMap<Dose, MissedDose>,
    rows: Rows,
}

/// What was done to the stock for a giving.
#[derive(Debug, Clone, Copy)]
pub(super) struct Was {
    /// A dose was taken.
    pub(super) took: bool,
    /// It was said not to be from there.
    pub(super) is_elsewhere: bool,
}

impl Sayings {
    /// Of events; none: the ledger never heard of any of their doses, and nothing more is read.
    pub(super) fn read(
        tx: &mut Tx<'_>,
        granted: &Granted,
        said_of_all: &SaidTogether,
        made: &[NewReport],
    ) -> Result<Option<Self>, StoreError> {
        let SaidTogether { before, after, records } = said_of_all;
        let of_events = before.iter().chain(after).flatten().map(|(record, _)| record);
        let records: BTreeSet<SourceRecordId> = of_events.chain(records).copied().collect();
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
        if entries.is_empty() && missed.is_empty() {
            return Ok(None);
        }
        let rows = rows(tx, granted, &records, made)?;
        let after = givings(tx, &rows, after)?;
        let took = |dose: &Dose| {
            entries.get(dose).is_some_and(|of| of.iter().map(|entry| entry.doses).sum::<i64>() < 0)
        };
        let mut was = Vec::new();
        let (mut before_of, mut said) = (BTreeMap::new(), BTreeMap::new());
        for giving in givings(tx, &rows, before)? {
            before_of.extend(giving.iter().map(|one| (one.dose.clone(), was.len())));
            said.extend(giving.iter().map(|one| (one.dose.clone(), one.report_id)));
            was.push(Was {
                took: giving.iter().any(|one| took(&one.dose)),
                is_elsewhere: giving.iter().any(|one| is_elsewhere(&one.event)),
            });
        }
        Ok(Some(Self { after, before: was, before_of, said, entries, missed, rows }))
    }
}

impl Sayings {
    /// Whether a report that counts no more said the giving of a dose, and took it or gave it back.
    pub(super) fn was_settled_by_others(&self, one: &Standing) -> bool {
        let others = self.entries.keys().filter(|dose| **dose != one.dose);
        let mut versions = others.flat_map(|(record, key)| {
            self.rows.values().filter(move |row| row.source_record_id == *record && row.dose_key == *key)
        });
        versions.any(|row| is_taken(&row.body) && is_same_giving(&row.body, &one.event))
    }
}

type Rows = BTreeMap<(SourceRecordId, ReportId), ReportRow>;

/// All rows of the records, also those that do not count, and those that are made.
fn rows(
    tx: &mut Tx<'_>,
    granted: &Granted,
    records: &BTreeSet<SourceRecordId>,
    made: &[NewReport],
) -> Result<Rows, StoreError> {
    let mut rows = Rows::new();
    for record in records {
        let of = report::of_record(tx, granted, *record)?;
        rows.extend(of.into_iter().map(|row| ((row.source_record_id, row.id), row)));
    }
    for new in made {
        let is_version =
            |row: &&ReportRow| row.source_record_id == new.source_record_id && row.dose_key == new.dose_key;
        let Some(version) = rows.values().find(is_version) else { continue };
        let row = ReportRow { id: new.id, body: new.body.event().clone(), ..version.clone() };
        rows.insert((new.source_record_id, new.id), row);
    }
    Ok(rows)
}

/// The givings of events: what each organization says of each that it gave.
fn givings(
    tx: &mut Tx<'_>,
    rows: &Rows,
    events: &[Vec<(SourceRecordId, ReportId)>],
) -> Result<Vec<Giving>, StoreError> {
    let mut all = Vec::new();
    for event in events {
        let mut by_organization: BTreeMap<OrganizationId, Giving> = BTreeMap::new();
        for row in event.iter().filter_map(|key| rows.get(key)).filter(|row| is_taken(&row.body)) {
            let (Some(own), Some(site_id)) = (owner(tx, row)?, row.site_id) else { continue };
            let dose = (row.source_record_id, row.dose_key.clone());
            by_organization.entry(own).or_default().push(Standing::stored(dose, row.clone(), site_id));
        }
        all.extend(by_organization.into_values());
    }
    Ok(all)
}
