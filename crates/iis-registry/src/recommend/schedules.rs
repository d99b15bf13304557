//! The schedule in force: swapped while requests run, each of which keeps the one it began with.

use crate::codes::CodesInForce;
use iis_cdsi::status::FORM;
use iis_cdsi::{Schedule, tables};
use iis_codes::CodeSets;
use std::sync::{Arc, PoisonError, RwLock};

/// Holds the schedule in force.
#[derive(Debug, Clone)]
pub struct Schedules {
    in_force: Arc<RwLock<(Named, Arc<InForce>)>>,
    /// Which products are in use.
    codes: CodesInForce,
}

/// A schedule as the database names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// The release; none: the one that ships with the program.
    pub(crate) release: Option<Box<str>>,
    /// Name and version of each overlay, in the order in which they are applied.
    pub(crate) overlays: Vec<(Box<str>, Box<str>)>,
}

/// A schedule with what stored answers are marked with.
#[derive(Debug)]
pub struct InForce {
    /// The schedule.
    pub schedule: Schedule,
    /// Release, overlays, version of the engine and form of a stored status: one with another mark has to be made again.
    pub mark: Box<str>,
}

impl From<Schedule> for InForce {
    fn from(schedule: Schedule) -> Self {
        let version = schedule.version();
        let engine = version.engine.split(' ').nth(1).unwrap_or(version.engine);
        let named = std::iter::once(&version.release).chain(&version.overlays);
        let named: Vec<&str> = named.map(String::as_str).collect();
        Self { mark: format!("{} @{engine}/{FORM}", named.join(" + ")).into(), schedule }
    }
}

impl Schedules {
    /// With the release and the code sets that ship with the program, without overlays.
    pub fn built_in() -> Self {
        Self::with(CodesInForce::built_in())
    }

    /// With the release that ships with the program, without overlays, and these code sets.
    pub(crate) fn with(codes: CodesInForce) -> Self {
        let release = tables::built_in().expect("the tables of this program can be read: a test reads them");
        let schedule = Schedule::compile(&release, &[])
            .expect("the tables of this program compile: a test compiles them");
        Self { in_force: Arc::new(RwLock::new((Named::default(), Arc::new(schedule.into())))), codes }
    }

    /// The schedule in force now.
    pub fn now(&self) -> Arc<InForce> {
        Arc::clone(&self.in_force.read().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// The code sets in force now.
    pub(super) fn codes(&self) -> Arc<CodeSets> {
        self.codes.now()
    }

    /// Puts another one in force. Whoever works with the one before finishes with it.
    pub(crate) fn put(&self, named: Named, schedule: Schedule) {
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) = (named, Arc::new(schedule.into()));
    }

    /// Whether the one in force is the one of this name.
    pub(crate) fn is_named(&self, named: &Named) -> bool {
        self.in_force.read().unwrap_or_else(PoisonError::into_inner).0 == *named
    }
}

impl Default for Schedules {
    fn default() -> Self {
        Self::built_in()
    }
}
