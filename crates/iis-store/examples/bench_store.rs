//! How fast complete units are committed, against bare ones in the same run: `bench_store [sqlite|postgres] [persons]
//! [seconds] [in flight]`. The complete unit is a further dose for a known person: a message of 1.9 kB with its reply,
//! submission, report, event, the person's version and view, an audit row. The bare one is a message with two indexed
//! columns. Both are flushed the same way. A run that lost or doubled a unit has no score.

use iis_store::audit::verify::Against;
use iis_store::testing::deeds::{self, Message};
use iis_store::testing::{Cluster, NOW, probe};
use iis_store::{Lane, Store, StoreConfig, StoreError};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// How often each is measured, one after the other.
const ROUNDS: usize = 3;

struct Measured {
    per_second: f64,
    p50: Duration,
    p99: Duration,
    units: i64,
    /// Processor time of the whole process for each unit, and bytes given to the disk: steadier than the clock on a
    /// machine that others use too.
    cpu_micros: f64,
    bytes: f64,
}

/// Processor time (microseconds) and bytes written by this process, as Linux counts them; zeros elsewhere.
fn used() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks =
        |at: usize| stat.rsplit(')').next().and_then(|rest| rest.split(' ').nth(at)?.parse::<f64>().ok());
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    let written = io.lines().find_map(|line| line.strip_prefix("wchar: ")?.parse::<f64>().ok());
    ((ticks(12).unwrap_or(0.0) + ticks(13).unwrap_or(0.0)) * 10_000.0, written.unwrap_or(0.0))
}

#[expect(clippy::print_stdout, reason = "a program that prints its measurements")]
fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number =
        |at: usize, default: i64| words.get(at).and_then(|word| word.parse().ok()).unwrap_or(default);
    let (persons, seconds, in_flight) = (number(1, 20_000), number(2, 5), number(3, 32));
    let engine = words.first().map_or("sqlite", String::as_str);
    let dir = tempfile::tempdir().expect("a temporary directory");
    let cluster; // lives as long as the run
    let url = if engine == "postgres" {
        cluster = Cluster::that_flushes().expect("PostgreSQL's server binaries");
        cluster.make_schema("bench")
    } else {
        format!("sqlite:{}", dir.path().join("bench.db").display())
    };
    let store = Store::open(&StoreConfig { queue: 4096, ..StoreConfig::new(url) }).expect("opens");
    store.migrate(NOW).expect("the schema");
    probe::make_table(&store).expect("the probe's table");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");

    let since = Instant::now();
    let made = runtime.block_on(run(&store, 256, Goal::Count(persons), Work::NewPerson));
    println!(
        "{engine}: {persons} persons made in {:.1} s ({:.0}/s)",
        since.elapsed().as_secs_f64(),
        made.per_second
    );
    let (mut doses, mut ratios) = (0, Vec::new());
    for _ in 0..ROUNDS {
        let time = Duration::from_secs(u64::try_from(seconds).expect("seconds"));
        let bare = runtime.block_on(run(&store, in_flight, Goal::Time(time), Work::Bare));
        let complete = runtime.block_on(run(&store, in_flight, Goal::Time(time), Work::Dose { persons }));
        doses += complete.units;
        ratios.push(complete.per_second / bare.per_second);
        for (name, measured) in [("bare", &bare), ("complete", &complete)] {
            println!(
                "  {name:<9}{:>8.0}/s   {:>5.0} us of processor   {:>6.0} bytes   p50 {:>6.2} ms   p99 {:>6.2} ms",
                measured.per_second,
                measured.cpu_micros,
                measured.bytes,
                measured.p50.as_secs_f64() * 1e3,
                measured.p99.as_secs_f64() * 1e3
            );
        }
    }
    ratios.sort_by(f64::total_cmp);
    let since = Instant::now();
    let verified = store
        .read_blocking(|tx| iis_store::audit::verify::verify(tx, &Against::default()))
        .expect("verified");
    assert_eq!(verified.faults, []);
    let per_second = u128::from(verified.rows) * 1_000_000 / since.elapsed().as_micros().max(1);
    println!("  audit verify: {} rows, {per_second}/s", verified.rows);
    let kept = store.read_blocking(|tx| {
        let tables = iis_store::testing::tables::counts(tx, &["message", "report", "event", "audit"])?;
        Ok(tables)
    });
    let whole = kept.expect("a count").into_iter().all(|rows| rows == persons + doses);
    let score = if whole {
        format!("worst of {ROUNDS}: {:.2}", ratios[0])
    } else {
        "no score: units lost or doubled".into()
    };
    println!("{engine}, {in_flight} in flight: {score}");
    store.close_blocking();
}

#[derive(Clone, Copy)]
enum Goal {
    Count(i64),
    Time(Duration),
}

#[derive(Clone, Copy)]
enum Work {
    NewPerson,
    Dose { persons: i64 },
    Bare,
}

async fn run(store: &Store, in_flight: i64, goal: Goal, work: Work) -> Measured {
    static NEXT: AtomicI64 = AtomicI64::new(0);
    let first = NEXT.load(Ordering::Relaxed);
    let since = Instant::now();
    let (cpu, bytes) = used();
    let tasks: Vec<_> = (0..in_flight)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut times = Vec::new();
                loop {
                    let n = NEXT.fetch_add(1, Ordering::Relaxed);
                    let over = match goal {
                        Goal::Count(count) => n - first >= count,
                        Goal::Time(time) => since.elapsed() >= time,
                    };
                    if over {
                        return times;
                    }
                    let started = Instant::now();
                    unit(&store, work, n).await.expect("a unit is committed");
                    times.push(started.elapsed());
                }
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a task"));
    }
    let elapsed = since.elapsed().as_secs_f64();
    times.sort_unstable();
    let units = i64::try_from(times.len()).expect("fewer than all");
    #[expect(clippy::cast_precision_loss, reason = "a rate to be printed")]
    let count = units as f64;
    let now = used();
    let (cpu_micros, bytes) = ((now.0 - cpu) / count, (now.1 - bytes) / count);
    let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    Measured { per_second: count / elapsed, p50, p99, units, cpu_micros, bytes }
}

async fn unit(store: &Store, work: Work, n: i64) -> Result<(), StoreError> {
    let message = Arc::new(Message::new(format!("C{n}")));
    let ids = store.ids().clone();
    let person = match work {
        Work::Bare => {
            let id = ids.take()?;
            let insert =
                move |tx: &mut iis_store::Tx<'_>| probe::insert(tx, id, &message.control_id, &message.body);
            return store.write(Lane::RealTime, insert).await;
        }
        Work::NewPerson => n,
        Work::Dose { persons } => n.wrapping_mul(7_919).rem_euclid(persons), // all over the table
    };
    let propose = move |tx: &mut iis_store::Tx<'_>| deeds::submit(tx, &ids, person, &message);
    store.propose_and_apply(Lane::RealTime, propose).await.map(drop)
}
