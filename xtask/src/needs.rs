//! What the tests need from the machine, and how it gets there.

use crate::{environment, postgres, tree};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Something that must be on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// Node and npm: the server's browser libraries, the browser tests.
    Node,
    /// The programs of a PostgreSQL server.
    Postgres,
    /// A Python that makes environments of its own: for the clients of others that the server is tested with.
    Python,
    /// The client of OpenSSH.
    Ssh,
    /// Tools that read PDF, and know nothing of what made it.
    Poppler,
    /// A Chromium and the browser tests' own libraries.
    Browser,
}

impl Need {
    /// The name by which `--without` leaves it out.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Postgres => "postgres",
            Self::Python => "python",
            Self::Ssh => "ssh",
            Self::Poppler => "poppler",
            Self::Browser => "browser",
        }
    }

    fn is_there(self) -> bool {
        match self {
            Self::Node => is_on_path("node") && is_on_path("npm"),
            Self::Postgres => postgres::programs().is_some(),
            Self::Python => makes_environments(),
            Self::Ssh => ["ssh", "sftp", "ssh-keygen"].into_iter().all(is_on_path),
            Self::Poppler => ["pdftotext", "pdfinfo", "pdffonts", "pdftoppm"].into_iter().all(is_on_path),
            Self::Browser => chromium().is_some(),
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Node => "Node 20 or later with npm",
            Self::Postgres => "a PostgreSQL server (only its programs; the tests start their own)",
            Self::Python => "Python 3 with venv and pip (zeep and python-hl7 are tested with)",
            Self::Ssh => "the client of OpenSSH (the SFTP server is tested with it)",
            Self::Poppler => "poppler's tools (printed documents are read back with them)",
            Self::Browser => "Chromium",
        }
    }

    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::Node => &["nodejs", "npm"],
            Self::Postgres => &["postgresql"],
            Self::Python => &["python3", "python3-venv"],
            Self::Ssh => &["openssh-client"],
            Self::Poppler => &["poppler-utils"],
            Self::Browser => &["chromium", "fonts-liberation"],
        }
    }
}

/// Sees that everything is there; as root on Debian installs what is missing.
pub(crate) fn provide(needs: &[Need]) -> Result<()> {
    for need in needs {
        println!("needs {}: {}", need.what(), if need.is_there() { "there" } else { "missing" });
    }
    let missing: Vec<_> = needs.iter().copied().filter(|need| !need.is_there()).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    if needs.contains(&Need::Browser) {
        install_browser_libraries(&tree::root().join("e2e"))?;
    }
    Ok(())
}

/// The Chromium to drive: `OPENIIS_CHROMIUM`, else the first of its usual names.
pub(crate) fn chromium() -> Option<PathBuf> {
    if let Some(set) = environment::variable("OPENIIS_CHROMIUM") {
        return Some(PathBuf::from(set));
    }
    ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
        .iter()
        .find_map(|name| find(name))
}

/// Whether this process may do everything.
pub(crate) fn is_root() -> bool {
    let answer = Command::new("id").arg("-u").output();
    answer.is_ok_and(|answer| answer.stdout.trim_ascii() == b"0")
}

fn install(missing: &[Need]) -> Result<()> {
    let packages: Vec<_> = missing.iter().flat_map(|need| need.debian_packages()).copied().collect();
    let line = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    let is_debian = is_on_path("apt-get");
    if !(is_root() && is_debian) {
        let names: Vec<_> = missing.iter().map(|need| need.what()).collect();
        let how = if is_debian {
            format!("install it with: sudo apt-get update && sudo {line}")
        } else {
            "install it with the packages of this system".to_owned()
        };
        let leave_out: Vec<_> = missing
            .iter()
            .filter(|need| !matches!(need, Need::Node | Need::Python | Need::Ssh | Need::Poppler))
            .map(|need| need.name())
            .collect();
        if leave_out.is_empty() {
            bail!("missing: {}. {how}", names.join("; "));
        }
        bail!(
            "missing: {}. {how}\nor leave it out by name: --without {}",
            names.join("; "),
            leave_out.join(",")
        );
    }
    for step in ["apt-get update -q", &line] {
        println!("{step}");
        let mut words = step.split(' ');
        let status = Command::new(words.next().expect("each step has a first word"))
            .args(words)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status()?;
        if !status.success() {
            bail!("`{step}` failed");
        }
    }
    match missing.iter().find(|need| !need.is_there()) {
        Some(need) => bail!("{} is still not there after `{line}`", need.what()),
        None => Ok(()),
    }
}

/// `npm ci` when the lock file is newer than what is installed.
fn install_browser_libraries(folder: &Path) -> Result<()> {
    let written = |path: &str| fs::metadata(folder.join(path)).and_then(|file| file.modified()).ok();
    let lock = written("package-lock.json").context("e2e/package-lock.json is missing")?;
    if written("node_modules/.package-lock.json").is_some_and(|installed| installed >= lock) {
        return Ok(());
    }
    println!("npm ci in e2e/");
    let status = Command::new("npm").args(["ci", "--ignore-scripts"]).current_dir(folder).status()?;
    if !status.success() {
        bail!("`npm ci --ignore-scripts` failed in e2e/");
    }
    Ok(())
}

/// Debian's Python comes without the part that puts pip into an environment.
fn makes_environments() -> bool {
    let answer = Command::new("python3").args(["-c", "import venv, ensurepip"]).output();
    answer.is_ok_and(|answer| answer.status.success())
}

fn is_on_path(name: &str) -> bool {
    find(name).is_some()
}

fn find(name: &str) -> Option<PathBuf> {
    let folders = environment::variable("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}
