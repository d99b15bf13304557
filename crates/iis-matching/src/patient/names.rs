//! What is known of names before any record is seen: which given names exist, which are short forms of which, and
//! how frequent names are.

use super::normalize::fold_name;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// A name and one of its short forms. Two short forms of one name share none: CLARA and CLAIRE are two names.
pub type Group = u16;

/// Tables of names. Sources: `data/names/matching/SOURCE.md`, `data/names/generator/SOURCE.md`.
#[derive(Debug, Default)]
pub struct Names {
    given: HashMap<Box<str>, f32>,
    family: HashMap<Box<str>, f32>,
    groups: HashMap<Box<str>, Vec<Group>>,
}

impl Names {
    /// The tables that come with the program.
    pub fn built_in() -> Arc<Self> {
        static BUILT_IN: LazyLock<Arc<Names>> = LazyLock::new(|| {
            Arc::new(Names::read(
                &[
                    (include_str!("../../../../data/names/matching/given-names.csv"), 1e6),
                    (include_str!("../../../../data/names/generator/girls.csv"), 0.0),
                    (include_str!("../../../../data/names/generator/boys.csv"), 0.0),
                    (include_str!("../../../../data/names/generator/hispanic_girls.csv"), 0.0),
                    (include_str!("../../../../data/names/generator/hispanic_boys.csv"), 0.0),
                ],
                &[(include_str!("../../../../data/names/generator/surnames.csv"), 1e5)],
                include_str!("../../../../data/names/matching/nicknames.csv"),
            ))
        });
        Arc::clone(&BUILT_IN)
    }

    /// Reads tables of `name,weight` (share = weight / the number beside; 0: the weight is no share) and of
    /// `name,nickname`. The first line of each is its heading; a line that is no row is left out.
    pub fn read(given: &[(&str, f32)], family: &[(&str, f32)], nicknames: &str) -> Self {
        let mut names = Self { given: shares(given), family: shares(family), groups: HashMap::new() };
        for (pair, (name, nickname)) in (0..=Group::MAX).zip(rows(nicknames)) {
            for member in [name, nickname] {
                names.groups.entry(fold_name(member).into()).or_default().push(pair);
            }
        }
        names
    }

    /// Whether a folded name is a given name of the tables.
    pub fn is_given(&self, folded: &str) -> bool {
        self.given.contains_key(folded)
    }

    /// The groups that a folded given name is in: two names of one group may be the same person's.
    pub fn groups(&self, folded: &str) -> &[Group] {
        self.groups.get(folded).map(Vec::as_slice).unwrap_or_default()
    }

    /// The share of people who bear a given name, from 0 to 1.
    pub fn given_share(&self, folded: &str) -> f32 {
        self.given.get(folded).copied().unwrap_or(0.0)
    }

    /// The share of people who bear a family name, from 0 to 1.
    pub fn family_share(&self, folded: &str) -> f32 {
        self.family.get(folded).copied().unwrap_or(0.0)
    }
}

fn rows(table: &str) -> impl Iterator<Item = (&str, &str)> {
    table.lines().skip(1).filter_map(|line| line.split_once(','))
}

fn shares(tables: &[(&str, f32)]) -> HashMap<Box<str>, f32> {
    let mut shares = HashMap::new();
    for (table, whole) in tables {
        for (name, weight) in rows(table) {
            let weight: f32 = weight.trim().parse().unwrap_or(0.0);
            let share = if *whole > 0.0 { weight / whole } else { 0.0 };
            let known = shares.entry(fold_name(name).into()).or_insert(0.0_f32);
            *known = known.max(share);
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn the_tables_that_come_with_the_program_are_whole() {
        let names = Names::built_in();
        assert!(names.is_given("MARY") && names.is_given("ZOE") && !names.is_given("MRAY"));
        assert!(names.given_share("JAMES") > names.given_share("AARON"));
        assert!(names.family_share("SMITH") > 0.009 && names.family_share("SMITH") < 0.011);
        let shared = |a: &str, b: &str| names.groups(a).iter().any(|group| names.groups(b).contains(group));
        assert!(shared("BETH", "ELIZABETH") && !shared("LIZ", "BETH") && !shared("JAMES", "ELIZABETH"));
    }
}
