//! Two records, judged: how they compare, how much that weighs.

use super::compare::{Comparison, compare};
use super::score::bits;
use super::subject::Subject;
use super::veto::{Veto, Vetoes, vetoes};
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

    /// Whether somebody should look, given what speaks against linking. Different first names need the evidence of a
    /// link to be worth a look, and something besides that says so: most siblings and strangers have them.
    pub fn is_worth_a_look(&self, found: Vetoes, weights: &Weights) -> bool {
        let names_differ = found.has(Veto::OtherFirstName);
        if names_differ && (found.has(Veto::Uncorroborated) || found.has(Veto::LastName)) {
            return false;
        }
        let least =
            if names_differ { weights.thresholds.other_name_bits } else { weights.thresholds.review_bits };
        self.bits >= least
    }
}
