//! The parser of messages: any bytes give a message and findings.

use crate::corpus::messages;
use crate::fuzz;
use iis_hl7::{Message, Part, parse};

#[test]
fn parse_takes_any_bytes() {
    fuzz("parse", &messages(), |bytes| {
        let (message, findings) = parse(bytes);
        read_everything(&message);
        assert!(findings.0.iter().all(|finding| !finding.text.is_empty() && !finding.code.is_empty()));
        // What was understood is understood again from its own text, the same way.
        let (again, _) = parse(message.text().as_bytes());
        assert_eq!(again.text(), message.text());
        assert_eq!(again.len(), message.len());
    });
}

/// Looks at every part there is and at some that are not.
fn read_everything(message: &Message) {
    for segment in message.segments() {
        assert!(!segment.name().is_empty());
        for number in 0..=segment.last_field().saturating_add(1) {
            let field = segment.field(number);
            for repetition in field.repetitions() {
                read(&repetition);
                for component in 0..5 {
                    let component = repetition.component(component);
                    read(&component);
                    read(&component.sub_component(1));
                    read(&component.sub_component(2));
                }
            }
        }
    }
}

fn read(part: &Part) {
    let _ = (part.raw(), part.text(), part.prose(), part.is_empty(), part.is_missing(), part.place());
}
