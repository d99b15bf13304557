//! `cargo xtask soak`: the long versions of failure tests and laws, whose short versions are ordinary tests.

use crate::arguments::Arguments;
use crate::cargo::cargo;
use crate::postgres::{Disk, Postgres};
use crate::runner::{Totals, counted};
use crate::{Outcome, environment};
use anyhow::{Result, bail};

/// One long run: its ordinary test, and what makes it long.
struct Soak {
    name: &'static str,
    what: &'static str,
    package: &'static str,
    /// The part of the test's path by which it is chosen.
    test: &'static str,
    /// How many rounds it does here; the test reads `OPENIIS_SOAK_ROUNDS`.
    rounds: u32,
}

#[rustfmt::skip]
const SOAKS: &[Soak] = &[
    Soak { name: "kill", what: "kill -9 under 32 connections, on both engines",     package: "iis-server", test: "crash::",     rounds: 200 },
    Soak { name: "lost", what: "replies lost, the same message again, both engines", package: "iis-server", test: "replies::",   rounds: 200 },
    Soak { name: "full", what: "a disk that fills up and is freed, both engines",    package: "iis-server", test: "disk::",      rounds: 20 },
    Soak { name: "loads", what: "a batch load killed and resumed, both engines",     package: "iis-server", test: "loads::a_load_killed", rounds: 20 },
    Soak { name: "merges", what: "merges taken back at random and after kills, both engines", package: "iis-registry", test: "merging::", rounds: 100 },
    Soak { name: "order", what: "the same people in any order and as a file, both engines", package: "iis-registry", test: "any_order::", rounds: 60 },
    Soak { name: "laws", what: "laws of the recommender, three generated histories a round", package: "iis-cdsi", test: "the_laws_hold", rounds: 334_000 },
];

pub(crate) fn run(mut arguments: Arguments) -> Result<Outcome> {
    let names = arguments.words();
    arguments.done()?;
    let known: Vec<_> = SOAKS.iter().map(|soak| soak.name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no soak \"{unknown}\"; known: {}", known.join(", "));
    }
    let postgres = Postgres::start(Disk::Waits)?;
    let mut totals = Totals::default();
    for soak in SOAKS.iter().filter(|soak| names.is_empty() || names.iter().any(|name| name == soak.name)) {
        println!("\n== {}: {}, {} rounds", soak.name, soak.what, soak.rounds);
        let mut command =
            cargo(&["test", "--package", soak.package, "--tests", soak.test, "--", "--nocapture"]);
        command
            .env("OPENIIS_SOAK_ROUNDS", soak.rounds.to_string())
            .env(environment::TEST_POSTGRES, postgres.url());
        let of_this = counted(&mut command)?;
        if of_this == Totals::default() {
            println!("no test has {} in its path", soak.test);
            totals = totals + Totals::one(false);
        }
        totals = totals + of_this;
    }
    println!("\n{} passed, {} failed", totals.passed, totals.failed);
    Ok(Outcome::passed_if(totals.failed == 0))
}
