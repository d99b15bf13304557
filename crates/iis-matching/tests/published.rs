//! The goals of matching, measured on the published labelled sets.
//!
//! `OPENIIS_PUBLISHED` names the folder that holds `matching/`. Without it these tests say so and pass, except where
//! `CI=true`. Weights were fitted on one half of the families; both halves are measured, each alone.

#![expect(clippy::print_stderr, reason = "tests say what they measured")]
#![expect(clippy::disallowed_methods, reason = "the folder of published files is given by the environment")]

use iis_matching::Weights;
use iis_matching::evaluate::submissions::{Measures, Submissions, Truth};
use iis_matching::evaluate::{events, febrl, pairs};
use iis_matching::patient::fit::fit;
use iis_matching::patient::link::{Threads, candidate_pairs, link, prepare};
use iis_matching::patient::names::Names;
use iis_matching::patient::weights::Class;
use iis_matching::vaccination::Vaccines;
use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// Parts the families into the half that weights were fitted on and the other one.
const SEED: u64 = 2026;

fn folder() -> Option<PathBuf> {
    let folder = std::env::var("OPENIIS_PUBLISHED").ok().map(PathBuf::from);
    if folder.is_none() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "OPENIIS_PUBLISHED must be set");
        eprintln!("not measured: OPENIIS_PUBLISHED does not say where the published sets are");
    }
    folder.map(|folder| folder.join("matching"))
}

fn text(folder: &std::path::Path, file: &str) -> String {
    let mut text = String::new();
    let packed = File::open(folder.join(file)).expect("a published file");
    flate2::read::MultiGzDecoder::new(packed).read_to_string(&mut text).expect("a gzip file");
    text
}

#[test]
fn the_labelled_development_set_is_linked_as_well_as_it_must_be() {
    let Some(folder) = folder() else { return };
    let records = text(&folder, "synth_dev_records.csv.gz");
    let all = Submissions::read(records.as_bytes(), &Names::built_in(), Threads::MIN).expect("submissions");
    let truth = Truth::read(&text(&folder, "synth_dev_truth.csv.gz"), &all).expect("the truth about them");
    let weights = Weights::default();
    let half = |fitted: bool| truth.retain(&all, |at| truth.is_in_fitted_half(at, SEED) == fitted);
    let whole = truth.retain(&all, |_| true);
    for (name, (submissions, truth)) in
        [("held-out half", half(false)), ("fitted half", half(true)), ("all", whole)]
    {
        let measures = Measures::of(&link(submissions.records.clone(), &weights), &truth);
        eprintln!("{name}: {measures:?}");
        assert!(measures.precision() >= 0.9995, "{name}: precision {:.6}", measures.precision());
        assert_eq!(measures.linked_twins, 0, "{name}: twins linked");
        assert!(measures.recall() >= 0.80, "{name}: recall {:.4}", measures.recall());
        let reached = measures.recall_with_review();
        assert!(reached >= 0.985, "{name}: recall with review {reached:.4}");
        let suggestions = measures.suggestions_per_hundred();
        assert!(suggestions <= 6.0, "{name}: {suggestions:.2} suggestions for a hundred submissions");
        let found: HashSet<_> =
            candidate_pairs(&prepare(submissions.records, &weights)).into_iter().collect();
        let pairs = truth.true_pairs();
        let missed = pairs.iter().filter(|pair| !found.contains(pair)).count();
        eprintln!("{name}: {missed} of {} pairs of one person share no key", pairs.len());
        assert!(missed * 1000 <= pairs.len() * 6, "{name}: {missed} pairs of {} share no key", pairs.len());
    }
}

#[test]
fn expert_pairs_are_decided_as_experts_do() {
    let Some(folder) = folder() else { return };
    let pairs = pairs::read(&text(&folder, "iis_pairs_dev.csv.gz")).expect("pairs");
    let agreement = pairs::Agreement::of(&pairs, &Weights::default());
    eprintln!("expert pairs: {agreement:?}");
    assert!(agreement.exact() >= 0.80, "agreement {:.4}", agreement.exact());
    assert!(agreement.false_links() <= 0.01, "linked, and no match: {:.4}", agreement.false_links());
}

/// The records of FEBRL are of another country and other faults: the same model, fitted on set 2, matches set 3.
#[test]
fn febrl_3_is_matched_by_weights_fitted_on_febrl_2() {
    let Some(folder) = folder() else { return };
    let read = |file| febrl::read(&text(&folder, file)).expect("a FEBRL file");
    let (two, three) = (read("febrl_dataset2.csv.gz"), read("febrl_dataset3.csv.gz"));
    let class = |a: usize, b: usize| {
        Some(if two.persons[a] == two.persons[b] { Class::Same } else { Class::Unrelated })
    };
    let weights = fit(two.records, class, &Weights::default());
    let matched = febrl::matched(three.records, &weights, weights.thresholds.link_bits);
    let measures = febrl::measure(&matched, &three.persons);
    eprintln!("FEBRL 3: {measures:?}, F1 {:.5}", measures.f1());
    assert!(measures.f1() >= 0.993, "F1 {:.5}", measures.f1());
}

#[test]
fn vaccination_reports_are_consolidated_as_well_as_they_must_be() {
    let Some(folder) = folder() else { return };
    let reports = events::Reports::read(&text(&folder, "synth_dev_vax.csv.gz")).expect("reports");
    let truth = reports.truth(&text(&folder, "synth_dev_vax_truth.csv.gz")).expect("the truth about them");
    let measures = events::measure(&reports.consolidate(&Vaccines::built_in()), &truth);
    eprintln!("vaccination events: {measures:?}, F1 {:.5}", measures.f1());
    assert!(measures.f1() >= 0.993, "F1 {:.5}", measures.f1());
}
