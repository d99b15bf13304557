//! Two values, and the characters in which they differ. Values that are unlike are not marked: where nearly every
//! character differs, marks only hide that these are two words.

/// The longest value that is compared character by character.
const LONGEST: usize = 200;

/// Values of which more characters differ than this, and more than a third of the longer one, are unlike.
const SLIPS: usize = 3;

/// A piece of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    /// Whether the other value does not have it.
    pub(crate) differs: bool,
}

/// Both values in pieces. Case does not count; a value beside nothing is not marked: it is only missing there.
pub(crate) fn pieces(one: &str, other: &str) -> [Vec<Piece>; 2] {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if a.is_empty() || b.is_empty() || a.len() > LONGEST || b.len() > LONGEST {
        return unmarked(one, other);
    }
    let (in_a, in_b) = common(&a, &b);
    let differing = in_a.iter().chain(&in_b).filter(|shared| !**shared).count();
    if differing > SLIPS.max(a.len().max(b.len()) / 3) {
        return unmarked(one, other);
    }
    let marked = |letters: &[char], shared: &[bool]| {
        joined(letters.iter().copied().zip(shared.iter().map(|shared| !shared)))
    };
    [marked(&a, &in_a), marked(&b, &in_b)]
}

/// Both values whole: of two numbers that different facilities gave out, no character is a slip.
pub(crate) fn unmarked(one: &str, other: &str) -> [Vec<Piece>; 2] {
    [one, other].map(|text| joined(text.chars().map(|letter| (letter, false))))
}

/// Which characters belong to a longest common subsequence.
fn common(a: &[char], b: &[char]) -> (Vec<bool>, Vec<bool>) {
    let same = |x: char, y: char| x == y || x.to_lowercase().eq(y.to_lowercase());
    let mut longest = vec![vec![0_u16; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i][j] = if same(a[i], b[j]) {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut in_a, mut in_b) = (vec![false; a.len()], vec![false; b.len()]);
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if same(a[i], b[j]) {
            (in_a[i], in_b[j]) = (true, true);
            (i, j) = (i + 1, j + 1);
        } else if longest[i + 1][j] >= longest[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    (in_a, in_b)
}

fn joined(letters: impl Iterator<Item = (char, bool)>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (letter, differs) in letters {
        match pieces.last_mut().filter(|last| last.differs == differs) {
            Some(last) => last.text.push(letter),
            None => pieces.push(Piece { text: letter.to_string(), differs }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::pieces;
    use proptest::prelude::*;

    fn shown(one: &str, other: &str) -> [String; 2] {
        pieces(one, other).map(|pieces| {
            let mark = |piece: &super::Piece| {
                if piece.differs { format!("[{}]", piece.text) } else { piece.text.clone() }
            };
            pieces.iter().map(mark).collect()
        })
    }

    #[test]
    fn what_the_other_does_not_have_is_marked_where_the_two_are_near() {
        #[rustfmt::skip]
        let table = [
            ("Maya",        "Maia",             ["Ma[y]a", "Ma[i]a"]),
            ("MAYA",        "maya",             ["MAYA", "maya"]),
            ("12 Alder St", "12 Alder Street",  ["12 Alder St", "12 Alder St[reet]"]),
            ("Ana",         "",                 ["Ana", ""]),
            ("Ana",         "Anna",             ["Ana", "An[n]a"]),
            ("Eli",         "Noa",              ["Eli", "Noa"]),
            ("7 Oak Ave",   "12 Alder St",      ["7 Oak Ave", "12 Alder St"]),
        ];
        for (one, other, expected) in table {
            assert_eq!(shown(one, other), expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_of_a_value_is_lost_and_equal_values_are_unmarked(one in ".{0,30}", other in ".{0,30}") {
            let [a, b] = pieces(&one, &other);
            let whole = |pieces: &[super::Piece]| pieces.iter().map(|p| p.text.as_str()).collect::<String>();
            prop_assert_eq!((whole(&a), whole(&b)), (one.clone(), other));
            prop_assert!(pieces(&one, &one)[0].iter().all(|piece| !piece.differs));
        }
    }
}
