//! Why somebody is in the results who is not exactly as searched for, in words.

use crate::pages::format;
use iis_registry::people::{Named, Reason};

/// The longest name that is repeated whole.
const LONGEST: usize = 40;

/// `nickname Bob for Robert; day and month swapped: born 11/02/2024`
pub(super) fn in_words(reasons: &[Reason]) -> String {
    format::sentence_case(&reasons.iter().map(words).collect::<Vec<_>>().join("; "))
}

fn words(reason: &Reason) -> String {
    let both = |what: &str, named: &Named, how: &str| {
        format!("{what} {}{how}{}", short(&named.typed), short(&named.known))
    };
    match reason {
        Reason::Nickname(named) if named.typed.chars().count() > named.known.chars().count() => {
            both("nickname", &Named { typed: named.known.clone(), known: named.typed.clone() }, " for ")
        }
        Reason::Nickname(named) => both("nickname", named, " for "),
        Reason::AlsoCalled(named) => format!("also called {}", short(&named.typed)),
        Reason::FurtherName(named) => format!("first name on record is {}", short(&named.known)),
        Reason::FirstSpelled(named) => both("first name", named, ", on record as "),
        Reason::FirstSounds(named) => both("first name", named, " sounds like "),
        Reason::IsMiddleName(named) => format!("{} is the middle name", short(&named.typed)),
        Reason::NamesSwapped => "first and last name swapped".to_owned(),
        Reason::NoFirstName => "no first name on record: a newborn".to_owned(),
        Reason::FirstDiffers(named) => both("other first name: not", named, " but "),
        Reason::PartOfLast(named) => format!("part of the last name {}", short(&named.known)),
        Reason::FormerLast(named) => format!("{} is a former name, or the mother’s", short(&named.typed)),
        Reason::LastSpelled(named) => both("last name", named, ", on record as "),
        Reason::LastSounds(named) => both("last name", named, " sounds like "),
        Reason::LastDiffers(named) => both("other last name: not", named, " but "),
        Reason::DayAndMonthSwapped(on) => format!("day and month swapped: born {}", format::date(*on)),
        Reason::OtherBirthDate(on) => format!("other birth date: {}", format::date(*on)),
        Reason::NoBirthDate => "no birth date on record".to_owned(),
        Reason::SamePhone => "same telephone number".to_owned(),
    }
}

/// A name, or how it begins.
fn short(name: &str) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;
    use iis_registry::people::{Named, Reason};
    use jiff::civil::date;

    #[test]
    fn a_reason_is_a_phrase_that_a_nurse_would_say() {
        let named = |typed: &str, known: &str| Named { typed: typed.into(), known: known.into() };
        let swapped = Reason::DayAndMonthSwapped(date(2024, 11, 2));
        #[rustfmt::skip]
        let table = [
            (vec![Reason::Nickname(named("Bob", "Robert")), swapped], "Nickname Bob for Robert; day and month swapped: born 11/02/2024"),
            (vec![Reason::Nickname(named("Robert", "Bob"))],          "Nickname Bob for Robert"),
            (vec![Reason::LastSounds(named("Kwill", "Quill"))],       "Last name Kwill sounds like Quill"),
            (vec![],                                                  ""),
        ];
        for (reasons, words) in table {
            assert_eq!(in_words(&reasons), words);
        }
        let endless = in_words(&[Reason::IsMiddleName(named(&"é".repeat(200), ""))]);
        assert_eq!(endless.chars().filter(|letter| *letter == 'é' || *letter == 'É').count(), 40);
    }
}
