//! The audit, for whoever may read it.

pub use iis_store::audit::list::{AuditFilter, AuditPlace, list};
pub use iis_store::audit::verify::{Against, Fault, Verification, verify};
pub use iis_store::audit::{AuditRow, Seal};

use crate::{Arrival, Context, Failure};
use iis_model::access::{Actor, Condition, Granted};
use iis_model::{PersonId, RegistryNumber, Timestamp};
use iis_store::audit::{list as rows, seal};
use iis_store::{AuditEntry, StoreError, Tx, person};
use std::collections::{BTreeMap, BTreeSet};

/// The most rows of the log on one page.
pub const MOST_ROWS: usize = 100;

/// The most rows that are looked at for one page, whether they are wanted or not: the log of a state has hundreds of
/// millions.
pub const MOST_LOOKED_AT: i64 = 10_000;

/// Which rows somebody wants to see; nothing: all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// By this actor.
    pub actor: Option<Box<str>>,
    /// Of this action.
    pub action: Option<Box<str>>,
    /// About this person.
    pub about: Option<RegistryNumber>,
    /// At or after.
    pub from: Option<Timestamp>,
    /// Before.
    pub before: Option<Timestamp>,
    /// Before this place, where an earlier page ended.
    pub after: Option<AuditPlace>,
}

/// A part of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows, newest first, at most [`MOST_ROWS`].
    pub rows: Vec<AuditRow>,
    /// The registry numbers of those whom the rows are about, for whoever reads the whole log: whom a user looked up is asked there.
    pub numbers: BTreeMap<PersonId, RegistryNumber>,
    /// Where the next page begins; none: nothing older was left out.
    pub next: Option<AuditPlace>,
    /// The last seal: its number and when it was made.
    pub sealed: Option<(i64, Timestamp)>,
}

/// Reads the log as far as the grant reaches: all of it, or what one did oneself; with or without what is about persons. The
/// look is a row of the log too.
pub async fn read(
    cx: &Context,
    granted: Granted,
    mut wanted: Wanted,
    arrival: Arrival,
) -> Result<Page, Failure> {
    let without_persons = granted.condition() == Some(Condition::WithoutPersons);
    if without_persons && wanted.about.is_some() {
        return Err(Failure::Rule("You read the log without what is about patients."));
    }
    if let (false, Actor::Account { name, .. }) = (granted.reach().is_everything(), granted.actor()) {
        wanted.actor = Some(name.clone());
    }
    let page = cx.store.disclose(move |tx| {
        let sealed = seal::last(tx)?.map(|seal| (seal.n, seal.at));
        let entry = AuditEntry::of(&granted, arrival.at);
        let person = match wanted.about.map(|number| person::id_of_number(tx, number)).transpose()? {
            None => None,
            Some(None) => {
                let page = Page { rows: Vec::new(), numbers: BTreeMap::new(), next: None, sealed };
                return Ok((page, vec![entry.result("not found")]));
            }
            Some(found) => found,
        };
        let filter = AuditFilter {
            actor: wanted.actor.as_deref(),
            action: wanted.action.as_deref(),
            person,
            from: wanted.from,
            before: wanted.after.or(wanted.before.map(AuditPlace::start_of)),
            down_to: None,
            limit: i64::try_from(MOST_ROWS).unwrap_or(i64::MAX),
        };
        let edge = rows::edge(tx, &filter, MOST_LOOKED_AT)?;
        let mut rows = list(tx, &granted, &AuditFilter { down_to: edge, ..filter })?;
        let next = rows.last().filter(|_| rows.len() == MOST_ROWS).map(AuditRow::place).or(edge);
        if without_persons {
            rows.iter_mut().for_each(leave_persons_out);
        }
        let numbers = if granted.reach().is_everything() { numbers(tx, &rows)? } else { BTreeMap::new() };
        let entry = entry.detail(format!("{} rows shown", rows.len()));
        let entry = if let Some(person) = person { entry.person(person) } else { entry };
        Ok((Page { rows, numbers, next, sealed }, vec![entry]))
    });
    Ok(page.await?)
}

fn numbers(tx: &mut Tx<'_>, rows: &[AuditRow]) -> Result<BTreeMap<PersonId, RegistryNumber>, StoreError> {
    let persons: BTreeSet<_> = rows.iter().filter_map(|row| row.person_id).collect();
    let mut numbers = BTreeMap::new();
    for person in persons {
        numbers.extend(person::number_of(tx, person)?.map(|number| (person, number)));
    }
    Ok(numbers)
}

/// What a row says about a person, and free text that might.
fn leave_persons_out(row: &mut AuditRow) {
    if row.person_id.take().is_some() {
        row.purpose = Box::default();
        row.detail = Box::default();
    }
}
