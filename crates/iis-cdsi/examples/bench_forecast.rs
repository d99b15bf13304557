//! Measures the recommender over a synthetic population: `bench_forecast [PEOPLE] [ROUNDS]`.
//!
//! Prints full evaluations (all vaccine groups) a second on one core and on two threads,
//! the latency of single ones, and the time to make a release ready.
#![expect(clippy::print_stdout, reason = "it is a command")]

use iis_cdsi::dates::Day;
use iis_cdsi::{Answer, History, Schedule, Scratch, tables};
use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

#[path = "../tests/population/mod.rs"]
mod population;

fn main() -> Result<(), Box<dyn Error>> {
    let number = |at| std::env::args().nth(at).and_then(|text| text.parse::<usize>().ok());
    let people = number(1).unwrap_or(20_000);
    let started = Instant::now();
    let release = tables::built_in()?;
    let read = started.elapsed();
    let schedule = Schedule::compile(&release, &[])?;
    println!("release {} read in {read:.1?}, ready in {:.1?}", release.name, started.elapsed());

    let today = Day::parse("2025-11-20").ok_or("a date")?;
    let mut numbers = population::Numbers::new(2025);
    let histories: Vec<History> = (0..people).map(|_| population::person(&mut numbers, today)).collect();
    let doses: usize = histories.iter().map(|history| history.doses.len()).sum();
    println!("{people} people, {doses} doses, {} vaccine groups", schedule.vaccine_group_count());

    let rounds = number(2).unwrap_or((200_000 / people.max(1)).max(1));
    run(&schedule, &histories, today, 1); // warm up
    let one = run(&schedule, &histories, today, rounds);
    println!("one thread: {:.0} evaluations a second", rate(people * rounds, one));

    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| run(&schedule, &histories, today, rounds));
        }
    });
    let two = started.elapsed();
    let ratio = rate(2 * people * rounds, two) / rate(people * rounds, one);
    println!("two threads: {:.0} evaluations a second, {ratio:.2} times one", rate(2 * people * rounds, two));

    let mut scratch = Scratch::default();
    let mut answer = schedule.evaluate(&History::default(), today, &mut scratch);
    let mut times: Vec<Duration> = histories
        .iter()
        .map(|history| {
            let started = Instant::now();
            schedule.evaluate_into(history, today, &mut scratch, &mut answer);
            black_box(&answer);
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |per_mille: usize| times[(times.len() - 1) * per_mille / 1000];
    println!(
        "one evaluation: p50 {:.1?}, p99 {:.1?}, p99.9 {:.1?}, max {:.1?}",
        at(500),
        at(990),
        at(999),
        at(1000)
    );
    Ok(())
}

fn run(schedule: &Schedule, histories: &[History], today: Day, rounds: usize) -> Duration {
    let mut scratch = Scratch::default();
    let mut answer: Answer = schedule.evaluate(&History::default(), today, &mut scratch);
    let started = Instant::now();
    for _ in 0..rounds {
        for history in histories {
            schedule.evaluate_into(black_box(history), today, &mut scratch, &mut answer);
            black_box(&answer);
        }
    }
    started.elapsed()
}

fn rate(count: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / time.as_secs_f64()
}
