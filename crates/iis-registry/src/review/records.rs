//! The records of two persons beside each other: which two are most alike, and what contradicts in the others.

use crate::directory::Directory;
use crate::matching::index::Index;
use crate::matching::model::Model;
use iis_matching::patient::compare::compare;
use iis_matching::patient::explain::{Explanation, explain};
use iis_matching::patient::judge::judge;
use iis_matching::patient::packed::PackedRecord;
use iis_matching::patient::veto::{Veto, Vetoes, vetoes};
use iis_model::access::Granted;
use iis_model::{Demographics, PersonId, SourceRecordId};
use iis_store::{StoreError, Tx, source_record};
use std::collections::BTreeMap;

/// A record of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordSays {
    /// The reporting organization.
    pub organization: Box<str>,
    /// The medical record number there.
    pub mrn: Box<str>,
    /// How many records the person has.
    pub of_records: usize,
    /// What it says.
    pub demographics: Demographics,
}

/// What contradicts between two records other than those compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Contradiction {
    /// What.
    pub veto: Veto,
    /// One record of each person.
    pub records: [RecordSays; 2],
}

/// What each record of a person says.
pub(super) fn says(
    tx: &mut Tx<'_>,
    granted: &Granted,
    names: &Directory,
    id: PersonId,
) -> Result<BTreeMap<SourceRecordId, RecordSays>, StoreError> {
    let records = source_record::of_person(tx, granted, id)?;
    let views = source_record::views_of_person(tx, granted, id)?;
    let of_records = views.len();
    let says = views.into_iter().filter_map(|view| {
        let record = records.iter().find(|record| record.id == view.source_record_id)?;
        let organization = names.organization(record.organization_id).into();
        let mrn = record.mrn.clone();
        Some((record.id, RecordSays { organization, mrn, of_records, demographics: view.demographics }))
    });
    Ok(says.collect())
}

/// A person's records in the form in which they are compared.
pub(super) fn packed(
    tx: &mut Tx<'_>,
    granted: &Granted,
    model: &Model,
    id: PersonId,
) -> Result<Vec<PackedRecord>, StoreError> {
    let records = Index::read(tx, granted, model, id)?.into_records();
    let informed = |record: PackedRecord| PackedRecord { subject: model.informed(record.subject), ..record };
    Ok(records.into_iter().map(informed).collect())
}

/// The two records that speak most for one person, explained; none: one of the two has no record.
pub(super) fn closest(
    a: &[PackedRecord],
    b: &[PackedRecord],
    model: &Model,
) -> Option<(Explanation, [SourceRecordId; 2])> {
    let bits = |(one, other): &(&PackedRecord, &PackedRecord)| {
        judge(&one.subject, &other.subject, &model.weights).bits
    };
    let (a, b) = (telling(a), telling(b));
    let (one, other) = pairs(&a, &b).max_by(|x, y| bits(x).total_cmp(&bits(y)))?;
    Some((explain(&one.subject, &other.subject, false, &model.weights), [one.id, other.id]))
}

/// What contradicts between records of two persons and is not known yet: each once, with the records.
pub(super) fn elsewhere(
    a: &[PackedRecord],
    b: &[PackedRecord],
    known: Vetoes,
) -> Vec<(Veto, [SourceRecordId; 2])> {
    let mut found: BTreeMap<Veto, [SourceRecordId; 2]> = BTreeMap::new();
    for (one, other) in pairs(&telling(a), &telling(b)) {
        let (x, y) = (&one.subject, &other.subject);
        for veto in vetoes(&compare(x, y), x, y, false).contradictions().not_in(known).iter() {
            found.entry(veto).or_insert([one.id, other.id]);
        }
    }
    found.into_iter().collect()
}

/// The records that say who somebody is; all, where none does. A desk that only adds a dose has a record that says nothing: it
/// is like nobody's, and contradicts nothing.
fn telling(records: &[PackedRecord]) -> Vec<&PackedRecord> {
    let tells = |record: &&PackedRecord| {
        let subject = &record.subject;
        let is_named =
            !subject.first.is_empty() || !subject.last.whole.is_empty() || subject.newborn.is_some();
        is_named || subject.born_on.is_some() || !subject.ssn.is_empty() || !subject.medicaid.is_empty()
    };
    let telling: Vec<_> = records.iter().filter(tells).collect();
    if telling.is_empty() { records.iter().collect() } else { telling }
}

fn pairs<'a>(
    a: &'a [&'a PackedRecord],
    b: &'a [&'a PackedRecord],
) -> impl Iterator<Item = (&'a PackedRecord, &'a PackedRecord)> {
    a.iter().flat_map(move |one| b.iter().map(move |other| (*one, *other)))
}
