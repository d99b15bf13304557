//! Random and mutated input for everything that reads what strangers send, on the stable toolchain.
//!
//! A target is a function of bytes that panics when something does not hold. Each gets ten seconds here and an hour
//! in `cargo xtask fuzz`. The seed of a failing run is printed; with `OPENIIS_FUZZ_SEED` the run is the same again.

#![expect(clippy::print_stdout, reason = "the seed is printed")]

mod corpus;
mod hl7;
mod mllp;
mod mutation;
mod random;
mod soap;
mod words;

use mutation::mutate;
use random::Random;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// A byte string of this length may take a second; shorter ones less.
const SECOND_PER_BYTES: usize = 1 << 20;
/// Below this time nothing is said: the machine may be busy.
const PATIENCE: Duration = Duration::from_millis(500);

/// Feeds a target until the time is over.
fn fuzz(name: &str, seeds: &[Vec<u8>], target: impl Fn(&[u8])) {
    let seconds = number("OPENIIS_FUZZ_SECONDS").unwrap_or(10);
    let seed = number("OPENIIS_FUZZ_SEED").unwrap_or_else(random::fresh_seed);
    println!("{name}: {seconds} s, OPENIIS_FUZZ_SEED={seed}, {} messages to begin with", seeds.len());
    let mut random = Random::new(seed);
    let started = Instant::now();
    let mut rounds = 0_u64;
    // The messages themselves first, then what becomes of them.
    while rounds < seeds.len() as u64 || started.elapsed() < Duration::from_secs(seconds) {
        let input = match seeds.get(usize::try_from(rounds).unwrap_or(usize::MAX)) {
            Some(seed) => seed.clone(),
            None => mutate(seeds, &mut random),
        };
        let began = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| target(&input)));
        assert!(outcome.is_ok(), "{name}, OPENIIS_FUZZ_SEED={seed}, round {rounds}: {}", shown(&input));
        let allowed = PATIENCE + Duration::from_secs((input.len() / SECOND_PER_BYTES) as u64);
        // a machine that was busy with something else is so once, an input that takes long does it again
        let took = if began.elapsed() < allowed { began.elapsed() } else { shortest(&input, &target) };
        assert!(
            took < allowed,
            "{name}, OPENIIS_FUZZ_SEED={seed}, round {rounds}: {took:?} for {} bytes: {}",
            input.len(),
            shown(&input)
        );
        rounds += 1;
    }
    println!("{name}: {rounds} rounds");
}

/// The shortest of some more tries.
fn shortest(input: &[u8], target: &impl Fn(&[u8])) -> Duration {
    let tries = (0..3).map(|_| {
        let began = Instant::now();
        target(input);
        began.elapsed()
    });
    tries.min().unwrap_or_default()
}

/// The input as a byte string of Rust, cut when it is long.
fn shown(input: &[u8]) -> String {
    let head = &input[..input.len().min(4_000)];
    format!("{} bytes, b\"{}\"", input.len(), head.escape_ascii())
}

#[expect(clippy::disallowed_methods, reason = "the length of a run is set from outside")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
