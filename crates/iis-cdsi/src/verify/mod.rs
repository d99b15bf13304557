//! Running published cases against a schedule.

mod case;
mod compare;

use crate::compiled::Schedule;
use crate::process::Scratch;
pub use case::{Case, CaseDose, Expected, Observed, Patient};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// How one case came out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CaseResult {
    /// The publisher's number of the case.
    pub id: String,
    /// The set it belongs to.
    #[serde(skip)]
    pub suite: String,
    /// Status, number and dates of the forecast are as expected.
    pub forecast_ok: bool,
    /// Every dose has the verdict expected.
    pub doses_ok: bool,
    /// Every reason expected is among those given.
    pub reasons_ok: bool,
    /// What is not.
    pub differences: Vec<Difference>,
}

impl CaseResult {
    /// Whether everything is as expected.
    #[must_use]
    pub const fn is_met(&self) -> bool {
        self.forecast_ok && self.doses_ok && self.reasons_ok
    }
}

/// Something not as expected.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Difference {
    /// What was compared.
    pub what: String,
    /// What the case expects.
    pub expected: String,
    /// What the engine answers.
    pub found: String,
}

impl Difference {
    fn new(what: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { what: what.into(), expected: expected.into(), found: found.into() }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, found {}", self.what, self.expected, self.found)
    }
}

/// How many cases of a suite were met.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Totals {
    /// Cases run.
    pub cases: usize,
    /// Forecasts as expected.
    pub forecast: usize,
    /// Doses and reasons as expected.
    pub doses: usize,
    /// Everything as expected.
    pub all: usize,
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cases, forecast, doses, all } = self;
        write!(f, "forecast {forecast}/{cases}  doses {doses}/{cases}  all {all}/{cases}")
    }
}

/// Why a file of cases cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum VerifyFailure {
    /// A line is not a case.
    #[error("line {line} is not a case")]
    Line {
        /// Which line, from 1.
        line: usize,
        /// Why.
        #[source]
        cause: serde_json::Error,
    },
    /// A case holds something that cannot be read.
    #[error("case {id}: {what}")]
    Case {
        /// Its number.
        id: String,
        /// What.
        what: String,
    },
}

/// Reads cases, one JSON object a line.
pub fn read_cases(text: &str) -> Result<Vec<Case>, VerifyFailure> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            serde_json::from_str(line).map_err(|cause| VerifyFailure::Line { line: index + 1, cause })
        })
        .collect()
}

/// Runs one case.
pub fn run(case: &Case, schedule: &Schedule, scratch: &mut Scratch) -> Result<CaseResult, VerifyFailure> {
    let facts = case.facts();
    let (assessment, history) = facts.map_err(|what| VerifyFailure::Case { id: case.id.clone(), what })?;
    let answer = schedule.evaluate(&history, assessment, scratch);
    Ok(compare::compare(case, schedule, &answer))
}

/// Runs all cases; results in the order of the cases, totals by suite.
pub fn run_all(
    cases: &[Case],
    schedule: &Schedule,
) -> Result<(Vec<CaseResult>, BTreeMap<String, Totals>), VerifyFailure> {
    let mut scratch = Scratch::default();
    let mut totals: BTreeMap<String, Totals> = BTreeMap::new();
    let mut results = Vec::with_capacity(cases.len());
    for case in cases {
        let result = run(case, schedule, &mut scratch)?;
        let suite = totals.entry(case.suite.clone()).or_default();
        suite.cases += 1;
        suite.forecast += usize::from(result.forecast_ok);
        suite.doses += usize::from(result.doses_ok && result.reasons_ok);
        suite.all += usize::from(result.is_met());
        results.push(result);
    }
    Ok((results, totals))
}
