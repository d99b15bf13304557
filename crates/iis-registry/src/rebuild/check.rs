//! Proving that the consolidated rows are what follows from reports and human decisions: they are computed again and laid
//! beside the stored ones, and nothing is written.
//!
//! The status of the recommender also follows from the day and the schedule; it is kept true by a sweep of its own and
//! not compared.

use super::{PAGE, computed};
use crate::access::as_registry;
use crate::{Context, Failure};
use iis_model::access::{Granted, Permission};
use iis_model::{PersonId, RegistryNumber, Timestamp};
use iis_store::{
    Change, StoreError, Tx, event, match_key, match_subject, person, person_name, person_view, source_record,
};
use std::collections::BTreeSet;

/// What comparing came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// Persons looked at.
    pub persons: u64,
    /// Those of them whose stored rows are others than those that follow: the number of each, and which rows.
    pub differing: Vec<(RegistryNumber, Vec<&'static str>)>,
}

/// Computes the consolidated rows of everybody again and compares them. `watch` is told how many persons are done.
pub async fn check(cx: &Context, at: Timestamp, watch: impl Fn(u64)) -> Result<Checked, Failure> {
    let model = cx.matching.now();
    let mut checked = Checked::default();
    let mut after = PersonId(i64::MIN);
    loop {
        let persons = cx.store.read(move |tx| person::list(tx, after, PAGE)).await?;
        let Some((last, _)) = persons.last() else { return Ok(checked) };
        after = *last;
        for (id, _) in persons {
            let (cx_, model) = (cx.clone(), model.clone());
            let compared = cx.store.read(move |tx| {
                let Some((person, changes)) = computed(&cx_, &model, tx, id, at)? else { return Ok(None) };
                Ok(Some((person.registry_number, differing(tx, id, &changes)?)))
            });
            if let Some((number, rows)) = compared.await?.filter(|(_, rows)| !rows.is_empty()) {
                checked.differing.push((number, rows));
            }
            checked.persons += 1;
            watch(checked.persons);
        }
    }
}

/// The tables in which a person's rows differ from those that were computed.
fn differing(tx: &mut Tx<'_>, id: PersonId, computed: &[Change]) -> Result<Vec<&'static str>, StoreError> {
    let granted = as_registry(Permission::Operate);
    let mut differing = BTreeSet::new();
    let mut events = Vec::new();
    for change in computed {
        let table = match change {
            Change::Event(event) => {
                events.push(event.clone());
                continue;
            }
            other => differs(tx, &granted, id, other)?,
        };
        differing.extend(table);
    }
    let mut stored = event::of_person(tx, &granted, id)?;
    events.sort_by_key(|event| event.id);
    stored.sort_by_key(|event| event.id);
    if events != stored {
        differing.insert("event");
    }
    Ok(differing.into_iter().collect())
}

/// The table of one row, where the stored one is another.
fn differs(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    computed: &Change,
) -> Result<Option<&'static str>, StoreError> {
    let (table, is_same) = match computed {
        Change::SourceView(view) => {
            let stored = source_record::view(tx, granted, view.source_record_id)?;
            ("source_view", stored.as_ref() == Some(view))
        }
        Change::MatchSubject { records, .. } => {
            ("match_subject", match_subject::of_person(tx, granted, id)?.as_ref() == Some(records))
        }
        Change::AddMatchKeys { keys, .. } => ("match_key", match_key::holds_all(tx, granted, id, keys)?),
        Change::PersonNames { names, .. } => {
            let order = |names: &[person_name::NameRow]| {
                let mut texts: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
                texts.sort();
                texts
            };
            ("person_name", order(&person_name::of_person(tx, granted, id)?) == order(names))
        }
        Change::PersonView(view) => {
            ("person_view", person_view::demographics(tx, granted, id)?.as_ref() == Some(&view.demographics))
        }
        _ => return Ok(None),
    };
    Ok((!is_same).then_some(table))
}
