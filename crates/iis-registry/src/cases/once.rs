//! A public form that is sent twice begins one case: pressed twice, or sent again by a browser that heard no answer. The second time is
//! answered as the first.

use crate::{Arrival, Failure};
use iis_store::{StoreError, Tx, sent_form};

/// What begins a case, or why it begins none.
type Begun = Result<i64, Failure>;

/// Begins a case, unless the same form began one: then its number is the answer. Of two that come at one moment the second waits for
/// the first. What is refused can be sent again.
pub(crate) fn once(
    tx: &mut Tx<'_>,
    arrival: &Arrival,
    begin: impl FnOnce(&mut Tx<'_>) -> Result<Begun, StoreError>,
) -> Result<Begun, StoreError> {
    let Some(key) = &arrival.once else { return begin(tx) };
    if !sent_form::hold(tx, key, arrival.at)?
        && let Some(number) = sent_form::number_of(tx, key)?
    {
        return Ok(Ok(number));
    }
    let begun = begin(tx)?;
    match &begun {
        Ok(number) => sent_form::set(tx, key, *number)?,
        Err(_) => sent_form::delete(tx, key)?,
    }
    Ok(begun)
}
