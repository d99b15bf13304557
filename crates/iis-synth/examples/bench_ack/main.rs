//! `cargo xtask bench ack`: messages acknowledged a second and their latencies, beside the frozen probe in the same run
//! (goals P3 and P4 of the design).
//!
//! `--engine sqlite|postgres` (both, if a PostgreSQL is given in `OPENIIS_TEST_POSTGRES`), `--connections 1,8,32,128`,
//! `--seconds N` for each measurement, `--processes 1|2` servers on one PostgreSQL (both, one after the other), `--repeats N`, `--quick`, `--json`.
//! The server is `OPENIIS`, otherwise `target/release/openiis`.
//!
//! Probe and server are measured by turns; a repeat whose probe before and after differ by more than 30 % is measured
//! again. Throughput comes from the closed loop, latency from the open loop at half of the server's lowest throughput.
//! A run that lost or doubled a message has no figure.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its result is what it prints")]

mod figures;
mod options;
mod probe;
mod process;
mod rounds;
mod store;

use anyhow::{Context, Result, bail};
use figures::Figures;
use options::{Engine, Options};
use process::{Probe, Server};
use rounds::Bench;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

const PROBE_SOURCE: &[u8] = include_bytes!("probe.rs");

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, store, credentials] = arguments.as_slice()
        && word == "probe"
    {
        let runtime = tokio::runtime::Runtime::new()?;
        return runtime.block_on(probe::serve(store, credentials, 8));
    }
    let options = Options::read(&arguments)?;
    let hash = Sha256::digest(PROBE_SOURCE);
    eprintln!("frozen probe, SHA-256 of its source {}", hex(&hash));
    let mut is_clean = true;
    for engine in &options.engines {
        for processes in options.processes(*engine) {
            let measured = measure(&options, *engine, *processes);
            is_clean &= measured.with_context(|| format!("measuring on {engine:?}"))?;
        }
    }
    if !is_clean {
        bail!("a message was lost or doubled: no score");
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Measures one engine with so many servers; whether nothing was lost or doubled.
fn measure(options: &Options, engine: Engine, processes: usize) -> Result<bool> {
    let folder = tempfile::Builder::new().prefix("bench-ack-").tempdir_in(&options.folder)?;
    eprintln!(
        "{engine:?}: {:.0} flushes a second on {}",
        process::flushes_a_second(folder.path())?,
        options.folder.display()
    );
    let databases = store::Databases::make(engine, folder.path(), options)?;
    let servers = Server::start(options, processes, folder.path(), &databases)?;
    let probe = Probe::start(&databases)?;
    let mut bench = Bench::new(options, servers, probe)?;
    bench.introduce()?;
    let mut figures = Figures::new(engine, processes, options.is_json);
    for connections in &options.connections {
        figures.throughput(*connections, &bench.throughput(*connections)?);
    }
    let rate = figures.lowest_rate().unwrap_or(200.0) * 0.5;
    figures.latency(rate, &bench.latency(options.headline(), rate)?);
    bench.stop();
    let verdict = databases.compare(&bench.books)?;
    drop(bench);
    databases.remove(options)?;
    eprintln!("{verdict}");
    if verdict.is_clean() {
        figures.print(options.headline());
    }
    Ok(verdict.is_clean())
}
