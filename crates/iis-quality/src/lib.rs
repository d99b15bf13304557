//! Data-quality checks and the measures of a sender's quality.
