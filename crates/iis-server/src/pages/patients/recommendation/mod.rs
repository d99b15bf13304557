//! What the recommender says, as the pages of a patient print it.
//!
//! The words due and overdue are made here, from the dates of the forecast and the day of the question: see
//! [`Forecast::standing`].

#[cfg(test)]
mod answered;
pub(in crate::pages) mod asking;
mod checked;
pub(in crate::pages) mod groups;
pub(in crate::pages) mod needs;
pub(in crate::pages) mod planned;
pub(in crate::pages) mod verdicts;
pub(in crate::pages) mod what_if;
pub(in crate::pages) mod why;
pub(super) mod words;

use crate::pages::codes;
use iis_model::Date;
use iis_model::recommendation::{Forecast, PlannedDose, Recommendation, VisitPlan};
use iis_model::record::PersonRecord;
use iis_registry::recommend::{Schedules, recommend, visits};

/// The answer about one person on one day.
#[derive(Debug, Clone)]
pub(in crate::pages) struct Said {
    pub(in crate::pages) recommendation: Recommendation,
    pub(in crate::pages) visits: VisitPlan,
}

impl Said {
    /// Asks the schedule in force.
    pub(in crate::pages) fn of(schedules: &Schedules, record: &PersonRecord, on: Date) -> Self {
        Self { recommendation: recommend(schedules, record, on), visits: visits(schedules, record, &[], on) }
    }

    /// The same with planned doses supposed to be given; `recommendation` is the answer with them.
    pub(in crate::pages) fn with(
        schedules: &Schedules,
        record: &PersonRecord,
        planned: &[PlannedDose],
        recommendation: Recommendation,
    ) -> Self {
        let visits = visits(schedules, record, planned, recommendation.assessed_on);
        Self { recommendation, visits }
    }
}

/// The forecasts of a person in the order of screens; within a group the standard one first.
fn in_order(recommendation: &Recommendation) -> Vec<&Forecast> {
    let place = |forecast: &&Forecast| {
        let at = codes::schedule_groups().position(|group| group == &*forecast.group.name);
        (at.unwrap_or(usize::MAX), forecast.is_risk)
    };
    let mut forecasts: Vec<&Forecast> = recommendation.forecasts.iter().collect();
    forecasts.sort_by_key(place);
    forecasts
}
