//! The SFTP server with the client of OpenSSH: files in, results out, and nothing else to be seen.

use crate::support::{Engine, Ground, House, SENDER, Vxu, eventually};
use iis_server::config::Config;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Whether OpenSSH is there; said on standard error and refused with `CI=true` when it is not.
#[expect(clippy::print_stderr, clippy::disallowed_methods, reason = "what is left out is said")]
pub(crate) fn has_open_ssh() -> bool {
    let is_there =
        Command::new("sftp").arg("-h").output().is_ok() && Command::new("ssh").arg("-V").output().is_ok();
    if !is_there {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "the client of OpenSSH is needed");
        eprintln!("left out: the client of OpenSSH is not there");
    }
    is_there
}

/// A server that speaks SFTP, and a key that is the sender's.
pub(crate) struct Shore {
    pub(crate) house: House,
    pub(crate) key: PathBuf,
}

impl Shore {
    pub(crate) fn on(engine: Engine, settle: impl FnOnce(&mut Config)) -> Self {
        let mut ground = Ground::new(engine);
        ground.config.sftp.address = "127.0.0.1:0".into();
        ground.config.files.scan_seconds = 1;
        settle(&mut ground.config);
        let key = key(ground.folder.path(), "key", "ed25519");
        allow(&ground, SENDER, &key);
        Self { house: ground.serve(), key }
    }

    pub(crate) fn port(&self) -> u16 {
        self.house.running().app.config.sftp.listens().expect("it listens").port()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.house.folder.path()
    }

    /// The words with which a client connects.
    pub(crate) fn client(&self, program: &str, key: &Path) -> Command {
        client(program, self.port(), self.folder(), key)
    }

    /// Runs these lines as the sender; a line that begins with `-` may fail.
    pub(crate) fn sftp(&self, lines: &str) -> Output {
        self.sftp_as(SENDER, &self.key, lines)
    }

    pub(crate) fn sftp_as(&self, user: &str, key: &Path, lines: &str) -> Output {
        let mut command = self.client("sftp", key);
        command.args(["-b", "-"]).arg(format!("{user}@127.0.0.1"));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("sftp runs");
        // a client that cannot sign in reads nothing
        let _ = child.stdin.take().expect("piped").write_all(lines.as_bytes());
        child.wait_with_output().expect("ended")
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder().join(name);
        std::fs::write(&path, bytes).expect("written");
        path.display().to_string()
    }

    /// What the sender's folder holds below a name.
    pub(crate) fn names(&self, below: &str) -> Vec<String> {
        let home = self.folder().join("sftp").join(SENDER).join(below);
        let listed = std::fs::read_dir(home).into_iter().flatten().flatten();
        let mut names: Vec<_> = listed.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }
}

