//! Files of demographic submissions, and how well they were linked.

mod read;

use super::columns::{FileError, Row, Rows};
use crate::patient::link::{Linked, Record, Threads};
use crate::patient::names::Names;
use crate::patient::weights::Class;
use iis_model::person::{Identifier, NextOfKin, PersonName, Telecom};
use iis_model::{Coded, Given};
use std::collections::{HashMap, HashSet};
use std::io::Read;

/// A file of submissions.
#[derive(Debug, Clone, PartialEq)]
pub struct Submissions {
    /// The id of each record in the file.
    pub ids: Vec<String>,
    /// The records, in the order of the file.
    pub records: Vec<Record>,
}

impl Submissions {
    /// Reads a file with the columns of the generator's submissions (`record_id`, `facility_id`, `mrn`, …), on several
    /// threads. Neither the text nor what a row said is held longer than the row.
    pub fn read(source: impl Read + Send, names: &Names, threads: Threads) -> Result<Self, FileError> {
        let (ids, records) = read::read(source, names, threads)?;
        Ok(Self { ids, records })
    }
}

/// A number for a record's id: FNV-1a.
fn order(id: &str) -> u64 {
    id.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

pub(in crate::evaluate) fn kin(code: &str, name: PersonName) -> NextOfKin {
    NextOfKin {
        name: name.into(),
        relationship: Coded::new(code, "", "HL70063").into(),
        ..NextOfKin::default()
    }
}

pub(in crate::evaluate) fn telecoms(phone: &str, email: &str) -> Vec<Given<Telecom>> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    vec![Telecom { digits: digits.into(), email: email.into(), ..Telecom::default() }.into()]
}

pub(in crate::evaluate) fn numbered<const N: usize>(
    identifiers: [(&str, &str, &str); N],
) -> Vec<Given<Identifier>> {
    let valued = identifiers.into_iter().filter(|(.., value)| !value.is_empty());
    valued
        .map(|(kind, authority, value)| {
            Identifier { value: value.into(), authority: authority.into(), kind: kind.into() }.into()
        })
        .collect()
}

/// Who the records are, in truth.
#[derive(Debug)]
pub struct Truth {
    persons: Vec<String>,
    families: Vec<String>,
    twins: Vec<bool>,
}

impl Truth {
    /// Reads a truth file (`record_id`, `person_id`, `family_id`, `traits`) for these records.
    pub fn read(text: &str, submissions: &Submissions) -> Result<Self, FileError> {
        let rows = Rows::read(text)?.with(&["record_id", "person_id", "family_id", "traits"])?;
        let by_id: HashMap<&str, Row<'_>> = rows.iter().map(|row| (row.get("record_id"), row)).collect();
        let mut truth = Self { persons: Vec::new(), families: Vec::new(), twins: Vec::new() };
        for id in &submissions.ids {
            let value = |column| by_id.get(id.as_str()).map_or("", |row| row.get(column));
            truth.persons.push(value("person_id").to_owned());
            truth.families.push(value("family_id").to_owned());
            truth.twins.push(value("traits").split('|').any(|one| one == "twin"));
        }
        Ok(truth)
    }

    /// What two records are to one another.
    pub fn class(&self, a: usize, b: usize) -> Class {
        if self.persons[a] == self.persons[b] {
            Class::Same
        } else if self.families[a] != self.families[b] {
            Class::Unrelated
        } else if self.twins[a] && self.twins[b] {
            Class::Twin
        } else {
            Class::Family
        }
    }

    /// All pairs of records that are of one person.
    pub fn true_pairs(&self) -> Vec<(usize, usize)> {
        pairs_within(&self.persons)
    }

    /// Whether a record's family is in the half that weights are fitted on: by a hash of family and seed.
    pub fn is_in_fitted_half(&self, at: usize, seed: u64) -> bool {
        (order(&self.families[at]) ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 63 == 0
    }

    /// The same records and truth, only those that `keep` names.
    pub fn retain(&self, submissions: &Submissions, keep: impl Fn(usize) -> bool) -> (Submissions, Self) {
        let kept: Vec<usize> = (0..submissions.ids.len()).filter(|at| keep(*at)).collect();
        let pick = |from: &[String]| kept.iter().map(|at| from[*at].clone()).collect();
        let records = kept.iter().map(|at| submissions.records[*at].clone()).collect();
        let truth = Self {
            persons: pick(&self.persons),
            families: pick(&self.families),
            twins: kept.iter().map(|at| self.twins[*at]).collect(),
        };
        (Submissions { ids: pick(&submissions.ids), records }, truth)
    }
}

/// How well a file was linked.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    /// Records.
    pub records: usize,
    /// Pairs of records that are of one person.
    pub true_pairs: usize,
    /// Pairs that were linked.
    pub linked: usize,
    /// Of them, those of one person.
    pub linked_true: usize,
    /// Of the others, twins.
    pub linked_twins: usize,
    /// Of the others, members of one family.
    pub linked_family: usize,
    /// Suggestions for review.
    pub suggestions: usize,
    /// Of them, those whose two records are of one person.
    pub suggestions_true: usize,
    /// Pairs of one person that are linked, or whose two persons one suggestion names.
    pub reached: usize,
}

impl Measures {
    /// Measures the links of a file.
    pub fn of(linked: &Linked, truth: &Truth) -> Self {
        let mut measures = Self {
            records: linked.persons.len(),
            suggestions: linked.suggestions.len(),
            true_pairs: pairs_within(&truth.persons).len(),
            ..Self::default()
        };
        for (a, b) in pairs_within(&linked.persons) {
            measures.linked += 1;
            match truth.class(a, b) {
                Class::Same => measures.linked_true += 1,
                Class::Twin => measures.linked_twins += 1,
                Class::Family => measures.linked_family += 1,
                Class::Unrelated => {}
            }
        }
        let suggested: HashSet<(usize, usize)> = linked
            .suggestions
            .iter()
            .map(|one| (linked.persons[one.a], linked.persons[one.b]))
            .map(|(p, q)| (p.min(q), p.max(q)))
            .collect();
        measures.suggestions_true =
            linked.suggestions.iter().filter(|one| truth.class(one.a, one.b) == Class::Same).count();
        measures.reached = pairs_within(&truth.persons)
            .into_iter()
            .map(|(a, b)| (linked.persons[a], linked.persons[b]))
            .filter(|(p, q)| p == q || suggested.contains(&(*p.min(q), *p.max(q))))
            .count();
        measures
    }

    /// Share of linked pairs that are of one person.
    pub fn precision(&self) -> f64 {
        ratio(self.linked_true, self.linked)
    }

    /// Share of pairs of one person that are linked.
    pub fn recall(&self) -> f64 {
        ratio(self.linked_true, self.true_pairs)
    }

    /// Share of pairs of one person that are linked or suggested.
    pub fn recall_with_review(&self) -> f64 {
        ratio(self.reached, self.true_pairs)
    }

    /// Suggestions for each hundred records.
    pub fn suggestions_per_hundred(&self) -> f64 {
        100.0 * ratio(self.suggestions, self.records)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pairs are far below 2 to the 52")]
pub(in crate::evaluate) fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// All pairs of indexes with the same label, the smaller first.
pub fn pairs_within<L: Ord>(labels: &[L]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|a, b| labels[*a].cmp(&labels[*b]).then(a.cmp(b)));
    let mut pairs = Vec::new();
    for group in order.chunk_by(|a, b| labels[*a] == labels[*b]) {
        for (at, a) in group.iter().enumerate() {
            pairs.extend(group[at + 1..].iter().map(|b| (*a, *b)));
        }
    }
    pairs
}
