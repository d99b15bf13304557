//! Counting what test runners report.

use anyhow::{Context, Result};
use std::io::{BufRead, BufReader, Read};
use std::ops::Add;
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// How many passed and how many failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Totals {
    /// The totals of something that counts as one.
    pub(crate) fn one(has_passed: bool) -> Self {
        Self { passed: u64::from(has_passed), failed: u64::from(!has_passed) }
    }

    /// Adds what a closing line of libtest, nextest or node's runner says; other lines say nothing.
    ///
    /// Ignored and skipped tests count as failed: nothing is left out here.
    fn hear(&mut self, line: &str) {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("test result: ") {
            self.passed += number_before(rest, " passed");
            self.failed += number_before(rest, " failed") + number_before(rest, " ignored");
        } else if line.starts_with("Summary [") && line.contains(" tests run:") {
            self.passed += number_before(line, " passed");
            self.failed += ["failed", "timed out", "skipped"]
                .iter()
                .map(|word| number_before(line, &format!(" {word}")))
                .sum::<u64>();
        } else if let Some(rest) = line.strip_prefix("ℹ ") {
            let number = rest.rsplit(' ').next().and_then(|word| word.parse().ok()).unwrap_or(0);
            match rest.split(' ').next() {
                Some("pass") => self.passed += number,
                Some("fail" | "cancelled" | "skipped" | "todo") => self.failed += number,
                _ => {}
            }
        }
    }
}

impl Add for Totals {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

/// Runs a test runner, shows all it prints, and counts. A runner that fails without a failed test counts as one.
pub(crate) fn counted(command: &mut Command) -> Result<Totals> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", command.get_program().display()))?;
    let totals = Mutex::new(Totals::default());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        scope.spawn(|| relay(err, |line| eprintln!("{line}"), &totals));
        relay(out, |line| println!("{line}"), &totals);
    });
    let status = child.wait()?;
    let mut totals = totals.into_inner().expect("no thread panics while it counts");
    if !status.success() && totals.failed == 0 {
        totals.failed = 1;
    }
    Ok(totals)
}

fn relay(stream: Option<impl Read>, show: impl Fn(&str), totals: &Mutex<Totals>) {
    let Some(stream) = stream else { return };
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        show(&line);
        totals.lock().expect("no thread panics while it counts").hear(&line);
    }
}

/// The number right before the first `word`; 0 when there is none.
fn number_before(text: &str, word: &str) -> u64 {
    let digits = text.split_once(word).and_then(|(before, _)| before.rsplit([' ', '(']).next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Totals, counted};
    use std::process::Command;

    #[test]
    fn the_closing_lines_of_three_runners_are_understood() {
        #[rustfmt::skip]
        let table = [
            // line                                                                                        passed failed
            ("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1s", 12, 0),
            ("test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out",               3, 3),
            ("     Summary [   0.2s] 7 tests run: 5 passed (1 slow), 2 failed, 0 skipped",                    5, 2),
            ("     Summary [   0.2s] 5 tests run: 5 passed, 4 skipped",                                       5, 4),
            ("ℹ pass 4",                                                                                      4, 0),
            ("ℹ fail 1",                                                                                      0, 1),
            ("ℹ duration_ms 1234.5",                                                                          0, 0),
            ("running 12 tests",                                                                              0, 0),
        ];
        for (line, passed, failed) in table {
            let mut totals = Totals::default();
            totals.hear(line);
            assert_eq!(totals, Totals { passed, failed }, "{line}");
        }
    }

    #[test]
    fn a_runner_that_breaks_down_counts_as_a_failure() {
        let totals = counted(Command::new("sh").args(["-c", "echo 'ℹ pass 2'; exit 3"])).expect("sh starts");
        assert_eq!(totals, Totals { passed: 2, failed: 1 });
    }
}
