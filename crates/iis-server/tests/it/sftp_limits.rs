//! Who is let in by the SFTP server, and how much of it anybody gets.

use crate::memory::resident;
use crate::sftp::{Shore, allow, client, has_open_ssh, key, said};
use crate::support::{Engine, Ground, SECRET, SENDER, Spawned, eventually};
use iis_model::access::Permission;
use iis_model::organization::SenderProfile;
use iis_registry::access::operator;
use iis_registry::senders::{self, NewSender};
use iis_server::clock;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// How much more memory a server may hold after a large file than after a small one.
const MOST_GROWTH_KIB: u64 = 16 * 1024;

#[test]
fn only_a_key_of_the_sender_signs_it_in() {
    if !has_open_ssh() {
        return;
    }
    let shore = Shore::on(Engine::Sqlite, |_| {});
    let rsa = key(shore.folder(), "rsa", "rsa");
    let ecdsa = key(shore.folder(), "ecdsa", "ecdsa");
    let other = key(shore.folder(), "other", "ed25519");
    let ground = Ground {
        config: shore.house.running().app.config.clone(),
        folder: tempfile::tempdir().expect("a folder"),
    };
    allow(&ground, SENDER, &rsa);
    allow(&ground, SENDER, &ecdsa);
    let granted = operator(Permission::ManageSenders).expect("the operator may");
    let neighbor = NewSender {
        name: "neighbor".into(),
        site_codes: vec!["RIVER-EAST".into()],
        profile: SenderProfile::default(),
        secret: SECRET.into(),
    };
    let (cx, arrival) = (shore.house.registry(), clock::arrival(&shore.house.registry().identity.zone));
    shore.house.runtime.block_on(senders::add(cx, &granted, neighbor, arrival)).expect("made");
    allow(&ground, "neighbor", &other);
    #[rustfmt::skip]
    let table = [
        (SENDER,     &shore.key, true),
        (SENDER,     &rsa,       true),
        (SENDER,     &ecdsa,     true),
        ("neighbor", &other,     true),
        (SENDER,     &other,     false),
        ("neighbor", &rsa,       false),
        ("nobody",   &rsa,       false),
        ("root",     &shore.key, false),
    ];
    for (user, key, heard) in table {
        let output = shore.sftp_as(user, key, "ls /\n");
        assert_eq!(output.status.success(), heard, "{user} {}: {}", key.display(), said(&output));
    }
    // each sees its own
    let file = shore.write("mine.part", b"hello");
    assert!(shore.sftp(&format!("put {file} /in/mine.part\n")).status.success());
    let output = shore.sftp_as("neighbor", &other, "ls -1 /in\n");
    assert!(output.status.success() && !said(&output).contains("mine"), "{}", said(&output));

    // a client that stays
    let mut open = stay(&shore, SENDER, &rsa);
    let public = rsa.with_extension("pub").display().to_string();
    assert!(
        ground
            .openiis(&["sender", "disallow", SENDER, "--ssh-key", &public])
            .status()
            .expect("runs")
            .success()
    );
    eventually("a key that is taken away is not heard", || {
        !shore.sftp_as(SENDER, &rsa, "ls /\n").status.success()
    });
    eventually("and what was open with it ends", || open.try_wait().expect("looked").is_some());
}

#[test]
fn what_is_too_much_is_refused_and_what_breaks_off_leaves_nothing() {
    if !has_open_ssh() {
        return;
    }
    let shore = Shore::on(Engine::Sqlite, |config| {
        config.sftp.file_bytes = 1 << 20;
        config.sftp.sender_bytes = (1 << 20) + 1000;
    });
    let bytes = vec![b'a'; (1 << 20) + 1];
    let (fits, long) = (shore.write("fits", &bytes[1..]), shore.write("long", &bytes));
    let output = shore.sftp(&format!("put {long} /in/long.part\n"));
    assert!(!output.status.success() && said(&output).contains("Failure"), "{}", said(&output));
    assert!(shore.sftp(&format!("put {fits} /in/fits.part\n")).status.success());
    let output = shore.sftp(&format!("put {fits} /in/more.part\n"));
    assert!(!output.status.success(), "{}", said(&output));
    assert_eq!(shore.names("in"), ["fits.part"]);
    assert_eq!(shore.names("uploads"), Vec::<String>::new());

    // a client that is killed in the middle of it
    let shore = Shore::on(Engine::Sqlite, |_| {});
    let large = shore.write("large", &vec![b'a'; 64 << 20]);
    let mut command = shore.client("sftp", &shore.key);
    command.args(["-l", "2000", "-b", "-"]).arg(format!("{SENDER}@127.0.0.1")); // 2 Mbit/s: it takes minutes
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("runs");
    child
        .stdin
        .as_mut()
        .expect("piped")
        .write_all(format!("put {large} /in/large.hl7\n").as_bytes())
        .expect("told");
    eventually("it is being uploaded", || !shore.names("uploads").is_empty());
    child.kill().expect("killed");
    child.wait().expect("ended");
    eventually("nothing is left", || shore.names("uploads").is_empty());
    assert!(shore.names("in").is_empty());
}

