//! All that is found in many messages, one line each: to hold a change of the checks against the build before it.
//!
//! `findings [MESSAGES [SEED]]` takes the published samples (where `OPENIIS_PUBLISHED` says where they are) and what becomes
//! of them by the mutations of the fuzz tests; the same seed makes the same messages. Run it in both builds and compare:
//!
//! ```text
//! cargo run --release -p xtask --example findings -- 40000 7 > before.txt
//! cargo run --release -p xtask --example findings -- 40000 7 > after.txt && cmp before.txt after.txt
//! ```
#![expect(clippy::print_stdout, reason = "it prints what is found")]

#[path = "../tests/fuzz/corpus.rs"]
mod corpus;
#[path = "../tests/fuzz/mutation.rs"]
mod mutation;
#[expect(dead_code, reason = "the fuzz tests also want a seed of their own")]
#[path = "../tests/fuzz/random.rs"]
mod random;

use iis_codes::CodeSets;
use iis_hl7::rules::{Extent, Profile};
use iis_hl7::{GateRules, ReadOptions, Request, gate, in_message_order, parse, query, z22};
use iis_model::Date;
use iis_quality::{Policy, Terms};
use mutation::mutate;
use random::Random;

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse::<u64>().ok());
    let count = numbers.next().unwrap_or(40_000);
    let mut random = Random::new(numbers.next().unwrap_or(7));
    let sets = CodeSets::built_in().expect("the shipped tables");
    let terms = Terms { sets: &sets, policy: &Policy::default(), today: Date::constant(2026, 3, 2) };
    let seeds = corpus::messages();
    for seed in &seeds {
        print(seed, &terms);
    }
    for _ in 0..count {
        print(&mutate(&seeds, &mut random), &terms);
    }
}

/// What the profiles, the readers and the checks find; silent checks too.
fn print(bytes: &[u8], terms: &Terms<'_>) {
    let (message, mut findings) = parse(bytes);
    for profile in Profile::ALL {
        for fault in profile.faults(&message, Extent::All) {
            println!("{profile:?} {}", fault.words());
        }
    }
    let rules = GateRules { processing_ids: &["P", "T", "D"], accept_older_versions: true };
    match gate(&message, &rules) {
        Ok(Request::Vxu) => {
            let mut submission = z22::read(&message, &ReadOptions::default(), &mut findings);
            iis_quality::run(&submission, &message, terms, true, &mut |noticed| {
                println!("{} {:?} {} {}", noticed.code, noticed.gravity, noticed.place, noticed.text());
            });
            iis_quality::check(&mut submission, &message, terms, &mut findings);
            in_message_order(&message, &mut findings);
            println!("{submission:?}");
        }
        Ok(Request::Query(_)) => {
            println!("{:?}", query::read(&message, &ReadOptions::default(), &mut findings));
        }
        Err(refusal) => findings.push(refusal),
    }
    findings.iter().for_each(|finding| println!("{finding:?}"));
}
