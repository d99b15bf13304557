//! Persons in the making: sets of linked records, and what keeps two of them apart.

use super::{Edge, Record, Suggestion};
use crate::patient::compare::compare;
use crate::patient::subject::Subject;
use crate::patient::veto::{Vetoes, vetoes};
use crate::patient::weights::Weights;
use std::collections::BTreeMap;

pub(super) struct Clusters<'a> {
    records: &'a [Record],
    weights: &'a Weights,
    /// The person of each record, by its number.
    of: Vec<usize>,
    /// The records of each person.
    members: Vec<Vec<usize>>,
    /// Whether each person seems to have a twin.
    twin_suspected: Vec<bool>,
}

impl<'a> Clusters<'a> {
    /// Each record a person of its own.
    pub(super) fn new(records: &'a [Record], twin_suspected: Vec<bool>, weights: &'a Weights) -> Self {
        let of = (0..records.len()).collect();
        let members = (0..records.len()).map(|at| vec![at]).collect();
        Self { records, weights, of, members, twin_suspected }
    }

    fn subject(&self, record: usize) -> &'a Subject {
        &self.records[record].subject
    }

    /// Makes two persons one.
    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.of[a], self.of[b]);
        if a == b {
            return;
        }
        let (keep, give) = if self.members[a].len() >= self.members[b].len() { (a, b) } else { (b, a) };
        let given = std::mem::take(&mut self.members[give]);
        for record in &given {
            self.of[*record] = keep;
        }
        self.members[keep].extend(given);
        self.twin_suspected[keep] |= self.twin_suspected[give];
    }

    /// What speaks against making the persons of an edge's records one: what speaks against the two records, and
    /// what contradicts between any two records of the persons.
    pub(super) fn obstacles(&self, edge: &Edge) -> Vetoes {
        let (one, other) = (self.of[edge.a], self.of[edge.b]);
        if one == other {
            return Vetoes::default();
        }
        let suspected = self.twin_suspected[one] || self.twin_suspected[other];
        let mut found = edge.judgement.vetoes(self.subject(edge.a), self.subject(edge.b), suspected);
        let pairs = self.members[one].iter().flat_map(|a| self.members[other].iter().map(move |b| (*a, *b)));
        for (a, b) in pairs.filter(|pair| *pair != (edge.a, edge.b)) {
            let (a, b) = (self.subject(a), self.subject(b));
            found = found.and(vetoes(&compare(a, b), a, b, suspected).contradictions());
        }
        found
    }

    /// The best edge between any two persons, the most likely first.
    pub(super) fn suggestions(&self, edges: &[Edge]) -> Vec<Suggestion> {
        let mut best: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (at, edge) in edges.iter().enumerate() {
            let (p, q) = (self.of[edge.a], self.of[edge.b]);
            if p != q {
                best.entry((p.min(q), p.max(q))).or_insert(at);
            }
        }
        let mut chosen: Vec<usize> = best.into_values().collect();
        chosen.sort_unstable();
        let suggestion = |at: usize| {
            let edge = &edges[at];
            let vetoes = self.obstacles(edge);
            let is_worth_a_look = edge.judgement.is_worth_a_look(vetoes, self.weights);
            is_worth_a_look.then_some(Suggestion { a: edge.a, b: edge.b, bits: edge.judgement.bits, vetoes })
        };
        chosen.into_iter().filter_map(suggestion).collect()
    }

    /// For each record the smallest index among the records of its person.
    pub(super) fn persons(&self) -> Vec<usize> {
        let first: Vec<usize> =
            self.members.iter().map(|members| members.iter().copied().min().unwrap_or(0)).collect();
        self.of.iter().map(|person| first[*person]).collect()
    }
}
