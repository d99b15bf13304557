//! A PostgreSQL of this test run alone.
//!
//! It lives in a folder of its own, on a free port of the loopback, under an unprivileged user, and ends with
//! this process however that ends: a shell in a process group of its own holds the other end of a pipe and
//! stops the server when the pipe closes, so that Ctrl-C, a panic or a kill leave nothing behind.

use crate::environment;
use crate::needs::is_root;
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// What the shell does. `$1` programs, `$2` folder, `$3` port, `$4` fsync, then the words that change the user.
///
/// It says `ready` when the server answers, waits for the end of its input, and leaves nothing.
const KEEPER: &str = r#"
programs=$1 folder=$2 port=$3 fsync=$4; shift 4
trap '' INT HUP TERM
cd / || exit 1
leave() { "$@" "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1; rm -rf "$folder"; }
if "$@" "$programs/initdb" -D "$folder/data" -U openiis --pwfile="$folder/secret" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C --no-sync >"$folder/log" 2>&1 &&
   "$@" "$programs/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 \
        -o "-h 127.0.0.1 -p $port -k $folder -c max_connections=300 -c shared_buffers=128MB -c fsync=$fsync" start >>"$folder/log" 2>&1
then echo ready; cat >/dev/null
else cat "$folder/log" "$folder/server.log" 2>/dev/null
fi
leave "$@"
"#;

/// Whether the server waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disk {
    /// As in use: what is measured and soaked.
    Waits,
    /// Not: what is tested ends with its machine, and loses nothing with its processes.
    GoesOn,
}

/// A running server; stopped and removed when dropped.
#[derive(Debug)]
pub(crate) struct Postgres {
    keeper: Child,
    pipe: Option<ChildStdin>,
    url: String,
}

impl Postgres {
    /// Makes a cluster and starts it.
    pub(crate) fn start(disk: Disk) -> Result<Self> {
        let programs = programs().context("no PostgreSQL server programs (initdb, pg_ctl) found")?;
        let folder = std::env::temp_dir().join(format!("openiis-postgres-{}", std::process::id()));
        // Only its owner may look in: the password lies there while the cluster is made.
        fs::DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .with_context(|| format!("making {}", folder.display()))?;
        let secret = secret()?;
        fs::write(folder.join("secret"), &secret)?;
        let user = unprivileged_user(&folder)?;
        let port = free_port()?;
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .args([&programs, &folder])
            .arg(port.to_string())
            .arg(if disk == Disk::Waits { "on" } else { "off" })
            .args(user)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .context("starting the shell that keeps PostgreSQL")?;
        let pipe = keeper.stdin.take();
        let mut said = BufReader::new(keeper.stdout.take().expect("its standard output was asked for"));
        let mut line = String::new();
        said.read_line(&mut line)?;
        if line.trim() != "ready" {
            said.read_to_string(&mut line)?;
            keeper.wait()?;
            bail!("PostgreSQL does not start: {}", line.trim());
        }
        println!("PostgreSQL: started for this run on port {port}");
        Ok(Self { keeper, pipe, url: format!("postgres://openiis:{secret}@127.0.0.1:{port}/postgres") })
    }

    /// Where tests reach it, with a user that may create databases.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.pipe.take());
        if let Err(failure) = self.keeper.wait() {
            eprintln!("xtask: PostgreSQL may still run: {failure}");
        }
    }
}

/// The folder with `initdb` and `pg_ctl`: on the path, or the newest of Debian's.
pub(crate) fn programs() -> Option<PathBuf> {
    let path = environment::variable("PATH").unwrap_or_default();
    let mut debian: Vec<_> = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().collect();
    debian.sort_by_key(|entry| entry.file_name().to_string_lossy().parse::<u32>().unwrap_or(0));
    std::env::split_paths(&path)
        .chain(debian.iter().rev().map(|entry| entry.path().join("bin")))
        .find(|folder| ["initdb", "pg_ctl"].iter().all(|program| folder.join(program).is_file()))
}

/// The words that run a command as somebody else when this is root, whom PostgreSQL refuses.
fn unprivileged_user(folder: &Path) -> Result<Vec<String>> {
    if !is_root() {
        return Ok(Vec::new());
    }
    let has_postgres =
        Command::new("id").arg("postgres").output().is_ok_and(|answer| answer.status.success());
    let (owner, words) = if has_postgres {
        ("postgres:postgres", "runuser -u postgres --")
    } else {
        ("65534:65534", "setpriv --reuid=65534 --regid=65534 --clear-groups --")
    };
    let status = Command::new("chown").args(["-R", owner]).arg(folder).status()?;
    if !status.success() {
        bail!("cannot hand {} to {owner}", folder.display());
    }
    Ok(words.split(' ').map(ToOwned::to_owned).collect())
}

/// A port nobody listens on now.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A password nobody else on the machine knows.
fn secret() -> Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
}
