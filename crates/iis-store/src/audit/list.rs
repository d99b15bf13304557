//! Reading the audit.

use crate::audit::AuditRow;
use crate::reach::permits;
use crate::select::Select;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{PersonId, Timestamp};

sql! {
    OF_PERSON = "SELECT chain_id, n, at, actor_kind, actor, channel, action, person_id, message_id, purpose, result, \
                 detail, prev, hash FROM audit WHERE person_id = $1 ORDER BY at DESC, chain_id, n DESC LIMIT $2";
}

/// Which rows to list; newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter<'a> {
    /// By this actor.
    pub actor: Option<&'a str>,
    /// Of this action.
    pub action: Option<&'a str>,
    /// At or after.
    pub from: Option<Timestamp>,
    /// Before.
    pub before: Option<Timestamp>,
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
    if !permits(tx, granted, id)? {
        return Ok(Vec::new());
    }
    tx.all(&OF_PERSON, vals![id, limit])
}

/// Rows that pass the filter, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    filter: &AuditFilter<'_>,
) -> Result<Vec<AuditRow>, StoreError> {
    let select = Select::new(
        "SELECT chain_id, n, at, actor_kind, actor, channel, action, person_id, message_id, purpose, result, detail, \
         prev, hash FROM audit WHERE 1 = 1",
    )
    .and_if("actor = ?", filter.actor)
    .and_if("action = ?", filter.action)
    .and_if("at >= ?", filter.from)
    .and_if("at < ?", filter.before)
    .plain(" ORDER BY at DESC, chain_id, n DESC")
    .value(" LIMIT ?", filter.limit);
    tx.select(&select)
}
