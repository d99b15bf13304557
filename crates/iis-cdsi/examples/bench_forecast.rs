//! Measures the recommender over a synthetic population.
//!
//! `bench_forecast [--json] [--quick] [PEOPLE [ROUNDS]]` prints full evaluations (all vaccine
//! groups) a second on one core, two threads against one, the latency of single ones, and the
//! time to make the built-in release ready. With `--json` the goals of P7 as one line each,
//! the worst of three.
#![expect(clippy::print_stdout, reason = "it is a command")]

use iis_cdsi::dates::Day;
use iis_cdsi::{History, Schedule, Scratch, tables};
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

#[path = "../tests/population/mod.rs"]
mod population;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse::<usize>().ok());
    let people = numbers.next().unwrap_or(20_000).max(1);
    let evaluations = if has("--quick") { 40_000 } else { 200_000 };
    let rounds = numbers.next().unwrap_or(evaluations / people).max(1);

    let started = Instant::now();
    let release = tables::built_in()?;
    let read = started.elapsed();
    let schedule = Schedule::compile(&release, &[])?;
    let ready = started.elapsed();
    println!("release {} read in {read:.1?}, ready in {ready:.1?}", release.name);

    let today = Day::parse("2025-11-20").ok_or("a date")?;
    let mut seeded = population::Numbers::new(2025);
    let histories: Vec<History> = (0..people).map(|_| population::person(&mut seeded, today)).collect();
    let doses: usize = histories.iter().map(|history| history.doses.len()).sum();
    println!("{people} people, {doses} doses, {} vaccine groups", schedule.vaccine_group_count());

    let bench = Bench { schedule: &schedule, histories: &histories, today, rounds };
    bench.run(); // warm up
    let runs: Vec<Measured> = (0..3).map(|_| bench.measure()).collect();
    for run in &runs {
        println!("{run}");
    }
    if has("--json") {
        print_goals(&runs, ready);
    }
    Ok(())
}

/// The worst of the runs, a line for each goal.
fn print_goals(runs: &[Measured], ready: Duration) {
    let worst = |value: fn(&Measured) -> f64, pick: fn(f64, f64) -> f64| {
        runs.iter().map(value).reduce(pick).unwrap_or_default()
    };
    let one = worst(|run| run.one, f64::min);
    let ratio = worst(|run| run.two / run.one, f64::min);
    let p99_ms = worst(|run| run.latency[1].as_secs_f64() * 1e3, f64::max);
    let line = |name: &str, value: f64, unit: &str| {
        println!(r#"{{"goal":"P7","name":"{name}","value":{value:.3},"unit":"{unit}"}}"#);
    };
    line("patients-per-s-core", one, "evaluations/s");
    line("two-threads", ratio, "x one thread");
    line("p99-ms", p99_ms, "ms");
    line("release-ready-ms", ready.as_secs_f64() * 1e3, "ms");
}

#[derive(Clone, Copy)]
struct Bench<'a> {
    schedule: &'a Schedule,
    histories: &'a [History],
    today: Day,
    rounds: usize,
}

/// Evaluations a second on one thread and on two; p50, p99, p99.9 and the slowest single one.
struct Measured {
    one: f64,
    two: f64,
    latency: [Duration; 4],
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [p50, p99, p999, slowest] = self.latency;
        write!(
            f,
            "{:.0} evaluations a second on one thread, {:.0} on two ({:.2} times); \
             one: p50 {p50:.1?}, p99 {p99:.1?}, p99.9 {p999:.1?}, slowest {slowest:.1?}",
            self.one,
            self.two,
            self.two / self.one
        )
    }
}

impl Bench<'_> {
    fn measure(&self) -> Measured {
        let count = self.histories.len() * self.rounds;
        let one = rate(count, self.run());
        let started = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| self.run());
            }
        });
        Measured { one, two: rate(2 * count, started.elapsed()), latency: self.latency() }
    }

    /// Everybody, so many rounds.
    fn run(&self) -> Duration {
        let mut scratch = Scratch::default();
        let mut answer = self.schedule.evaluate(&History::default(), self.today, &mut scratch);
        let started = Instant::now();
        for _ in 0..self.rounds {
            for history in self.histories {
                self.schedule.evaluate_into(black_box(history), self.today, &mut scratch, &mut answer);
                black_box(&answer);
            }
        }
        started.elapsed()
    }

    fn latency(&self) -> [Duration; 4] {
        let mut scratch = Scratch::default();
        let mut answer = self.schedule.evaluate(&History::default(), self.today, &mut scratch);
        let time = |history| {
            let started = Instant::now();
            self.schedule.evaluate_into(history, self.today, &mut scratch, &mut answer);
            black_box(&answer);
            started.elapsed()
        };
        let mut times: Vec<Duration> = self.histories.iter().map(time).collect();
        times.sort_unstable();
        [500, 990, 999, 1000].map(|per_mille| times[(times.len() - 1) * per_mille / 1000])
    }
}

fn rate(count: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / time.as_secs_f64()
}
