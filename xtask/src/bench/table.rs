//! What is measured: one row a program, with the goals of its figures.

use super::figure::Figure;

/// A program that measures.
#[derive(Debug)]
pub(super) struct Bench {
    pub(super) name: &'static str,
    pub(super) package: &'static str,
    /// The example of the package that is run.
    pub(super) example: &'static str,
    /// Whether it is handed a PostgreSQL in `OPENIIS_TEST_POSTGRES`.
    pub(super) uses_postgres: bool,
    /// Whether it is handed a release build of the server in `OPENIIS`.
    pub(super) uses_server: bool,
    pub(super) goals: &'static [Goal],
}

/// What a figure must reach.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goal {
    /// `P1`.
    pub(super) id: &'static str,
    /// `vs-hl7-parser`.
    pub(super) name: &'static str,
    pub(super) bound: Bound,
}

/// The side on which a figure must lie.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

use Bound::{AtLeast, AtMost};

#[rustfmt::skip]
pub(super) const BENCHES: &[Bench] = &[
    Bench { name: "parse",    package: "iis-hl7",   example: "bench_parse", uses_postgres: false, uses_server: false, goals: &[
        Goal { id: "P1", name: "vs-hl7-parser",        bound: AtLeast(20.0) },
        Goal { id: "P1", name: "vs-scan",              bound: AtLeast(0.5) },
    ] },
    Bench { name: "check",    package: "iis-registry", example: "bench_check", uses_postgres: false, uses_server: false, goals: &[
        Goal { id: "P2", name: "vs-hl7-parser",        bound: AtLeast(6.0) },
    ] },
    Bench { name: "ack",      package: "iis-synth", example: "bench_ack", uses_postgres: true,  uses_server: true, goals: &[
        Goal { id: "P3", name: "throughput-vs-probe",  bound: AtLeast(0.5) },
        Goal { id: "P3", name: "p99-vs-probe",         bound: AtMost(3.0) },
        Goal { id: "P4", name: "throughput-vs-probe",  bound: AtLeast(0.5) },
        Goal { id: "P4", name: "p99-vs-probe",         bound: AtMost(3.0) },
    ] },
    Bench { name: "match",    package: "iis-registry", example: "bench_match", uses_postgres: true, uses_server: false, goals: &[
        Goal { id: "P9", name: "p50-ms",               bound: AtMost(1.0) },
        Goal { id: "P9", name: "p99-ms",               bound: AtMost(5.0) },
        Goal { id: "P9", name: "p50-exponent",         bound: AtMost(0.4) },
        Goal { id: "P9", name: "candidates-p99",       bound: AtMost(200.0) },
        Goal { id: "P9", name: "hostile-p99",          bound: AtMost(5.0) },
    ] },
    Bench { name: "link",     package: "iis-synth", example: "bench_link", uses_postgres: false, uses_server: true, goals: &[
        Goal { id: "P10", name: "vs-splink",           bound: AtLeast(10.0) },
        Goal { id: "P10", name: "memory-vs-splink",    bound: AtMost(1.0) },
        Goal { id: "P10", name: "labelled-set-s",      bound: AtMost(2.0) },
    ] },
    Bench { name: "batch",    package: "iis-synth", example: "bench_batch", uses_postgres: false, uses_server: true, goals: &[
        Goal { id: "P5", name: "vs-raw-insert",        bound: AtLeast(0.25) },
        Goal { id: "P5", name: "memory-growth",        bound: AtMost(1.1) },
    ] },
    Bench { name: "forecast", package: "iis-cdsi",  example: "bench_forecast", uses_postgres: false, uses_server: false, goals: &[
        Goal { id: "P7", name: "patients-per-s-core",  bound: AtLeast(20_000.0) },
        Goal { id: "P7", name: "two-threads",          bound: AtLeast(1.8) },
        Goal { id: "P7", name: "p99-ms",               bound: AtMost(1.0) },
    ] },
    Bench { name: "audit",    package: "iis-store", example: "bench_audit", uses_postgres: false, uses_server: false, goals: &[
        Goal { id: "I6", name: "audit-verify-vs-read", bound: AtLeast(0.5) },
    ] },
    Bench { name: "pages",    package: "iis-synth", example: "bench_pages", uses_postgres: false, uses_server: true, goals: &[
        Goal { id: "I7", name: "sign-in-p95-ms",             bound: AtMost(50.0) },
        Goal { id: "I7", name: "search-exact-p95-ms",        bound: AtMost(50.0) },
        Goal { id: "I7", name: "search-any-order-p95-ms",    bound: AtMost(50.0) },
        Goal { id: "I7", name: "search-misspelled-p95-ms",   bound: AtMost(50.0) },
        Goal { id: "I7", name: "search-swapped-date-p95-ms", bound: AtMost(50.0) },
        Goal { id: "I7", name: "search-initial-p95-ms",      bound: AtMost(50.0) },
        Goal { id: "I7", name: "search-telephone-p95-ms",    bound: AtMost(50.0) },
        Goal { id: "I7", name: "search-number-p95-ms",       bound: AtMost(50.0) },
        Goal { id: "I7", name: "open-record-p95-ms",         bound: AtMost(50.0) },
        Goal { id: "I7", name: "record-dose-p95-ms",         bound: AtMost(80.0) },
        Goal { id: "I7", name: "record-pdf-p95-ms",          bound: AtMost(150.0) },
        Goal { id: "I7", name: "largest-page-kib",           bound: AtMost(60.0) },
    ] },
    Bench { name: "print",    package: "iis-print", example: "bench_print", uses_postgres: false, uses_server: false, goals: &[
        Goal { id: "G5", name: "slowest-form-p95-ms",  bound: AtMost(150.0) },
        Goal { id: "G5", name: "anonymous-mib",        bound: AtMost(64.0) },
    ] },
];

impl Goal {
    /// Whether this is the goal of the figure.
    pub(super) fn is_of(&self, figure: &Figure) -> bool {
        self.id == figure.goal && self.name == figure.name
    }

    /// Whether the figure lies on the right side of the bound, or on it.
    pub(super) fn is_met_by(&self, figure: &Figure) -> bool {
        match self.bound {
            AtLeast(bound) => figure.value >= bound,
            AtMost(bound) => figure.value <= bound,
        }
    }

    /// `>= 20`.
    pub(super) fn text(&self) -> String {
        match self.bound {
            AtLeast(bound) => format!(">= {bound}"),
            AtMost(bound) => format!("<= {bound}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure::Figure;
    use super::{AtLeast, AtMost, Goal};

    #[test]
    fn a_goal_is_met_on_its_bound() {
        #[rustfmt::skip]
        let table = [
            (AtLeast(20.0), 20.0, true),
            (AtLeast(20.0), 19.9, false),
            (AtMost(3.0),    3.0, true),
            (AtMost(3.0),    3.1, false),
        ];
        for (bound, value, met) in table {
            let figure = Figure { goal: "P1".into(), name: "x".into(), value, ..Figure::default() };
            assert_eq!(Goal { id: "P1", name: "x", bound }.is_met_by(&figure), met, "{bound:?} {value}");
        }
    }
}
