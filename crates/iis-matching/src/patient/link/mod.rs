//! Linking a whole file of records in memory, with the functions that the line uses one record at a time.
//!
//! A function of the set of records: their order does not matter. Links are taken in the order of their evidence,
//! the strongest first; a link that would bring together records that contradict one another is left for review.

mod candidates;
mod cluster;

pub use candidates::{LARGEST_BUCKET, candidate_pairs};

use super::identifier::may_be_same;
use super::judge::{Judgement, judge};
use super::population::Population;
use super::subject::Subject;
use super::veto::{Vetoes, look_like_twins};
use super::weights::Weights;
use cluster::Clusters;
use iis_model::Demographics;

/// A record to be linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What tells it from the others: decides between links of equal evidence.
    pub id: u64,
    /// What it says.
    pub demographics: Demographics,
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

/// The records in comparable form, informed about one another.
pub fn prepare(records: &[Record], weights: &Weights) -> Vec<Subject> {
    let mut subjects: Vec<Subject> =
        records.iter().map(|record| Subject::of(&record.demographics, &weights.names)).collect();
    let population = Population::of(weights.names.clone(), &subjects);
    for subject in &mut subjects {
        population.inform(subject);
    }
    subjects
}

/// Links a file of records.
pub fn link(records: &[Record], weights: &Weights) -> Linked {
    let subjects = prepare(records, weights);
    let pairs = candidate_pairs(&subjects);
    let compared = pairs.len();
    let mut suspected = vec![false; subjects.len()];
    let mut edges = Vec::new();
    for (a, b) in pairs {
        let judgement = judge(&subjects[a], &subjects[b], weights);
        if look_like_twins(&judgement.comparison) {
            suspected[a] = true;
            suspected[b] = true;
        }
        let by_identifier = judgement.comparison.mrn == super::compare::Mrn::Same
            && may_be_same(&records[a].demographics, &records[b].demographics);
        if by_identifier || judgement.bits >= weights.thresholds.review_bits {
            edges.push(Edge { a, b, by_identifier, judgement });
        }
    }
    edges.sort_by(|x, y| {
        x.strength(records).partial_cmp(&y.strength(records)).unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut clusters = Clusters::new(&subjects, suspected, weights);
    for edge in &edges {
        let enough = edge.judgement.bits >= weights.thresholds.link_bits;
        if edge.by_identifier || (enough && clusters.obstacles(edge).is_empty()) {
            clusters.join(edge.a, edge.b);
        }
    }
    let suggestions = clusters.suggestions(&edges);
    Linked { persons: clusters.persons(), suggestions, compared }
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
    /// The strongest first; equal evidence in the order of the records' ids.
    fn strength(&self, records: &[Record]) -> (bool, f64, u64, u64) {
        let (a, b) = (records[self.a].id, records[self.b].id);
        (!self.by_identifier, -self.judgement.bits, a.min(b), a.max(b))
    }
}
