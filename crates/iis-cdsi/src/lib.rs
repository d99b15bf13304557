//! Evaluation and forecasting by the CDSi Logic Specification.
