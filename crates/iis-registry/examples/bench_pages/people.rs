//! Invented persons, written as the line would have left them.

use iis_matching::patient::normalize::fold_name;
use iis_model::{OrganizationId, PersonId, RegistryNumber, SourceRecordId, Timestamp};
use iis_registry::Context;
use iis_registry::matching::at_scale::Filling;
use iis_registry::matching::{Number, population};
use iis_store::link::LinkRow;
use iis_store::person::NewPerson;
use iis_store::person_name::NameRow;
use iis_store::person_view::PersonView;
use iis_store::source_record::{NewSourceRecord, SourceView};
use iis_store::{Change, Lane, Plan, UnitKey};
use iis_synth::Settings;
use iis_synth::reporting::{Recorded, recorded};
use jiff::civil::date;
use std::error::Error;
use tokio::runtime::Runtime;

/// Persons written in one plan.
const TOGETHER: usize = 500;

/// Somebody whom the desk looks for.
#[derive(Debug, Clone)]
pub(crate) struct Somebody {
    pub(crate) id: PersonId,
    pub(crate) number: RegistryNumber,
    pub(crate) last: String,
    pub(crate) first: String,
    pub(crate) born_on: iis_model::Date,
    pub(crate) mrn: String,
    pub(crate) phone: String,
}

/// Fills the store; tells some of those who are in it, spread over all.
pub(crate) fn fill(
    runtime: &Runtime,
    cx: &Context,
    size: u32,
    wanted: usize,
) -> Result<Vec<Somebody>, Box<dyn Error>> {
    let model = cx.matching.now();
    let mut filling = Filling::default();
    let mut known = Vec::new();
    let every = (size as usize / (wanted * 2)).max(1);
    let mut changes = Vec::new();
    let all = recorded(Settings::new(size.max(10_000), 2_026, date(2026, 11, 20)));
    for (n, person) in (0_u32..size).zip(all) {
        let id = PersonId(i64::from(n) + 1);
        let own = own_ids(id);
        let records: Vec<_> = own.zip(&person.records).collect();
        let numbered: Vec<_> = records
            .iter()
            .map(|(own, record)| {
                let organization_id = OrganizationId(i64::from(record.organization) + 1);
                let number = Number { organization_id, authority: &record.authority, mrn: &record.mrn };
                (*own, number, &record.demographics)
            })
            .collect();
        filling.add(&cx.store, &model, id, &numbered)?;
        changes.extend(rows(id, &person));
        if (n as usize).is_multiple_of(every) {
            known.extend(somebody(id, &person));
        }
        if (n as usize + 1).is_multiple_of(TOGETHER) || n + 1 == size {
            let some = std::mem::take(&mut changes);
            let applied = cx.store.propose_and_apply(Lane::Bulk, move |_| {
                let mut plan = Plan::new(Timestamp::UNIX_EPOCH, UnitKey::None);
                plan.changes.clone_from(&some);
                Ok(plan)
            });
            runtime.block_on(applied)?;
        }
    }
    filling.finish(&cx.store)?;
    runtime.block_on(population::count(cx))?;
    known.truncate(wanted);
    Ok(known)
}

/// The keys of a person's records: far beyond those that the store hands out.
fn own_ids(id: PersonId) -> impl Iterator<Item = SourceRecordId> {
    ((1 << 40) + id.0 * 8..).map(SourceRecordId)
}

fn number_of(id: PersonId) -> RegistryNumber {
    RegistryNumber::from_random(id.0.cast_unsigned())
}

fn somebody(id: PersonId, person: &Recorded) -> Option<Somebody> {
    let record = person.records.first()?;
    let name = record.demographics.legal_name()?;
    let phone = record.demographics.telecoms.iter().find_map(|phone| phone.get());
    let is_plain = name.given.chars().count() > 3 && name.family.chars().count() > 3;
    is_plain.then(|| Somebody {
        id,
        number: number_of(id),
        last: name.family.to_string(),
        first: name.given.to_string(),
        born_on: record.demographics.birth_date().unwrap_or_default(),
        mrn: record.mrn.clone(),
        phone: phone.map(|phone| phone.digits.to_string()).unwrap_or_default(),
    })
}

fn rows(id: PersonId, person: &Recorded) -> Vec<Change> {
    let at = Timestamp::UNIX_EPOCH;
    let new = NewPerson { id, registry_number: number_of(id), status: "active", created_at: at };
    let mut rows = vec![Change::NewPerson(new)];
    for (own, record) in own_ids(id).zip(&person.records) {
        rows.push(Change::NewSourceRecord(NewSourceRecord {
            id: own,
            organization_id: OrganizationId(i64::from(record.organization) + 1),
            authority: record.authority.as_str().into(),
            mrn: format!("{}-{id}", record.mrn).into(), // the invented numbers of two organizations may be one
            generation: 1,
            created_at: at,
        }));
        rows.push(Change::Link(LinkRow {
            source_record_id: own,
            person_id: id,
            kind: "auto".into(),
            score_bits: None,
            model_version: None,
            decided_by: "bench".into(),
            decided_at: at,
        }));
        rows.push(Change::SourceView(SourceView {
            source_record_id: own,
            demographics: record.demographics.clone(),
            revision: 1,
            sent_at: at,
        }));
    }
    let Some(first) = person.records.first() else { return rows };
    let demographics = first.demographics.clone();
    let born_on = demographics.born_on.value;
    let names = demographics.names.iter().filter_map(|name| name.get()).map(|name| NameRow {
        last: fold_name(&name.family).into(),
        first: fold_name(&name.given).into(),
        born_on,
    });
    let names = names.collect();
    rows.push(Change::PersonNames { person_id: id, names });
    rows.push(Change::PersonView(PersonView { person_id: id, demographics }));
    rows
}
