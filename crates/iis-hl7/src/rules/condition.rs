//! Evaluating conditions and conformance statements on what a message says.

use super::expression::{Expression, Path};
use super::sets::{Sets, Verdict};
use crate::er7::{Delimiters, Segment};

/// Where an expression is evaluated.
pub(super) trait Scope<'m> {
    /// The segment of a name; in a data type there is none.
    fn segment(&self, name: [u8; 3]) -> Option<Segment<'m>>;
    /// The value itself, when the scope is one.
    fn value(&self) -> &'m str {
        ""
    }
    /// The delimiter of the value's parts and the one below it.
    fn levels(&self) -> [u8; 2];
    /// All segments of a name, in a group.
    fn segments(&self, name: [u8; 3]) -> impl Iterator<Item = Segment<'m>>;
    /// The delimiters of the message.
    fn delimiters(&self) -> Delimiters;
}

/// Whether an expression holds; `None` when a value that it needs is not there.
pub(super) fn holds<'m, S: Scope<'m>>(expression: &Expression, scope: &S, sets: &Sets) -> Option<bool> {
    let go = |expression: &Expression| holds(expression, scope, sets);
    let at = |path: &Path| text(*path, scope);
    Some(match expression {
        Expression::Valued(path) => at(path).is_some(),
        Expression::Is(path, value) => *at(path)? == **value,
        Expression::In(path, values) => at(path).map(|text| values.iter().any(|value| **value == *text))?,
        Expression::InSet(path, set) => {
            // A coded value is looked up by its code.
            let code = Path { component: path.component.max(1), ..*path };
            let system = text(Path { component: 3, sub_component: 0, ..*path }, scope).unwrap_or_default();
            sets.verdict(*set, at(&code)?, system) != Verdict::Unknown
        }
        Expression::Above(path, least) => {
            at(path)?.parse::<f64>().is_ok_and(|number| number > f64::from(*least))
        }
        Expression::Same(left, right) => at(left)? == at(right)?,
        Expression::Form(path, form) => form.holds(at(path)?.as_bytes()),
        Expression::Counts(path) => {
            let segment = scope.segment(path.segment)?;
            at(path)?.parse::<u16>().is_ok_and(|number| number == segment.place().sequence)
        }
        Expression::Some(path, value) => scope.segments(path.segment).any(|segment| {
            let is_value = |text: &str| *text == **value;
            part(segment.raw_field(path.field), *path, scope.delimiters()).is_some_and(is_value)
        }),
        Expression::StatementsComplete => statements_complete(scope),
        // counted by the checker itself
        Expression::ObservationsCount(_) => return None,
        Expression::Not(negated) => !go(negated)?,
        Expression::All(all) => return kleene(all, false, go),
        Expression::Any(any) => return kleene(any, true, go),
        Expression::Implies(if_, then) => return if go(if_)? { go(then) } else { Some(true) },
    })
}

/// `decisive` as soon as one part is; unknown when one part is; else the opposite.
fn kleene(parts: &[Expression], decisive: bool, go: impl Fn(&Expression) -> Option<bool>) -> Option<bool> {
    let mut is_known = true;
    for expression in parts {
        match go(expression) {
            Some(value) if value == decisive => return Some(decisive),
            Some(_) => {}
            None => is_known = false,
        }
    }
    is_known.then_some(!decisive)
}

/// What stands at a path: trimmed; nothing when it is empty or `""`.
fn text<'m, S: Scope<'m>>(path: Path, scope: &S) -> Option<&'m str> {
    if path.segment == [0; 3] {
        let [outer, inner] = scope.levels();
        let component = piece(scope.value(), outer, path.component);
        return said(if path.sub_component > 0 {
            piece(component, inner, path.sub_component)
        } else {
            component
        });
    }
    part(scope.segment(path.segment)?.raw_field(path.field), path, scope.delimiters())
}

fn part(field: &str, path: Path, delimiters: Delimiters) -> Option<&str> {
    let first = if path.field == 2 && path.segment == *b"MSH" {
        field
    } else {
        piece(field, delimiters.repetition, 1)
    };
    let component =
        if path.component > 0 { piece(first, delimiters.component, path.component) } else { first };
    let sub = if path.sub_component > 0 {
        piece(component, delimiters.sub_component, path.sub_component)
    } else {
        component
    };
    said(sub)
}

fn said(text: &str) -> Option<&str> {
    let text = text.trim_ascii();
    (!text.is_empty() && text != "\"\"").then_some(text)
}

/// One piece of a text, from 1; empty when there are fewer.
fn piece(text: &str, delimiter: u8, number: u8) -> &str {
    let mut rest = text;
    let at = |rest: &str| rest.bytes().position(|byte| byte == delimiter && delimiter != 0);
    for _ in 1..number {
        match at(rest) {
            Some(at) => rest = rest.get(at + 1..).unwrap_or_default(),
            None => return "",
        }
    }
    at(rest).and_then(|at| rest.get(..at)).unwrap_or(rest)
}

/// Statement IZ-24: one OBX-4 joins a document (69764-9) or a vaccine type with the edition's date (30956-7, 29768-9) to
/// the date on which it was given (29769-7).
fn statements_complete<'m, S: Scope<'m>>(scope: &S) -> bool {
    const DOCUMENT: u8 = 1;
    const KIND: u8 = 2;
    const EDITION: u8 = 4;
    const GIVEN: u8 = 8;
    // More observations than any dose has are not looked at.
    const MOST: usize = 100;
    let observations = || scope.segments(*b"OBX").take(MOST);
    let parts_of = |set: &str| {
        let of_set = observations().filter(|observation| observation.raw_field(4) == set);
        of_set.fold(0, |found, observation| {
            found
                | match piece(observation.raw_field(3), scope.delimiters().component, 1) {
                    "69764-9" => DOCUMENT,
                    "30956-7" => KIND,
                    "29768-9" => EDITION,
                    "29769-7" => GIVEN,
                    _ => 0,
                }
        })
    };
    observations().any(|observation| {
        let found = parts_of(observation.raw_field(4));
        found & GIVEN != 0 && (found & DOCUMENT != 0 || found & (KIND | EDITION) == KIND | EDITION)
    })
}
