//! How alike two words are.

/// Jaro-Winkler similarity, from 0 to 1, the same in either order of its arguments.
pub fn similarity(a: &str, b: &str) -> f64 {
    if a <= b { strsim::jaro_winkler(a, b) } else { strsim::jaro_winkler(b, a) }
}

/// Whether one letter was left out, put in, changed, or swapped with its neighbor.
pub(super) fn one_edit(a: &str, b: &str) -> bool {
    a != b && a.len().abs_diff(b.len()) <= 4 && strsim::osa_distance(a, b) == 1
}
