//! `cargo xtask accept`: the expected blocks of message pages and the goldens become what the tests now give.
//!
//! A test that compares with a written expectation has `page` or `golden` in its path and writes instead of
//! comparing when `ACCEPT=1`. What changed is then read in review.

use crate::arguments::Arguments;
use crate::cargo::cargo;
use crate::{Outcome, tree};
use anyhow::Result;
use std::process::Command;

pub(crate) fn run(arguments: Arguments) -> Result<Outcome> {
    arguments.done()?;
    let tests = ["test", "--workspace", "--tests", "--no-fail-fast", "--", "page", "golden"];
    let status = cargo(&tests).env("ACCEPT", "1").env("INSTA_UPDATE", "always").status()?;
    println!("\nChanged since the last commit; read it before you commit it:");
    Command::new("git").args(["diff", "--stat"]).current_dir(tree::root()).status()?;
    Ok(Outcome::passed_if(status.success()))
}
