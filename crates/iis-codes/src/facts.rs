//! The rows of all code sets as published.

use crate::{Ages, Kind, Relation, Set, Standing, Window};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is called, in short.
    pub label: Box<str>,
    /// What it is called in full, where that is another name.
    pub name: Box<str>,
    /// What became of it.
    pub standing: Standing,
    /// When it is used.
    pub window: Window,
    /// At which ages it is given.
    pub ages: Ages,
    /// What it stands for.
    pub kind: Option<Kind>,
    /// The code to send instead.
    pub replaced_by: Option<Box<str>>,
}

impl Row {
    /// A row of which only the name and the standing are known.
    pub fn new(label: &str, standing: Standing) -> Self {
        Self {
            label: label.into(),
            name: Box::default(),
            standing,
            window: Window::default(),
            ages: Ages::default(),
            kind: None,
            replaced_by: None,
        }
    }

    /// Takes over what the older row says and this one does not: windows, ages, kind, replacement.
    fn fill(&mut self, older: &Self) {
        self.window.fill(&older.window);
        self.ages.from_months = self.ages.from_months.or(older.ages.from_months);
        self.ages.until_months = self.ages.until_months.or(older.ages.until_months);
        self.kind = self.kind.or(older.kind);
        self.replaced_by = self.replaced_by.take().or_else(|| older.replaced_by.clone());
    }
}

/// All rows, and how codes belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The rows of each set, by code.
    pub rows: BTreeMap<Set, BTreeMap<Box<str>, Row>>,
    /// Pairs of codes, by relation.
    pub links: BTreeSet<(Relation, Box<str>, Box<str>)>,
}

impl Facts {
    /// The rows of one set.
    pub fn set(&self, set: Set) -> impl Iterator<Item = (&str, &Row)> {
        self.rows.get(&set).into_iter().flatten().map(|(code, row)| (&**code, row))
    }

    /// Puts a row in place of what stood there.
    pub fn put(&mut self, set: Set, code: &str, row: Row) {
        self.rows.entry(set).or_default().insert(code.into(), row);
    }

    /// Adds a pair.
    pub fn link(&mut self, relation: Relation, from: &str, to: &str) {
        self.links.insert((relation, from.into(), to.into()));
    }

    /// The second codes of the pairs that begin with this one.
    pub fn linked<'a>(&'a self, relation: Relation, from: &'a str) -> impl Iterator<Item = &'a str> {
        let first = (relation, Box::<str>::from(from), Box::default());
        let pairs = self.links.range(first..);
        pairs.take_while(move |pair| pair.0 == relation && &*pair.1 == from).map(|pair| &*pair.2)
    }

    /// Whether the set has the code.
    pub fn has(&self, set: Set, code: &str) -> bool {
        self.rows.get(&set).is_some_and(|rows| rows.contains_key(code))
    }

    /// The number of rows of each set that has some, by the set's word.
    pub fn counts(&self) -> Vec<(&'static str, usize)> {
        self.rows
            .iter()
            .filter(|(_, rows)| !rows.is_empty())
            .map(|(set, rows)| (set.word(), rows.len()))
            .collect()
    }

    /// Takes a newer file: the sets and relations that it is about are replaced whole. What it does not say of a code
    /// (the days and ages of a vaccine stand in no file of CDC's) is kept.
    pub fn replace(&mut self, newer: &Self, sets: &[Set], relations: &[Relation]) {
        for &set in sets {
            let older = self.rows.remove(&set).unwrap_or_default();
            for (code, row) in newer.rows.get(&set).into_iter().flatten() {
                let mut row = row.clone();
                if let Some(known) = older.get(code) {
                    row.fill(known);
                }
                self.rows.entry(set).or_default().insert(code.clone(), row);
            }
        }
        self.links.retain(|pair| !relations.contains(&pair.0));
        self.links.extend(newer.links.iter().filter(|pair| relations.contains(&pair.0)).cloned());
    }

    /// Adds what another source says of the same codes, and of sets that are not here at all.
    pub fn fill(&mut self, other: &Self) {
        for (set, rows) in &other.rows {
            let Some(mine) = self.rows.get_mut(set) else {
                self.rows.insert(*set, rows.clone());
                continue;
            };
            for (code, row) in rows {
                if let Some(known) = mine.get_mut(code) {
                    known.fill(row);
                }
            }
        }
        self.links.extend(other.links.iter().cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::{Facts, Row};
    use crate::{Ages, Relation, Set, Standing};

    #[test]
    fn a_newer_file_replaces_its_sets_and_keeps_what_it_does_not_say() {
        let mut facts = Facts::default();
        let ages = Ages { from_months: Some(12), until_months: None };
        facts.put(Set::Cvx, "03", Row { ages, ..Row::new("MMR", Standing::Active) });
        facts.put(Set::Cvx, "05", Row::new("measles", Standing::Active));
        facts.put(Set::Mvx, "MSD", Row::new("Merck", Standing::Active));
        facts.link(Relation::CvxGroup, "03", "MMR");
        let mut newer = Facts::default();
        newer.put(Set::Cvx, "03", Row::new("MMR", Standing::Inactive));
        facts.replace(&newer, &[Set::Cvx], &[]);
        assert_eq!(facts.rows[&Set::Cvx].len(), 1);
        assert_eq!(facts.rows[&Set::Cvx]["03"].ages, ages);
        assert_eq!(facts.rows[&Set::Cvx]["03"].standing, Standing::Inactive);
        assert!(facts.has(Set::Mvx, "MSD") && facts.linked(Relation::CvxGroup, "03").eq(["MMR"]));
    }
}
