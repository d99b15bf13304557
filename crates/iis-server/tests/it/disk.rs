//! A disk that fills up under load and is freed again (reliability A9).

use crate::support::{Engine, Ground, Raw, Vxu, ack, dates, query, raw, request};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A small file system of a test's own, as root; unmounted at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None`, said on standard error, where this may not be done.
    #[expect(clippy::print_stderr, reason = "what is left out is said")]
    fn mount(path: &Path, size: &str) -> Option<Self> {
        let options = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(path).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(path.to_path_buf()));
        }
        eprintln!("left out: a full disk, because a small file system cannot be mounted here");
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // lazily: the server may just be ending
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn on_a_full_disk_nobody_is_told_yes_and_afterwards_all_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(_disk) = SmallDisk::mount(folder.path(), "24m") else { return };
    fill(folder);
}

fn fill(folder: TempDir) {
    let ballast = folder.path().join("ballast");
    let ground = Ground::in_folder(folder, Engine::Sqlite);
    let server = ground.spawn();
    let send = |n: u32| -> Raw {
        let (control_id, mrn) = (format!("D{n}"), format!("D{n}"));
        let message = Vxu { control_id: &control_id, mrn: &mrn, ..Vxu::default() }.text();
        raw(server.address, &request("/hl7", "application/hl7-v2", message.as_bytes()))
    };
    let mut acknowledged: Vec<u32> = (0..20).inspect(|n| assert_eq!(ack(&send(*n).text()), "AA")).collect();

    // the disk fills up but for a little
    let free = rustix::fs::statvfs(ground.folder.path()).expect("a file system");
    let bytes = usize::try_from(free.f_bavail * free.f_frsize).expect("small");
    std::fs::write(&ballast, vec![7; bytes.saturating_sub(2 << 20)]).expect("room for the ballast");
    let mut refused = Vec::new();
    let mut n = 20;
    while refused.len() < 30 && n < 5_000 {
        let answer = send(n);
        match (answer.status, ack(&answer.text())) {
            (200, "AA") => acknowledged.push(n),
            (503, "AR") => refused.push(n),
            other => panic!("{other:?}: {answer:?}"),
        }
        n += 1;
    }
    assert_eq!(refused.len(), 30, "the disk became full after {n} messages");
    let alive = raw(server.address, b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert_eq!(alive.status, 200, "reading goes on: {alive:?}");

    // room again: no restart is needed, and nothing acknowledged is missing
    std::fs::remove_file(&ballast).expect("freed");
    for n in &refused {
        assert_eq!(ack(&send(*n).text()), "AA");
    }
    for n in acknowledged.iter().chain(&refused) {
        let message = query(&format!("Q{n}"), &format!("D{n}"), "Marlowe", "Juniper");
        let found = raw(server.address, &request("/hl7", "application/hl7-v2", message.as_bytes())).text();
        assert_eq!(dates(&found).len(), 1, "D{n}: {found}");
    }
    drop(server);
    let audit = ground.openiis(&["audit", "verify"]).output().expect("runs");
    assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stdout));
}
