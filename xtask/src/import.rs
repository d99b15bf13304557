//! `cargo xtask import`: a published release becomes a table under `data/`.

use crate::Outcome;
use crate::arguments::Arguments;
use anyhow::{Result, bail};

/// One row: what is imported, and by which function.
struct Import {
    name: &'static str,
    run: fn(Arguments) -> Result<Outcome>,
}

const IMPORTS: &[Import] = &[];

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome> {
    let what = arguments.word().unwrap_or_default();
    if let Some(import) = IMPORTS.iter().find(|import| import.name == what) {
        return (import.run)(arguments);
    }
    let known: Vec<_> = IMPORTS.iter().map(|import| import.name).collect();
    bail!("\"{what}\" cannot be imported; known: {}", known.join(", "))
}
