//! The only place that reads the clock and the system's randomness; everything else is handed both.

use iis_registry::Arrival;
use iis_registry::exchange::timing::Stopwatch;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::Instant;

/// The moment.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Moment, day in the jurisdiction and randomness for one request.
pub fn arrival(zone: &TimeZone) -> Arrival {
    arrival_at(now(), zone)
}

/// The same for something that is to have arrived at another moment: the demonstration's past.
pub fn arrival_at(at: Timestamp, zone: &TimeZone) -> Arrival {
    Arrival { at, today: at.to_zoned(zone.clone()).date(), random: random_words(), from: None, once: None }
}

/// Counts microseconds since the program asked for it: for how long things take.
pub fn stopwatch() -> Stopwatch {
    let started = Instant::now();
    Stopwatch::new(move || u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX))
}

/// Random bytes from the operating system.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// A secret for people and machines to type or copy: 160 bits in the alphabet of RFC 4648 base32, lower case.
pub fn secret() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    random_bytes::<32>().iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect()
}

fn random_words() -> [u64; 4] {
    let bytes = random_bytes::<32>();
    let mut words = [0; 4];
    for (word, chunk) in words.iter_mut().zip(bytes.chunks_exact(8)) {
        *word = chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    }
    words
}
