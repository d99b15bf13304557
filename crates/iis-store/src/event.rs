//! Consolidated vaccination events: one giving, however often it was reported.

use crate::reach::shows;
use crate::row::{FromRow, Row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{Cvx, EventId, EventKind, PartialDate, PersonId, ReportId, SourceRecordId};

sql! {
    PUT = "INSERT INTO event (person_id, id, given_on, cvx, kind, reports) VALUES ($1, $2, $3, $4, $5, $6) \
           ON CONFLICT (person_id, id) DO UPDATE SET given_on = excluded.given_on, cvx = excluded.cvx, \
           kind = excluded.kind, reports = excluded.reports";
    DELETE = "DELETE FROM event WHERE person_id = $1 AND id = $2";
    OF_PERSON = "SELECT person_id, id, given_on, cvx, kind, reports FROM event WHERE person_id = $1 ORDER BY id";
}

/// A consolidated event. Its fields are those of the reports it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// The person.
    pub person_id: PersonId,
    /// Stable id.
    pub id: EventId,
    /// The day.
    pub given_on: Option<PartialDate>,
    /// The vaccine.
    pub cvx: Option<Cvx>,
    /// What it is.
    pub kind: EventKind,
    /// The reports behind it, the preferred one first.
    pub reports: Vec<(SourceRecordId, ReportId)>,
}

impl FromRow for EventRow {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            person_id: row.get(0)?,
            id: row.get(1)?,
            given_on: row.get(2)?,
            cvx: row.get(3)?,
            kind: row.get(4)?,
            reports: row.json(5)?,
        })
    }
}

/// A person's events, by id.
pub fn of_person(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<Vec<EventRow>, StoreError> {
    if !shows(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&OF_PERSON, vals![id])
}

pub(crate) fn put(tx: &mut Tx<'_>, row: &EventRow) -> Result<(), StoreError> {
    let reports = crate::json::text(&row.reports)?;
    tx.exec(&PUT, vals![row.person_id, row.id, row.given_on, row.cvx, row.kind.letter(), reports])
}

pub(crate) fn delete(tx: &mut Tx<'_>, person_id: PersonId, id: EventId) -> Result<(), StoreError> {
    tx.exec(&DELETE, vals![person_id, id])
}
