//! What the data-quality checks cost for one message, beside parsing and reading it.
//!
//! ```text
//! cargo run --release -p iis-registry --example quality_cost -- messages.hl7
//! ```

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "an example that measures and prints")]

use iis_codes::CodeSets;
use iis_hl7::{ReadOptions, z22};
use iis_model::{Date, Findings};
use iis_quality::{Policy, Terms};
use std::hint::black_box;
use std::time::{Duration, Instant};

const ROUNDS: u32 = 2_000;

fn main() {
    let path = std::env::args().nth(1).expect("a file with messages");
    let text = std::fs::read_to_string(&path).expect("a file that can be read").replace('\n', "\r");
    let messages: Vec<&str> = text.split("MSH").skip(1).collect();
    let messages: Vec<Vec<u8>> =
        messages.iter().take(50).map(|rest| format!("MSH{rest}").into_bytes()).collect();
    let (sets, policy) = (CodeSets::built_in().expect("the shipped tables"), Policy::default());
    let terms = Terms { sets: &sets, policy: &policy, today: Date::constant(2026, 3, 2) };
    let (mut read, mut checked, mut all) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let mut found = 0;
    for _ in 0..ROUNDS {
        for bytes in &messages {
            let start = Instant::now();
            let (message, mut findings) = iis_hl7::parse(black_box(bytes));
            let mut submission = z22::read(&message, &ReadOptions::default(), &mut findings);
            read += start.elapsed();
            let mut findings = Findings::default();
            let start = Instant::now();
            iis_quality::check(black_box(&mut submission), &message, &terms, &mut findings);
            checked += start.elapsed();
            found += findings.0.len();
            let start = Instant::now();
            let mut count = 0_u32;
            iis_quality::run(&submission, &message, &terms, true, &mut |_| count += 1);
            all += start.elapsed();
            black_box(count);
        }
    }
    let runs = f64::from(ROUNDS) * messages.len() as f64;
    let micros = |time: Duration| time.as_secs_f64() * 1e6 / runs;
    let bytes: usize = messages.iter().map(Vec::len).sum();
    println!(
        "{} messages of {} bytes, {} findings each",
        messages.len(),
        bytes / messages.len(),
        found as f64 / runs
    );
    println!(
        "parse and read {:.2} us, checks on the wire {:.2} us, all checks {:.2} us",
        micros(read),
        micros(checked),
        micros(all)
    );
}
