//! How alike two words are.
//!
//! Most words compared are short and of plain letters: for them the measures are computed without asking for memory. Of
//! all others, and in the tests, the `strsim` crate says what is right.

/// The most letters for which a set of places is one number.
const SHORT: usize = 64;

/// Jaro-Winkler similarity, from 0 to 1, the same in either order of its arguments.
pub fn similarity(a: &str, b: &str) -> f64 {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    if a.is_ascii() && b.is_ascii() && a.len() <= SHORT && b.len() <= SHORT {
        jaro_winkler(a.as_bytes(), b.as_bytes())
    } else {
        strsim::jaro_winkler(a, b)
    }
}

/// Whether one letter was left out, put in, changed, or swapped with its neighbor.
pub(super) fn one_edit(a: &str, b: &str) -> bool {
    if !(a.is_ascii() && b.is_ascii()) {
        return a != b && a.len().abs_diff(b.len()) <= 4 && strsim::osa_distance(a, b) == 1;
    }
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let before = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[before..], &b[before..]);
    let after = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (&a[..a.len() - after], &b[..b.len() - after]) {
        ([_], [_] | []) | ([], [_]) => true,
        (swapped @ [_, _], [first, second]) => swapped == [*second, *first],
        _ => false,
    }
}

/// For at most [`SHORT`] letters. The steps, and so the last bit, are those of the crate.
#[expect(clippy::cast_precision_loss, reason = "counts of letters")]
fn jaro_winkler(a: &[u8], b: &[u8]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return if a.len() == b.len() { 1.0 } else { 0.0 };
    }
    let (of_a, of_b) = matched(a, b);
    let matches = of_a.count_ones();
    if matches == 0 {
        return 0.0;
    }
    let other_places = places(of_a).zip(places(of_b)).filter(|(i, j)| a[*i] != b[*j]).count();
    let (matches, in_place) = (f64::from(matches), f64::from(matches) - (other_places / 2) as f64);
    let jaro = (matches / a.len() as f64 + matches / b.len() as f64 + in_place / matches) / 3.0;
    if jaro <= 0.7 {
        return jaro;
    }
    let beginning = a.iter().take(4).zip(b).take_while(|(x, y)| x == y).count();
    jaro + 0.1 * beginning as f64 * (1.0 - jaro)
}

/// The places of the letters that both words have, near one another, as sets of bits.
fn matched(a: &[u8], b: &[u8]) -> (u64, u64) {
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut of_a, mut of_b) = (0_u64, 0_u64);
    for (i, letter) in a.iter().enumerate() {
        let mut window = i.saturating_sub(reach)..b.len().min(i + reach + 1);
        let free = window.find(|j| b[*j] == *letter && of_b & (1 << j) == 0);
        if let Some(j) = free {
            of_a |= 1 << i;
            of_b |= 1 << j;
        }
    }
    (of_a, of_b)
}

/// The places in a set, the first first.
fn places(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = set.trailing_zeros();
        set &= set.checked_sub(1)?;
        usize::try_from(place).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::{one_edit, similarity};
    use proptest::prelude::*;

    /// Words of few letters, so that they meet; some of other scripts, some longer than a set of places.
    fn word() -> impl Strategy<Value = String> {
        prop_oneof!["[A-D]{0,7}", "[A-Z]{0,12}", "[ABÉ李]{0,5}", "[AB]{60,70}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn words_are_as_alike_as_the_crate_says(a in word(), b in word()) {
            let expected = if a <= b { strsim::jaro_winkler(&a, &b) } else { strsim::jaro_winkler(&b, &a) };
            prop_assert_eq!(similarity(&a, &b).to_bits(), expected.to_bits());
            prop_assert_eq!(one_edit(&a, &b), strsim::osa_distance(&a, &b) == 1);
        }
    }

    #[test]
    fn one_letter_makes_one_edit() {
        #[rustfmt::skip]
        let table = [
            ("ZOE",  "ZOEY", true),
            ("ANA",  "ANNA", true),
            ("MARY", "MRAY", true),  // neighbors swapped
            ("MARY", "MARC", true),
            ("MARY", "YARM", false), // not neighbors
            ("ANA",  "ANA",  false),
            ("",     "A",    true),
        ];
        for (a, b, is_one) in table {
            assert_eq!((one_edit(a, b), one_edit(b, a)), (is_one, is_one), "{a} {b}");
        }
    }
}
