//! Batch envelopes.
