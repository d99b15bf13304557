//! The frozen probe: a bare durable store behind the same HTTP door, against which the registry's line is measured.
//!
//! **This file is frozen.** Its SHA-256 is printed with every figure; a change of it makes figures incomparable, so it
//! is changed only with a new baseline and a line in `docs/decisions/`.
//!
//! What it does for a message: the same door (axum behind hyper's automatic connection builder, TCP without delay), the
//! check of HTTP Basic credentials (constant work, no hashing of passwords), the control id out of MSH-10, one row with
//! the message under a unique key, two rows in an indexed table, a durable commit, an acknowledgment. What it does not
//! do: anything a registry is for. SQLite: one writer thread with group commit, WAL, synchronous FULL. PostgreSQL: one
//! transaction for each message, a pool of connections, synchronous commit on.

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rusqlite::Connection;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The most messages of one group commit, and the longest one collects.
const GROUP: usize = 256;
const COLLECT: Duration = Duration::from_millis(20);
const QUEUE: usize = 1024;

struct Unit {
    control_id: String,
    message: Bytes,
    done: oneshot::Sender<bool>,
}

struct Probe {
    authorization: String,
    units: SyncSender<Unit>,
    commits: Arc<AtomicU64>,
}

/// Serves until the process ends; prints `ready PORT`.
pub(crate) async fn serve(store: &str, credentials: &str, connections: usize) -> Result<()> {
    let commits = Arc::new(AtomicU64::new(0));
    let units = match store.strip_prefix("sqlite:") {
        Some(path) => sqlite(Path::new(path), Arc::clone(&commits))?,
        None => postgres(store, connections, &commits).await?,
    };
    let basic = base64::engine::general_purpose::STANDARD.encode(credentials);
    let probe = Probe { authorization: format!("Basic {basic}"), units, commits };
    let router = Router::new()
        .route("/hl7", post(take))
        .route(
            "/commits",
            get(|State(probe): State<Arc<Probe>>| async move {
                probe.commits.load(Ordering::Relaxed).to_string()
            }),
        )
        .with_state(Arc::new(probe));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("ready {}", listener.local_addr()?.port());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(async move {
            let mut builder = Builder::new(TokioExecutor::new());
            builder.http1().timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(20));
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn take(State(probe): State<Arc<Probe>>, headers: HeaderMap, message: Bytes) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if authorization != Some(probe.authorization.as_str()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Some(control_id) = control_id(&message) else { return StatusCode::BAD_REQUEST.into_response() };
    let (done, finished) = oneshot::channel();
    let reply = acknowledge(&control_id);
    if probe.units.try_send(Unit { control_id, message, done }).is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    match finished.await {
        Ok(true) => {
            ([(header::CONTENT_TYPE, "application/hl7-v2; charset=utf-8")], Body::from(reply)).into_response()
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn control_id(message: &[u8]) -> Option<String> {
    let field = message.split(|byte| *byte == b'|').nth(9)?;
    String::from_utf8(field.to_vec()).ok()
}

fn acknowledge(control_id: &str) -> String {
    format!(
        "MSH|^~\\&|PROBE|PROBE|BENCH|BENCH|20250101000000-0600||ACK^V04^ACK|P{control_id}|P|2.5.1|||NE|NE|||||Z23^CDCPHINVS\rMSA|AA|{control_id}\r"
    )
}

const TABLES: [&str; 4] = [
    "CREATE TABLE IF NOT EXISTS message (control_id TEXT PRIMARY KEY, body BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, control_id TEXT NOT NULL, kind INTEGER NOT NULL, hash INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS entry_control ON entry (control_id)",
    "CREATE INDEX IF NOT EXISTS entry_hash ON entry (hash)",
];

fn hash(message: &[u8]) -> i64 {
    message.iter().fold(7_i64, |hash, byte| hash.wrapping_mul(31).wrapping_add(i64::from(*byte)))
}

fn sqlite(path: &Path, commits: Arc<AtomicU64>) -> Result<SyncSender<Unit>> {
    let connection = Connection::open(path).context("opening the probe's store")?;
    connection.execute_batch("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")?;
    connection.execute_batch(&TABLES.join(";"))?;
    let (send, receive) = sync_channel(QUEUE);
    std::thread::Builder::new()
        .name("probe-writer".into())
        .spawn(move || write_groups(&connection, &receive, &commits))?;
    Ok(send)
}

fn write_groups(connection: &Connection, units: &Receiver<Unit>, commits: &AtomicU64) {
    while let Ok(first) = units.recv() {
        let started = Instant::now();
        let mut group = Vec::with_capacity(GROUP);
        let mut is_good = connection.execute_batch("BEGIN IMMEDIATE").is_ok();
        let mut next = Some(first);
        while let Some(unit) = next {
            is_good &= write(connection, &unit).is_ok();
            group.push(unit);
            next =
                if group.len() < GROUP && started.elapsed() < COLLECT { units.try_recv().ok() } else { None };
        }
        is_good &= connection.execute_batch("COMMIT").is_ok();
        commits.fetch_add(1, Ordering::Relaxed);
        for unit in group {
            let _ = unit.done.send(is_good);
        }
    }
}

fn write(connection: &Connection, unit: &Unit) -> rusqlite::Result<()> {
    let insert = "INSERT INTO message (control_id, body) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    if connection.prepare_cached(insert)?.execute((&unit.control_id, &*unit.message))? == 0 {
        return Ok(());
    }
    let mut entry =
        connection.prepare_cached("INSERT INTO entry (control_id, kind, hash) VALUES (?1, ?2, ?3)")?;
    for kind in 0..2 {
        entry.execute((&unit.control_id, kind, hash(&unit.message) ^ kind))?;
    }
    Ok(())
}

async fn postgres(url: &str, connections: usize, commits: &Arc<AtomicU64>) -> Result<SyncSender<Unit>> {
    let client = connect(url).await?;
    for table in TABLES {
        let table = table
            .replace("BLOB", "BYTEA")
            .replace("id INTEGER", "id BIGSERIAL")
            .replace("hash INTEGER", "hash BIGINT");
        client.batch_execute(&table).await?;
    }
    let (send, receive) = sync_channel(QUEUE);
    let units = Arc::new(Mutex::new(receive));
    for _ in 0..connections {
        let (url, units, commits) = (url.to_owned(), Arc::clone(&units), Arc::clone(commits));
        std::thread::Builder::new().name("probe-worker".into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Err(error) =
                runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(work(&url, &units, &commits)))
            {
                eprintln!("a worker of the probe ended: {error:#}");
            }
        })?;
    }
    Ok(send)
}

async fn connect(url: &str) -> Result<tokio_postgres::Client> {
    let (client, connection) =
        tokio_postgres::connect(url, tokio_postgres::NoTls).await.context("connecting the probe")?;
    tokio::spawn(connection);
    Ok(client)
}

async fn work(url: &str, units: &Mutex<Receiver<Unit>>, commits: &AtomicU64) -> Result<()> {
    let client = connect(url).await?;
    let insert = "WITH new AS (INSERT INTO message (control_id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING control_id) \
                  INSERT INTO entry (control_id, kind, hash) SELECT control_id, k, $3::BIGINT # k::BIGINT FROM new, generate_series(0, 1) AS k";
    let insert = client.prepare(insert).await?;
    loop {
        let next = units.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(unit) = next else { return Ok(()) };
        let (message, hash) = (&*unit.message, hash(&unit.message));
        // Begin, rows and commit leave together: one round trip.
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 3] = [&unit.control_id, &message, &hash];
        let written = tokio::try_join!(
            client.batch_execute("BEGIN"),
            client.execute(&insert, &values),
            client.batch_execute("COMMIT")
        );
        commits.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = &written {
            eprintln!("the probe's transaction failed: {error:?}");
        }
        let _ = unit.done.send(written.is_ok());
    }
}
