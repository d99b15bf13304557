//! Measuring: a labelled file is linked with a set of weights and with those in force.

use super::{WeightsFailure, entry, get};
use crate::{Context, Failure};
use iis_matching::Weights;
use iis_matching::evaluate::submissions::{Measures, Submissions, Truth};
use iis_matching::patient::link::{Threads, link};
use iis_model::Timestamp;
use iis_store::{Lane, match_release};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A labelled file, given as text: records, and who they are.
#[derive(Debug, Clone, Copy)]
pub struct Labelled<'a> {
    /// Records with the columns of `openiis match link`.
    pub records: &'a str,
    /// For each record its person, its family, and whether it is a twin: columns `record_id`, `person_id`, `family_id`,
    /// `traits`.
    pub truth: &'a str,
}

/// What a set of weights was measured to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// When.
    pub at: Timestamp,
    /// SHA-256 of the records and the truth, in hexadecimal digits.
    pub file: String,
    /// The number of the weights in force that they are measured beside.
    pub beside: i64,
    /// What these weights did.
    pub these: Figures,
    /// What those in force did.
    pub in_force: Figures,
}

/// How a labelled file was linked, counted in pairs of records.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Records.
    pub records: usize,
    /// Share of linked pairs that are of one person.
    pub precision: f64,
    /// Share of pairs of one person that are linked.
    pub recall: f64,
    /// Share of pairs of one person that are linked or put before a reviewer.
    pub recall_with_review: f64,
    /// Suggestions for a hundred records.
    pub suggestions_per_hundred: f64,
    /// Pairs of two people that were linked.
    pub linked_falsely: usize,
    /// Of these, twins.
    pub linked_twins: usize,
}

impl Figures {
    fn of(measures: &Measures) -> Self {
        Self {
            records: measures.records,
            precision: measures.precision(),
            recall: measures.recall(),
            recall_with_review: measures.recall_with_review(),
            suggestions_per_hundred: measures.suggestions_per_hundred(),
            linked_falsely: measures.linked - measures.linked_true,
            linked_twins: measures.linked_twins,
        }
    }
}

/// Measures a set of weights beside those in force, and notes what came of it.
pub async fn measure(
    cx: &Context,
    version: i64,
    labelled: Labelled<'_>,
    at: Timestamp,
) -> Result<Measured, Failure> {
    let (_, weights) = get(cx, version).await?;
    let submissions = Submissions::read(labelled.records.as_bytes(), &weights.names, Threads::MIN);
    let submissions = submissions.map_err(WeightsFailure::from)?;
    let truth = Truth::read(labelled.truth, &submissions).map_err(WeightsFailure::from)?;
    if truth.true_pairs().is_empty() {
        return Err(WeightsFailure::NothingLabelled.into());
    }
    let figures =
        |weights: &Weights| Figures::of(&Measures::of(&link(submissions.records.clone(), weights), &truth));
    let now = cx.matching.now();
    let measured = Measured {
        at,
        file: digest(labelled),
        beside: now.weights.version,
        these: figures(&weights),
        in_force: figures(&now.weights),
    };
    let text = serde_json::to_string(&measured).unwrap_or_default();
    let entry = entry(at, "measure-match-weights", &format!("{version} on {}", measured.file));
    cx.store
        .write(Lane::Web, move |tx| {
            match_release::put_measured(tx, version, &text)?;
            tx.audit(&entry)
        })
        .await?;
    Ok(measured)
}

fn digest(labelled: Labelled<'_>) -> String {
    use std::fmt::Write as _;
    let bytes = Sha256::new().chain_update(labelled.records).chain_update(labelled.truth).finalize();
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
