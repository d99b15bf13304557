//! Embeds the browser files: installs the npm packages of `package-lock.json` when they are not there, then lets
//! `assets/bundle.mjs` name, compress and list what is served. Takes some three seconds, and only when one of them changes.

use std::fs::File;
use std::path::Path;
use std::process::{Command, ExitCode};

/// The copy of the lock file that npm leaves beside the packages it installed.
const INSTALLED: &str = "node_modules/.package-lock.json";

fn main() -> ExitCode {
    for path in ["build.rs", "assets", "package.json", "package-lock.json"] {
        println!("cargo::rerun-if-changed={path}");
    }
    match install().and_then(|()| bundle()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            println!("cargo::error={sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Runs `npm ci` unless the installed packages are those of the lock file. Two builds at once install once: the
/// second waits for the lock on this file.
fn install() -> Result<(), String> {
    let lock = File::open("build.rs").map_err(|error| format!("build.rs cannot be opened: {error}"))?;
    lock.lock().map_err(|error| format!("build.rs cannot be locked: {error}"))?;
    if is_installed() {
        return Ok(());
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    run(Command::new(npm).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]))
}

/// Whether the packages stand there and are not older than the lock file that asks for them.
fn is_installed() -> bool {
    let changed = |path: &str| Path::new(path).metadata().and_then(|file| file.modified()).ok();
    match (changed(INSTALLED), changed("package-lock.json")) {
        (Some(installed), Some(wanted)) => installed >= wanted,
        _ => false,
    }
}

#[expect(clippy::disallowed_methods, reason = "cargo hands the output folder to a build script this way")]
fn bundle() -> Result<(), String> {
    let out = std::env::var("OUT_DIR").map_err(|error| format!("OUT_DIR: {error}"))?;
    run(Command::new("node").args(["assets/bundle.mjs", &out]))
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| {
        format!(
            "{program} could not be run ({error}): install Node.js 20 or newer with npm, then build again"
        )
    })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} failed: {}", said.trim().replace('\n', " | ")))
}
