//! Reading the audit.

use crate::audit::AuditRow;
use crate::held_back::{HeldBeside, only_chosen};
use crate::reach::shows;
use crate::row::from_row;
use crate::select::Select;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{PersonId, Timestamp};

sql! {
    OF_PERSON = "SELECT chain_id, n, at, actor_kind, actor, channel, action, person_id, message_id, purpose, result, \
                 detail, prev, hash FROM audit WHERE person_id = $1 ORDER BY at DESC, chain_id DESC, n DESC LIMIT $2";
    /// Read from the index alone, so that what is passed over costs little.
    EDGE = "SELECT at, chain_id, n FROM audit WHERE (at, chain_id, n) < ($1, $2, $3) AND at >= $4 \
            ORDER BY at DESC, chain_id DESC, n DESC LIMIT 1 OFFSET $5";
    EDGE_OF_PERSON = "SELECT at, chain_id, n FROM audit WHERE person_id = $6 AND (at, chain_id, n) < ($1, $2, $3) \
                      AND at >= $4 ORDER BY at DESC, chain_id DESC, n DESC LIMIT 1 OFFSET $5";
}

/// A place in the log, which is ordered by time, chain and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditPlace {
    /// The row's time.
    pub at: Timestamp,
    /// Its chain.
    pub chain_id: i64,
    /// Its number there.
    pub n: i64,
}
from_row!(AuditPlace { at, chain_id, n });

impl AuditPlace {
    /// After every row before this moment, and before every row at it or later.
    pub fn start_of(at: Timestamp) -> Self {
        Self { at, chain_id: i64::MIN, n: i64::MIN }
    }
}

impl AuditRow {
    /// Where the row stands in the log.
    pub fn place(&self) -> AuditPlace {
        AuditPlace { at: self.at, chain_id: self.chain_id, n: self.n }
    }
}

/// Which rows to list; newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter<'a> {
    /// By this actor.
    pub actor: Option<&'a str>,
    /// Of this action.
    pub action: Option<&'a str>,
    /// About this person.
    pub person: Option<PersonId>,
    /// At or after.
    pub from: Option<Timestamp>,
    /// Before this place.
    pub before: Option<AuditPlace>,
    /// This place or later ones: see [`edge`].
    pub down_to: Option<AuditPlace>,
    /// The most rows wanted.
    pub limit: i64,
}

/// The latest rows about a person, newest first.
pub fn of_person(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
    limit: i64,
) -> Result<Vec<AuditRow>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    let rows = tx.all(&OF_PERSON, vals![id, limit])?;
    without_held_words(tx, rows)
}

/// The rows without words of a purpose that may tell an identity that was put away since (decisions 0043 and 0056). The rows
/// themselves, and their chain, stay as they are.
fn without_held_words(tx: &mut Tx<'_>, mut rows: Vec<AuditRow>) -> Result<Vec<AuditRow>, StoreError> {
    let mut held = HeldBeside::default();
    for row in &mut rows {
        let Some(id) = row.person_id.filter(|_| row.purpose.contains(':')) else { continue };
        if held.holds(tx, id, row.at)? {
            row.purpose = only_chosen(&row.purpose);
        }
    }
    Ok(rows)
}

/// The last of this many rows that the filter's time and person leave, whoever did whatever: how far down the log is read
/// at once. None: there are fewer.
pub fn edge(tx: &mut Tx<'_>, filter: &AuditFilter<'_>, rows: i64) -> Result<Option<AuditPlace>, StoreError> {
    let before = filter.before.unwrap_or(AuditPlace::start_of(Timestamp::MAX));
    let from = filter.from.unwrap_or(Timestamp::UNIX_EPOCH);
    match filter.person {
        Some(person) => {
            tx.one(&EDGE_OF_PERSON, vals![before.at, before.chain_id, before.n, from, rows - 1, person])
        }
        None => tx.one(&EDGE, vals![before.at, before.chain_id, before.n, from, rows - 1]),
    }
}

/// Rows that pass the filter, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    filter: &AuditFilter<'_>,
) -> Result<Vec<AuditRow>, StoreError> {
    let mut select = Select::new(
        "SELECT chain_id, n, at, actor_kind, actor, channel, action, person_id, message_id, purpose, result, detail, \
         prev, hash FROM audit WHERE 1 = 1",
    )
    .and_if("actor = ?", filter.actor)
    .and_if("action = ?", filter.action)
    .and_if("person_id = ?", filter.person)
    .and_if("at >= ?", filter.from);
    if let Some(place) = filter.before {
        select = at_place(select.plain(" AND (at, chain_id, n) < "), place);
    }
    if let Some(place) = filter.down_to {
        select = at_place(select.plain(" AND (at, chain_id, n) >= "), place);
    }
    let select = select.plain(" ORDER BY at DESC, chain_id DESC, n DESC").value(" LIMIT ?", filter.limit);
    let rows = tx.select(&select)?;
    without_held_words(tx, rows)
}

/// `(at, chain_id, n)` of a place.
fn at_place(select: Select<'_>, place: AuditPlace) -> Select<'_> {
    select.value("(?", place.at).value(", ?", place.chain_id).value(", ?)", place.n)
}
