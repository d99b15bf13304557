//! Two schedules asked about the people stored: how many answers differ, by vaccine group, with examples.

use super::facts::Facts;
use super::with_scratch;
use crate::access::as_registry;
use crate::people::consolidated::Known;
use crate::{Arrival, Context, Failure};
use iis_cdsi::dates::Day;
use iis_cdsi::{Answer, Schedule, diff};
use iis_model::access::Permission;
use iis_model::{Date, PersonId, RegistryNumber};
use iis_store::{AuditEntry, Lane, StoreError, Tx, person};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Persons read at a time.
const PAGE: i64 = 100;
/// Examples kept of a vaccine group.
const EXAMPLES: usize = 5;

/// The two schedules.
#[derive(Debug)]
pub struct Pair {
    /// The older.
    pub older: Schedule,
    /// The newer.
    pub newer: Schedule,
}

/// What the two say of the people stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// How many were asked about.
    pub asked: u64,
    /// For how many the answer differs.
    pub changed: u64,
    /// By vaccine group, by name.
    pub groups: BTreeMap<String, Changed>,
}

/// The people whose answer in a vaccine group differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// How many.
    pub count: u64,
    /// Some of them.
    pub examples: Vec<RegistryNumber>,
}

/// Asks both schedules about at most `limit` people, as of today. One audit row says that it was done.
pub async fn people(cx: &Context, pair: Pair, arrival: Arrival, limit: u64) -> Result<People, Failure> {
    let names = format!("{} and {}", pair.older.version().release, pair.newer.version().release);
    let entry = AuditEntry::of(&as_registry(Permission::Operate), arrival.at);
    let entry = entry.action("compare-schedules").detail(names);
    if limit > 0 {
        cx.store.write(Lane::Bulk, move |tx| tx.audit(&entry)).await?;
    }
    let (pair, today) = (Arc::new(pair), arrival.today);
    let mut people = People::default();
    let mut after = PersonId(i64::MIN);
    while people.asked < limit {
        let page = PAGE.min(i64::try_from(limit - people.asked).unwrap_or(PAGE));
        let (pair, mut so_far) = (Arc::clone(&pair), std::mem::take(&mut people));
        let read = move |tx: &mut Tx<'_>| {
            let ids = person::list(tx, after, page)?;
            for (id, _) in &ids {
                so_far.add(tx, &pair, *id, today)?;
            }
            Ok((ids.last().map(|(id, _)| *id), so_far))
        };
        let (last, so_far) = cx.store.read(read).await?;
        people = so_far;
        match last {
            Some(last) => after = last,
            None => break,
        }
    }
    Ok(people)
}

impl People {
    fn add(&mut self, tx: &mut Tx<'_>, pair: &Pair, id: PersonId, today: Date) -> Result<(), StoreError> {
        let granted = as_registry(Permission::Operate);
        let Some(person) = person::get(tx, &granted, id)? else { return Ok(()) };
        let known = Known::read(tx, &granted, id)?;
        self.asked += 1;
        let Some(older) = answer(&known, &pair.older, today) else { return Ok(()) };
        let Some(newer) = answer(&known, &pair.newer, today) else { return Ok(()) };
        let groups = diff::answers((&pair.older, &older), (&pair.newer, &newer));
        self.changed += u64::from(!groups.is_empty());
        for group in groups {
            let changed = self.groups.entry(group).or_default();
            changed.count += 1;
            if changed.examples.len() < EXAMPLES {
                changed.examples.push(person.registry_number);
            }
        }
        Ok(())
    }
}

fn answer(known: &Known, schedule: &Schedule, today: Date) -> Option<Answer> {
    let (demographics, mut events) = known.stored_facts()?;
    let facts = Facts::gather(demographics, &mut events, schedule, today);
    (!facts.is_deceased)
        .then(|| with_scratch(|scratch| schedule.evaluate(&facts.history, Day::from(today), scratch)))
}
