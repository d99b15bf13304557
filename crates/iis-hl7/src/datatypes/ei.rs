//! EI, entity identifier: an order number with its authority.

use crate::er7::{Part, Writer};
use crate::rules::is_oid;
use iis_model::event::OrderNumber;

/// The order number; `None` without one. One that is nothing but escaped blanks or an escaped `""` is none either: written
/// again it would not be there.
pub fn read(part: &Part<'_>) -> Option<OrderNumber> {
    let [number, namespace, universal] = part.components();
    let authority = if namespace.is_missing() { universal } else { namespace };
    let value = number.boxed();
    let is_there = !number.is_missing() && value.bytes().any(|b| b > b' ') && &*value != "\"\"";
    is_there.then(|| OrderNumber { value, authority: authority.boxed() })
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

#[cfg(test)]
mod tests {
    use super::read;
    use crate::er7::parse;

    #[test]
    fn an_order_number_is_one_that_is_still_there_when_it_is_written_again() {
        #[rustfmt::skip]
        let table = [
            ("A1^LAB",               Some("A1")),
            ("A1",                   Some("A1")),
            ("^LAB",                 None),
            ("\"\"^LAB",             None),
            ("\\X20\\^LAB",          None),
            ("\\X2020\\^LAB",        None),
            ("\\X2222\\^LAB",        None),
        ];
        for (text, expected) in table {
            let message = format!("MSH|^~\\&|||||||VXU^V04^VXU_V04|1|P|2.5.1\rORC|RE|{text}\r");
            let (message, _) = parse(message.as_bytes());
            let order = message.segments().find(|segment| segment.name() == "ORC").expect("an ORC");
            let number = read(&order.field(2));
            assert_eq!(number.as_ref().map(|number| &*number.value), expected, "{text}");
        }
    }
}
