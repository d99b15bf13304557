//! Evaluating conditions and conformance statements on what a message says.

use super::expression::{Expression, Path};
use super::scope::{Scope, part_of};
use super::sets::{Sets, Verdict};
use crate::er7::Segment;
use crate::er7::search::piece;
use iis_model::short_text::same;

/// Whether an expression holds; `None` when a value that it needs is not there.
pub(super) fn holds<'m, S: Scope<'m>>(expression: &Expression, scope: &S, sets: &Sets) -> Option<bool> {
    let go = |expression: &Expression| holds(expression, scope, sets);
    let at = |path: &Path| scope.text(*path);
    Some(match expression {
        Expression::Valued(path) => at(path).is_some(),
        Expression::Is(path, value) => same(at(path)?, value),
        Expression::In(path, values) => at(path).map(|text| values.iter().any(|value| same(value, text)))?,
        Expression::InSet(path, set) => {
            // A coded value is looked up by its code.
            let beside = Path { slot: Path::NO_SLOT, ..*path };
            let code = Path { component: path.component.max(1), ..beside };
            let system = scope.text(Path { component: 3, sub_component: 0, ..beside }).unwrap_or_default();
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
        Expression::Some(path, value) => scope
            .segments(path.segment)
            .any(|segment| part_of(&segment, *path).is_some_and(|text| same(text, value))),
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
    let part =
        |observation: &Segment<'_>| match piece(observation.raw_field(3), scope.delimiters().component, 1) {
            "69764-9" => DOCUMENT,
            "30956-7" => KIND,
            "29768-9" => EDITION,
            "29769-7" => GIVEN,
            _ => 0,
        };
    let parts_of = |set: &str| {
        let of_set = observations().filter(|observation| observation.raw_field(4) == set);
        of_set.fold(0, |found, observation| found | part(&observation))
    };
    observations().filter(|observation| part(observation) == GIVEN).any(|given| {
        let found = parts_of(given.raw_field(4));
        found & DOCUMENT != 0 || found & (KIND | EDITION) == KIND | EDITION
    })
}
