//! Calling cargo, and what it tells about the workspace.

use crate::{environment, tree};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// `cargo ARGUMENTS` in the root of the checkout.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(environment::variable("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(tree::root()).args(arguments);
    // What the build of xtask itself left here is not meant for the packages it builds.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(name);
    }
    command
}

/// `cargo metadata`: of the workspace's own packages, or with all they depend on for this platform.
pub(crate) fn metadata(reach: Reach) -> Result<Value> {
    let platform = platform()?;
    let mut command = cargo(&["metadata", "--format-version", "1"]);
    match reach {
        Reach::Workspace => command.arg("--no-deps"),
        Reach::Dependencies => command.args(["--filter-platform", &platform]),
    };
    let answer = command.output().context("calling cargo metadata")?;
    if !answer.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&answer.stderr).trim());
    }
    serde_json::from_slice(&answer.stdout).context("reading what cargo metadata says")
}

/// How far [`metadata`] looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The workspace's own packages.
    Workspace,
    /// These and everything they depend on.
    Dependencies,
}

/// The folder where cargo puts what it builds in `profile` (`debug`, `release`).
pub(crate) fn built(profile: &str) -> Result<PathBuf> {
    let metadata = metadata(Reach::Workspace)?;
    let target = metadata["target_directory"].as_str().context("cargo metadata names no target directory")?;
    Ok(PathBuf::from(target).join(profile))
}

/// Whether `cargo NAME` can be called.
pub(crate) fn has_subcommand(name: &str) -> bool {
    cargo(&[name, "--version"]).output().is_ok_and(|answer| answer.status.success())
}

fn platform() -> Result<String> {
    let answer = Command::new("rustc").arg("-vV").output().context("calling rustc -vV")?;
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(ToOwned::to_owned).context("rustc -vV names no host")
}
