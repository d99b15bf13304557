//! The laws over a short, honest number of generated histories; `examples/soak.rs` takes a
//! million.

use iis_cdsi::{Schedule, Scratch, tables};

mod laws;
mod population;

#[test]
fn the_laws_hold_over_generated_histories() {
    let release = tables::built_in().expect("the built-in tables can be read");
    let schedule = Schedule::compile(&release, &[]).expect("the built-in release can be compiled");
    let mut scratch = Scratch::default();
    for seed in 0..1000 {
        laws::check(&schedule, seed, &mut scratch).unwrap_or_else(|law| panic!("seed {seed}: {law}"));
    }
}
