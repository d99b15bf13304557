//! `cargo xtask generate`: `docs/generated/` from the tables in the code and in `policy/`.
//!
//! The generators are the example `generate` of this package (`xtask/examples/generate/`), because they read
//! the product's own crates, which this tool must not need to compile.

use crate::Outcome;
use crate::arguments::Arguments;
use crate::cargo::cargo;
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome> {
    let is_check = arguments.flag("--check");
    arguments.done()?;
    let mut command = cargo(&["run", "--quiet", "--package", "xtask", "--example", "generate", "--"]);
    if is_check {
        command.arg("--check");
    }
    Ok(Outcome::passed_if(command.status()?.success()))
}

/// Says what is stale, with the generators already built into the folder `built`.
pub(crate) fn check(built: &Path) -> Result<Outcome> {
    let program = built.join("examples/generate");
    let status = Command::new(&program).arg("--check").status();
    Ok(Outcome::passed_if(status.with_context(|| format!("starting {}", program.display()))?.success()))
}
