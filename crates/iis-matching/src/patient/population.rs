//! What the registry's own records say about values: how frequent a name is, and which telephone numbers and
//! addresses belong to an office rather than to a family.

use super::names::Names;
use super::subject::Subject;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// A telephone number or an address that more persons than this carry is nobody's home (design page, section 3).
pub const CARRIERS: usize = 12;

/// A given name seen on so many persons is a name, whatever the tables know.
pub const SEEN_ON: u32 = 5;

/// The tables' share of a name counts like so many records of our own.
const PRIOR_RECORDS: f32 = 2_000.0;

/// Counts of values over the records of a registry.
#[derive(Debug, Clone)]
pub struct Population {
    names: Arc<Names>,
    given: HashMap<Box<str>, u32>,
    family: HashMap<Box<str>, u32>,
    records: u32,
    offices: HashSet<u64>,
    shared_homes: HashSet<Box<str>>,
}

impl Population {
    /// Of a registry without records: only what the tables say.
    pub fn unknown(names: Arc<Names>) -> Self {
        Self {
            names,
            given: HashMap::new(),
            family: HashMap::new(),
            records: 0,
            offices: HashSet::new(),
            shared_homes: HashSet::new(),
        }
    }

    /// Of a registry with these counts: persons by folded given and by folded family name, how many persons there
    /// are, and the telephone numbers carried by more than [`CARRIERS`] of them.
    pub fn counted(
        names: Arc<Names>,
        given: HashMap<Box<str>, u32>,
        family: HashMap<Box<str>, u32>,
        records: u32,
        offices: HashSet<u64>,
    ) -> Self {
        Self { names, given, family, records, offices, shared_homes: HashSet::new() }
    }

    /// Of the people behind these records. A person is told from another by birth date, as far as counts need it.
    pub fn of(names: Arc<Names>, subjects: &[Subject]) -> Self {
        let mut population = Self::unknown(names);
        let mut phones: HashMap<u64, BTreeSet<Option<iis_model::Date>>> = HashMap::new();
        let mut homes: HashMap<&str, BTreeSet<Option<iis_model::Date>>> = HashMap::new();
        for subject in subjects {
            population.records += 1;
            if !subject.first.is_empty() {
                *population.given.entry(subject.first.clone()).or_default() += 1;
            }
            for piece in subject.last.pieces() {
                *population.family.entry(piece.clone()).or_default() += 1;
            }
            for phone in &subject.phones {
                phones.entry(*phone).or_default().insert(subject.born_on);
            }
            if !subject.home.is_empty() {
                homes.entry(&subject.home).or_default().insert(subject.born_on);
            }
        }
        let many = |carriers: &BTreeSet<_>| carriers.len() > CARRIERS;
        population.offices = phones.into_iter().filter(|(_, of)| many(of)).map(|(phone, _)| phone).collect();
        population.shared_homes =
            homes.into_iter().filter(|(_, of)| many(of)).map(|(home, _)| home.into()).collect();
        population
    }

    /// Writes into a subject what depends on the others: name shares, whether its given name exists, and which of
    /// its numbers are an office's.
    pub fn inform(&self, subject: &mut Subject) {
        subject.first_exists = !subject.first.is_empty()
            && (self.names.is_given(&subject.first)
                || self.given.get(&subject.first).is_some_and(|seen| *seen >= SEEN_ON));
        subject.first_share =
            self.share(self.given.get(&subject.first), self.names.given_share(&subject.first));
        let share = |piece: &str| self.share(self.family.get(piece), self.names.family_share(piece));
        subject.last_share = subject.last.pieces().iter().map(|piece| share(piece)).fold(1.0, f32::min);
        subject.phones.retain(|phone| !self.offices.contains(phone));
        if self.shared_homes.contains(&subject.home) {
            subject.home = "".into();
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "shares need no more than a float's precision")]
    fn share(&self, seen: Option<&u32>, in_table: f32) -> f32 {
        let seen = seen.copied().unwrap_or(0) as f32;
        // One more than seen: a name that nobody bore so far is not impossible, only as rare as we can know.
        (seen + PRIOR_RECORDS * in_table + 1.0) / (self.records as f32 + PRIOR_RECORDS + 1.0)
    }
}
