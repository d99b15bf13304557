//! Pairs of persons of whom somebody decided that they are two.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{PersonId, Timestamp};

sql! {
    INSERT = "INSERT INTO not_same (person_a, person_b, actor, at, reason) VALUES ($1, $2, $3, $4, $5) \
              ON CONFLICT (person_a, person_b) DO NOTHING";
    DELETE = "DELETE FROM not_same WHERE person_a = $1 AND person_b = $2";
    OF_PERSON = "SELECT person_a, person_b, actor, at, reason FROM not_same WHERE person_a = $1 OR person_b = $1 \
                 ORDER BY person_a, person_b";
}

/// Two persons who are two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSame {
    /// The one with the smaller id.
    pub person_a: PersonId,
    /// The other one.
    pub person_b: PersonId,
    /// Who decided.
    pub actor: Box<str>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Box<str>,
}
from_row!(NotSame { person_a, person_b, actor, at, reason });

impl NotSame {
    /// The two, the smaller id first.
    pub fn pair(one: PersonId, other: PersonId) -> (PersonId, PersonId) {
        (one.min(other), one.max(other))
    }
}

/// The pairs that a person is in.
pub fn of_person(tx: &mut Tx<'_>, _granted: &Granted, id: PersonId) -> Result<Vec<NotSame>, StoreError> {
    tx.all(&OF_PERSON, vals![id])
}

pub(crate) fn insert(tx: &mut Tx<'_>, row: &NotSame) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![row.person_a, row.person_b, &row.actor, row.at, &row.reason])
}

pub(crate) fn delete(tx: &mut Tx<'_>, (a, b): (PersonId, PersonId)) -> Result<(), StoreError> {
    tx.exec(&DELETE, vals![a, b])
}
