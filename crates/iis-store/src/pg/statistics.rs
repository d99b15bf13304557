//! Fresh statistics for PostgreSQL's planner while a registry grows from nothing.
//!
//! A prepared statement is planned by what is known of its tables at that time. Of a registry that begins empty nothing is
//! known, and whole tables are read where an index lies ready, until PostgreSQL's own daemon looks, a minute and more
//! later: a load into a new database was six times slower than into one that had been looked at. So we ask for a look
//! whenever the registry has grown tenfold; from then on the daemon keeps up.

use super::session::PgSession;
use std::sync::atomic::{AtomicU64, Ordering};

/// After so many units of this process.
const DUE: [u64; 4] = [200, 2_000, 20_000, 200_000];

/// The tables that every message asks.
const LOOK: &str = "ANALYZE audit, event, link, match_key, match_stamp, match_subject, message, name_freq, not_same, \
    person, person_name, person_status, person_view, registry_number, report, report_body, source_record, source_view, \
    submission, submission_person";

/// Counts the units of all writers.
#[derive(Debug, Default)]
pub(crate) struct Statistics {
    units: AtomicU64,
}

impl Statistics {
    /// Counts a unit; true for one writer each time that it is time to look.
    pub(crate) fn are_due(&self) -> bool {
        DUE.contains(&(self.units.fetch_add(1, Ordering::Relaxed) + 1))
    }
}

/// Has PostgreSQL look. A failure costs nothing but speed.
pub(crate) fn refresh(session: &mut PgSession) {
    if let Err(error) = session.batch(LOOK) {
        tracing::warn!(%error, "the statistics of the database could not be refreshed");
    }
}

#[cfg(test)]
mod tests {
    use super::Statistics;

    #[test]
    fn it_is_time_whenever_the_registry_has_grown_tenfold() {
        let statistics = Statistics::default();
        let due: Vec<u64> = (1..=20_000).filter(|_| statistics.are_due()).collect();
        assert_eq!(due, [200, 2_000, 20_000]);
    }
}
