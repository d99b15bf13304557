//! Checks the laws over many generated histories: `soak [COUNT] [FIRST_SEED]`.
#![expect(clippy::print_stdout, reason = "it is a command")]

use iis_cdsi::{Schedule, Scratch, tables};
use std::error::Error;
use std::process::ExitCode;

#[path = "../tests/laws/mod.rs"]
mod laws;
#[path = "../tests/population/mod.rs"]
mod population;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let number = |at| std::env::args().nth(at).and_then(|text| text.parse::<u64>().ok());
    let (count, first) = (number(1).unwrap_or(1_000_000), number(2).unwrap_or(1_000_000));
    let schedule = Schedule::compile(&tables::built_in()?, &[])?;
    let mut scratch = Scratch::default();
    let mut broken = 0_u64;
    for seed in first..first + count.div_ceil(3) {
        // Each seed makes three histories.
        if let Err(law) = laws::check(&schedule, seed, &mut scratch) {
            broken += 1;
            if broken <= 5 {
                println!("seed {seed}: {law}");
            }
        }
    }
    println!("{count} histories, {broken} laws broken");
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
