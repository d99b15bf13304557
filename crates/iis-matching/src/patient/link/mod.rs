//! Linking a whole file of records in memory, with the functions that the line uses one record at a time.
//!
//! A function of the set of records: their order does not matter. Links are taken in the order of their evidence,
//! the strongest first; a link that would bring together records that contradict one another is left for review.

//!
//! The heavy parts (comparable forms, keys, comparing) are shared out among threads; the links are the same with any
//! number of them.

mod candidates;
mod cluster;
mod threads;

pub use candidates::{LARGEST_BUCKET, candidate_pairs};
pub use threads::Threads;
pub(crate) use threads::on_threads;

use super::compare::Mrn;
use super::identifier::Identity;
use super::judge::{Judgement, judge};
use super::names::Names;
use super::population::{Counter, Population};
use super::subject::Subject;
use super::veto::{Vetoes, look_like_twins};
use super::weights::Weights;
use candidates::{Pair, pairs_by_share};
use cluster::Clusters;
use iis_model::Demographics;
use std::cmp::Ordering;
use threads::chunk;

/// A record to be linked: what is compared of it, not what it said.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// What tells it from the others: decides between links of equal evidence.
    pub id: u64,
    /// The record in comparable form.
    pub subject: Subject,
    /// What may contradict its number.
    pub identity: Identity,
}

impl Record {
    /// Of what a record says.
    pub fn of(id: u64, person: &Demographics, names: &Names) -> Self {
        Self { id, subject: Subject::of(person, names), identity: Identity::of(person) }
    }
}

/// Two records that may be of one person, for somebody to look at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suggestion {
    /// Index of the one record.
    pub a: usize,
    /// Index of the other record.
    pub b: usize,
    /// Evidence in bits.
    pub bits: f64,
    /// Why they were not linked; empty: the evidence was not enough.
    pub vetoes: Vetoes,
}

/// What became of a file of records.
#[derive(Debug, Clone, PartialEq)]
pub struct Linked {
    /// For each record the index of the first record of its person.
    pub persons: Vec<usize>,
    /// What somebody should look at: at most one suggestion for two persons, the most likely first.
    pub suggestions: Vec<Suggestion>,
    /// How many pairs of records were compared.
    pub compared: usize,
}

impl Linked {
    /// How many persons there are.
    pub fn person_count(&self) -> usize {
        self.persons.iter().enumerate().filter(|(at, person)| at == *person).count()
    }
}

/// The records informed about one another: how frequent their names are, which numbers and homes are an office's.
pub fn prepare(records: Vec<Record>, weights: &Weights) -> Vec<Record> {
    prepare_on(Threads::MIN, records, weights)
}

fn prepare_on(threads: Threads, mut records: Vec<Record>, weights: &Weights) -> Vec<Record> {
    let counters = on_threads(threads, |n| {
        let mut counter = Counter::default();
        let some = &records[chunk(records.len(), n, threads.get())];
        for record in some {
            counter.first(&record.subject);
        }
        counter
    });
    let mut counter = counters.into_iter().reduce(Counter::and).unwrap_or_default();
    for record in &records {
        counter.second(&record.subject);
    }
    let population = Population::counted(weights.names.clone(), counter.finish());
    let size = records.len().div_ceil(threads.get()).max(1);
    std::thread::scope(|scope| {
        for some in records.chunks_mut(size) {
            scope.spawn(|| some.iter_mut().for_each(|record| population.inform(&mut record.subject)));
        }
    });
    records
}

/// Links a file of records.
pub fn link(records: Vec<Record>, weights: &Weights) -> Linked {
    link_on(Threads::MIN, records, weights)
}

/// Links a file of records on several threads.
pub fn link_on(threads: Threads, records: Vec<Record>, weights: &Weights) -> Linked {
    let records = prepare_on(threads, records, weights);
    let pairs = pairs_by_share(&records, threads);
    let compared = pairs.iter().map(Vec::len).sum();
    let judged = on_threads(threads, |n| Judged::of(&pairs[n], &records, weights));
    drop(pairs);
    let mut suspected = vec![false; records.len()];
    let mut edges = Vec::new();
    for judged in judged {
        judged.suspected.into_iter().for_each(|at| suspected[at] = true);
        edges.extend(judged.edges);
    }
    edges.sort_unstable_by(|x, y| x.by_strength(y, &records));
    let mut clusters = Clusters::new(&records, suspected, weights);
    for edge in &edges {
        let enough = edge.judgement.bits >= weights.thresholds.link_bits;
        if edge.by_identifier || (enough && clusters.obstacles(edge).is_empty()) {
            clusters.join(edge.a, edge.b);
        }
    }
    let suggestions = clusters.suggestions(&edges);
    Linked { persons: clusters.persons(), suggestions, compared }
}

/// What comparing some pairs brought.
#[derive(Debug, Default)]
struct Judged {
    edges: Vec<Edge>,
    /// The records that seem to have a twin.
    suspected: Vec<usize>,
}

impl Judged {
    fn of(pairs: &[Pair], records: &[Record], weights: &Weights) -> Self {
        let mut judged = Self::default();
        for (a, b) in pairs.iter().map(|(a, b)| (*a as usize, *b as usize)) {
            let (one, other) = (&records[a], &records[b]);
            let judgement = judge(&one.subject, &other.subject, weights);
            if look_like_twins(&judgement.comparison) {
                judged.suspected.extend([a, b]);
            }
            let by_identifier = judgement.comparison.mrn == Mrn::Same && one.identity.may_be(&other.identity);
            if by_identifier || judgement.bits >= weights.thresholds.review_bits {
                judged.edges.push(Edge { a, b, by_identifier, judgement });
            }
        }
        judged
    }
}

/// Two records worth a link or a look.
#[derive(Debug, Clone, Copy)]
struct Edge {
    a: usize,
    b: usize,
    by_identifier: bool,
    judgement: Judgement,
}

impl Edge {
    /// The strongest first; equal evidence in the order of the records' ids, and of their places where those are equal.
    fn by_strength(&self, other: &Self, records: &[Record]) -> Ordering {
        let order = |edge: &Self| {
            let (a, b) = (records[edge.a].id, records[edge.b].id);
            ([a.min(b), a.max(b)], [edge.a, edge.b])
        };
        let evidence = |edge: &Self| edge.judgement.bits;
        let stronger =
            (other.by_identifier.cmp(&self.by_identifier)).then(evidence(other).total_cmp(&evidence(self)));
        stronger.then_with(|| order(self).cmp(&order(other)))
    }
}
