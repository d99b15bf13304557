//! `cargo xtask`: what one does here besides build.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool of the command line talks on the terminal"
)]

mod accept;
mod arguments;
mod bench;
mod cargo;
mod conform;
mod environment;
mod fuzz;
mod generate;
mod import;
mod needs;
mod postgres;
mod runner;
mod server;
mod soak;
mod temporary;
mod test;
mod tidy;
mod tree;

use anyhow::Result;
use arguments::Arguments;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  test [--only STEP,…] [--without postgres,browser]
                          formatting, lints, every test on SQLite and on a PostgreSQL of its own,
                          published cases, browser tests. Steps: fmt, tidy, clippy, build, tests,
                          generate, conform, browser
  tidy                    looks the tree over: directions, licenses, sources, links, stray files
  generate [--check]      writes docs/generated/; with --check only says what is stale
  accept                  runs the page and golden tests and writes what they now give
  conform [--url URL --user NAME:SECRET]
                          sends the published messages to a registry, ours unless a URL is given
  bench [NAME…] [--quick | --large] [--filled DIR] [--json]
                          measures; every figure stands beside its reference of the same run. --filled:
                          the people of `pages` stay in that folder, or are taken from it
  soak [NAME…]            the long versions of the failure tests
  fuzz [NAME…] [--seconds N] [--seed N]
                          the long versions of the fuzz tests, an hour a target unless told
  import cdsi FOLDER RELEASE DATE | codes FOLDER DATE
                          turns a published release into tables under data/

Exit: 0 done, 1 something failed its check, 2 wrong use or cannot run.";

/// How a command ended that could be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All is as it should be.
    Passed,
    /// Something failed its check; it has been said on the terminal.
    Failed,
}

impl Outcome {
    fn passed_if(condition: bool) -> Self {
        if condition { Self::Passed } else { Self::Failed }
    }
}

fn main() -> ExitCode {
    match run(Arguments::of_the_process()) {
        Ok(Outcome::Passed) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("xtask: {failure:#}");
            ExitCode::from(2)
        }
    }
}

fn run(mut arguments: Arguments) -> Result<Outcome> {
    if arguments.flag("--help") {
        println!("{USAGE}");
        return Ok(Outcome::Passed);
    }
    match arguments.word().as_deref() {
        Some("accept") => accept::run(arguments),
        Some("bench") => bench::run(arguments),
        Some("conform") => conform::run(arguments),
        Some("fuzz") => fuzz::run(arguments),
        Some("generate") => generate::run(arguments),
        Some("import") => import::run(arguments),
        Some("soak") => soak::run(arguments),
        Some("test") => test::run(arguments),
        Some("tidy") => tidy::run(arguments),
        Some("help") | None => {
            println!("{USAGE}");
            Ok(Outcome::Passed)
        }
        Some(unknown) => anyhow::bail!("there is no command \"{unknown}\"\n\n{USAGE}"),
    }
}
