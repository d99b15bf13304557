//! Days from which something counts, which stand on a record as observations of their own.

use crate::Coded;

/// A day from which the schedule counts when a dose is wanted (CDSi supporting data, Schedule, observations 170 and 171). It
/// stands in a set of its own beside what was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// The first day of a pregnancy, 40 weeks before the child is due.
    Pregnancy,
    /// The day of a transplant of hematopoietic stem cells.
    Transplant,
}

impl Beginning {
    /// Its code and title in the schedule. SNOMED's code that the schedule lists for the first of a pregnancy is read and not
    /// written: others may read it as the date of conception, two weeks later.
    pub const fn coded(self) -> (&'static str, &'static str) {
        match self {
            Self::Pregnancy => ("170", "Onset of pregnancy"),
            Self::Transplant => ("171", "Date of hematopoietic stem cell transplant"),
        }
    }

    /// Of which day a value tells, if it is one of these.
    pub fn of(value: &Coded) -> Option<Self> {
        value.codings().find_map(|coding| match (&*coding.system, &*coding.code) {
            ("CDSI", "170") | (_, "248986005") => Some(Self::Pregnancy),
            ("CDSI", "171") => Some(Self::Transplant),
            _ => None,
        })
    }
}
