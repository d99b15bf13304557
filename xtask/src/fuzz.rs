//! `cargo xtask fuzz`: the fuzz tests of `xtask/tests/fuzz/`, long.
//!
//! They run on the stable toolchain: a loop of random and mutated input that prints its seed. The ordinary test
//! run gives each target ten seconds, this gives it an hour.

use crate::Outcome;
use crate::arguments::Arguments;
use crate::cargo::cargo;
use crate::environment::{self, PUBLISHED};
use crate::runner::{Totals, counted};
use anyhow::{Context, Result};

const AN_HOUR: u64 = 60 * 60;

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome> {
    let seconds =
        arguments.value("--seconds")?.map_or(Ok(AN_HOUR), |text| text.parse()).context("--seconds")?;
    let seed = arguments.value("--seed")?;
    let targets = arguments.words();
    arguments.done()?;
    let mut command = cargo(&["test", "--package", "xtask", "--test", "fuzz", "--", "--nocapture"]);
    command.args(&targets).env("OPENIIS_FUZZ_SECONDS", seconds.to_string());
    if let Some(seed) = seed {
        command.env("OPENIIS_FUZZ_SEED", seed);
    }
    if let Some(published) = environment::published()? {
        command.env(PUBLISHED, published);
    }
    let totals = counted(&mut command)?;
    println!("\n{} passed, {} failed", totals.passed, totals.failed);
    Ok(Outcome::passed_if(totals.failed == 0 && totals != Totals::default()))
}
