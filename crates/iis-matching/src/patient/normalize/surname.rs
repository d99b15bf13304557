//! Family names: the whole, its parts, and the suffix that strayed into it.

use super::fold_name;
use iis_model::placeholder::{Says, says};

/// A family name in comparable form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surname {
    /// Folded whole; empty: missing.
    pub whole: Box<str>,
    /// Folded parts of more than two letters where there are several: hyphenated and double surnames match on one.
    pub parts: Vec<Box<str>>,
    /// A suffix found in it.
    pub suffix: Option<Suffix>,
}

/// A generational suffix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Suffix {
    /// JR; also II, which many families use for it.
    Junior,
    /// SR; also I.
    Senior,
    /// III.
    Third,
    /// IV.
    Fourth,
}

/// The suffix that a word stands for.
pub fn suffix(word: &str) -> Option<Suffix> {
    match fold_name(word).as_str() {
        "JR" | "JUNIOR" | "II" | "2ND" => Some(Suffix::Junior),
        "SR" | "SENIOR" | "I" | "1ST" => Some(Suffix::Senior),
        "III" | "3RD" => Some(Suffix::Third),
        "IV" | "4TH" => Some(Suffix::Fourth),
        _ => None,
    }
}

/// Reads a family name.
pub fn surname(family: &str) -> Surname {
    let mut words: Vec<String> = family.split([' ', '-', ',']).map(fold_name).collect();
    words.retain(|word| !word.is_empty());
    let found = words.last().filter(|_| words.len() > 1).and_then(|word| suffix(word));
    if found.is_some() {
        words.pop();
    }
    for word in &mut words {
        match word.as_str() {
            "SAINT" => "ST".clone_into(word),
            "MOUNT" => "MT".clone_into(word),
            _ => {}
        }
    }
    let whole = words.concat();
    // A family name of two letters may read as one of the words.
    let is_no_name = whole.len() > 2 && matches!(says(&whole), Some(Says::Nothing | Says::Test));
    let whole = if is_no_name { String::new() } else { whole };
    let parts: Vec<Box<str>> = match words.len() {
        0 | 1 => Vec::new(),
        _ => words.into_iter().filter(|word| word.chars().count() > 2).map(Into::into).collect(),
    };
    Surname { whole: whole.into(), parts, suffix: found }
}

impl Surname {
    /// The parts, or the whole where it has none.
    pub fn pieces(&self) -> &[Box<str>] {
        match (self.parts.is_empty(), self.whole.is_empty()) {
            (false, _) => &self.parts,
            (true, false) => std::slice::from_ref(&self.whole),
            (true, true) => &[],
        }
    }

    /// Whether two different names have a part in common, also where one of them is written as one word.
    pub fn shares_part(&self, other: &Self) -> bool {
        let (a, b) = (self.pieces(), other.pieces());
        a.iter().any(|part| b.contains(part)) || a.iter().any(|a| b.iter().any(|b| runs_together(a, b)))
    }
}

/// Whether the longer begins or ends with the shorter, which is long enough to be a name.
fn runs_together(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.len() >= 4 && long.len() >= short.len() + 3 && (long.starts_with(short) || long.ends_with(short))
}

#[cfg(test)]
mod tests {
    use super::{Suffix, surname};

    #[test]
    fn parts_and_suffixes_are_told_apart() {
        #[rustfmt::skip]
        let table: [(&str, &str, &[&str], Option<Suffix>); 6] = [
            // family             whole                parts                  suffix
            ("Mc Donald",         "MCDONALD",          &["DONALD"],           None),
            ("García-Núñez",      "GARCIANUNEZ",       &["GARCIA", "NUNEZ"],  None),
            ("DOE JR",            "DOE",               &[],                   Some(Suffix::Junior)),
            ("Saint John",        "STJOHN",            &["JOHN"],             None),
            ("IV",                "IV",                &[],                   None),
            ("",                  "",                  &[],                   None),
        ];
        for (family, whole, parts, suffix) in table {
            let read = surname(family);
            let read_parts: Vec<&str> = read.parts.iter().map(|part| &**part).collect();
            assert_eq!(
                (&*read.whole, read_parts.as_slice(), read.suffix),
                (whole, parts, suffix),
                "{family}"
            );
        }
    }

    #[test]
    fn double_surnames_share_a_part() {
        #[rustfmt::skip]
        let table = [
            ("GARCIA LOPEZ", "LOPEZ",        true),
            ("GARCIALOPEZ",  "GARCIA",       true),
            ("GARCIA-LOPEZ", "LOPEZ RUIZ",   true),
            ("GARCIA",       "LOPEZ",        false),
            ("ROBERTS",      "ROBERTSON",    false), // only two letters more
        ];
        for (a, b, shared) in table {
            assert_eq!(surname(a).shares_part(&surname(b)), shared, "{a} {b}");
            assert_eq!(surname(b).shares_part(&surname(a)), shared, "{b} {a}");
        }
    }
}
