//! A Python with a client written by others.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A Python with a package in a folder shared by test runs; `None`, said on standard error and refused with `CI=true`,
/// when it cannot be made. `package` is as pip is told, `module` as it is imported.
#[expect(clippy::print_stderr, clippy::disallowed_methods, reason = "what is left out is said")]
pub(crate) fn python(package: &str, module: &str) -> Option<PathBuf> {
    let folder = std::env::temp_dir().join(format!("openiis-test-{module}"));
    let python = folder.join("bin/python");
    let import = format!("import {module}");
    let has_it = |python: &Path| {
        Command::new(python).args(["-c", &import]).output().is_ok_and(|output| output.status.success())
    };
    if !has_it(&python) {
        let make = Command::new("python3").args(["-m", "venv"]).arg(&folder).output();
        let made = make.is_ok_and(|output| output.status.success());
        let install = || Command::new(&python).args(["-m", "pip", "install", "--quiet", package]).output();
        if !made || !install().is_ok_and(|output| output.status.success()) || !has_it(&python) {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "python3 with venv and pip is needed for {package}"
            );
            eprintln!("left out: {package}, because python3 with venv and pip is not there");
            return None;
        }
    }
    Some(python)
}
