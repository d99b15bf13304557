//! One sentence for each forecast.

use super::{SeriesTrail, Told};
use crate::answer::{Answer, Forecast, SeriesStatus};
use crate::dates::Day;
use crate::forecast::EarliestPart;
use crate::supporting::model::SeriesType;
use crate::trail::Step;

/// Why a forecast says what it says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ForecastExplained {
    /// Position of the vaccine group.
    pub group: u8,
    /// Name of the vaccine group.
    pub vaccine_group: String,
    /// The forecast in one sentence.
    pub sentence: String,
    /// Names of the series behind it.
    pub series: Vec<String>,
}

/// Words for one forecast of the answer.
pub(super) fn explain_forecast(told: &Told<'_>, answer: &Answer, forecast: &Forecast) -> ForecastExplained {
    let schedule = told.schedule;
    let name = schedule.vaccine_group_name(forecast.group);
    let trails: Vec<&SeriesTrail<'_>> =
        told.series.iter().filter(|trail| is_behind(told, trail, forecast)).collect();
    let sentence = if let Some(dates) = forecast.dates {
        let mut text =
            vec![format!("Dose {} of {name} can be given from {}", forecast.dose_number, dates.earliest)];
        if let Some(part) = trails.iter().find_map(|trail| binding(trail, dates.earliest)) {
            text.push(format!(" ({})", told.part(part)));
        }
        if dates.recommended == dates.earliest {
            text.push(" and is recommended from that day".to_owned());
        } else {
            text.push(format!(" and is recommended from {}", dates.recommended));
        }
        if let Some(past_due) = dates.past_due {
            text.push(format!("; it is late after {past_due}"));
        }
        if let Some(latest) = dates.latest {
            text.push(format!("; the last day for it is {latest}"));
        }
        let vaccines = answer.recommended_vaccines(forecast);
        if !vaccines.is_empty() {
            let names: Vec<String> = vaccines.iter().map(|cvx| schedule.vaccine_name(*cvx)).collect();
            text.push(format!("; recommended: {}", names.join(", ")));
        }
        text.concat() + "."
    } else {
        let status = match forecast.status {
            SeriesStatus::NotComplete => "is not complete",
            SeriesStatus::Complete => "is complete",
            SeriesStatus::Immune => "is not needed",
            SeriesStatus::Contraindicated => "must not be given",
            SeriesStatus::NotRecommended => "is not recommended",
            SeriesStatus::AgedOut => "is no longer given at this age",
        };
        format!("{name} {status}: {}.", forecast.reason.words())
    };
    ForecastExplained {
        group: forecast.group,
        vaccine_group: name.to_owned(),
        sentence,
        series: trails.iter().map(|trail| schedule.series_name(trail.series).to_owned()).collect(),
    }
}

fn is_behind(told: &Told<'_>, trail: &SeriesTrail<'_>, forecast: &Forecast) -> bool {
    let series = &told.schedule.series[usize::from(trail.series)];
    trail.is_best
        && told.schedule.antigens[usize::from(series.antigen)].group == forecast.group
        && match forecast.series {
            Some(one) => one == trail.series,
            None => (series.kind == SeriesType::Risk) == (forecast.series_type == SeriesType::Risk),
        }
}

/// The part of the last earliest date of the series that made it so late.
fn binding(trail: &SeriesTrail<'_>, earliest: Day) -> Option<EarliestPart> {
    let is_start = |step: &&&Step| matches!(step, Step::Earliest { part: EarliestPart::Birth, .. });
    let start = trail.steps.iter().rposition(|step| is_start(&step))?;
    trail.steps[start..].iter().find_map(|step| match step {
        Step::Earliest { part, on } if *on == earliest => Some(*part),
        _ => None,
    })
}
