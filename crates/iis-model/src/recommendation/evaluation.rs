//! The verdict on a dose.

use super::VaccineGroup;
use crate::EventId;

/// The verdict on a dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Validity {
    /// It counts.
    Valid,
    /// It does not count and has to be repeated.
    NotValid,
    /// It was not needed and need not be repeated.
    Extraneous,
    /// It was defective and has to be repeated.
    SubStandard,
    /// It was given in a season that the schedule does not hold: whether it was needed is not known.
    NotJudged,
}

impl Validity {
    /// The words of the Logic Specification.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Valid => "Valid",
            Self::NotValid => "Not Valid",
            Self::Extraneous => "Extraneous",
            Self::SubStandard => "Sub-standard",
            Self::NotJudged => "Not Judged",
        }
    }
}

/// What became of one dose in one vaccine group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The dose.
    pub event: EventId,
    /// The vaccine group.
    pub group: VaccineGroup,
    /// The verdict.
    pub validity: Validity,
    /// The reasons, as the Logic Specification says them (`Age: Too Young`); none for most valid doses.
    pub reasons: Vec<&'static str>,
    /// Which of the doses that count it is, as forecasts number the next one; none when it does not count, and for a
    /// dose that comes again and again.
    pub dose_number: Option<u8>,
    /// By how many days the dose came too early, when that is why it does not count.
    pub days_short: Option<u16>,
    /// The name of the series that was judged by. In a group of several antigens each has a series of its own, and this
    /// is the one of the verdict shown.
    pub series: Box<str>,
    /// Whether the series is of the whole group: messages name it then.
    pub is_series_of_group: bool,
    /// The verdict with its reason in one sentence for the nurse; dates stand in it as `2026-03-02`.
    pub sentence: Box<str>,
}
