//! The laws over a short, honest number of generated histories. `OPENIIS_SOAK_ROUNDS` makes
//! it longer: each round makes three histories, so 334,000 rounds are a million.

use iis_cdsi::{Schedule, Scratch, tables};

mod laws;
mod population;

#[test]
#[expect(clippy::disallowed_methods, reason = "a test finds its length by the environment")]
fn the_laws_hold_over_generated_histories() {
    let rounds = std::env::var("OPENIIS_SOAK_ROUNDS").ok().and_then(|text| text.parse().ok());
    let release = tables::built_in().expect("the built-in tables can be read");
    let schedule = Schedule::compile(&release, &[]).expect("the built-in release can be compiled");
    let mut scratch = Scratch::default();
    for seed in 0..rounds.unwrap_or(1000) {
        laws::check(&schedule, seed, &mut scratch).unwrap_or_else(|law| panic!("seed {seed}: {law}"));
    }
}
