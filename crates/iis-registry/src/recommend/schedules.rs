//! The schedule in force: swapped while requests run, each of which keeps the one it began with.

use iis_cdsi::{Schedule, tables};
use std::sync::{Arc, PoisonError, RwLock};

/// Holds the schedule in force.
#[derive(Debug, Clone)]
pub struct Schedules(Arc<RwLock<Arc<Schedule>>>);

impl Schedules {
    /// With the release that ships with the program, without overlays.
    pub fn built_in() -> Self {
        let release = tables::built_in().expect("the tables of this program can be read: a test reads them");
        let schedule = Schedule::compile(&release, &[])
            .expect("the tables of this program compile: a test compiles them");
        Self(Arc::new(RwLock::new(Arc::new(schedule))))
    }

    /// The schedule in force now.
    pub fn now(&self) -> Arc<Schedule> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another one in force. Whoever works with the one before finishes with it.
    pub fn put(&self, schedule: Schedule) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(schedule);
    }
}

impl Default for Schedules {
    fn default() -> Self {
        Self::built_in()
    }
}
