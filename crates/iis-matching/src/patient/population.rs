//! What the registry's own records say about values: how frequent a name is, and which telephone numbers and
//! addresses belong to an office rather than to a family.

use super::names::Names;
use super::subject::Subject;
use iis_model::Date;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A telephone number or an address that more persons than this carry is nobody's home (design page, section 3).
pub const CARRIERS: usize = 12;

/// A given name seen on so many persons is a name, whatever the tables know.
pub const SEEN_ON: u32 = 5;

/// The tables' share of a name counts like so many records of our own.
const PRIOR_RECORDS: f32 = 2_000.0;

/// Counts of values over the records of a registry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records by folded first name.
    pub given: HashMap<Box<str>, u32>,
    /// Records by folded family name, each part of a double one.
    pub family: HashMap<Box<str>, u32>,
    /// How many records there are.
    pub records: u32,
    /// Telephone numbers of more than [`CARRIERS`] persons.
    pub offices: HashSet<u64>,
    /// Homes of more than [`CARRIERS`] persons, as [`Subject::home`] writes them.
    pub shared_homes: HashSet<Box<str>>,
}

/// Counts records that pass by twice. The first time finds the few numbers and homes that may have many carriers, the
/// second time counts those: memory grows with the names, not with the records.
#[derive(Debug)]
pub struct Counter {
    counts: Counts,
    /// How many records carry the numbers and homes of one hash, as far as 255.
    carried: Vec<u8>,
    phones: HashMap<u64, BTreeSet<Option<Date>>>,
    homes: HashMap<Box<str>, BTreeSet<Option<Date>>>,
}

impl Default for Counter {
    fn default() -> Self {
        let carried = vec![0; 1 << 22];
        Self { counts: Counts::default(), carried, phones: HashMap::new(), homes: HashMap::new() }
    }
}

impl Counter {
    /// Each record, the first time.
    pub fn first(&mut self, subject: &Subject) {
        self.counts.records = self.counts.records.saturating_add(1);
        if !subject.first.is_empty() {
            increment(&mut self.counts.given, &subject.first);
        }
        for piece in subject.last.pieces() {
            increment(&mut self.counts.family, piece);
        }
        for phone in &subject.phones {
            let place = self.place(phone);
            self.carried[place] = self.carried[place].saturating_add(1);
        }
        if let Some(home) = subject.home() {
            let place = self.place(&*home);
            self.carried[place] = self.carried[place].saturating_add(1);
        }
    }

    /// Each record, the second time. A person is told from another by birth date.
    pub fn second(&mut self, subject: &Subject) {
        for phone in &subject.phones {
            if self.may_be_shared(phone) {
                self.phones.entry(*phone).or_default().insert(subject.born_on);
            }
        }
        if let Some(home) = subject.home()
            && self.may_be_shared(&*home)
        {
            self.homes.entry(home).or_default().insert(subject.born_on);
        }
    }

    /// Of the records that either of the two saw for the first time.
    #[must_use]
    #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order")]
    pub fn and(mut self, other: Self) -> Self {
        self.counts.records = self.counts.records.saturating_add(other.counts.records);
        for (name, n) in other.counts.given {
            add(&mut self.counts.given, name, n);
        }
        for (name, n) in other.counts.family {
            add(&mut self.counts.family, name, n);
        }
        for (carried, also) in self.carried.iter_mut().zip(other.carried) {
            *carried = carried.saturating_add(also);
        }
        self
    }

    /// The counts.
    pub fn finish(self) -> Counts {
        let Self { mut counts, phones, homes, .. } = self;
        let many = |carriers: &BTreeSet<_>| carriers.len() > CARRIERS;
        counts.offices = phones.into_iter().filter(|(_, of)| many(of)).map(|(phone, _)| phone).collect();
        counts.shared_homes = homes.into_iter().filter(|(_, of)| many(of)).map(|(home, _)| home).collect();
        counts
    }

    fn may_be_shared<T: Hash + ?Sized>(&self, value: &T) -> bool {
        usize::from(self.carried[self.place(value)]) > CARRIERS
    }

