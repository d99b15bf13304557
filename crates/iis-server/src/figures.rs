//! Figures for monitoring in Prometheus' text format. Labels name routes, channels and outcomes, never people.

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;

/// Bounds of the histograms of durations, in seconds.
const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// The figures of this process.
#[derive(Clone)]
pub struct Figures {
    handle: Option<PrometheusHandle>,
}

impl Figures {
    /// Starts counting. Several servers in one process (tests) share one set of figures.
    pub fn start() -> Self {
        static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
        let handle = HANDLE.get_or_init(|| {
            let seconds = Matcher::Suffix("_seconds".to_owned());
            let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, SECONDS).ok()?;
            let handle = builder.install_recorder().ok();
            describe();
            handle
        });
        Self { handle: handle.clone() }
    }

    /// Folds what was measured since the last time into the histograms; without it measurements pile up in memory.
    pub fn upkeep(&self) {
        if let Some(handle) = &self.handle {
            handle.run_upkeep();
        }
    }

    /// All figures as text.
    pub fn text(&self) -> String {
        self.handle.as_ref().map_or_else(String::new, |handle| {
            handle.run_upkeep();
            handle.render()
        })
    }
}

fn describe() {
    describe_counter!("openiis_http_requests_total", "Requests by route, method and status");
    describe_histogram!("openiis_http_request_seconds", Unit::Seconds, "Time from head to reply by route");
    describe_counter!("openiis_messages_total", "HL7 messages by channel and acknowledgment");
    describe_histogram!("openiis_message_seconds", Unit::Seconds, "Time from message to reply by channel");
    describe_counter!(
        "openiis_cannot_process_total",
        "HL7 messages answered 'cannot process now' by channel and cause"
    );
    describe_counter!("openiis_failed_sign_ins_total", "Sign-ins with wrong credentials by kind");
    describe_counter!("openiis_panics_total", "Faults of the program that were caught");
    describe_counter!("openiis_log_lines_left_out_total", "Lines of the log that nobody read in time");
    describe_gauge!("openiis_mllp_connections", "Open MLLP connections");
    describe_counter!("openiis_mllp_closed_total", "MLLP connections that ended, by reason");
    describe_counter!(
        "openiis_mllp_replies_dropped_total",
        "Acknowledgments and responses received over MLLP"
    );
    describe_counter!("openiis_dropped_files_total", "Files taken from folders, by what became of them");
    describe_gauge!("openiis_sftp_connections", "Open SFTP connections");
    describe_gauge!("openiis_exchanges_under_way", "HL7 messages worked on now");
    gauge!("openiis_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// Counts a request.
pub(crate) fn request(route: &str, method: &str, status: u16, took: Duration) {
    let labels = [("route", route.to_owned()), ("method", method.to_owned()), ("status", status.to_string())];
    counter!("openiis_http_requests_total", &labels).increment(1);
    histogram!("openiis_http_request_seconds", "route" => route.to_owned()).record(took);
}

/// Counts a message that got its reply.
pub(crate) fn message(channel: &'static str, ack: &'static str, took: Duration) {
    counter!("openiis_messages_total", "channel" => channel, "ack" => ack).increment(1);
    histogram!("openiis_message_seconds", "channel" => channel).record(took);
}

/// Counts a message that could not be processed now.
pub(crate) fn cannot_process(channel: &'static str, cause: &'static str) {
    counter!("openiis_cannot_process_total", "channel" => channel, "cause" => cause).increment(1);
}

/// Counts a sign-in that failed.
pub fn failed_sign_in(kind: &'static str) {
    counter!("openiis_failed_sign_ins_total", "kind" => kind).increment(1);
}

/// Counts a caught panic.
pub(crate) fn panicked() {
    counter!("openiis_panics_total").increment(1);
}

/// Counts a line of the log for which there was no room.
pub(crate) fn log_line_left_out() {
    counter!("openiis_log_lines_left_out_total").increment(1);
}

/// Says how many messages are worked on.
pub(crate) fn under_way(now: usize) {
    gauge!("openiis_exchanges_under_way").set(f64::from(u32::try_from(now).unwrap_or(u32::MAX)));
}

/// Counted as an open connection as long as it lives.
pub(crate) struct OpenConnection(&'static str);

impl OpenConnection {
    /// One more of MLLP.
    pub(crate) fn mllp() -> Self {
        Self::counted("openiis_mllp_connections")
    }

    /// One more of SFTP.
    #[cfg(feature = "sftp")]
    pub(crate) fn sftp() -> Self {
        Self::counted("openiis_sftp_connections")
    }

    fn counted(name: &'static str) -> Self {
        gauge!(name).increment(1);
        Self(name)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        gauge!(self.0).decrement(1);
    }
}

/// Counts an MLLP connection that ended.
pub(crate) fn mllp_closed(reason: &'static str) {
    counter!("openiis_mllp_closed_total", "reason" => reason).increment(1);
}

/// Counts a reply that was sent to us over MLLP.
pub(crate) fn mllp_reply_dropped() {
    counter!("openiis_mllp_replies_dropped_total").increment(1);
}

/// Counts a file that was taken from a folder.
pub(crate) fn dropped_file(became: &'static str) {
    counter!("openiis_dropped_files_total", "became" => became).increment(1);
}
