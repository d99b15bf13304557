//! First names by cohort, names that are alike, nicknames.

use super::names;
use crate::random::Random;
use iis_model::person::Sex;

/// From this year of birth on the newer lists are used.
const NEWER_LISTS_FROM: i32 = 1985;

/// A first name as given to a child of this sex in this year.
pub fn given_name(random: &mut Random, sex: Sex, year: i32, is_hispanic: bool) -> &'static str {
    let all = names();
    let is_girl = sex == Sex::Female;
    if is_hispanic && random.chance(700) {
        return if is_girl { &all.hispanic_girls } else { &all.hispanic_boys }.draw(random);
    }
    let is_newer = year >= NEWER_LISTS_FROM && random.chance(880);
    match (is_girl, is_newer) {
        (true, true) => &all.girls,
        (true, false) => &all.women,
        (false, true) => &all.boys,
        (false, false) => &all.men,
    }
    .draw(random)
}

/// A second name that is like the first: the same first letter, as parents of twins like it.
pub fn alike(random: &mut Random, first: &str, sex: Sex, year: i32, is_hispanic: bool) -> &'static str {
    let mut best = given_name(random, sex, year, is_hispanic);
    for _ in 0..60 {
        if best != first && best.chars().next() == first.chars().next() {
            break;
        }
        best = given_name(random, sex, year, is_hispanic);
    }
    best
}

/// Common short forms, each with its full name.
const NICKNAMES: &[(&str, &str)] = &[
    ("Abigail", "Abby"),
    ("Alexander", "Alex"),
    ("Alexandra", "Alex"),
    ("Andrew", "Andy"),
    ("Anthony", "Tony"),
    ("Barbara", "Barb"),
    ("Benjamin", "Ben"),
    ("Charles", "Charlie"),
    ("Christopher", "Chris"),
    ("Daniel", "Dan"),
    ("David", "Dave"),
    ("Donald", "Don"),
    ("Edward", "Ed"),
    ("Elizabeth", "Liz"),
    ("Emily", "Em"),
    ("Francisco", "Paco"),
    ("Gabriel", "Gabe"),
    ("Gabriella", "Gabby"),
    ("Gregory", "Greg"),
    ("Guadalupe", "Lupe"),
    ("Isabella", "Bella"),
    ("Jacob", "Jake"),
    ("James", "Jim"),
    ("Jeffrey", "Jeff"),
    ("Jennifer", "Jen"),
    ("Jessica", "Jess"),
    ("Jonathan", "Jon"),
    ("Joseph", "Joe"),
    ("Joshua", "Josh"),
    ("José", "Pepe"),
    ("Katherine", "Katie"),
    ("Kenneth", "Ken"),
    ("Kimberly", "Kim"),
    ("Leonardo", "Leo"),
    ("Lillian", "Lily"),
    ("Madison", "Maddie"),
    ("Margaret", "Peggy"),
    ("Matthew", "Matt"),
    ("Michael", "Mike"),
    ("Nathan", "Nate"),
    ("Nicholas", "Nick"),
    ("Olivia", "Liv"),
    ("Pamela", "Pam"),
    ("Patricia", "Pat"),
    ("Patrick", "Pat"),
    ("Rebecca", "Becky"),
    ("Richard", "Rick"),
    ("Robert", "Bob"),
    ("Ronald", "Ron"),
    ("Samantha", "Sam"),
    ("Samuel", "Sam"),
    ("Stephanie", "Steph"),
    ("Steven", "Steve"),
    ("Susan", "Sue"),
    ("Theodore", "Teddy"),
    ("Thomas", "Tom"),
    ("Timothy", "Tim"),
    ("Victoria", "Vicky"),
    ("William", "Will"),
    ("Zachary", "Zach"),
];

/// The short form of a name, if it has a common one.
pub fn nickname(name: &str) -> Option<&'static str> {
    NICKNAMES.iter().find(|(full, _)| *full == name).map(|(_, short)| *short)
}

#[cfg(test)]
mod tests {
    use super::{alike, nickname};
    use crate::random::Random;
    use iis_model::person::Sex;

    #[test]
    fn names_of_twins_may_start_alike_and_are_never_the_same_by_design() {
        let mut random = Random::new(3, 3);
        let same_letter = (0..200)
            .map(|_| alike(&mut random, "Olivia", Sex::Female, 2020, false))
            .filter(|name| name.starts_with('O') && *name != "Olivia")
            .count();
        // Few names of the list start with O, so the search may end without one.
        assert!(same_letter > 2, "{same_letter}");
    }

    #[test]
    fn nicknames_are_for_full_names_only() {
        assert_eq!(nickname("William"), Some("Will"));
        assert_eq!(nickname("Will"), None);
    }
}
