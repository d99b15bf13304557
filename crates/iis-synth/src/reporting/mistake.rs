//! What a source has wrong about a person: at most one thing a record, the same in all its messages.

use crate::Settings;
use crate::calendar::Day;
use crate::names::nickname;
use crate::population::{Family, SourceKind};
use crate::random::Random;

/// A mistake in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// Nothing is wrong.
    None,
    /// A letter of the first name was mistyped.
    FirstNameTyped,
    /// A letter of the last name was mistyped.
    LastNameTyped,
    /// The short form of the first name.
    Nickname,
    /// The middle name stands as first name.
    MiddleAsFirst,
    /// First and last name are swapped.
    NamesSwapped,
    /// The newborn has no name yet.
    NoNameYet,
    /// The date of birth is another one.
    BirthDate(Day),
    /// The other sex.
    Sex,
    /// The clinic's own telephone.
    ClinicPhone,
}

impl Mistake {
    /// The word in the truth file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::FirstNameTyped => "typed_first",
            Self::LastNameTyped => "typed_last",
            Self::Nickname => "nickname",
            Self::MiddleAsFirst => "middle_as_first",
            Self::NamesSwapped => "names_swapped",
            Self::NoNameYet => "placeholder",
            Self::BirthDate(_) => "birth_date",
            Self::Sex => "sex",
            Self::ClinicPhone => "clinic_phone",
        }
    }

    /// What a new record has wrong.
    pub(super) fn draw(
        settings: &Settings,
        family: &Family,
        member: u8,
        kind: SourceKind,
        since: Day,
        random: &mut Random,
    ) -> Self {
        let person = &family.members[usize::from(member)];
        if kind == SourceKind::VitalRecords {
            return Self::None;
        }
        if kind == SourceKind::Hospital && since.days_since(person.born_on) < 30 && random.chance(333) {
            return Self::NoNameYet;
        }
        let calls_by_nickname = if kind == SourceKind::Pharmacy { 150 } else { 25 };
        if nickname(person.first).is_some() && random.chance(calls_by_nickname) {
            return Self::Nickname;
        }
        if !random.chance(settings.mistakes_permille) {
            return Self::None;
        }
        match random.below(100) {
            0..26 => Self::FirstNameTyped,
            26..46 => Self::LastNameTyped,
            46..52 if person.middle.is_some() => Self::MiddleAsFirst,
            52..58 => Self::NamesSwapped,
            58..84 => wrong_birth_date(person.born_on, since, random),
            84..90 => Self::Sex,
            _ => Self::ClinicPhone,
        }
    }
}

/// A birth date as somebody wrote it down wrongly: day and month swapped, a number one off, the first of the month.
/// Only dates before the real one: a later one could stand after a dose, which every registry would notice.
fn wrong_birth_date(born_on: Day, since: Day, random: &mut Random) -> Mistake {
    let (year, month, day) = born_on.civil();
    let wrong = match random.below(5) {
        0 if day <= 12 => Day::new(year, day, month),
        1 => Day::new(year, month, 1),
        2 if since.days_since(born_on) > 12 * 365 => born_on.plus_months(-12),
        3 => born_on.plus_months(-1),
        _ => born_on.plus(-1),
    };
    if wrong < born_on { Mistake::BirthDate(wrong) } else { Mistake::None }
}

/// A name as somebody mistyped it: a letter left out, doubled, or swapped with its neighbor.
pub(super) fn mistyped(name: &str, seed: u64) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() < 3 {
        return name.to_owned();
    }
    let random = &mut Random::new(seed, 5);
    let at = 1 + random.index(letters.len() - 2);
    match random.below(3) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        _ if letters[at] != letters[at + 1] => letters.swap(at, at + 1),
        _ => {
            letters.remove(at);
        }
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::mistyped;

    #[test]
    fn a_mistyped_name_differs_and_keeps_its_first_letter() {
        for seed in 0..500 {
            for name in ["Olivia", "Ann", "Sofía"] {
                let wrong = mistyped(name, seed);
                assert_ne!(wrong, name);
                assert_eq!(wrong.chars().next(), name.chars().next());
            }
        }
        assert_eq!(mistyped("Al", 1), "Al");
    }
}
