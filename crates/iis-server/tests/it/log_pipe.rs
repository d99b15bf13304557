//! A log that nobody reads.

use crate::support::{Engine, Ground, Spawned, raw, request};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// So many requests are asked; each leaves several lines at this level, together far more than a pipe holds.
const REQUESTS: usize = 600;

/// Whoever starts the program with a pipe for its log and does not read it must not bring the registry to a stop.
#[test]
fn a_registry_whose_log_nobody_reads_answers_and_stops_in_order() {
    let ground = Ground::new(Engine::Sqlite);
    let mut command = ground.openiis(&["serve", "--http", "127.0.0.1:0"]);
    command.env("OPENIIS_LOG_LEVEL", "trace").stderr(Stdio::piped());
    let mut server = Spawned::start(command);
    let started = Instant::now();
    for _ in 0..REQUESTS {
        assert_eq!(raw(server.address, &request("/hl7", "text/plain", b"not a message")).status, 200);
    }
    assert!(started.elapsed() < Duration::from_mins(1), "{:?}", started.elapsed());
    let stopping = Instant::now();
    assert!(server.terminate().success());
    assert!(stopping.elapsed() < Duration::from_secs(20), "{:?}", stopping.elapsed());
}
