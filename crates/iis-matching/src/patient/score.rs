//! The score: *the same person* against *twin*, *other family member* and *unrelated* (design page, section 5).
//!
//! Against strangers, what a family shares is strong evidence. Against a twin it is none. One number that must beat
//! all three is what a careful clerk goes by.

use super::compare::{Comparison, First, Last};
use super::subject::Subject;
use super::weights::{ByClass, Class, Weights};

/// How frequent a name is moves the evidence by at most so much (natural logarithm): 2 to the 5.8.
const MOST_BY_SHARE: f64 = 4.0;

/// Evidence that two records are of one person, in bits.
pub fn bits(comparison: &Comparison, a: &Subject, b: &Subject, weights: &Weights) -> f64 {
    let [same, twin, family, unrelated] = likelihoods(comparison, a, b, weights);
    let most = twin.max(family).max(unrelated);
    let others = most + ((twin - most).exp() + (family - most).exp() + (unrelated - most).exp()).ln();
    (same - others) / std::f64::consts::LN_2
}

/// The logarithm of share and likelihood of each class.
pub fn likelihoods(comparison: &Comparison, a: &Subject, b: &Subject, weights: &Weights) -> ByClass {
    let mut total = weights.priors.map(f64::ln);
    for (field, level) in comparison.levels().into_iter().enumerate() {
        for (sum, log) in total.iter_mut().zip(weights.logs(field, level)) {
            *sum += log;
        }
    }
    let (first, last) = share_logs(comparison, a, b, weights);
    total[Class::Unrelated as usize] += first + last;
    total
}

/// What the frequency of the shared first and last name adds to *unrelated*: much for SMITH, less than nothing for a
/// rare name.
pub fn share_logs(comparison: &Comparison, a: &Subject, b: &Subject, weights: &Weights) -> (f64, f64) {
    let against =
        |share: f32, usual: f64| (f64::from(share) / usual).ln().clamp(-MOST_BY_SHARE, MOST_BY_SHARE);
    let first = match comparison.first {
        First::Exact | First::Compound => {
            against(a.first_share.min(b.first_share), weights.usual_first_share)
        }
        _ => 0.0,
    };
    let last = match comparison.last {
        Last::Exact => against(a.last_share.min(b.last_share), weights.usual_last_share),
        _ => 0.0,
    };
    (first, last)
}
