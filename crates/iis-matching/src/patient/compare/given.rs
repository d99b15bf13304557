//! Given names.

use super::levels::{First, Middle};
use super::text::{one_edit, similarity};
use crate::patient::subject::Subject;

/// Names this alike are nearly the same; the edges are those of the design page.
const CLOSE: f64 = 0.92;
const SIMILAR: f64 = 0.84;
/// A short form that the longer name begins with leaves out so many letters at least.
const CUT_OFF: usize = 3;
/// A first name stands where the last belongs when both cross pairs are this alike.
const SWAPPED: f64 = 0.9;

pub(super) fn first(a: &Subject, b: &Subject) -> First {
    if a.first.is_empty() || b.first.is_empty() {
        return First::Missing;
    }
    if a.first_whole == b.first_whole {
        return First::Exact;
    }
    if a.first == b.first {
        // ANA MARIA and ANA are the same only as far as MARIA is said on the other side, too.
        return if !a.middle.is_empty() && a.middle == b.middle { First::Exact } else { First::Compound };
    }
    let of = |unknown, names| if a.first_exists && b.first_exists { names } else { unknown };
    // Before short forms: NORA is one for NORAH, and both are names that twins are given.
    if a.first.len().min(b.first.len()) > 2 && one_edit(&a.first, &b.first) {
        return of(First::Edit, First::EditNames);
    }
    let alike = similarity(&a.first, &b.first);
    // Not of two names that twins may bear both, as CLARA and CLAIRE or WILL and WILLIE.
    let is_cut_off = (a.first.starts_with(&*b.first) || b.first.starts_with(&*a.first))
        && a.first.len().abs_diff(b.first.len()) >= CUT_OFF;
    let short_form =
        is_short_form(a, b) && (is_cut_off || alike < SIMILAR || !(a.first_exists && b.first_exists));
    if short_form || a.other_firsts.contains(&b.first) || b.other_firsts.contains(&a.first) {
        return First::Nickname;
    }
    if is_swapped(a, b) {
        return First::Swapped;
    }
    if is_middle(a, b) || is_middle(b, a) {
        return First::IsMiddle;
    }
    if alike >= CLOSE {
        of(First::Close, First::CloseNames)
    } else if alike >= SIMILAR || (a.first_sound == b.first_sound && a.first_sound != 0) {
        of(First::Similar, First::SimilarNames)
    } else {
        First::Different
    }
}

pub(super) fn is_short_form(a: &Subject, b: &Subject) -> bool {
    a.first_groups.iter().any(|group| b.first_groups.contains(group))
}

fn is_swapped(a: &Subject, b: &Subject) -> bool {
    let crossed = |first: &Subject, last: &Subject| {
        last.last.pieces().iter().any(|piece| similarity(&first.first, piece) > SWAPPED)
    };
    crossed(a, b) && crossed(b, a)
}

fn is_middle(a: &Subject, b: &Subject) -> bool {
    b.middle.len() > 2 && (a.first == b.middle || similarity(&a.first, &b.middle) >= CLOSE)
}

pub(super) fn middle(a: &Subject, b: &Subject, first: First) -> Middle {
    let initial = |short: &str, long: &str| short.chars().count() == 1 && long.starts_with(short);
    let (short, long) = if a.middle.len() <= b.middle.len() { (a, b) } else { (b, a) };
    if long.middle.is_empty() {
        return Middle::Missing;
    }
    let crossed = |x: &Subject, y: &Subject| x.middle.len() > 2 && x.middle == y.first;
    if first == First::IsMiddle && crossed(a, b) && crossed(b, a) {
        return Middle::IsFirst;
    }
    if short.middle.is_empty() {
        return Middle::OneMissing;
    }
    if a.middle == b.middle && a.middle.chars().count() > 1 {
        return Middle::Exact;
    }
    if initial(&short.middle, &long.middle) {
        return Middle::Initial;
    }
    if similarity(&a.middle, &b.middle) > SWAPPED || one_edit(&a.middle, &b.middle) && short.middle.len() > 2
    {
        return Middle::Close;
    }
    Middle::Different
}
