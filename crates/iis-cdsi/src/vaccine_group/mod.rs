//! Identify and evaluate vaccine groups: CDSi Logic Specification 4.6, chapter 9.
//!
//! A group of one antigen has one forecast for each best series. A group of several blends
//! the best series of one kind: risk with risk, standard with standard.

mod multiple_antigens;

use crate::answer::{Answer, Forecast, SeriesStatus, StatusReason};
use crate::compiled::{CodeSet, Schedule};
use crate::forecast::{add_recommended, contraindicated_vaccines};
use crate::gather::{Assessment, Person};
use crate::select::SeriesOutcome;
use crate::supporting::model::SeriesType;

/// What the group forecasts are made from.
#[derive(Clone, Copy)]
pub(crate) struct Groups<'a> {
    pub(crate) schedule: &'a Schedule,
    pub(crate) person: &'a Person,
    pub(crate) assessment: &'a Assessment,
    pub(crate) outcomes: &'a [SeriesOutcome],
    /// Best series as positions in the outcomes, by antigen.
    pub(crate) best: &'a [usize],
}

impl<'a> Groups<'a> {
    fn best_of(&self, antigen_bits: u64) -> impl Iterator<Item = &'a SeriesOutcome> + Clone + use<'a> {
        let this = *self;
        let outcomes = self.best.iter().map(move |index| &this.outcomes[*index]);
        outcomes.filter(move |outcome| antigen_bits >> this.antigen(outcome) & 1 == 1)
    }

    fn antigen(&self, outcome: &SeriesOutcome) -> u8 {
        self.schedule.series[usize::from(outcome.series)].antigen
    }

    fn kind(&self, outcome: &SeriesOutcome) -> SeriesType {
        self.schedule.series[usize::from(outcome.series)].kind
    }

    /// Adds what the next dose of a series recommends behind `start`.
    fn add_vaccines(&self, outcome: &SeriesOutcome, answer: &mut Answer, start: usize) {
        let series = &self.schedule.series[usize::from(outcome.series)];
        let (Some(dates), Some(dose)) = (outcome.forecast.dates, series.doses.get(outcome.forecast.target))
        else {
            return;
        };
        let antigen = &self.schedule.antigens[usize::from(series.antigen)];
        let out: Option<CodeSet> = antigen
            .asked
            .meets(&self.person.observed)
            .then(|| contraindicated_vaccines(antigen, self.person, self.assessment));
        add_recommended(self.schedule, self.person, dose, &dates, out.as_ref(), &mut answer.vaccines, start);
    }
}

/// Adds the forecasts of every vaccine group to the answer.
pub(crate) fn forecast_groups(groups: Groups<'_>, answer: &mut Answer) {
    for (group, index) in groups.schedule.groups.iter().zip(0_u8..) {
        let before = answer.forecasts.len();
        if group.antigens.len() == 1 {
            for outcome in groups.best_of(group.antigen_bits) {
                let forecast = of_one_antigen(&groups, index, outcome, answer);
                answer.forecasts.push(forecast);
            }
        } else {
            multiple_antigens::forecast_group(&groups, index, group, answer);
        }
        if answer.forecasts.len() == before {
            answer.forecasts.push(nothing_applies(index));
        }
    }
}

/// Section 9.2 (SINGLEANTVG-1 and -2): the forecast is that of the series.
fn of_one_antigen(groups: &Groups<'_>, group: u8, outcome: &SeriesOutcome, answer: &mut Answer) -> Forecast {
    let forecast = &outcome.forecast;
    let start = answer.vaccines.len();
    groups.add_vaccines(outcome, answer, start);
    let is_needed = forecast.status == SeriesStatus::NotComplete;
    Forecast {
        group,
        series_type: groups.kind(outcome),
        series: Some(outcome.series),
        status: forecast.status,
        reason: forecast.reason,
        dates: forecast.dates,
        dose_number: forecast.dose_number,
        valid_doses: u8::try_from(outcome.satisfied).unwrap_or(u8::MAX),
        antigens_needed: if is_needed { 1 << groups.antigen(outcome) } else { 0 },
        vaccines: position(start)..position(answer.vaccines.len()),
    }
}

fn nothing_applies(group: u8) -> Forecast {
    Forecast {
        group,
        series_type: SeriesType::Standard,
        series: None,
        status: SeriesStatus::NotRecommended,
        reason: StatusReason::NoSeriesApplies,
        dates: None,
        dose_number: 0,
        valid_doses: 0,
        antigens_needed: 0,
        vaccines: 0..0,
    }
}

fn position(index: usize) -> u16 {
    u16::try_from(index).unwrap_or(u16::MAX)
}