pub(crate) fn client(program: &str, port: u16, folder: &Path, key: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["-F", "/dev/null", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes"]);
    command.args([
        "-o",
        "LogLevel=ERROR",
        "-o",
        "IdentityAgent=none",
        "-o",
        "StrictHostKeyChecking=accept-new",
        "-o",
    ]);
    command.arg(format!("UserKnownHostsFile={}", folder.join("known_hosts").display())).arg("-i").arg(key);
    command.arg("-o").arg(format!("Port={port}"));
    command
}

pub(crate) fn key(folder: &Path, name: &str, kind: &str) -> PathBuf {
    let path = folder.join(name);
    let made = Command::new("ssh-keygen").args(["-q", "-N", "", "-t", kind, "-f"]).arg(&path).status();
    assert!(made.expect("ssh-keygen runs").success());
    path
}

pub(crate) fn allow(ground: &Ground, sender: &str, key: &Path) {
    let public = key.with_extension("pub").display().to_string();
    let allowed = ground.openiis(&["sender", "allow", sender, "--ssh-key", &public]).output().expect("runs");
    assert!(allowed.status.success(), "{}", String::from_utf8_lossy(&allowed.stderr));
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn two_messages() -> String {
    let other = Vxu { control_id: "M2", mrn: "R200", last: "Calloway", ..Vxu::default() };
    format!("BHS|^~\\&|EHR|RIVER\r{}{}BTS|2\r", Vxu::default().text(), other.text())
}

#[test]
fn a_file_goes_in_and_its_results_come_out() {
    if !has_open_ssh() {
        return;
    }
    for engine in Engine::all() {
        let shore = Shore::on(engine, |_| {});
        let file = shore.write("feed.hl7", two_messages().as_bytes());
        let output = shore.sftp(&format!("pwd\nls -l /\ncd in\nput -p {file}\nls -l /out\n"));
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("Remote working directory: /\n"), "{}", said(&output));
        eventually("results", || shore.names("out").len() == 2);
        let replies = shore.folder().join("fetched.hl7");
        let output = shore.sftp(&format!("get /out/feed.replies.hl7 {}\nls -l /out\n", replies.display()));
        assert!(output.status.success(), "{}", said(&output));
        let text = std::fs::read_to_string(replies).expect("fetched");
        assert!(text.contains("\rMSA|AA|M1\r") && text.contains("\rMSA|AA|M2\r"), "{engine:?} {text}");
        assert!(said(&output).contains("feed.summary.txt"), "{}", said(&output));
        // results are the sender's to remove; what is settled is kept apart
        let output = shore.sftp("rm /out/feed.replies.hl7\nrm /out/feed.summary.txt\n");
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!((shore.names("in"), shore.names("out"), shore.names("work")), (vec![], vec![], vec![]));
        let done = shore.names("done");
        assert_eq!(done.len(), 1, "{done:?}");
        let kept = shore.names(&format!("done/{}", done[0]));
        assert_eq!(kept, ["feed.progress.json", "feed.replies.hl7", "feed.summary.txt", "received"]);
    }
}

#[test]
fn a_file_with_a_name_for_writing_waits_until_it_is_renamed() {
    if !has_open_ssh() {
        return;
    }
    let shore = Shore::on(Engine::Sqlite, |_| {});
    let file = shore.write("feed.hl7", two_messages().as_bytes());
    assert!(shore.sftp(&format!("put {file} /in/feed.hl7.part\n")).status.success());
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!((shore.names("in"), shore.names("out")), (vec!["feed.hl7.part".to_owned()], vec![]));
    let output = shore.sftp("rename /in/feed.hl7.part /in/feed.hl7\n");
    assert!(output.status.success(), "{}", said(&output));
    eventually("results", || shore.names("out").len() == 2);
}

#[test]
fn nothing_else_can_be_seen_or_changed() {
    if !has_open_ssh() {
        return;
    }
    let shore = Shore::on(Engine::Sqlite, |_| {});
    let file = shore.write("a.hl7", b"hello");
    let got = shore.folder().join("got");
    let lines = [
        format!("get /etc/passwd {}", got.display()),
        format!("get ../../../../etc/passwd {}", got.display()),
        format!("get /in/../../../openiis.db {}", got.display()),
        format!("get /done/x {}", got.display()),
        format!("put {file} /a.hl7"),
        format!("put {file} /out/a.hl7"),
        format!("put {file} /in/deep/a.hl7"),
        format!("put {file} /../a.hl7"),
        "ls /work".to_owned(),
        "ls /uploads".to_owned(),
        "cd /etc".to_owned(),
        "mkdir /in/deep".to_owned(),
        "rmdir /in".to_owned(),
        "ln -s /etc/passwd /in/link".to_owned(),
        "ln /out/x /in/hard".to_owned(),
        "rename /in /other".to_owned(),
        "rm /in/absent".to_owned(),
    ];
    for line in &lines {
        let output = shore.sftp(&format!("{line}\n"));
        assert!(!output.status.success(), "{line}: {}", said(&output));
        let text = said(&output);
        assert!(
            !text.contains("openiis-data")
                && !text.contains(&shore.folder().join("sftp").display().to_string()),
            "{text}"
        );
    }
    assert!(!got.exists());
    let output = shore.sftp("ls -1 /\n");
    let listed: Vec<String> =
        said(&output).lines().filter(|line| !line.contains('>')).map(|l| l.trim().to_owned()).collect();
    assert_eq!(listed, ["/in", "/out"], "{}", said(&output));
    // links that somebody else has put there lead nowhere
    let home = shore.folder().join("sftp").join(SENDER);
    std::os::unix::fs::symlink("/etc/passwd", home.join("out/link")).expect("linked");
    assert!(!shore.sftp(&format!("get /out/link {}\n", got.display())).status.success());
    assert!(!got.exists());
    // no shell, no command, no forwarding
    for words in [&["id"][..], &["-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:1"]] {
        let mut ssh = shore.client("ssh", &shore.key);
        let output = ssh
            .args(&words[..words.len() - 1])
            .arg(format!("{SENDER}@127.0.0.1"))
            .arg(words[words.len() - 1]);
        let output = output.stdin(Stdio::null()).output().expect("ssh runs");
        assert!(!output.status.success(), "{words:?}: {}", said(&output));
        assert!(!said(&output).contains("uid="), "{}", said(&output));
    }
}

#[test]
fn large_files_go_up_and_down_unchanged_in_several_sessions() {
    if !has_open_ssh() {
        return;
    }
    let shore = Shore::on(Engine::Sqlite, |_| {});
    let mut word = 0x2545_f491_u32;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        word = word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        word.to_le_bytes()[3]
    })
    .take(20 << 20)
    .collect();
    let file = shore.write("large", &bytes);
    let started = Instant::now();
    std::thread::scope(|scope| {
        for n in 0..3 {
            let (shore, file, bytes) = (&shore, &file, &bytes);
            scope.spawn(move || {
                let back = shore.folder().join(format!("back-{n}"));
                let lines = format!(
                    "put {file} /in/{n}.part\nget /in/{n}.part {}\nrm /in/{n}.part\n",
                    back.display()
                );
                let output = shore.sftp(&lines);
                assert!(output.status.success(), "{}", said(&output));
                assert!(std::fs::read(back).expect("fetched") == *bytes, "the same bytes");
            });
        }
    });
    assert!(started.elapsed() < Duration::from_secs(90), "{:?}", started.elapsed());
    assert!(shore.names("in").is_empty() && shore.names("uploads").is_empty());
}
