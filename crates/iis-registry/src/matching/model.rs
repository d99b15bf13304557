//! What decisions are made with: weights and thresholds of one version, and what the registry's own records say about
//! names. Swapped while messages are decided, each of which keeps the one it began with.

use iis_matching::Weights;
use iis_matching::patient::population::{Counts, Population};
use iis_matching::patient::subject::Subject;
use std::sync::{Arc, PoisonError, RwLock};

/// Holds the model in force.
#[derive(Debug, Clone)]
pub struct Matching(Arc<RwLock<Arc<Model>>>);

/// Weights, thresholds, and what is known of names.
#[derive(Debug, Clone)]
pub struct Model {
    /// How fields weigh, and where decisions change.
    pub weights: Arc<Weights>,
    /// What the registry's records say about values.
    pub population: Population,
}

impl Model {
    /// Other weights with the same counts.
    pub(crate) fn with(&self, weights: Weights) -> Self {
        let counts = self.population.counts().clone();
        let population = Population::counted(Arc::clone(&weights.names), counts);
        Self { weights: Arc::new(weights), population }
    }

    /// A subject as it is compared: with what the population says about its values.
    pub(crate) fn informed(&self, mut subject: Subject) -> Subject {
        self.population.inform(&mut subject);
        subject
    }
}

impl Matching {
    /// With these weights, before any record was counted.
    pub fn new(weights: Weights) -> Self {
        let population = Population::unknown(Arc::clone(&weights.names));
        Self(Arc::new(RwLock::new(Arc::new(Model { weights: Arc::new(weights), population }))))
    }

    /// The model in force now.
    pub fn now(&self) -> Arc<Model> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other weights in force; what was counted stays.
    pub(crate) fn put_weights(&self, weights: Weights) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *held = Arc::new(held.with(weights));
    }

    /// Puts other counts in force.
    pub(crate) fn put_counts(&self, counts: Counts) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let weights = Arc::clone(&held.weights);
        let population = Population::counted(Arc::clone(&weights.names), counts);
        *held = Arc::new(Model { weights, population });
    }
}

impl Default for Matching {
    fn default() -> Self {
        Self::new(Weights::default())
    }
}
