//! The two programs, run and watched.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What is fetched: the releases that this script was written for, which fit one another.
const PACKAGES: [&str; 5] =
    ["splink==4.0.8", "duckdb==1.3.2", "sqlglot==26.33.0", "pandas==2.3.1", "numpy==2.2.6"];

/// What a run took.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) records: u32,
    pub(crate) seconds: f64,
    pub(crate) peak_mib: f64,
}

impl Run {
    /// Records a second.
    pub(crate) fn rate(&self) -> f64 {
        f64::from(self.records) / self.seconds
    }
}

/// Our command, from the start of the process to its end.
pub(crate) fn openiis(file: &Path, folder: &Path) -> Result<Run> {
    let mut command = Command::new(program());
    command.args(["match", "link", "--json"]).arg(file).arg("--out").arg(folder.join("linked"));
    let started = Instant::now();
    let (output, peak_mib) = watched(&mut command)?;
    let seconds = started.elapsed().as_secs_f64();
    let said: Value = serde_json::from_slice(&output.stdout).context("openiis match link")?;
    Ok(Run { records: count(&said)?, seconds, peak_mib })
}

/// Splink, without the time in which Python loads its libraries: reading, training and linking, and linking alone.
pub(crate) fn splink(file: &Path, folder: &Path) -> Result<[Run; 2]> {
    let python = python()?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bench_link/dedupe.py");
    let mut command = Command::new(python);
    command.arg(script).arg(file).arg(folder.join("splink.csv"));
    let (output, peak_mib) = watched(&mut command)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let said: Value =
        serde_json::from_str(text.lines().last().unwrap_or("")).context("what Splink printed")?;
    let seconds = |name: &str| said[name].as_f64().with_context(|| format!("no {name}"));
    let run = |seconds| Ok::<_, anyhow::Error>(Run { records: count(&said)?, seconds, peak_mib });
    Ok([run(seconds("seconds")?)?, run(seconds("linking_seconds")?)?])
}

fn count(said: &Value) -> Result<u32> {
    said["records"].as_u64().and_then(|count| u32::try_from(count).ok()).context("no count of records")
}

#[expect(clippy::disallowed_methods, reason = "a bench is told by its runner where things are")]
fn program() -> PathBuf {
    std::env::var("OPENIIS").map_or_else(|_| "target/release/openiis".into(), PathBuf::from)
}

/// The Python of an environment that has Splink; made at the first run.
fn python() -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench-splink");
    let (python, made) = (folder.join("bin/python"), folder.join("made"));
    if made.exists() {
        return Ok(python);
    }
    eprintln!("fetching Splink into {}", folder.display());
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder)).context("python3 -m venv")?;
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))
        .context("pip could not bring it")?;
    fs::write(made, PACKAGES.join("\n"))?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or("no reason given"));
    }
    Ok(())
}

/// Runs a program to its end; with the most memory that it held, in MiB, as the kernel counts it.
fn watched(command: &mut Command) -> Result<(Output, f64)> {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let watcher = std::thread::spawn(move || {
        let mut peak = 0.0_f64;
        while let Some(now) = fs::read_to_string(&status).ok().and_then(|text| high_water(&text)) {
            peak = peak.max(now);
            sleep(Duration::from_millis(5));
        }
        peak
    });
    let output = child.wait_with_output()?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        bail!("{}", text.lines().rev().take(4).collect::<Vec<_>>().join(" / "));
    }
    Ok((output, watcher.join().unwrap_or(0.0)))
}

/// `VmHWM` in MiB; none: the process has ended.
fn high_water(status: &str) -> Option<f64> {
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}
