//! `cargo xtask import`: a published release becomes tables under `data/`.
//!
//! The importers are the example `import` of this package (`xtask/examples/import/`), because they read with the
//! product's own crates, which this tool must not need to compile.

use crate::Outcome;
use crate::arguments::Arguments;
use crate::cargo::cargo;
use anyhow::{Result, bail};

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome> {
    let words = arguments.words();
    arguments.done()?;
    let mut command = cargo(&["run", "--quiet", "--package", "xtask", "--example", "import", "--"]);
    // A relative folder is meant from where one stands, not from the root.
    command.args(words).current_dir(std::env::current_dir()?);
    match command.status()?.code() {
        Some(0) => Ok(Outcome::Passed),
        Some(2) => bail!("this cannot be imported"),
        _ => Ok(Outcome::Failed),
    }
}
