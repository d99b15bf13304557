//! Messages that nobody is shown, since they name an identity that was put away; each is known with that identity, so that it
//! is shown again when that one comes back (decisions 0043 and 0056).

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx, person};
use iis_model::{MessageId, PersonId};

sql! {
    REPORTED_BY = "INSERT INTO withheld_message (message_id, sealed_id) SELECT DISTINCT u.message_id, i.id FROM sealed_identity i \
                   JOIN link l ON l.person_id = i.person_id \
                   JOIN submission u ON u.source_record_id = l.source_record_id \
                   WHERE i.id = $1 AND u.message_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM withheld_message z \
                   JOIN sealed_identity o ON o.id = z.sealed_id WHERE z.message_id = u.message_id \
                   AND o.person_id = i.person_id AND (o.id = i.id OR o.event <> 'replacement-reversal'))";
    ABOUT = "INSERT INTO withheld_message (message_id, sealed_id) SELECT DISTINCT a.message_id, i.id FROM sealed_identity i \
             JOIN audit a ON a.person_id = $2 \
             WHERE i.id = $1 AND a.message_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM withheld_message z \
             JOIN sealed_identity o ON o.id = z.sealed_id WHERE z.message_id = a.message_id \
             AND o.person_id = i.person_id AND (o.id = i.id OR o.event <> 'replacement-reversal'))";
    OF_ITSELF = "INSERT INTO withheld_message (message_id, sealed_id) VALUES ($1, 0) ON CONFLICT (message_id, sealed_id) DO NOTHING";
    IS_WITHHELD = "SELECT 1 FROM withheld_message WHERE message_id = $1 LIMIT 1";
    GIVE_BACK = "DELETE FROM withheld_message WHERE sealed_id = $1";
}

/// Withholds with an identity that is put away the messages that reported on the person, and those that asked for it, under
/// whomever it was merged from. Those that are withheld with an identity of the person before it told of that one.
pub(crate) fn withhold(tx: &mut Tx<'_>, sealed_id: i64, person_id: PersonId) -> Result<(), StoreError> {
    tx.exec(&REPORTED_BY, vals![sealed_id])?;
    let mut waiting = vec![person_id];
    while let Some(id) = waiting.pop() {
        tx.exec(&ABOUT, vals![sealed_id, id])?;
        waiting.extend(person::merged(tx, id)?);
    }
    Ok(())
}

/// Withholds a message that itself names a former identity, for good.
pub(crate) fn withhold_message(tx: &mut Tx<'_>, id: MessageId) -> Result<(), StoreError> {
    tx.exec(&OF_ITSELF, vals![id])
}

/// The messages that were withheld with an identity are shown again, unless they are withheld for another one too.
pub(crate) fn show_again(tx: &mut Tx<'_>, sealed_id: i64) -> Result<(), StoreError> {
    tx.exec(&GIVE_BACK, vals![sealed_id])
}

/// Whether a message names an identity that was put away.
pub fn is_withheld(tx: &mut Tx<'_>, id: MessageId) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(&IS_WITHHELD, vals![id])?.is_some())
}
