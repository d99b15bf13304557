//! A person that is about to give records away or to take some.

use super::deed::Making;
use crate::inventory::following::{Turn, Why, follow};
use crate::matching::index::Index;
use crate::people::consolidated::Known;
use iis_matching::consolidate::Part;
use iis_model::{PersonId, SourceRecordId};
use iis_store::chosen_value::ChosenValue;
use iis_store::link::{self, LinkRow};
use iis_store::person::{self, Person, Standing, StatusChange};
use iis_store::{Change, StoreError, Tx};
use std::collections::BTreeMap;

/// A person as it stands: links, what is reported, what is believed, what it is found by.
pub(super) struct Side {
    pub(super) person: Person,
    pub(super) links: Vec<LinkRow>,
    /// Whose those records are that merges moved here.
    homes: BTreeMap<SourceRecordId, PersonId>,
    known: Known,
    index: Index,
    /// As they are stored, to be compared with when rows are written.
    stored_index: Index,
}

impl Side {
    /// Reads a person; none: there is no such person. One that is merged away has no records.
    pub(super) fn read(
        making: &mut Making<'_>,
        tx: &mut Tx<'_>,
        id: PersonId,
    ) -> Result<Option<Self>, StoreError> {
        let granted = &making.deed.granted;
        let Some(person) = person::get(tx, granted, id)? else { return Ok(None) };
        making.decides_about(&person);
        let links = link::of_person(tx, granted, id)?;
        let mut known = if links.is_empty() { Known::nothing(id) } else { Known::read(tx, granted, id)? };
        known.read_views(tx, granted)?;
        let homes = link::homes_of_person(tx, granted, id)?.into_iter().collect();
        let index = Index::read(tx, granted, &making.model, id)?;
        Ok(Some(Self { person, links, homes, known, stored_index: index.clone(), index }))
    }

    pub(super) fn id(&self) -> PersonId {
        self.person.id
    }

    /// Whose a record of this person is when all merges are taken back.
    pub(super) fn home(&self, id: SourceRecordId) -> PersonId {
        self.homes.get(&id).copied().unwrap_or(self.person.id)
    }

    /// Moves records of this person to another one, as far as it has them; returns which.
    pub(super) fn give(
        &mut self,
        to: &mut Self,
        wanted: impl Fn(SourceRecordId, PersonId) -> bool,
        making: &mut Making<'_>,
    ) -> Vec<SourceRecordId> {
        let (given, kept): (Vec<LinkRow>, Vec<LinkRow>) =
            std::mem::take(&mut self.links).into_iter().partition(|link| {
                let id = link.source_record_id;
                wanted(id, self.home(id))
            });
        self.links = kept;
        let ids: Vec<SourceRecordId> = given.iter().map(|link| link.source_record_id).collect();
        for link in given {
            let (id, home) = (link.source_record_id, self.home(link.source_record_id));
            if !self.homes.contains_key(&id) {
                making.plan.changes.push(Change::LinkHome(id, home));
            }
            to.homes.insert(id, home);
            let link = LinkRow { person_id: to.id(), ..link };
            making.plan.changes.push(Change::Link(link.clone()));
            to.links.push(link);
        }
        self.known.give(&mut to.known, &ids);
        let (given, kept) = std::mem::take(&mut self.index).parted(&ids);
        self.index = kept;
        to.index = std::mem::take(&mut to.index).and(given);
        ids
    }

    /// Chooses a value, or takes that back.
    pub(super) fn choose(&mut self, row: ChosenValue, making: &mut Making<'_>) {
        making.plan.changes.push(Change::ChosenValue(row.clone()));
        self.known.put_choice(row);
    }

    /// Whether one of its records says something of a part.
    pub(super) fn says(&self, id: SourceRecordId, part: Part) -> bool {
        self.known.says(id, part)
    }

    /// What was chosen of the records here, and what of it was taken back.
    pub(super) fn choices(&self) -> &[ChosenValue] {
        self.known.choices()
    }

    /// The source record whose value of a part is believed.
    pub(super) fn behind(&self, part: Part) -> Option<SourceRecordId> {
        self.known.behind(part)
    }

    /// The rows to write now that records have moved. Who has none left is no longer shown nor found.
    pub(super) fn write(self, making: &mut Making<'_>) {
        let id = self.id();
        making.plan.changes.extend(self.index.changes_since(&self.stored_index, id));
        if self.links.is_empty() {
            making.plan.changes.push(Change::ClearPerson(id));
            return;
        }
        let today = making.deed.arrival.today;
        making.plan.changes.extend(self.known.changes(&making.cx.schedules.now(), today));
    }
}

/// The person becomes something else.
pub(super) fn stand(making: &mut Making<'_>, person_id: PersonId, standing: Standing) {
    making.plan.changes.push(Change::PersonStatus(StatusChange { person_id, standing }));
}

/// The stock follows records that moved between two persons: one giving takes one dose.
pub(super) fn stock_follows(
    making: &mut Making<'_>,
    tx: &mut Tx<'_>,
    (one, other): (&Side, &Side),
    why: Why,
) -> Result<(), StoreError> {
    let said = one.known.said_together().and(other.known.said_together());
    let deed = making.deed;
    let turn = Turn { cx: making.cx, granted: &deed.granted, at: deed.arrival.at, why };
    follow(turn, tx, &said, Vec::new(), &mut making.plan)
}
