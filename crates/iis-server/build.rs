//! Embeds the browser files: installs the npm packages of `package-lock.json` when they are not there, then lets
//! `assets/bundle.mjs` name, compress and list what is served. Takes some three seconds, and only when one of them changes.

mod npm;

use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    for path in ["build.rs", "npm.rs", "assets", "package.json", "package-lock.json"] {
        println!("cargo::rerun-if-changed={path}");
    }
    match npm::install(Path::new(".")).and_then(|()| bundle()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            println!("cargo::error={sentence}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "cargo hands the output folder to a build script this way")]
fn bundle() -> Result<(), String> {
    let out = std::env::var("OUT_DIR").map_err(|error| format!("OUT_DIR: {error}"))?;
    npm::run(Command::new("node").args(["assets/bundle.mjs", &out]))
}
