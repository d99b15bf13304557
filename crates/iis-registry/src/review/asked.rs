//! The question of a review item as it stands when somebody answers: who is asked about, and what else is open.

use super::deed::Making;
use super::merge::{open_items, root};
use super::side::stand;
use crate::matching::sweep::settled;
use iis_model::{PersonId, RegistryNumber};
use iis_store::person::{self, Person, Standing};
use iis_store::review_item::{self, ReviewItem, ReviewState};
use iis_store::{Change, StoreError, Tx};

/// A question, and the two persons of it that somebody looked at.
pub(super) struct Asked {
    pub(super) item: ReviewItem,
    /// Who is asked about.
    pub(super) this: Person,
    /// Who it may be.
    pub(super) other: Person,
}

impl Asked {
    /// Reads an open question; none: it was answered, or one of the two is no more.
    pub(super) fn read(
        making: &mut Making<'_>,
        tx: &mut Tx<'_>,
        item_id: i64,
        about: RegistryNumber,
    ) -> Result<Option<Self>, StoreError> {
        let granted = &making.deed.granted;
        let item = review_item::get(tx, granted, item_id)?.filter(ReviewItem::is_open);
        let Some(item) = item else { return Ok(None) };
        let this = person::get(tx, granted, item.person_id)?.filter(stands);
        // a number that leads to somebody else now is not the one that was looked at
        let other = person::by_registry_number(tx, granted, about)?;
        let other = other.filter(|other| other.registry_number == about && stands(other));
        let (Some(this), Some(other)) = (this, other) else { return Ok(None) };
        let mut is_asked = false;
        for candidate in &item.candidates {
            is_asked |= root(tx, granted, candidate.person_id)? == other.id;
        }
        Ok((is_asked && this.id != other.id).then_some(Self { item, this, other }))
    }

    /// The two persons' ids.
    pub(super) fn pair(&self) -> (PersonId, PersonId) {
        (self.this.id, self.other.id)
    }
}

pub(super) fn stands(person: &Person) -> bool {
    person.merged_into.is_none()
}

/// Now that two persons are two, every question about one of them that leaves nobody else to ask about is answered; who
/// waited for the last of them is a person of its own.
pub(super) fn close_answered(
    making: &mut Making<'_>,
    tx: &mut Tx<'_>,
    pair: (PersonId, PersonId),
) -> Result<(), StoreError> {
    for (id, other) in [pair, (pair.1, pair.0)] {
        let mut apart = settled(tx, &making.deed.granted, id)?;
        apart.extend([id, other]);
        let mut waits = false;
        let mut waited = false;
        for item in open_items(making, tx, id)? {
            let mut is_answered = true;
            for candidate in &item.candidates {
                is_answered &= apart.contains(&root(tx, &making.deed.granted, candidate.person_id)?);
            }
            waits |= item.is_of_a_report() && !is_answered;
            waited |= item.is_of_a_report() && is_answered;
            if is_answered {
                let closed_at = Some(making.deed.arrival.at);
                let state = ReviewState { id: item.id, state: "different", closed_at, event_id: None };
                making.plan.changes.push(Change::ReviewState(state));
            }
        }
        if waited && !waits {
            stand(making, id, Standing::Active);
        }
    }
    Ok(())
}

/// Two persons may be one again: the questions that were answered by their being two are open again.
pub(super) fn reopen_answered(
    making: &mut Making<'_>,
    tx: &mut Tx<'_>,
    pair: (PersonId, PersonId),
) -> Result<(), StoreError> {
    let granted = &making.deed.granted;
    for (id, other) in [pair, (pair.1, pair.0)] {
        let Some(person) = person::get(tx, granted, id)?.filter(stands) else { continue };
        for item in review_item::of_person(tx, granted, person.id)? {
            let mut asks = false;
            for candidate in &item.candidates {
                asks |= root(tx, granted, candidate.person_id)? == other;
            }
            if &*item.state != "different" || !asks {
                continue;
            }
            making.plan.changes.push(Change::ReviewState(open(item.id)));
            if item.is_of_a_report() {
                stand(making, id, Standing::Provisional);
            }
        }
    }
    Ok(())
}

/// A question that waits for anybody.
pub(super) fn open(id: i64) -> ReviewState {
    ReviewState { id, state: "open", closed_at: None, event_id: None }
}

/// A question that waits for somebody else.
pub(super) fn second(id: i64) -> ReviewState {
    ReviewState { id, state: "second", closed_at: None, event_id: None }
}
