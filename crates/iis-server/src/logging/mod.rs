//! Logs: one JSON object a line on standard error, without patient data and without secrets.

mod lines;

use crate::config::Log;
use lines::Lines;
use std::io::IsTerminal;
use std::panic::PanicHookInfo;
use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging for this process, and takes over what is said of a panic. A second call (tests) changes nothing.
pub fn start(log: &Log) {
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    // without a thread there is nothing to serve with either; what follows says so
    let Ok(lines) = Lines::start(std::io::stderr()) else { return };
    let started = if log.format == "json" {
        json(filter, lines.clone()).try_init()
    } else {
        let text = tracing_subscriber::fmt().with_env_filter(filter).with_writer(lines.clone());
        text.with_ansi(std::io::stderr().is_terminal()).finish().try_init()
    };
    if started.is_ok() {
        lines::remember(lines);
        std::panic::set_hook(Box::new(panicked));
    }
}

/// Waits for the last lines before the process ends or becomes another; at most a second.
pub fn finish() {
    lines::finish();
}

/// Where the program failed, and its words if they are the program's own: what was put in from elsewhere could be of a patient.
fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let words = panic.payload().downcast_ref::<&str>().copied().unwrap_or_default();
    tracing::error!(place, words, "a fault of the program");
}

/// One JSON object a line.
fn json<W>(filter: EnvFilter, to: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(to);
    lines.json().flatten_event(true).with_current_span(true).with_span_list(false).finish()
}

#[cfg(test)]
mod tests {
    use super::json;
    use serde_json::Value;
    use std::io::Write;
    use std::sync::{Arc, Mutex};
    use tracing_subscriber::EnvFilter;

    /// What was written.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("no panic").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nothing_that_is_logged_begins_a_line_or_a_field_of_its_own() {
        let (written, forged) =
            (Written::default(), "x\",\"level\":\"ERROR\"}\r\n{\"level\":\"ERROR\",\"message\":\"\u{1b}[31m");
        let to = written.clone();
        tracing::subscriber::with_default(json(EnvFilter::new("info"), move || to.clone()), || {
            let span = tracing::info_span!("request", http.route = %forged);
            let _within = span.enter();
            tracing::info!(user = %forged, file = ?forged, "{forged}");
        });
        let text = String::from_utf8(written.0.lock().expect("no panic").clone()).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 1, "{text}");
        assert!(!text.trim_end().chars().any(char::is_control), "{text}");
        let line: Value = serde_json::from_str(lines[0]).expect("JSON");
        assert_eq!((line["level"].as_str(), line["user"].as_str()), (Some("INFO"), Some(forged)));
    }
}
