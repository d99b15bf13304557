//! Applying a plan: the key, what was read, the rows, the audit; whole or not at all.
//!
//! Every check is a statement that fails: on PostgreSQL the whole unit goes out in one write together with COMMIT,
//! and the first failure undoes it all, so that a unit costs one round trip.

use crate::tx::Noted;
use crate::{Applied, Plan, StoreError, Tx, UnitKey, match_key, message, person, unit_key};

/// A plan with its statements ready to run.
pub(crate) struct Ready {
    pub(crate) plan: Plan,
    statements: Vec<Noted>,
}

impl Ready {
    /// Puts all that the plan writes into parameters.
    pub(crate) fn new(plan: Plan) -> Result<Self, StoreError> {
        let statements = Tx::note(|tx| {
            take_key(tx, &plan)?;
            check_what_was_read(tx, &plan)?;
            plan.changes.iter().try_for_each(|change| change.apply(tx))
        })?;
        Ok(Self { plan, statements })
    }
}

/// Writes all that the plan wants, in the transaction of `tx`.
pub(crate) fn apply(tx: &mut Tx<'_>, ready: &Ready) -> Result<Applied, StoreError> {
    ready.statements.iter().try_for_each(|noted| tx.exec_noted(noted))?;
    let plan = &ready.plan;
    plan.audit.iter().try_for_each(|entry| tx.audit(entry))?;
    Ok(Applied {
        reply: plan.reply.clone(),
        replayed: false,
        message_id: plan.message.as_ref().map(|row| row.id),
    })
}

/// Makes and applies a plan within a transaction that somebody else ends: for a unit that reads what it has written.
pub fn within(tx: &mut Tx<'_>, plan: Plan) -> Result<Applied, StoreError> {
    apply(tx, &Ready::new(plan)?)
}

/// Whether the plan can be applied, by reading only: on SQLite, where asking costs nothing and the writer is alone, so
/// that a unit which will not succeed is known before it has written anything.
pub(crate) fn check(tx: &mut Tx<'_>, plan: &Plan) -> Result<Option<Applied>, StoreError> {
    if let Some(before) = stored(tx, &plan.key)? {
        return Ok(Some(Applied { replayed: true, ..before }));
    }
    for (id, version) in &plan.person_versions {
        if person::version(tx, *id)? != Some(*version) {
            return Err(StoreError::Stale);
        }
    }
    for (key, stamp) in &plan.match_stamps {
        if match_key::stamp(tx, *key)? != *stamp {
            return Err(StoreError::Stale);
        }
    }
    Ok(None)
}

/// Refused by `message_key` or `unit_key_pkey` when the unit came before.
fn take_key(tx: &mut Tx<'_>, plan: &Plan) -> Result<(), StoreError> {
    match (&plan.key, &plan.message) {
        (UnitKey::Message { sender_id, msh_3, msh_4, control_id, body_sha256 }, Some(row)) => {
            let same = (sender_id, msh_3, msh_4) == (&row.sender_id, &row.msh_3, &row.msh_4)
                && (control_id, body_sha256) == (&row.control_id, &row.body_sha256);
            if !same {
                return Err(StoreError::internal("a plan whose key is not that of its message"));
            }
            message::insert(tx, row, true)
        }
        (UnitKey::Message { .. }, None) => {
            Err(StoreError::internal("a plan with a message's key and no message"))
        }
        (UnitKey::Once(key), message) => {
            unit_key::insert(tx, key, plan.at, &plan.reply)?;
            message.iter().try_for_each(|row| message::insert(tx, row, false))
        }
        (UnitKey::None, message) => message.iter().try_for_each(|row| message::insert(tx, row, false)),
    }
}

/// Persons and keys in ascending order, so that two units do not wait for each other.
fn check_what_was_read(tx: &mut Tx<'_>, plan: &Plan) -> Result<(), StoreError> {
    let mut versions = plan.person_versions.clone();
    versions.sort_unstable();
    versions.dedup();
    for (id, version) in versions {
        person::compare(tx, id, version, plan.touched.contains(&id))?;
    }
    if plan.match_stamps.is_empty() {
        return Ok(());
    }
    let moved = plan.moves_match_stamps();
    let mut stamps = plan.match_stamps.clone();
    stamps.sort_unstable();
    stamps.dedup();
    stamps.into_iter().try_for_each(|(key, stamp)| match_key::compare(tx, key, stamp, moved))
}

/// Before a plan is made inside the writer: nobody else may change what the last one read.
pub(crate) fn lock_what_was_read(tx: &mut Tx<'_>, stale: &Plan) -> Result<(), StoreError> {
    if tx.is_lite() {
        return Ok(()); // there is one writer
    }
    let mut persons: Vec<_> = stale.person_versions.iter().map(|(id, _)| *id).collect();
    persons.sort_unstable();
    let mut keys: Vec<_> = stale.match_stamps.iter().map(|(key, _)| *key).collect();
    keys.sort_unstable();
    persons.into_iter().try_for_each(|id| person::lock(tx, id))?;
    keys.into_iter().try_for_each(|key| match_key::lock(tx, key))
}

/// Whether the failure says that a unit of the same key was applied before.
pub(crate) fn key_is_taken(error: &StoreError) -> bool {
    error.is_constraint("message_key") || error.is_constraint("unit_key_pkey")
}

/// Whether the failure says that somebody else was faster: a version or stamp moved, the revision is taken, the
/// source record is there by now, the registry number that was drawn is somebody's.
pub(crate) fn made_stale(error: &StoreError) -> bool {
    const SIGNS: [&str; 8] = [
        "person.version",
        "match_stamp.stamp",
        "submission_pkey",
        "source_record_identifier",
        "registry_number_pkey",
        "stock_entry_pkey",
        "stock_lot_identity",
        "storage_unit_name",
    ];
    SIGNS.iter().any(|name| error.is_constraint(name))
}

/// The answer given before to the unit of this key.
pub(crate) fn stored(tx: &mut Tx<'_>, key: &UnitKey) -> Result<Option<Applied>, StoreError> {
    let found = match key {
        UnitKey::None => None,
        UnitKey::Once(key) => unit_key::stored_reply(tx, key)?.map(|reply| (None, reply)),
        UnitKey::Message { .. } => message::stored_reply(tx, key)?.map(|(id, reply)| (Some(id), reply)),
    };
    Ok(found.map(|(message_id, reply)| Applied { reply, replayed: false, message_id }))
}
