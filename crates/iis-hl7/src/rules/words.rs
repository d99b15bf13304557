//! Faults in words: what is wrong and how to mend it, without a value of the message.

use super::expression::{Expression, Path};
use super::fault::{Fault, What};
use super::packed::Element;
use super::set_name;
use iis_model::Place;

/// The longest user message of an ERR segment, in characters (ERR-8).
const LONGEST: usize = 250;

/// The sentence of a fault. `is_lost`: with the code the meaning of a field is lost.
pub(super) fn sentence(fault: &Fault<'_>, is_lost: bool) -> String {
    let place = fault.place;
    let at = |element: &Element| format!("{place} ({})", element.name);
    let text = match fault.what {
        What::SegmentMissing(name) => {
            format!(
                "The profile requires {} here, and it is missing. Send it.",
                String::from_utf8_lossy(&name)
            )
        }
        What::SegmentMisplaced => {
            format!("The profile has no {place} at this point of the message. Keep its order of segments.")
        }
        What::SegmentNotSupported => {
            format!("The profile does not take {place}; it was ignored. Leave it out.")
        }
        What::Missing(element) => format!("The profile requires {}, and it is empty. Send it.", at(element)),
        What::NotSupported(element) => {
            format!("The profile does not take {} here; it was ignored. Leave it out.", at(element))
        }
        What::TooMany(element) => {
            format!("The profile takes {} of {} at most. Send no more.", times(element.most), at(element))
        }
        What::Length(element) => format!("The profile takes {} for {}.", length(element), at(element)),
        What::Form(element, form) => format!("{} is not {}.", at(element), form.words()),
        What::NotInSet(set) if is_lost => format!(
            "The code in {place} is not in table {}; it was taken as sent, but nobody can tell what it means. Send a code of the table.",
            table(set)
        ),
        What::NotInSet(set) => {
            format!("The code in {place} is not in table {}. Send a code of it.", table(set))
        }
        What::OtherCase(set) => {
            format!(
                "Table {} writes the code in {place} in other letters, large or small; it was understood.",
                table(set)
            )
        }
        What::Old(set) => format!(
            "The code in {place} is of an older table; it was understood. Send a code of {}.",
            table(set)
        ),
        What::Rule(rule) => match &rule.says {
            Expression::Implies(_, then) if **then == Expression::StatementsComplete => format!(
                "The guide wants the information statement given with this dose ({}): {}.",
                rule.id,
                said(then, place)
            ),
            says => format!("The guide says ({}): {}.", rule.id, said(says, place)),
        },
    };
    text.chars().take(LONGEST).collect()
}

/// The table's name as people know it: the suffix of the guide's own sets is not said.
fn table(set: u16) -> &'static str {
    set_name(set).trim_end_matches("_IZ")
}

fn times(most: u8) -> String {
    if most == 1 { "one value".to_owned() } else { format!("{most} values") }
}

fn length(element: &Element) -> String {
    match (element.shortest, element.longest) {
        (shortest, longest) if shortest == longest => format!("{longest} characters"),
        (shortest, u32::MAX) => format!("at least {shortest} characters"),
        (_, longest) => format!("up to {longest} characters"),
    }
}

/// An expression as part of a sentence; paths of a data type are told from the place of its value.
fn said(expression: &Expression, place: Place) -> String {
    let go = |expression: &Expression| said(expression, place);
    let at = |path: &Path| named(*path, place);
    let list = |values: &[Box<str>]| values.join(", ");
    let join = |parts: &[Expression], word: &str| parts.iter().map(go).collect::<Vec<_>>().join(word);
    match expression {
        Expression::Valued(path) => format!("{} is valued", at(path)),
        Expression::Is(path, value) => format!("{} is {value}", at(path)),
        Expression::In(path, values) => format!("{} is one of {}", at(path), list(values)),
        Expression::InSet(path, set) => format!("{} is in table {}", at(path), table(*set)),
        Expression::Above(path, least) => format!("{} is above {least}", at(path)),
        Expression::Same(left, right) => format!("{} is the same as {}", at(left), at(right)),
        Expression::Form(path, form) => format!("{} is {}", at(path), form.words()),
        Expression::Counts(path) => format!("{} counts the segments from 1", at(path)),
        Expression::Some(path, value) => format!("an observation of the dose has {value} in {}", at(path)),
        Expression::StatementsComplete => {
            "one OBX-4 joins the statement (69764-9, or 30956-7 with 29768-9) and the date it was given (29769-7)".into()
        }
        Expression::ObservationsCount(_) => "OBX-1 counts from 1 in the message, or in each order".into(),
        Expression::Not(negated) => match &**negated {
            Expression::Valued(path) => format!("{} is empty", at(path)),
            Expression::Is(path, value) => format!("{} is not {value}", at(path)),
            other => format!("not: {}", go(other)),
        },
        Expression::All(parts) => join(parts, " and "),
        Expression::Any(parts) => join(parts, " or "),
        Expression::Implies(if_, then) => format!("if {}, then {}", go(if_), go(then)),
    }
}

fn named(path: Path, place: Place) -> String {
    if path.segment == [0; 3] {
        // The place is that of the component the statement is about; its siblings stand beside it.
        let beside = if place.sub_component > 0 {
            place.sub_component(path.component)
        } else {
            place.component(path.component)
        };
        return beside.to_string();
    }
    super::elements::narrowed(Place::segment(path.segment, 1).field(path.field), path).to_string()
}
