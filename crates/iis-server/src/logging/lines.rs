//! Lines of the log on their way to standard error, written by a thread of their own.
//!
//! Whoever logs never waits for whoever reads the log: if nobody empties the pipe, up to [`HELD`] lines wait here, and later
//! ones are left out and counted. The count is a figure, and a line of its own once the pipe is read again.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tracing_subscriber::fmt::MakeWriter;

/// So many lines may wait; of some 300 bytes each they hold 2 MiB.
const HELD: usize = 8_192;

enum Work {
    Line(Vec<u8>),
    /// All lines before it are written: say so.
    Flush(SyncSender<()>),
}

/// Where lines are put, from any thread.
#[derive(Clone)]
pub(super) struct Lines {
    work: SyncSender<Work>,
    left_out: Arc<AtomicU64>,
}

impl Lines {
    /// Starts the thread that writes them.
    pub(super) fn start(to: impl Write + Send + 'static) -> io::Result<Self> {
        Self::of_length(HELD, to, |lines| {
            // it is put like any other line, and counted again should there still be no room
            tracing::warn!(lines, "lines of the log were left out: they were not read in time");
        })
    }

    /// The same with room for so many lines; `tell` learns how many were left out, on the thread that writes.
    fn of_length(
        held: usize,
        to: impl Write + Send + 'static,
        tell: impl Fn(u64) + Send + 'static,
    ) -> io::Result<Self> {
        let (work, waiting) = sync_channel(held);
        let left_out = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&left_out);
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write(&waiting, &counted, to, tell))?;
        Ok(Self { work, left_out })
    }

    /// Waits until the lines so far are written, at most so long: false if they are not.
    pub(super) fn flush(&self, at_most: Duration) -> bool {
        let until = Instant::now() + at_most;
        let (done, written) = sync_channel(1);
        while let Err(TrySendError::Full(_)) = self.work.try_send(Work::Flush(done.clone())) {
            if Instant::now() > until {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(done);
        written.recv_timeout(until.saturating_duration_since(Instant::now())).is_ok()
    }
}

/// Writes until nobody can put a line any more. That writing fails (the reader is gone) is no reason to stop serving.
fn write(waiting: &Receiver<Work>, left_out: &AtomicU64, mut to: impl Write, tell: impl Fn(u64)) {
    for work in waiting {
        match work {
            Work::Line(line) => drop(to.write_all(&line)),
            Work::Flush(done) => {
                drop(to.flush());
                let _ = done.send(());
            }
        }
        let lines = left_out.swap(0, Ordering::Relaxed);
        if lines > 0 {
            tell(lines);
        }
    }
}

/// One event is one call, so one line.
impl Write for &Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.work.try_send(Work::Line(line.to_vec())).is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            crate::figures::log_line_left_out();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Lines {
    type Writer = &'w Self;

    fn make_writer(&'w self) -> &'w Self {
        self
    }
}

/// The lines of this process, for whoever ends it.
static STARTED: RwLock<Option<Lines>> = RwLock::new(None);

/// Remembers them for [`finish`].
pub(super) fn remember(lines: Lines) {
    *STARTED.write().unwrap_or_else(PoisonError::into_inner) = Some(lines);
}

/// Before the process ends: waits for the last lines, at most a second, since perhaps nobody reads them.
pub(super) fn finish() {
    if let Some(lines) = &*STARTED.read().unwrap_or_else(PoisonError::into_inner) {
        lines.flush(Duration::from_secs(1));
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use std::io::{self, Write};
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::mpsc::{Receiver, sync_channel};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;
    use tracing_subscriber::fmt::MakeWriter;

    /// A pipe that takes a line only when it is let.
    struct Pipe {
        let_through: Receiver<()>,
        taken: Arc<Mutex<Vec<String>>>,
    }

    impl Write for Pipe {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            let _ = self.let_through.recv();
            self.taken.lock().expect("no panic").push(String::from_utf8_lossy(line).into_owned());
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn whoever_logs_does_not_wait_for_a_pipe_that_nobody_reads() {
        let (open, let_through) = sync_channel(100);
        let (taken, told): (Arc<Mutex<Vec<String>>>, Arc<AtomicU64>) = Default::default();
        let pipe = Pipe { let_through, taken: Arc::clone(&taken) };
        let counted = Arc::clone(&told);
        let tell = move |lines| {
            counted.fetch_add(lines, Ordering::Relaxed);
        };
        let lines = Lines::of_length(4, pipe, tell).expect("a thread");
        for n in 0..20 {
            lines.make_writer().write_all(format!("line {n}").as_bytes()).expect("taken");
        }
        assert!(!lines.flush(Duration::from_millis(50)), "nothing was read yet");
        for _ in 0..10 {
            open.send(()).expect("room");
        }
        assert!(lines.flush(Duration::from_secs(10)));
        let taken = taken.lock().expect("no panic").clone();
        assert_eq!(taken[..4], ["line 0", "line 1", "line 2", "line 3"]);
        assert_eq!(
            taken.len() as u64 + told.load(Ordering::Relaxed),
            20,
            "each came or was counted: {taken:?}"
        );
    }

    #[test]
    fn a_reader_who_is_gone_stops_nobody() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }

            fn flush(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        let lines = Lines::of_length(8, Gone, drop).expect("a thread");
        for _ in 0..3 {
            assert_eq!(lines.make_writer().write(b"a line\n").expect("taken"), 7);
        }
        assert!(lines.flush(Duration::from_secs(10)));
    }
}
