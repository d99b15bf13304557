//! Two records, judged: how they compare, how much that weighs.

use super::compare::{Comparison, compare};
use super::score::bits;
use super::subject::Subject;
use super::veto::{Vetoes, vetoes};
use super::weights::Weights;

/// What is found about two records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// Field by field.
    pub comparison: Comparison,
    /// Evidence that they are of one person, in bits.
    pub bits: f64,
}

/// Judges two records. Symmetric.
pub fn judge(a: &Subject, b: &Subject, weights: &Weights) -> Judgement {
    let comparison = compare(a, b);
    Judgement { comparison, bits: bits(&comparison, a, b, weights) }
}

impl Judgement {
    /// What speaks against linking; see [`vetoes`].
    pub fn vetoes(&self, a: &Subject, b: &Subject, twin_suspected: bool) -> Vetoes {
        vetoes(&self.comparison, a, b, twin_suspected)
    }
}