#[test]
fn clients_that_do_not_say_who_they_are_are_closed() {
    let shore = Shore::on(Engine::Sqlite, |config| {
        config.limits.header_seconds = 1;
        config.sftp.sign_in_seconds = 2;
    });
    for greeting in ["", "S", "SSH-2.0-Slow\r\n"] {
        let mut stream = TcpStream::connect(("127.0.0.1", shore.port())).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
        stream.write_all(greeting.as_bytes()).expect("sent");
        let started = Instant::now();
        let mut rest = Vec::new();
        // closed or reset
        let _ = stream.read_to_end(&mut rest);
        assert!(started.elapsed() < Duration::from_secs(10), "{greeting:?} {:?}", started.elapsed());
        assert!(rest.starts_with(b"SSH-2.0-OpenIIS\r\n"), "{:?}", rest.escape_ascii().to_string());
    }
}

#[test]
fn the_servers_own_key_is_made_once_and_for_its_owner_alone() {
    if !has_open_ssh() {
        return;
    }
    let mut shore = Shore::on(Engine::Sqlite, |_| {});
    assert!(shore.sftp("ls /\n").status.success());
    let file = shore.folder().join("sftp-host.key");
    assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    // after a restart the client recognizes it: the port is written out of the list of known hosts
    let known = shore.folder().join("known_hosts");
    let before = std::fs::read_to_string(&known).expect("known");
    let (config, folder) = (shore.house.running().app.config.clone(), shore.folder().to_path_buf());
    shore.house.stop();
    let kept = tempfile::tempdir().expect("a folder");
    let mut again = Ground { folder: kept, config };
    again.config.sftp.address = "127.0.0.1:0".into();
    again.config.http.address = "127.0.0.1:0".into();
    let house = again.serve();
    let port = house.running().app.config.sftp.listens().expect("it listens").port();
    let entry = before.split_once(' ').map(|(_, key)| format!("[127.0.0.1]:{port} {key}")).expect("an entry");
    std::fs::write(&known, entry).expect("written");
    let mut command = client("sftp", port, &folder, &shore.key);
    command.args(["-o", "StrictHostKeyChecking=yes", "-b", "/dev/null"]).arg(format!("{SENDER}@127.0.0.1"));
    let output = command.output().expect("runs");
    assert!(output.status.success(), "{}", said(&output));
}

/// A client that has signed in, greeted, and does nothing more.
fn stay(shore: &Shore, user: &str, key: &std::path::Path) -> Child {
    let mut command = shore.client("ssh", key);
    command.args(["-s"]).arg(format!("{user}@127.0.0.1")).arg("sftp");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("ssh runs");
    let hello = [0, 0, 0, 5, 1, 0, 0, 0, 3];
    child.stdin.as_mut().expect("piped").write_all(&hello).expect("sent");
    let mut version = [0; 9];
    child.stdout.as_mut().expect("piped").read_exact(&mut version).expect("answered");
    assert_eq!((version[4], version[8]), (2, 3));
    child
}

