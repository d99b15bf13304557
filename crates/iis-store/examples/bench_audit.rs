//! How fast the audit is verified, against merely reading its rows in the same run: `bench_audit [--json] [--quick]`.
//!
//! 500,000 rows (`--quick`: 50,000) of looks at persons, as the desk leaves them. The reference is the bare database
//! library: one statement over all rows in the order of their chain, every column taken as a number, a text or bytes.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints")]

use iis_model::PersonId;
use iis_model::access::Granted;
use iis_store::audit::verify::{Against, verify};
use iis_store::testing::{NOW, deeds};
use iis_store::{AuditEntry, Lane, Store, StoreConfig, StoreError};
use jiff::SignedDuration;
use rusqlite::Connection;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

/// How often each is measured, one after the other; the worst ratio counts.
const ROUNDS: usize = 3;

/// Rows of one transaction.
const TOGETHER: i64 = 1_000;

const READ: &str = "SELECT chain_id, n, at, actor_kind, actor, channel, action, person_id, message_id, purpose, result, \
                    detail, prev, hash FROM audit ORDER BY chain_id, n";

fn main() -> Result<(), Box<dyn Error>> {
    let has = |word: &str| std::env::args().any(|known| known == word);
    let rows: i64 = if has("--quick") { 50_000 } else { 500_000 };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bench.db");
    let store = Store::open(&StoreConfig::new(format!("sqlite:{}", file.display())))?;
    store.migrate(NOW)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for first in (0..rows).step_by(usize::try_from(TOGETHER)?) {
        runtime.block_on(store.write(Lane::Web, move |tx| looks(tx, &deeds::granted(), first)))?;
    }
    let mut worst: Option<(f64, f64, f64)> = None;
    for _ in 0..ROUNDS {
        let reading = per_second(rows, || read(&file))?;
        let verifying = per_second(rows, || {
            let found = store.read_blocking(|tx| verify(tx, &Against::default()))?;
            if !found.faults.is_empty() {
                return Err(format!("{:?}", found.faults).into());
            }
            Ok(found.rows)
        })?;
        eprintln!("read {reading:.0} rows a second, verified {verifying:.0}");
        let ratio = verifying / reading;
        if worst.is_none_or(|(before, ..)| ratio < before) {
            worst = Some((ratio, verifying, reading));
        }
    }
    store.close_blocking();
    let (value, ours, reference) = worst.unwrap_or_default();
    if has("--json") {
        println!(
            r#"{{"goal":"I6","name":"audit-verify-vs-read","value":{value:.4},"ours":{ours:.0},"reference":{reference:.0},"unit":"rows/s"}}"#
        );
    } else {
        println!(
            "I6 audit verify: {value:.2} of the speed of reading ({ours:.0} against {reference:.0} rows a second)"
        );
    }
    Ok(())
}

/// Somebody looks at many persons.
fn looks(tx: &mut iis_store::Tx<'_>, granted: &Granted, first: i64) -> Result<(), StoreError> {
    for n in first..first + TOGETHER {
        let at = NOW + SignedDuration::from_secs(n);
        let entry = AuditEntry::of(granted, at).action("view-person").person(PersonId(n % 100_000));
        tx.audit(&entry.detail("opened from a search by name and birth date"))?;
    }
    Ok(())
}

/// Does it once, and says how many rows a second that were.
#[expect(clippy::cast_precision_loss, reason = "numbers of rows")]
fn per_second(rows: i64, work: impl FnOnce() -> Result<u64, Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let started = Instant::now();
    let seen = work()?;
    let took: Duration = started.elapsed();
    if seen != u64::try_from(rows)? {
        return Err(format!("{seen} rows seen instead of {rows}").into());
    }
    Ok(rows as f64 / took.as_secs_f64())
}

/// Reads every column of every row; how many rows there were.
fn read(file: &Path) -> Result<u64, Box<dyn Error>> {
    let database = Connection::open(file)?;
    let mut statement = database.prepare(READ)?;
    let (mut rows, mut seen, mut bytes) = (statement.query([])?, 0, 0);
    while let Some(row) = rows.next()? {
        for column in [0, 1, 2] {
            bytes += usize::from(row.get::<_, i64>(column)? != 0);
        }
        for column in [7, 8] {
            bytes += usize::from(row.get::<_, Option<i64>>(column)?.is_some());
        }
        for column in [3, 4, 5, 6, 9, 10, 11] {
            bytes += row.get_ref(column)?.as_str()?.len();
        }
        for column in [12, 13] {
            bytes += row.get_ref(column)?.as_blob()?.len();
        }
        seen += 1;
    }
    std::hint::black_box(bytes);
    Ok(seen)
}
