//! The names under which a person is found.

use iis_matching::patient::normalize::fold_name;
use iis_model::Demographics;
use iis_model::person::PersonName;
use iis_store::person_name::NameRow;
use std::collections::HashSet;

/// The most names under which one person is found.
const MOST_FOUND_UNDER: usize = 200;

/// The names under which a person is found: all of them, each part of a double surname, and the given names from the third on, by which
/// people are called as well (the second one is found by likeness).
pub(super) fn names(demographics: &Demographics) -> Vec<NameRow> {
    let born_on = demographics.born_on.value;
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for name in demographics.names.iter().filter_map(|name| name.get()) {
        let firsts: Vec<String> = std::iter::once(fold_name(&name.given)).chain(further(name)).collect();
        let parts = name.family.split([' ', '-']).filter(|part| part.chars().count() > 2);
        let whole = std::iter::once(&*name.family);
        for last in whole.chain(parts).map(fold_name).filter(|last| !last.is_empty()) {
            for first in &firsts {
                if rows.len() == MOST_FOUND_UNDER {
                    return rows;
                }
                if seen.insert((last.clone(), first.clone())) {
                    rows.push(NameRow { last: last.as_str().into(), first: first.as_str().into(), born_on });
                }
            }
        }
    }
    rows
}

/// The given names of a name, each by itself, wherever the sender wrote them.
pub(crate) fn given_names(name: &PersonName) -> impl Iterator<Item = &str> {
    let fields = [&*name.given, &*name.middle].into_iter();
    fields.flat_map(|field| field.split([' ', '-'])).filter(|word| word.chars().count() > 1)
}

/// The most further given names of one name.
const MOST_FURTHER: usize = 4;

/// The given names from the third on, each with those behind it.
fn further(name: &PersonName) -> Vec<String> {
    let words: Vec<&str> = given_names(name).take(2 + MOST_FURTHER).collect();
    (2..words.len())
        .map(|from| fold_name(&words[from..].concat()))
        .filter(|first| !first.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{MOST_FOUND_UNDER, names};
    use iis_model::testing::person;

    /// People are called by any of their given names, wherever the sender wrote them.
    #[test]
    fn a_person_is_found_by_given_names_from_the_third_on() {
        #[rustfmt::skip]
        let table: [(&str, &str, &[&str]); 4] = [
            // given            middle        found by
            ("Thi Minh Chau",   "",           &["THIMINHCHAU", "CHAU"]),
            ("Thi",             "Minh Chau",  &["THI", "CHAU"]),
            ("Juan Carlos",     "",           &["JUANCARLOS"]), // the second is found by likeness
            ("A B C",           "D Eva",      &["ABC"]),        // initials are no names
        ];
        for (given, middle, expected) in table {
            let mut of = person().called("Nguyen", given);
            of.names[0].value.as_mut().expect("a name").middle = middle.into();
            let found = names(&of);
            let firsts: Vec<_> = found.iter().map(|row| &*row.first).collect();
            assert_eq!(firsts, expected, "{given} {middle}");
        }
        let endless = names(&person().called("Nguyen", &"Ab ".repeat(300)));
        assert!(endless.len() <= 5, "{}", endless.len());
    }

    #[test]
    fn a_name_of_endless_parts_is_found_under_some_of_them_in_little_time() {
        let parts: Vec<String> = (0..300_000).map(|n| format!("{n:07}")).collect();
        let endless = parts.join(" ");
        assert_eq!(names(&person().called(&endless, "ANA")).len(), MOST_FOUND_UNDER);
    }

    #[test]
    fn a_double_surname_is_found_under_each_part() {
        let person = person().called("García-Núñez de Paz", "Ana María");
        let lasts: Vec<_> = names(&person).into_iter().map(|row| row.last.into_string()).collect();
        assert_eq!(lasts, ["GARCIANUNEZDEPAZ", "GARCIA", "NUNEZ", "PAZ"]);
    }
}
