//! What the recommender says about a person: which doses count, what is needed when, and why.
//!
//! The words are those of the CDSi Logic Specification 4.6. Dates stand here, never the words due or overdue: those
//! follow from the day of the question, see [`Forecast::standing`].

mod beside;
mod evaluation;
mod forecast;
mod trail;
mod visit;

pub use beside::{Caveat, SeasonGap, Undated};
pub use evaluation::{Evaluation, Validity};
pub use forecast::{Forecast, ForecastDates, ForecastStatus, Standing};
pub use trail::{Explanation, Outcome, SeriesTrail, TrailLine};
pub use visit::{HeldBack, Offer, PlannedDose, PlannedEvaluation, Visit, VisitPlan};

use crate::{Cvx, Date, EventId};

/// What the recommender says about a person on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation {
    /// What gave the answer.
    pub made_by: MadeBy,
    /// The day of the question.
    pub assessed_on: Date,
    /// The first day on which the dates may change, if no dose is given before.
    pub re_evaluate_on: Option<Date>,
    /// What was noticed in the facts.
    pub notices: Vec<Notice>,
    /// The verdicts: for each dose one a vaccine group it belongs to, in the order of the doses' dates.
    pub evaluations: Vec<Evaluation>,
    /// The forecasts, in the order of the schedule's vaccine groups; a group whose risk series has another forecast than
    /// the standard one stands twice. None when nothing can be forecast: the notices say why.
    pub forecasts: Vec<Forecast>,
}

impl Recommendation {
    /// The first day after that of the question on which something reads otherwise, if no dose is given before: a dose
    /// can be given, is due or late, or the dates themselves change.
    pub fn changes_on(&self) -> Option<Date> {
        let open = self.forecasts.iter().filter(|forecast| forecast.status == ForecastStatus::NotComplete);
        let days = open.filter_map(|forecast| forecast.dates).flat_map(|dates| {
            [Some(dates.earliest), Some(dates.recommended), dates.overdue_from()].into_iter().flatten()
        });
        days.chain(self.re_evaluate_on).filter(|day| *day > self.assessed_on).min()
    }

    /// The verdicts on one event; none when no vaccine group of the schedule holds the vaccine.
    pub fn evaluations_of(&self, event: EventId) -> impl Iterator<Item = &Evaluation> {
        self.evaluations.iter().filter(move |evaluation| evaluation.event == event)
    }
}

/// Engine, release of the schedule and overlays behind an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBy {
    /// The engine, with its version and the edition of the Logic Specification.
    pub engine: Box<str>,
    /// The release of the schedule, such as `4.64`.
    pub release: Box<str>,
    /// The overlays on it, each as name and version.
    pub overlays: Vec<Box<str>>,
}

impl std::fmt::Display for MadeBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, CDSi supporting data {}", self.engine, self.release)?;
        self.overlays.iter().try_for_each(|overlay| write!(f, " + {overlay}"))
    }
}

/// Something noticed in the facts about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The event it is about, if it is about one.
    pub event: Option<EventId>,
    /// What, in a sentence without the person's values.
    pub text: Box<str>,
}

/// A vaccine group of the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VaccineGroup {
    /// Its name in the schedule, such as `DTaP/Tdap/Td`.
    pub name: Box<str>,
    /// CDC's CVX code for the group, fit to the vaccine at hand (107 for `DTaP`, 115 for Tdap, 139 for Td).
    pub cvx: Option<Cvx>,
}

/// A vaccine with its short name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vaccine {
    /// Its code.
    pub cvx: Cvx,
    /// Its name in the schedule.
    pub name: Box<str>,
}

#[cfg(test)]
mod tests {
    use super::{
        Forecast, ForecastDates, ForecastStatus, MadeBy, Recommendation, SeasonGap, Standing, VaccineGroup,
    };
    use jiff::civil::date;

    #[test]
    fn due_and_overdue_follow_from_the_day_of_the_question() {
        let mut forecast = Forecast {
            group: VaccineGroup { name: "MMR".into(), cvx: None },
            is_risk: false,
            status: ForecastStatus::NotComplete,
            reason: "a dose is needed",
            is_irrelevant: false,
            season_gap: None,
            undated: None,
            caveat: None,
            dates: Some(ForecastDates {
                earliest: date(2026, 3, 1),
                recommended: date(2026, 4, 1),
                past_due: Some(date(2026, 5, 1)),
                latest: None,
            }),
            dose_number: Some(1),
            valid_doses: 0,
            series: Vec::new(),
            vaccines: Vec::new(),
            is_cautioned: false,
            sentence: "".into(),
        };
        #[rustfmt::skip]
        let table = [
            (date(2026, 2, 28), Standing::Later),
            (date(2026, 3, 1),  Standing::Possible),
            (date(2026, 3, 31), Standing::Possible),
            (date(2026, 4, 1),  Standing::Due),
            (date(2026, 5, 1),  Standing::Due),
            (date(2026, 5, 2),  Standing::Overdue),
        ];
        for (on, standing) in table {
            assert_eq!(forecast.standing(on), standing, "{on}");
        }
        let mut said = Recommendation {
            made_by: MadeBy { engine: "".into(), release: "".into(), overlays: Vec::new() },
            assessed_on: date(2026, 2, 1),
            re_evaluate_on: Some(date(2026, 6, 1)),
            notices: Vec::new(),
            evaluations: Vec::new(),
            forecasts: vec![forecast.clone()],
        };
        #[rustfmt::skip]
        let table = [
            (date(2026, 2, 1), date(2026, 3, 1)), // it can be given
            (date(2026, 3, 1), date(2026, 4, 1)), // it is due
            (date(2026, 4, 1), date(2026, 5, 2)), // it is late
            (date(2026, 5, 2), date(2026, 6, 1)), // the dates change
        ];
        for (asked, changes) in table {
            said.assessed_on = asked;
            assert_eq!(said.changes_on(), Some(changes), "{asked}");
        }
        let undated = super::Undated { of: "Onset of pregnancy".into(), from_week: 32, until_week: Some(36) };
        forecast.undated = Some(undated);
        assert_eq!(forecast.standing(date(2026, 5, 2)), Standing::Undated, "whatever the dates say");
        forecast.undated = None;
        forecast.status = ForecastStatus::Complete;
        assert_eq!(forecast.standing(date(2026, 5, 2)), Standing::Settled(ForecastStatus::Complete));
        forecast.season_gap = Some(SeasonGap::EndedOn(date(2026, 4, 30)));
        assert_eq!(
            forecast.standing(date(2026, 5, 2)),
            Standing::SeasonUnknown,
            "complete for another season"
        );
    }
}
