//! A disk that fills up under load and is freed again (reliability A9).

use crate::support::{Engine, Ground, Raw, Vxu, ack, dates, query, raw, request, rounds};
use iis_store::testing::shared_cluster;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

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
    for _ in 0..rounds(1) {
        let folder = tempfile::tempdir().expect("a folder");
        let Some(_disk) = SmallDisk::mount(folder.path(), "32m") else { return };
        let disk = folder.path().to_path_buf();
        let mut ground = Ground::in_folder(folder, Engine::Sqlite);
        ground.config.store.reserve_mib = 4;
        fill(&ground, &disk);
    }
}

#[test]
fn on_a_full_table_space_of_postgresql_too() {
    let Some(cluster) = shared_cluster() else { return };
    for round in 0..rounds(1) {
        let folder = tempfile::tempdir().expect("a folder");
        let Some(disk) = SmallDisk::mount(folder.path(), "24m") else { return };
        // tables lie there and nothing else of the cluster that other tests use
        let space = folder.path().join("space");
        std::fs::create_dir(&space).expect("made");
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("open to PostgreSQL");
        give_to_postgresql(&space);
        let name = format!("small{}_{round}", std::process::id());
        cluster.run(&format!("CREATE TABLESPACE {name} LOCATION '{}'", space.display()));
        let mut ground = Ground::new(Engine::Postgres);
        let schema = ground.config.database.clone();
        ground.config.database = format!("{schema}%20-c%20default_tablespace%3D{name}");
        let moved = schema.rsplit("search_path%3D").next().expect("a schema").to_owned();
        cluster.run(&format!("DROP SCHEMA {moved} CASCADE; CREATE SCHEMA {moved}"));
        ground.set_up();
        fill(&ground, folder.path());
        cluster.run(&format!("DROP SCHEMA {moved} CASCADE"));
        cluster.run(&format!("DROP TABLESPACE {name}"));
        drop(disk);
    }
}

/// The owner of a running PostgreSQL's own files is whom it runs as.
fn give_to_postgresql(folder: &Path) {
    let user = ["postgres", "nobody"].into_iter().find(|user| {
        Command::new("id").args(["-u", user]).output().is_ok_and(|output| output.status.success())
    });
    let given = Command::new("chown").arg(user.expect("an unprivileged user")).arg(folder).status();
    assert!(given.is_ok_and(|status| status.success()), "given to PostgreSQL's user");
}

/// Fills the disk that the ground's tables lie on, and frees it.
fn fill(ground: &Ground, disk: &Path) {
    let ballast = disk.join("ballast");
    let server = ground.spawn();
    let send = |n: u32| -> Raw {
        let (control_id, mrn) = (format!("D{n}"), format!("D{n}"));
        let message = Vxu { control_id: &control_id, mrn: &mrn, ..Vxu::default() }.text();
        raw(server.address, &request("/hl7", "application/hl7-v2", message.as_bytes()))
    };
    let mut acknowledged: Vec<u32> = (0..20).inspect(|n| assert_eq!(ack(&send(*n).text()), "AA")).collect();

    // the disk fills up but for a little
    let free = rustix::fs::statvfs(disk).expect("a file system");
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
    if ground.config.sqlite_file().is_some() {
        assert!(alive.text().contains("the disk is full"), "{alive:?}");
        for n in (0..200).map(|n| acknowledged[n % acknowledged.len()]) {
            let message = query(&format!("F{n}"), &format!("D{n}"), "Marlowe", "Juniper");
            let found =
                raw(server.address, &request("/hl7", "application/hl7-v2", message.as_bytes())).text();
            assert_eq!(dates(&found).len(), 1, "read on a full disk, with its audit row: {found}");
        }
    }

    // room again: no restart is needed, and nothing acknowledged is missing
    std::fs::remove_file(&ballast).expect("freed");
    let until = Instant::now() + Duration::from_secs(10);
    while ack(&send(refused[0]).text()) != "AA" && Instant::now() < until {
        sleep(Duration::from_millis(100)); // room is looked for now and then
    }
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