    fn place<T: Hash + ?Sized>(&self, value: &T) -> usize {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        // The length is a power of two: any bits of the hash are as good as others.
        usize::try_from(hasher.finish() & (self.carried.len() as u64 - 1)).unwrap_or(0)
    }
}

fn add(counts: &mut HashMap<Box<str>, u32>, name: Box<str>, n: u32) {
    let count = counts.entry(name).or_default();
    *count = count.saturating_add(n);
}

fn increment(counts: &mut HashMap<Box<str>, u32>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count = count.saturating_add(1),
        None => drop(counts.insert(name.into(), 1)),
    }
}

/// What the records of a registry say about names, telephone numbers and homes.
#[derive(Debug, Clone)]
pub struct Population {
    names: Arc<Names>,
    counts: Counts,
}

impl Population {
    /// Of a registry without records: only what the tables say.
    pub fn unknown(names: Arc<Names>) -> Self {
        Self::counted(names, Counts::default())
    }

    /// Of a registry whose records were counted.
    pub fn counted(names: Arc<Names>, counts: Counts) -> Self {
        Self { names, counts }
    }

    /// The counts that it rests on.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// How many records were counted.
    pub fn records(&self) -> u32 {
        self.counts.records
    }

    /// Writes into a subject what depends on the others: name shares, whether its given name exists, and which of
    /// its numbers and addresses are an office's.
    pub fn inform(&self, subject: &mut Subject) {
        let Counts { given, family, offices, shared_homes, .. } = &self.counts;
        let seen = given.get(&subject.first);
        subject.first_exists = !subject.first.is_empty()
            && (self.names.is_given(&subject.first) || seen.is_some_and(|seen| *seen >= SEEN_ON));
        subject.first_share = self.share(seen, self.names.given_share(&subject.first));
        let share = |piece: &str| self.share(family.get(piece), self.names.family_share(piece));
        subject.last_share = subject.last.pieces().iter().map(|piece| share(piece)).fold(1.0, f32::min);
        if !offices.is_empty() {
            subject.phones.retain(|phone| !offices.contains(phone));
        }
        if !shared_homes.is_empty() && subject.home().is_some_and(|home| shared_homes.contains(&home)) {
            subject.streets.clear();
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "shares need no more than a float's precision")]
    fn share(&self, seen: Option<&u32>, in_table: f32) -> f32 {
        let seen = seen.copied().unwrap_or(0) as f32;
        // One more than seen: a name that nobody bore so far is not impossible, only as rare as we can know.
        (seen + PRIOR_RECORDS * in_table + 1.0) / (self.counts.records as f32 + PRIOR_RECORDS + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{CARRIERS, Counter, Population};
    use crate::patient::names::Names;
    use crate::patient::subject::Subject;
    use iis_model::Demographics;
    use iis_model::person::{Address, Telecom};
    use iis_model::testing::person;

    fn at_the_clinic(day: usize) -> Subject {
        let telecom = Telecom { digits: "5155551234".into(), ..Telecom::default() };
        let address = Address { street: "12 Elm St".into(), zip: "51604".into(), ..Address::default() };
        let person = Demographics {
            telecoms: vec![telecom.into()],
            addresses: vec![address.into()],
            ..person().born(&format!("2020-01-{day:02}"))
        };
        Subject::of(&person, &Names::built_in())
    }

    #[test]
    fn what_more_than_twelve_persons_carry_is_an_offices() {
        for (carriers, is_offices) in [(CARRIERS, false), (CARRIERS + 1, true)] {
            // each of them reported twice
            let subjects: Vec<Subject> = (1..=carriers).chain(1..=carriers).map(at_the_clinic).collect();
            let mut counter = Counter::default();
            for subject in &subjects {
                counter.first(subject);
            }
            for subject in &subjects {
                counter.second(subject);
            }
            let population = Population::counted(Names::built_in(), counter.finish());
            let mut subject = at_the_clinic(20);
            population.inform(&mut subject);
            assert_eq!((subject.phones.is_empty(), subject.streets.is_empty()), (is_offices, is_offices));
        }
    }
}
