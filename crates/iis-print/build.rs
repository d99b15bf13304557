//! Takes the faces that documents are set in from the npm packages of `iis-server`: the letters on paper are those of
//! the design system whose style the pages have.

#[path = "../iis-server/npm.rs"]
mod npm;

use std::path::Path;
use std::process::ExitCode;

/// Where the packages are installed.
const PACKAGES: &str = "../iis-server";
/// The folder of the faces among them.
const FACES: &str = "node_modules/@uswds/uswds/dist/fonts/public-sans";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={PACKAGES}/npm.rs");
    println!("cargo::rerun-if-changed={PACKAGES}/package-lock.json");
    match npm::install(Path::new(PACKAGES)).and_then(|()| copy()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            println!("cargo::error={sentence}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "cargo hands the output folder to a build script this way")]
fn copy() -> Result<(), String> {
    let out = std::env::var("OUT_DIR").map_err(|error| format!("OUT_DIR: {error}"))?;
    for face in ["PublicSans-Regular.ttf", "PublicSans-Bold.ttf"] {
        let from = Path::new(PACKAGES).join(FACES).join(face);
        std::fs::copy(&from, Path::new(&out).join(face))
            .map_err(|error| format!("{} cannot be copied: {error}", from.display()))?;
    }
    Ok(())
}
