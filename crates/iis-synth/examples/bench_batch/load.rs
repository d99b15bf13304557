//! The load: the program itself, on a database of its own.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How often memory is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A load that was measured.
pub(crate) struct Loaded {
    pub(crate) messages: u64,
    pub(crate) acks: String,
    pub(crate) took: Duration,
    /// The highest resident memory, in bytes.
    pub(crate) memory: u64,
}

/// Loads a file into a new database in `data`.
pub(crate) fn run(openiis: &Path, data: &Path, file: &Path) -> Result<Loaded> {
    let sender = set_up(openiis, data)?;
    let mut command = Command::new(openiis);
    command.args(["hl7", "load", "--json", "--sender", &sender, "--data"]).arg(data).arg(file);
    let started = Instant::now();
    let mut child = command.env("OPENIIS_LOG_LEVEL", "warn").stdout(Stdio::piped()).spawn()?;
    let mut memory = 0;
    let status = loop {
        memory = memory.max(resident(&child).unwrap_or(0));
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(LOOK_EVERY),
        }
    };
    let took = started.elapsed();
    if status.code().is_none_or(|code| code > 1) {
        bail!("the load failed: {status}");
    }
    let output = child.stdout.take().context("its standard output was asked for")?;
    let line = BufReader::new(output).lines().next().context("a result")??;
    let result: Value = serde_json::from_str(&line)?;
    Ok(Loaded {
        messages: result["messages"].as_u64().context("a number of messages")?,
        acks: result["acks"].to_string(),
        took,
        memory,
    })
}

/// Makes the database with the demonstration's test sender, and returns its name.
fn set_up(openiis: &Path, data: &Path) -> Result<String> {
    let mut command = Command::new(openiis);
    command.args(["serve", "--demo", "--people", "1", "--http", "127.0.0.1:0", "--data"]).arg(data);
    let mut child = command.env("OPENIIS_LOG_LEVEL", "warn").stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().context("its standard output was asked for")?;
    let (mut sender, mut is_ready) = (None, false);
    for line in BufReader::new(output).lines() {
        let line = line?;
        is_ready |= line.starts_with("ready ");
        if let Some((_, rest)) = line.split_once("-u ") {
            let word = rest.split(':').next().unwrap_or_default();
            sender = Some(word.trim_matches(['\'', '"']).to_owned());
        }
        if is_ready && sender.is_some() {
            break;
        }
    }
    let stopped = Command::new("kill").args(["-TERM", &child.id().to_string()]).status()?;
    child.wait()?;
    if !stopped.success() {
        bail!("the server that made the database could not be stopped");
    }
    sender.context("the server did not say how its test sender signs in")
}

fn resident(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}
