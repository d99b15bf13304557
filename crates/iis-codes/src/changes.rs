//! What one release changes against another: the preview before it is taken.

use crate::{Facts, Row, Set};
use std::collections::BTreeMap;

/// What happened to a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its standing changed.
    Standing,
    /// Its days or ages changed.
    Use,
    /// Its names, its kind or its replacement changed.
    Name,
    /// The codes that belong to it changed.
    Links,
}

impl Change {
    /// The word for people and files.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Standing => "standing",
            Self::Use => "days or ages",
            Self::Name => "name",
            Self::Links => "links",
        }
    }
}

/// All changes, by set and code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes(pub BTreeMap<(Set, Box<str>), Vec<Change>>);

impl Changes {
    /// What `newer` changes against `older`.
    pub fn between(older: &Facts, newer: &Facts) -> Self {
        let mut changes = Self::default();
        for &set in Set::ALL {
            for (code, row) in newer.set(set) {
                match older.rows.get(&set).and_then(|rows| rows.get(code)) {
                    None => changes.note(set, code, Change::Added),
                    Some(known) => of_row(known, row).for_each(|change| changes.note(set, code, change)),
                }
            }
            for (code, _) in older.set(set).filter(|(code, _)| !newer.has(set, code)) {
                changes.note(set, code, Change::Removed);
            }
        }
        for (relation, from, _) in older.links.symmetric_difference(&newer.links) {
            let Some((set, _)) = relation.joins() else { continue };
            let known = changes.0.get(&(set, from.clone()));
            if known.is_none_or(|known| !known.contains(&Change::Links))
                && older.has(set, from)
                && newer.has(set, from)
            {
                changes.note(set, from, Change::Links);
            }
        }
        changes
    }

    /// How many codes of each set were added, removed and changed, in that order.
    pub fn counts(&self) -> BTreeMap<Set, [usize; 3]> {
        let mut counts: BTreeMap<Set, [usize; 3]> = BTreeMap::new();
        for ((set, _), changes) in &self.0 {
            let column = match changes[..] {
                [Change::Added] => 0,
                [Change::Removed] => 1,
                _ => 2,
            };
            counts.entry(*set).or_default()[column] += 1;
        }
        counts
    }

    fn note(&mut self, set: Set, code: &str, change: Change) {
        self.0.entry((set, code.into())).or_default().push(change);
    }
}

fn of_row(older: &Row, newer: &Row) -> impl Iterator<Item = Change> {
    let named = |row: &Row| (row.label.clone(), row.name.clone(), row.kind, row.replaced_by.clone());
    let changes = [
        (older.standing != newer.standing).then_some(Change::Standing),
        ((older.window, older.ages) != (newer.window, newer.ages)).then_some(Change::Use),
        (named(older) != named(newer)).then_some(Change::Name),
    ];
    changes.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::{Change, Changes};
    use crate::{Facts, Relation, Row, Set, Standing};

    #[test]
    fn each_kind_of_change_is_told_once() {
        let (mut older, mut newer) = (Facts::default(), Facts::default());
        let row = |label| Row::new(label, Standing::Active);
        for code in ["01", "02", "03"] {
            older.put(Set::Cvx, code, row("old"));
        }
        newer.put(Set::Cvx, "02", row("old"));
        newer.put(Set::Cvx, "03", Row { standing: Standing::Inactive, ..row("new") });
        newer.put(Set::Cvx, "04", row("new"));
        newer.link(Relation::CvxGroup, "02", "A");
        newer.link(Relation::CvxGroup, "02", "B");
        let changes = Changes::between(&older, &newer);
        let told: Vec<_> = changes.0.iter().map(|((_, code), changes)| (&**code, &changes[..])).collect();
        assert_eq!(
            told,
            [
                ("01", &[Change::Removed][..]),
                ("02", &[Change::Links]),
                ("03", &[Change::Standing, Change::Name]),
                ("04", &[Change::Added]),
            ]
        );
        assert_eq!(changes.counts()[&Set::Cvx], [1, 1, 2]);
        assert_eq!(Changes::between(&older, &older), Changes::default());
    }
}
