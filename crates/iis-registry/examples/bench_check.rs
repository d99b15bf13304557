//! Measures the complete check of a VXU against `hl7-parser` merely parsing it: `cargo xtask bench check`.
//!
//! Complete: decode and index, the gate, the readers, the published profile, the quality checks. Prints one line each:
//! the ratio of the worst of three repeats, and the two times behind it.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use iis_codes::CodeSets;
use iis_hl7::rules::{Extent, Profile};
use iis_hl7::{GateRules, ReadOptions, parse};
use iis_quality::{Policy, Terms};
use iis_registry::exchange::check;
use jiff::civil::date;
use measuring::{Compared, worst};
use vxu::VXU;

#[path = "../../iis-hl7/examples/measuring/mod.rs"]
mod measuring;
#[path = "../../iis-hl7/examples/measuring/vxu.rs"]
mod vxu;

fn main() {
    let as_json = std::env::args().any(|argument| argument == "--json");
    let rules = GateRules { processing_ids: &["P"], accept_older_versions: false };
    let options = ReadOptions::default();
    let (sets, policy) = (CodeSets::built_in().expect("the shipped tables"), Policy::default());
    let terms = Terms { sets: &sets, policy: &policy, today: date(2026, 3, 2) };
    let complete = || {
        let checked = check(VXU.as_bytes(), &rules, &options, &terms);
        checked.findings.0.len() + checked.control_id.len()
    };
    let (message, _) = parse(VXU.as_bytes());
    let profile = || Profile::Z22.faults(&message, Extent::Constrained).len();
    assert_eq!(profile(), 0, "the message is clean");
    let theirs = || hl7_parser::parse_message(VXU).expect("the message of this benchmark").segments().count();
    let whole = worst(&theirs, &complete);
    if as_json {
        println!("{}", whole.line("P2", "vs-hl7-parser"));
        println!(r#"{{"goal":"P2","name":"us-for-3-kB","value":{:.2},"unit":"us"}}"#, whole.ours);
        return;
    }
    println!("message {} bytes", VXU.len());
    for (what, found) in [("complete check", whole), ("profile alone", worst(&theirs, &profile))] {
        let Compared { ratio, reference, ours } = found;
        println!("{what:15} vs hl7-parser's parse {ratio:5.1} x  ({reference:.2} us, ours {ours:.2} us)");
    }
}