#[test]
fn a_sender_that_leaves_its_connections_open_gets_no_more_of_them() {
    if !has_open_ssh() {
        return;
    }
    let shore = Shore::on(Engine::Sqlite, |config| {
        config.sftp.sender_connections = 2;
        config.sftp.sign_in_seconds = 3;
        config.sftp.idle_seconds = 15;
    });
    let mut open: Vec<Child> = (0..2).map(|_| stay(&shore, SENDER, &shore.key)).collect();
    let output = shore.sftp("ls /\n");
    assert!(!output.status.success(), "both places are taken");
    let why = said(&output);
    assert!(why.contains("too many connections of this sender"), "and it is told from a wrong key: {why}");
    // nor does one that asks for nothing hold a place for long
    let mut idle = shore.client("ssh", &shore.key);
    idle.args(["-N"]).arg(format!("{SENDER}@127.0.0.1")).stdin(Stdio::null()).stderr(Stdio::null());
    let mut idle = idle.spawn().expect("runs");
    eventually("it is closed when its time to sign in is over", || {
        idle.try_wait().expect("looked").is_some()
    });
    // who is silent is closed, and its place is free
    let until = Instant::now() + Duration::from_mins(1);
    while open.iter_mut().any(|child| child.try_wait().expect("looked").is_none()) {
        assert!(Instant::now() < until, "silent connections stay open");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(shore.sftp("ls /\n").status.success());
}

#[test]
fn a_crowd_that_signs_in_nowhere_keeps_nobody_out() {
    if !has_open_ssh() {
        return;
    }
    let shore = Shore::on(Engine::Sqlite, |config| config.sftp.connections = 8);
    let crowd: Vec<TcpStream> = (0..30)
        .map(|_| TcpStream::connect(("127.0.0.1", shore.port())).expect("connected"))
        .inspect(|mut stream| stream.write_all(b"SSH-2.0-Crowd\r\n").expect("sent"))
        .collect();
    let started = Instant::now();
    assert!(shore.sftp("ls /\n").status.success(), "who has a key is let in");
    let half = Duration::from_secs(15); // of the time that an unknown client has
    assert!(started.elapsed() < half, "{:?}", started.elapsed());
    drop(crowd);
}

#[test]
fn a_name_that_is_too_long_is_not_taken_for_a_file_that_is_not_there() {
    if !has_open_ssh() {
        return;
    }
    let shore = Shore::on(Engine::Sqlite, |_| {});
    let file = shore.write("feed", b"hello");
    let output = shore.sftp(&format!("put {file} /in/{}\n", "a".repeat(201)));
    assert!(!output.status.success() && !said(&output).contains("No such file"), "{}", said(&output));
    assert_eq!(shore.names("in"), Vec::<String>::new());
}

#[test]
fn a_packet_that_is_too_long_ends_the_conversation() {
    if !has_open_ssh() {
        return;
    }
    let shore = Shore::on(Engine::Sqlite, |_| {});
    let mut child = stay(&shore, SENDER, &shore.key);
    child.stdin.as_mut().expect("piped").write_all(&[0x7f, 0xff, 0xff, 0xff, 6]).expect("sent");
    eventually("it ends", || child.try_wait().expect("looked").is_some());
    assert!(shore.sftp("ls /\n").status.success(), "others are served");
}

#[test]
fn a_large_file_is_not_held_in_memory() {
    if !has_open_ssh() {
        return;
    }
    let ground = Ground::new(Engine::Sqlite);
    let key = key(ground.folder.path(), "key", "ed25519");
    allow(&ground, SENDER, &key);
    let (server, told) =
        Spawned::start_telling(ground.openiis(&["serve", "--http", "127.0.0.1:0", "--sftp", "127.0.0.1:0"]));
    let address = told.iter().find_map(|line| line.strip_prefix("sftp  sftp://127.0.0.1:")).expect("told");
    let port = address.parse().expect("a port");
    let upload = |bytes: u64| {
        let path = ground.folder.path().join("file");
        File::create(&path).expect("made").set_len(bytes).expect("long enough");
        let mut command = client("sftp", port, ground.folder.path(), &key);
        command.args(["-b", "-"]).arg(format!("{SENDER}@127.0.0.1")).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("runs");
        let lines = format!("put {} /in/a.part\nget /in/a.part {}\n", path.display(), path.display());
        child.stdin.take().expect("piped").write_all(lines.as_bytes()).expect("told");
        assert!(child.wait().expect("ended").success());
        assert_eq!(path.metadata().expect("fetched").len(), bytes);
        resident(&server)
    };
    let (small, large) = (upload(4 << 20), upload(100 << 20));
    assert!(large < small + MOST_GROWTH_KIB, "{small} KiB, then {large} KiB");
}
