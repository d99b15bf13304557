//! How many messages a second are invented: `cargo run --release -p iis-synth --example speed -- [PEOPLE] [SHOW]`.
//!
//! Prints people, messages, bytes and rates; with a second number also that many messages from the middle.

#![expect(clippy::print_stdout, reason = "its result is what it prints")]

use iis_synth::Settings;
use iis_synth::reporting::Feed;
use std::time::Instant;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u32>().unwrap_or(0));
    let people = arguments.next().unwrap_or(20_000);
    let show = arguments.next().unwrap_or(0) as usize;
    let settings = Settings::new(people, 42, iis_model::Date::constant(2026, 11, 20));
    let started = Instant::now();
    let feed = Feed::invent(&settings);
    let planned = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let (mut messages, mut bytes) = (0_u32, 0_usize);
    for message in feed.messages() {
        messages += 1;
        bytes += message.bytes.len();
    }
    let written = started.elapsed().as_secs_f64();
    println!("{} people planned in {planned:.2} s", feed.people());
    println!(
        "{messages} messages, {} bytes each, {:.0} a second",
        bytes / messages as usize,
        f64::from(messages) / written
    );
    println!("{:.0} a second with planning", f64::from(messages) / (planned + written));
    for message in feed.messages().skip(messages as usize / 2).take(show) {
        println!("\n{}", String::from_utf8_lossy(&message.bytes).replace('\r', "\n"));
    }
}
