//! Whether a reaction was reported to the Vaccine Adverse Event Reporting System (VAERS), as it is kept among the comments.

const NOT_REPORTED: &str = "Not reported to VAERS";
const REPORTED: &str = "Reported to VAERS";
const NUMBER: &str = ", number ";

/// Whether a reaction was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vaers {
    /// It was not.
    NotReported,
    /// It was, under this number; empty: it is not known yet.
    Reported(Box<str>),
}

impl Vaers {
    /// In a sentence, as a comment says it.
    pub fn words(&self) -> Box<str> {
        match self {
            Self::NotReported => NOT_REPORTED.into(),
            Self::Reported(number) if number.is_empty() => REPORTED.into(),
            Self::Reported(number) => format!("{REPORTED}{NUMBER}{number}").into(),
        }
    }

    /// What a comment says of it; none: it says something else.
    pub fn of_comment(comment: &str) -> Option<Self> {
        if comment == NOT_REPORTED {
            return Some(Self::NotReported);
        }
        let number = comment.strip_prefix(REPORTED)?;
        match number.strip_prefix(NUMBER) {
            Some(number) => Some(Self::Reported(number.into())),
            None => number.is_empty().then(|| Self::Reported("".into())),
        }
    }

    /// The same without letters in the place of the number: what VAERS gives has digits, with a letter before them at most, and
    /// tells nobody's name.
    #[must_use]
    pub fn without_letters(self) -> Self {
        match self {
            Self::Reported(number) if !is_number(&number) => Self::Reported("".into()),
            other => other,
        }
    }
}

/// `123456-1`, `E1234567`.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(|first: char| first.is_ascii_uppercase()).unwrap_or(text);
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.chars().all(|one| one.is_ascii_digit() || one == '-')
}

#[cfg(test)]
mod tests {
    use super::Vaers;

    #[test]
    fn a_comment_says_again_what_was_said() {
        let said = [Vaers::NotReported, Vaers::Reported("".into()), Vaers::Reported("123456-1".into())];
        for vaers in said {
            assert_eq!(Vaers::of_comment(&vaers.words()), Some(vaers));
        }
        for other in ["", "reported", "Reported to VAERS by Ana", "Entered twice"] {
            assert_eq!(Vaers::of_comment(other), None, "{other}");
        }
    }

    #[test]
    fn a_number_is_kept_and_a_word_is_not() {
        for number in ["123456-1", "E1234567", "7"] {
            let said = Vaers::Reported(number.into());
            assert_eq!(said.clone().without_letters(), said);
        }
        for word in ["Quixley 1", "Quixley", "A", "1 Ana"] {
            assert_eq!(Vaers::Reported(word.into()).without_letters(), Vaers::Reported("".into()), "{word}");
        }
    }
}
