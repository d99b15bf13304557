//! How reviewing goes, for the page of the queue (requirements M-10).

use iis_model::Timestamp;
use iis_store::review_measures::{self, Share, alike_by_two, as_expected, taken_back};
use iis_store::{StoreError, Tx};
use jiff::SignedDuration;

/// Answers and merges of so many days are counted.
pub const MEASURED_DAYS: i64 = 90;

/// How reviewing goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measures {
    /// Questions that wait: for less than a day, for less than a week, for less than 30 days, for longer.
    pub waiting: [i64; 4],
    /// Of the answers: those that say what the evidence alone would.
    pub as_expected: Share,
    /// Of the questions that two reviewers answered: those that they answered alike.
    pub alike_by_two: Share,
    /// Of the merges, whoever made them: those that were taken back.
    pub taken_back: Share,
}

impl Measures {
    /// As of now.
    pub(super) fn read(tx: &mut Tx<'_>, now: Timestamp) -> Result<Self, StoreError> {
        let ago =
            |days: i64| now.saturating_sub(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MIN);
        let mut since = |days: i64| review_measures::waiting_since(tx, ago(days));
        let (all, day, week, month) = (since(0)?, since(1)?, since(7)?, since(30)?);
        Ok(Self {
            waiting: [all - day, day - week, week - month, month],
            as_expected: as_expected(tx, ago(MEASURED_DAYS))?,
            alike_by_two: alike_by_two(tx, ago(MEASURED_DAYS))?,
            taken_back: taken_back(tx, ago(MEASURED_DAYS))?,
        })
    }
}
