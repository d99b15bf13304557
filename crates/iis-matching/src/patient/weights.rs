//! What a jurisdiction may tune about matching; versioned, and named in every decision.

/// Thresholds and weights of one version of the matching model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    /// The version that decisions name.
    pub version: i64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { version: 1 }
    }
}
