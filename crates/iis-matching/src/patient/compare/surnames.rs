//! Family names.

use super::levels::{First, Last};
use super::text::{one_edit, similarity};
use crate::patient::normalize::phonetic::soundex;
use crate::patient::normalize::surname::Surname;
use crate::patient::subject::Subject;

const CLOSE: f64 = 0.92;

pub(super) fn last(a: &Subject, b: &Subject, first: First) -> Last {
    if a.last.whole.is_empty() || b.last.whole.is_empty() {
        return Last::Missing;
    }
    if a.last.whole == b.last.whole {
        return Last::Exact;
    }
    if first == First::Swapped {
        return Last::Swapped;
    }
    if a.last.shares_part(&b.last) {
        return Last::Part;
    }
    if is_other_name(a, b) || is_other_name(b, a) {
        return Last::Alias;
    }
    let pairs = || a.last.pieces().iter().flat_map(|a| b.last.pieces().iter().map(move |b| (a, b)));
    if one_edit(&a.last.whole, &b.last.whole)
        || similarity(&a.last.whole, &b.last.whole) >= CLOSE
        || pairs().any(|(a, b)| similarity(a, b) >= CLOSE)
    {
        Last::Close
    } else if pairs().any(|(a, b)| soundex(a) == soundex(b) && soundex(a) != 0) {
        Last::Sound
    } else {
        Last::Different
    }
}

/// Whether the last name of one is an alias, the maiden name or the mother's name of the other.
fn is_other_name(a: &Subject, b: &Subject) -> bool {
    let is = |other: &Surname| {
        !other.whole.is_empty() && (other.whole == a.last.whole || other.shares_part(&a.last))
    };
    b.other_lasts.iter().any(|other| is(other) || a.other_lasts.contains(other))
        || is(&b.mother_maiden)
        || is(&b.mother_last)
}
