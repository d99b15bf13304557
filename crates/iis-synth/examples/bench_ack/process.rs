//! The two programs that are measured: the server and the probe.

use crate::options::Options;
use crate::store::Databases;
use anyhow::{Context, Result, bail};
use iis_synth::load::Target;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server; killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) target: Target,
}

/// The running probe; killed when dropped.
#[derive(Debug)]
pub(crate) struct Probe {
    child: Child,
    pub(crate) target: Target,
}

impl Server {
    /// Starts as many servers on one database as asked for; the first one makes the demonstration's test sender.
    pub(crate) fn start(
        options: &Options,
        processes: usize,
        folder: &Path,
        databases: &Databases,
    ) -> Result<Vec<Self>> {
        let mut servers: Vec<Self> = Vec::new();
        for number in 0..processes {
            let credentials = servers.first().map(|first| first.target.credentials.clone());
            let data = folder.join(format!("data-{number}"));
            if number > 0 {
                share_keys(&folder.join("data-0"), &data)?;
            }
            let mut command = Command::new(&options.openiis);
            command.args(["serve", "--http", "127.0.0.1:0", "--data"]).arg(&data);
            if number == 0 {
                command.args(["--demo", "--people", "1"]);
            }
            if let Some(url) = &databases.server_url {
                command.env("OPENIIS_DATABASE", url);
            }
            command.env("OPENIIS_LOG_LEVEL", "warn");
            let log = File::create(folder.join(format!("server-{number}.log")))?;
            let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn();
            let mut child = child.with_context(|| format!("starting {}", options.openiis.display()))?;
            match Self::understand(&mut child, credentials) {
                Ok(target) => servers.push(Self { child, target }),
                Err(error) => {
                    let _ = child.kill();
                    let log =
                        fs::read_to_string(folder.join(format!("server-{number}.log"))).unwrap_or_default();
                    return Err(error.context(log));
                }
            }
        }
        Ok(servers)
    }

    /// Reads what the server prints until it is ready and, unless known, has said how its test sender signs in.
    fn understand(child: &mut Child, mut credentials: Option<String>) -> Result<Target> {
        let mut lines =
            BufReader::new(child.stdout.take().context("its standard output was asked for")?).lines();
        let mut address = None;
        while address.is_none() || credentials.is_none() {
            let Some(line) = lines.next() else { bail!("the server ended before it was ready") };
            let line = line?;
            if let Some(url) = line.trim().strip_prefix("ready http://") {
                // The name may stand for an IPv6 address too, on which nobody listens.
                let mut all = url.trim_end_matches('/').to_socket_addrs()?;
                address = all.find(SocketAddr::is_ipv4);
            }
            if let Some((_, rest)) = line.split_once("curl ").and_then(|(_, rest)| rest.split_once("-u ")) {
                credentials =
                    rest.split_whitespace().next().map(|word| word.trim_matches(['\'', '"']).to_owned());
            }
        }
        // Reads on, so that the server never waits for somebody to listen.
        std::thread::spawn(move || lines.map_while(Result::ok).count());
        let (address, credentials) = (address.context("an address")?, credentials.context("a sender")?);
        Ok(Target { address, credentials })
    }

    /// Processor seconds used so far, and resident memory in bytes.
    pub(crate) fn used(&self) -> (f64, u64) {
        used(self.child.id())
    }
}

impl Probe {
    /// Starts the probe: this program again, by its own word.
    pub(crate) fn start(databases: &Databases) -> Result<Self> {
        let credentials = "bench:not-a-secret";
        let mut child = Command::new(std::env::current_exe()?)
            .args(["probe", &databases.probe_store, credentials])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the probe")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its standard output was asked for")?)
            .read_line(&mut line)?;
        let Some(port) = line.trim().strip_prefix("ready ") else {
            let _ = child.kill();
            bail!("the probe is not ready: {line}");
        };
        let address = SocketAddr::from(([127, 0, 0, 1], port.parse()?));
        Ok(Self { child, target: Target { address, credentials: credentials.to_owned() } })
    }

    /// How many commits it made so far.
    pub(crate) fn commits(&self) -> u64 {
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(self.target.address)?;
            stream.write_all(b"GET /commits HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n")?;
            let mut text = String::new();
            stream.read_to_string(&mut text)?;
            Ok(text)
        };
        let text = ask().unwrap_or_default();
        text.rsplit("\r\n\r\n").next().and_then(|body| body.trim().parse().ok()).unwrap_or(0)
    }

    /// Processor seconds used so far, and resident memory in bytes.
    pub(crate) fn used(&self) -> (f64, u64) {
        used(self.child.id())
    }
}

/// Several servers of one database use the same keys: the first one has made them.
fn share_keys(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if let Some(name) = path.file_name()
            && path.extension().is_some_and(|extension| extension == "key")
        {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Processor seconds and resident bytes of a process, from `/proc`; zeros where that is not there.
fn used(process: u32) -> (f64, u64) {
    const TICKS_PER_SECOND: f64 = 100.0;
    const PAGE_BYTES: u64 = 4096;
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name in parentheses may hold spaces; utime and stime are the 14th and 15th fields, rss the 24th.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let number = |index: usize| fields.get(index).and_then(|field| field.parse::<u32>().ok()).unwrap_or(0);
    ((f64::from(number(11)) + f64::from(number(12))) / TICKS_PER_SECOND, u64::from(number(21)) * PAGE_BYTES)
}

/// How often a second a small write can be made durable in a folder, one after the other.
pub(crate) fn flushes_a_second(folder: &Path) -> Result<f64> {
    let mut file = File::create(folder.join("flush"))?;
    let started = Instant::now();
    let mut count = 0.0;
    while started.elapsed() < Duration::from_millis(300) {
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        count += 1.0;
    }
    Ok(count / started.elapsed().as_secs_f64())
}
