//! Memory of a server that waits for work.

use crate::support::{Spawned, Vxu, raw, request};
use std::process::Command;
use std::time::Duration;

/// What a server that waits may hold besides its own code. A release build with the demonstration's 2,000 people may hold
/// 100 MiB in all (docs/performance.md), 25 of them code; of this build, which is not optimized, 47 MiB are code.
const MOST_KIB: u64 = 64 * 1024;

/// So long after it is ready a server waits: what it does first, such as counting names, is done and given back.
const SETTLES: Duration = Duration::from_secs(4);

/// Resident memory of a process, in KiB.
pub(crate) fn resident(server: &Spawned) -> u64 {
    figure(server, "VmRSS:")
}

/// A figure of a process's memory, in KiB.
fn figure(server: &Spawned, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).expect("Linux");
    let line = status.lines().find(|line| line.starts_with(name)).expect("the figure");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

#[test]
fn a_server_with_the_demonstration_waits_in_little_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_openiis"));
        command
            .args(["serve", "--demo", "--people", "300", "--http", "127.0.0.1:0", "--data"])
            .arg(folder.path());
        command.env("OPENIIS_LOG_LEVEL", "warn");
        Spawned::start(command)
    };
    for what in ["after filling in", "after a restart"] {
        let mut server = start();
        for n in 0..20 {
            let control_id = format!("R{n}");
            let message = Vxu { control_id: &control_id, ..Vxu::default() }.text();
            // nobody of the demonstration: refused, but the way there is warm
            assert_eq!(raw(server.address, &request("/hl7", "text/plain", message.as_bytes())).status, 401);
        }
        std::thread::sleep(SETTLES);
        let kib = figure(&server, "RssAnon:");
        assert!(kib < MOST_KIB, "{what}: {kib} KiB");
        assert!(server.terminate().success());
    }
}
