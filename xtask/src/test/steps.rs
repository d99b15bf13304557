//! The steps of a test run, in their order.

use super::Surroundings;

use crate::cargo::{built, cargo, has_subcommand};
use crate::needs::{self, Need};
use crate::runner::{Totals, counted};
use crate::server::Server;
use crate::{Outcome, conform, environment, generate, tidy, tree};
use anyhow::{Context, Result};
use std::process::Command;

/// One step.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: &'static str,
    /// What it does, for the heading.
    pub(super) does: &'static str,
    pub(super) needs: &'static [Need],
    /// Whether it uses what the step `build` made.
    pub(super) needs_build: bool,
    pub(super) run: fn(&Surroundings) -> Result<Totals>,
}

/// What is quick comes first; everything is built once, in one profile.
#[rustfmt::skip]
pub(super) const STEPS: &[Step] = &[
    Step { name: "fmt",      does: "every file as rustfmt writes it",     needs: &[],              needs_build: false, run: format },
    Step { name: "tidy",     does: "the tree as ARCHITECTURE.md says",    needs: &[],              needs_build: false, run: tidy },
    Step { name: "clippy",   does: "lints, warnings are failures",        needs: &[Need::Node],    needs_build: false, run: clippy },
    Step { name: "build",    does: "everything once",                     needs: &[Need::Node],    needs_build: false, run: build },
    Step { name: "tests",    does: "the tests of every crate",            needs: &[Need::Postgres, Need::Python, Need::Ssh, Need::Poppler], needs_build: true, run: tests },
    Step { name: "generate", does: "docs/generated is up to date",        needs: &[],              needs_build: true,  run: generated },
    Step { name: "conform",  does: "published cases, over POST /hl7",     needs: &[],              needs_build: true,  run: conform },
    Step { name: "browser",  does: "pages in a browser",                  needs: &[Need::Node, Need::Browser], needs_build: true, run: browser },
];

fn format(_: &Surroundings) -> Result<Totals> {
    succeeds(&mut cargo(&["fmt", "--all", "--check", "--", "-l"]))
}

fn clippy(_: &Surroundings) -> Result<Totals> {
    succeeds(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn build(_: &Surroundings) -> Result<Totals> {
    succeeds(&mut cargo(&["build", "--workspace", "--all-targets"]))
}

/// nextest when it is there; it leaves documentation tests to `cargo test`.
fn tests(surroundings: &Surroundings) -> Result<Totals> {
    let lines: &[&[&str]] = if has_subcommand("nextest") {
        &[
            &["nextest", "run", "--workspace", "--no-fail-fast"],
            &["test", "--workspace", "--doc", "--no-fail-fast"],
        ]
    } else {
        &[&["test", "--workspace", "--no-fail-fast"]]
    };
    let mut totals = Totals::default();
    for line in lines {
        let mut command = cargo(line);
        if environment::variable(THREADS).is_none() {
            command.env(THREADS, threads().to_string());
        }
        totals = totals + counted(surroundings.tell(&mut command))?;
    }
    Ok(totals)
}

/// How many tests run side by side, for libtest.
const THREADS: &str = "RUST_TEST_THREADS";

/// Twice the processors, since a test of the store or the server waits for a part of its time; but no more than the databases of
/// so many tests have connections for.
fn threads() -> usize {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    processors.max(16.min(2 * processors))
}

fn tidy(surroundings: &Surroundings) -> Result<Totals> {
    let (passed, failed) = tidy::print(&tidy::look(&tree::root(), surroundings.published.as_deref())?);
    Ok(Totals { passed, failed })
}

fn generated(_: &Surroundings) -> Result<Totals> {
    Ok(Totals::one(generate::check(&built("debug")?)? == Outcome::Passed))
}

fn conform(surroundings: &Surroundings) -> Result<Totals> {
    let published = surroundings
        .published
        .as_deref()
        .with_context(|| format!("{} is not set", environment::PUBLISHED))?;
    let server = Server::start(&built("debug")?.join("openiis"))?;
    let (passed, failed) = conform::against(&server.url, &server.sender, published)?;
    Ok(Totals { passed, failed })
}

fn browser(_: &Surroundings) -> Result<Totals> {
    let chromium = needs::chromium().context("there is no Chromium")?;
    counted(
        Command::new("npm")
            .args(["test", "--silent"])
            .current_dir(tree::root().join("e2e"))
            .env("OPENIIS", built("debug")?.join("openiis"))
            .env("OPENIIS_CHROMIUM", chromium),
    )
}

fn succeeds(command: &mut Command) -> Result<Totals> {
    let status = command.status().with_context(|| format!("starting {}", command.get_program().display()))?;
    Ok(Totals::one(status.success()))
}

impl Surroundings {
    /// Says to tests where their database and the published material are.
    fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        match &self.postgres {
            Some(postgres) => command.env(environment::TEST_POSTGRES, postgres.url()),
            None => command.env_remove(environment::TEST_POSTGRES),
        };
        match &self.published {
            Some(folder) => command.env(environment::PUBLISHED, folder),
            None => command,
        }
    }
}
