//! Invented populations and HL7 workloads for demo, tests and benches.
