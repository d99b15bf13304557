//! A running registry to speak to: one we start, with the demo's invented sender.

use crate::temporary::Folder;
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// How long it may take until it answers.
const READY_WITHIN: Duration = Duration::from_mins(1);

/// A registry of the demo, stopped and removed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it answers, without a slash at the end.
    pub(crate) url: String,
    /// `NAME:SECRET` of its HL7 sender.
    pub(crate) sender: String,
    _folder: Folder,
}

impl Server {
    /// Starts `openiis serve --demo` with an empty store on a free port.
    pub(crate) fn start(openiis: &Path) -> Result<Self> {
        let folder = Folder::new("serve")?;
        let log = folder.path().join("log");
        let mut child = Command::new(openiis)
            .args(["serve", "--demo", "--people", "20", "--http", "127.0.0.1:0", "--data"])
            .arg(folder.path().join("data"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&log)?)
            .spawn()
            .with_context(|| format!("starting {}", openiis.display()))?;
        let output = child.stdout.take().expect("its standard output was asked for");
        let (say, hear) = mpsc::channel();
        // Reads to the end, so that the server never waits for somebody to listen.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = say.send(line);
            }
        });
        let mut server = Self { child, url: String::new(), sender: String::new(), _folder: folder };
        while server.url.is_empty() || server.sender.is_empty() {
            match hear.recv_timeout(READY_WITHIN) {
                Ok(line) => server.understand(&line),
                Err(reason) => {
                    let how = match reason {
                        RecvTimeoutError::Disconnected => "ended before it was ready",
                        RecvTimeoutError::Timeout => "was not ready in a minute",
                    };
                    bail!(
                        "`openiis serve --demo` {how}: it must say `ready http://…` and a line `curl … -u NAME:SECRET …`\n{}",
                        fs::read_to_string(&log).unwrap_or_default()
                    );
                }
            }
        }
        Ok(server)
    }

    fn understand(&mut self, line: &str) {
        if let Some(url) = ready_at(line) {
            url.clone_into(&mut self.url);
        }
        if let Some(sender) = sender_of_curl_line(line) {
            sender.clone_into(&mut self.sender);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address of `ready http://localhost:8080`.
fn ready_at(line: &str) -> Option<&str> {
    line.trim().strip_prefix("ready ").map(|url| url.trim_end_matches('/'))
}

/// The credential of `curl … -u NAME:SECRET …`.
fn sender_of_curl_line(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("curl ")?.1.split_once("-u ")?;
    rest.split_whitespace().next().map(|word| word.trim_matches(['\'', '"']))
}

#[cfg(test)]
mod tests {
    use super::{ready_at, sender_of_curl_line};

    #[test]
    fn the_first_lines_of_the_demo_are_understood() {
        assert_eq!(ready_at("ready http://localhost:8080"), Some("http://localhost:8080"));
        assert_eq!(ready_at("not ready yet"), None);
        let line = "  curl -sS -u 'demo-clinic:s3cret' --data-binary @vxu.hl7 http://localhost:8080/hl7";
        assert_eq!(sender_of_curl_line(line), Some("demo-clinic:s3cret"));
        assert_eq!(sender_of_curl_line("sign in as nurse"), None);
    }
}
