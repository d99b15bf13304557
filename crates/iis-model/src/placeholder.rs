//! Words that stand where a name or a lot number should: what a nursery writes for a child without a name, and what people
//! write into a field that must not be empty. One list for the quality checks and for matching.

use crate::person::Sex;

/// What a word says that stands where a name should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// A newborn: of which sex, and whether of a multiple birth.
    Newborn {
        /// The sex it names.
        sex: Option<Sex>,
        /// Whether it speaks of a multiple birth.
        is_multiple: bool,
    },
    /// Nothing: no name, in whatever field of a name it stands.
    Nothing,
    /// Nothing, where somebody else is asked for: a family name may read so.
    NothingOfOthers,
    /// A record made for a test.
    Test,
}

const fn newborn(sex: Option<Sex>, is_multiple: bool) -> Says {
    Says::Newborn { sex, is_multiple }
}

/// The words, upper case, the longest first where one begins another.
#[rustfmt::skip]
pub const PLACEHOLDERS: &[(&str, Says)] = &[
    ("BABYBOY",      newborn(Some(Sex::Male), false)),
    ("BABYGIRL",     newborn(Some(Sex::Female), false)),
    ("BABY",         newborn(None, false)),
    ("NEWBORN",      newborn(None, false)),
    ("INFANT",       newborn(None, false)),
    ("TRIPLET",      newborn(None, true)),
    ("TWIN",         newborn(None, true)),
    ("BOY",          newborn(Some(Sex::Male), false)),
    ("GIRL",         newborn(Some(Sex::Female), false)),
    ("FEMALE",       newborn(Some(Sex::Female), false)),
    ("MALE",         newborn(Some(Sex::Male), false)),
    ("BB",           newborn(Some(Sex::Male), false)),
    ("BG",           newborn(Some(Sex::Female), false)),
    ("MC",           newborn(Some(Sex::Male), false)),
    ("FC",           newborn(Some(Sex::Female), false)),
    ("NB",           newborn(None, false)),
    ("UNKNOWN",      Says::Nothing),
    ("UNK",          Says::Nothing),
    ("NONE",         Says::Nothing),
    ("NONAME",       Says::Nothing),
    ("NAME",         Says::Nothing),
    ("LASTNAME",     Says::Nothing),
    ("FIRSTNAME",    Says::Nothing),
    ("NO",           Says::Nothing),
    ("NULL",         Says::Nothing),
    ("XXX",          Says::Nothing),
    ("DELETE",       Says::Nothing),
    ("NOTAVAILABLE", Says::Nothing),
    ("ANONYMOUS",    Says::Nothing),
    ("N/A",          Says::Nothing),
    ("NOT KNOWN",    Says::Nothing),
    ("NO LOT",       Says::Nothing),
    ("000",          Says::Nothing),
    ("NA",           Says::NothingOfOthers),
    ("MOTHER",       Says::NothingOfOthers),
    ("MOM",          Says::NothingOfOthers),
    ("SAME",         Says::NothingOfOthers),
    ("DECLINED",     Says::NothingOfOthers),
    ("TESTPATIENT",  Says::Test),
    ("TESTING",      Says::Test),
    ("TEST",         Says::Test),
    ("ZZTEST",       Says::Test),
    ("PATIENT",      Says::Test),
    ("DUMMY",        Says::Test),
    ("FAKE",         Says::Test),
    ("MICKEY MOUSE", Says::Test),
];

/// What a word says that is no name; `None`: it may be one. Upper and lower case are the same.
pub fn says(word: &str) -> Option<Says> {
    PLACEHOLDERS.iter().find(|(known, _)| word.eq_ignore_ascii_case(known)).map(|(_, says)| *says)
}

/// Whether a word says nothing in whatever field it stands, or was made for a test: no name, and no number of a lot.
pub fn is_no_value(word: &str) -> bool {
    matches!(says(word), Some(Says::Nothing | Says::NothingOfOthers | Says::Test))
}

/// The longest word for a newborn that a word in upper case begins with: `BABYBOYB` begins with `BABYBOY`.
pub fn newborn_beginning(word: &str) -> Option<(&'static str, Option<Sex>, bool)> {
    PLACEHOLDERS.iter().find_map(|(known, says)| match says {
        Says::Newborn { sex, is_multiple } if word.starts_with(known) => Some((*known, *sex, *is_multiple)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{PLACEHOLDERS, Says, newborn_beginning, says};

    #[test]
    fn a_word_that_another_begins_with_stands_behind_it() {
        for (at, (word, what)) in PLACEHOLDERS.iter().enumerate() {
            assert_eq!(*word, word.to_uppercase(), "{word}");
            let is_newborn = |says: &Says| matches!(says, Says::Newborn { .. });
            let hidden = PLACEHOLDERS[..at]
                .iter()
                .find(|(before, says)| word.starts_with(before) && is_newborn(says) && is_newborn(what));
            assert_eq!(hidden, None, "{word} is never found");
            assert_eq!(says(&word.to_lowercase()), Some(*what), "{word} stands there twice");
        }
    }

    #[test]
    fn a_name_is_no_placeholder() {
        for name in ["ANA", "BO", "MALENA", "NORA", "SAMUEL", ""] {
            assert_eq!(says(name), None, "{name}");
        }
        assert_eq!(newborn_beginning("BABYBOYB").map(|(word, ..)| word), Some("BABYBOY"));
    }
}
