//! The queue: what waits for a reviewer, in the order in which it is to be looked at.

use super::counted::counted;
use super::measures::Measures;
use super::merge::root;
use crate::access::protection::Veil;
use crate::matching::queue::has_doses;
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::{Demographics, Timestamp};
use iis_store::person::{self, Person};
use iis_store::review_item::{self, FRONT, Place, ReviewItem};
use iis_store::{AuditEntry, StoreError, Tx};

/// Items on a page.
const PAGE: usize = 25;

/// A page of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    /// The items, the next one first.
    pub items: Vec<WaitingItem>,
    /// Behind whom the next page begins; none: this is the last.
    pub next: Option<Place>,
    /// How many wait for anybody, of those that the caller may be shown.
    pub open: i64,
    /// How many of them wait for a second reviewer.
    pub second: i64,
    /// How many wait that the caller is not shown, in this state: about somebody who opted out, or out of reach.
    pub hidden: i64,
    /// Since when the oldest of those shown in this state waits.
    pub oldest: Option<Timestamp>,
    /// How reviewing goes.
    pub measures: Measures,
}

/// A question that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingItem {
    /// The review item.
    pub id: i64,
    /// Who is asked about.
    pub demographics: Demographics,
    /// How many others it may be.
    pub candidates: usize,
    /// Whether doses wait with it.
    pub has_doses: bool,
    /// Evidence for the likeliest, in hundredths of a bit.
    pub score: i64,
    /// Since when.
    pub opened_at: Timestamp,
    /// "openiis", "sweep", or the account that asked.
    pub opened_by: Box<str>,
}

/// What waits in a state ("open", "second") behind a place. Items are left out of which the caller may not see the person, or
/// nobody whom it may be.
pub async fn waiting(
    cx: &Context,
    granted: Granted,
    state: &'static str,
    after: Place,
    arrival: Arrival,
) -> Result<Queue, Failure> {
    let disclosed = cx.store.disclose(move |tx| {
        let mut veil = Veil::of(&granted);
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut rows = review_item::queue(tx, &granted, state, after, limit)?;
        let is_more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let next = rows.last().filter(|_| is_more).map(|last| (last.priority, last.id));
        let mut items = Vec::with_capacity(rows.len());
        let mut audit = vec![AuditEntry::of(&granted, arrival.at).action("list-duplicates")];
        for row in rows {
            let Some((person, candidates)) = shown(tx, &granted, &mut veil, &row)? else { continue };
            audit.push(AuditEntry::of(&granted, arrival.at).action("list-duplicates").person(person.id));
            items.push(WaitingItem {
                id: row.id,
                demographics: person.demographics.unwrap_or_default(),
                candidates,
                has_doses: has_doses(row.priority),
                score: row.best_bits,
                opened_at: row.opened_at,
                opened_by: row.opened_by,
            });
        }
        let (open, second) = (counted(tx, &granted, "open")?, counted(tx, &granted, "second")?);
        let of_state = if state == "second" { second } else { open };
        let (hidden, oldest) = (of_state.hidden, of_state.oldest);
        let measures = Measures::read(tx, arrival.at)?;
        Ok((Queue { items, next, open: open.shown, second: second.shown, hidden, oldest, measures }, audit))
    });
    Ok(disclosed.await?)
}

/// Who is asked about and how many it may be, as far as the caller may see them; none: nothing of it can be answered.
pub(super) fn shown(
    tx: &mut Tx<'_>,
    granted: &Granted,
    veil: &mut Veil<'_>,
    item: &ReviewItem,
) -> Result<Option<(Person, usize)>, StoreError> {
    let Some(person) = person::get(tx, granted, item.person_id)? else { return Ok(None) };
    if !veil.shows(tx, person.id, person.protected)? {
        return Ok(None);
    }
    let mut candidates = 0;
    for candidate in &item.candidates {
        let id = root(tx, granted, candidate.person_id)?;
        if let Some(other) = person::get(tx, granted, id)? {
            candidates += usize::from(veil.shows(tx, id, other.protected)?);
        }
    }
    Ok((candidates > 0).then_some((person, candidates)))
}

/// How many questions wait for a first answer, of those that the caller may be shown. Nothing else is told of them.
pub async fn open(cx: &Context, granted: Granted) -> Result<i64, Failure> {
    Ok(cx.store.read_beside(move |tx| counted(tx, &granted, "open")).await?.shown)
}

/// The first open question behind the place of another one that the caller can answer; none: there is no further one.
pub async fn next(cx: &Context, granted: Granted, after: Option<i64>) -> Result<Option<i64>, Failure> {
    // whom the question is about is told by its own page
    let found = cx.store.read_beside(move |tx| {
        let after = after.map(|id| review_item::get(tx, &granted, id)).transpose()?.flatten();
        let mut place = after.map_or(FRONT, |item| (item.priority, item.id));
        let mut veil = Veil::of(&granted);
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
        loop {
            let items = review_item::queue(tx, &granted, "open", place, limit)?;
            let Some(last) = items.last() else { return Ok(None) };
            place = (last.priority, last.id);
            for item in &items {
                if shown(tx, &granted, &mut veil, item)?.is_some() {
                    return Ok(Some(item.id));
                }
            }
        }
    });
    Ok(found.await?)
}
