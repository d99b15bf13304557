//! Stopping, restarting, and a second server.

use crate::support::{Engine, Ground, House, Vxu, ack, read_answer, request};
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

/// Sends messages on connections it keeps while the server lets it, until the server is gone. Returns how many were
/// answered, and what went wrong inside an exchange.
fn work(address: SocketAddr, name: u32, over: &AtomicBool, sent: &AtomicU32) -> Result<u32, String> {
    let mut answered = 0;
    while !over.load(Ordering::Relaxed) {
        let Ok(mut stream) = TcpStream::connect(address) else { return Ok(answered) };
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
        loop {
            let n = sent.fetch_add(1, Ordering::Relaxed);
            let (control_id, mrn) = (format!("S{n}"), format!("S{name}-{n}"));
            let message = Vxu { control_id: &control_id, mrn: &mrn, ..Vxu::default() }.text();
            let bytes = request("/hl7", "application/hl7-v2", message.as_bytes());
            let keep = String::from_utf8(bytes).expect("text").replace("Connection: close\r\n", "");
            stream.write_all(keep.as_bytes()).map_err(|error| format!("sending: {error}"))?;
            let answer = read_answer(&mut stream);
            if answer.status == 0 {
                return Err(format!("no answer to {control_id}"));
            }
            if answer.status != 200 || ack(&answer.text()) != "AA" {
                return Err(format!("{control_id}: {answer:?}"));
            }
            answered += 1;
            if answer.header("connection").is_some_and(|value| value == "close") {
                break;
            }
        }
    }
    Ok(answered)
}

#[test]
fn a_graceful_stop_resets_nobody() {
    let ground = Ground::new(Engine::Sqlite);
    let mut server = ground.spawn();
    let (over, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let workers: Vec<_> = (0..16)
        .map(|name| {
            let (over, sent, address) = (Arc::clone(&over), Arc::clone(&sent), server.address);
            std::thread::spawn(move || work(address, name, &over, &sent))
        })
        .collect();
    std::thread::sleep(Duration::from_millis(700));
    let status = server.terminate();
    over.store(true, Ordering::Relaxed);
    assert!(status.success(), "{status}");
    let outcomes: Vec<_> = workers.into_iter().map(|worker| worker.join().expect("joined")).collect();
    let answered: u32 = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).sum();
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert!(answered > 16, "{answered} messages were answered");
}

#[test]
fn a_stopped_server_leaves_a_closed_door_and_a_clean_folder() {
    let mut house = House::open();
    assert_eq!(ack(&house.reply(Vxu::default().text().as_bytes())), "AA");
    let socket = house.folder.path().join("openiis.sock");
    assert!(socket.exists());
    house.stop();
    assert!(TcpStream::connect(house.address).is_err());
    assert!(!socket.exists());
    assert!(!house.folder.path().join("openiis.db-wal").exists(), "the database was closed");
}

#[test]
fn a_second_server_on_the_same_file_refuses_and_the_first_goes_on() {
    let ground = Ground::new(Engine::Sqlite);
    let first = ground.spawn();
    let second = ground.openiis(&["serve", "--http", "127.0.0.1:0"]).output().expect("runs");
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another process already serves this database"));
    let answer = crate::support::raw(
        first.address,
        &request("/hl7", "application/hl7-v2", Vxu::default().text().as_bytes()),
    );
    assert_eq!((answer.status, ack(&answer.text())), (200, "AA"));
}

#[test]
fn after_a_kill_the_next_server_takes_over() {
    let ground = Ground::new(Engine::Sqlite);
    ground.spawn().kill();
    let second = ground.spawn();
    let answer = crate::support::raw(
        second.address,
        &request("/hl7", "application/hl7-v2", Vxu::default().text().as_bytes()),
    );
    assert_eq!((answer.status, ack(&answer.text())), (200, "AA"));
}

#[test]
fn a_data_folder_with_a_long_path_is_served_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ground = Ground::new(Engine::Sqlite);
    let long = folder.path().join("x".repeat(150));
    std::fs::create_dir(&long).expect("made");
    ground.config.data = long;
    ground.set_up();
    let house = ground.serve();
    assert_eq!(ack(&house.reply(Vxu::default().text().as_bytes())), "AA");
}
