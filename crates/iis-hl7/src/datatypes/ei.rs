//! EI, entity identifier: an order number with its authority.

use crate::er7::{Part, Writer};
use crate::rules::is_oid;
use iis_model::event::OrderNumber;

/// The order number; `None` without one.
pub fn read(part: &Part<'_>) -> Option<OrderNumber> {
    let [number, namespace, universal] = part.components();
    let authority = if namespace.is_missing() { universal } else { namespace };
    (!number.is_missing()).then(|| OrderNumber { value: number.boxed(), authority: authority.boxed() })
}

/// Writes an order number; without an authority of its own it gets the one given.
pub fn write(out: &mut Writer, number: &OrderNumber, authority: &str) {
    let authority = if number.authority.is_empty() { authority } else { &number.authority };
    if is_oid(authority) {
        out.components(&[&number.value, "", authority, "ISO"]);
    } else {
        out.components(&[&number.value, authority]);
    }
}
