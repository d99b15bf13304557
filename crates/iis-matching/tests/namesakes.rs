//! Many people of one name and one birth date: each report is weighed against as many of them as the search hands out, and
//! that must stay a matter of milliseconds.

#![expect(clippy::print_stderr, reason = "tests say what they measured")]

use iis_matching::patient::population::Population;
use iis_matching::patient::subject::Subject;
use iis_matching::{Candidate, Decision, Reported, Weights, decide};
use iis_model::testing::person;
use iis_model::{Demographics, PersonId};
use std::time::{Duration, Instant};

/// The most that the search hands out.
const CANDIDATES: i64 = 300;

/// The time that a decision may take. It takes a twentieth of that; comparing the candidates with one another takes four
/// times as long.
const LONGEST: Duration = Duration::from_millis(2);

/// One of them: a clinic's number of its own, and nothing else that tells it from the others.
fn namesake(n: i64) -> Demographics {
    person().called("QUELLMANN", "TIMOTHEA").mrn(&n.to_string(), &format!("C{n}"))
}

#[test]
fn a_report_of_a_name_that_hundreds_have_is_decided_at_once() {
    let weights = Weights::default();
    let population = Population::unknown(weights.names.clone());
    let subject = |n| {
        let mut subject = Subject::of(&namesake(n), &weights.names);
        population.inform(&mut subject);
        subject
    };
    let candidate = |n| Candidate {
        person_id: PersonId(n),
        by_identifier: None,
        demographics: Demographics::default(),
        records: vec![subject(n)],
        not_same: false,
    };
    let candidates: Vec<Candidate> = (0..CANDIDATES).map(candidate).collect();
    let (demographics, comparable) = (namesake(7_777), subject(7_777));
    let reported = Reported { demographics: &demographics, subject: Some(&comparable) };
    let decided = |_| {
        let start = Instant::now();
        (decide(&reported, &candidates, &weights), start.elapsed())
    };
    // The fastest: others may have had the processor meanwhile.
    let (decision, took) = (0..5).map(decided).min_by_key(|(_, took)| *took).expect("five times");
    eprintln!("{CANDIDATES} namesakes: {took:?}");
    let Decision::Review { candidates } = decision else { panic!("{decision:?}") };
    assert_eq!(candidates.len(), usize::try_from(CANDIDATES).expect("a few"));
    assert!(took < LONGEST, "{took:?}");
}
