//! Forecast the next dose of one series: CDSi Logic Specification 4.6, chapter 7, in the
//! order of its process model.

mod contraindication;
mod dose_number;
mod earliest_date;
mod forecast_dates;
mod immunity;
mod need;
mod recommended_vaccines;

use crate::answer::{ForecastDates, SeriesStatus, StatusReason};
use crate::compiled::Dose;
use crate::dates::Day;
use crate::evaluate::{Reference, SeriesHistory, met_skip};
use crate::gather::Assessment;
use crate::trail::{NoTrail, SkipMoment, Step, Trail};
pub(crate) use contraindication::{contraindicated_vaccines, forbids, is_antigen_contraindicated};
use earliest_date::Earliest;
pub(crate) use earliest_date::EarliestPart;
pub(crate) use forecast_dates::finish_date;
pub(crate) use immunity::is_immune;
pub(crate) use need::AntigenFacts;
pub(crate) use recommended_vaccines::add_recommended;

/// The forecast of one series.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SeriesForecast {
    pub(crate) status: SeriesStatus,
    pub(crate) reason: StatusReason,
    /// The dates, when the series is not complete.
    pub(crate) dates: Option<ForecastDates>,
    /// The dates for the vaccines of the dose that conflict with nothing, where a conflict of others moves the dates and
    /// there are such vaccines.
    pub(crate) unhindered: Option<ForecastDates>,
    /// Position of the first target dose neither satisfied nor skipped.
    pub(crate) target: usize,
    /// FORECASTDN-1; 0 when no dose is forecast.
    pub(crate) dose_number: u8,
    /// FORECASTPRIORITY-1.
    pub(crate) has_priority: bool,
}

/// Figure 7-1. The first reference date is the assessment date; a target dose that can be
/// skipped at its own earliest date is skipped, and the search goes on from that date (7.6).
pub(crate) fn forecast_series(
    history: &SeriesHistory<'_>,
    first_target: usize,
    antigen: &AntigenFacts<'_>,
    assessment: &Assessment,
    trail: &mut impl Trail,
) -> SeriesForecast {
    let doses = &history.series.doses;
    let mut target = first_target;
    let mut reference = Reference::Assessment(assessment);
    loop {
        while let Some(dose) = doses.get(target)
            && let Some((skip, set)) = met_skip(history, &dose.skips_in_forecast, &reference)
        {
            trail.note(|| skipped(target, &reference, assessment, skip, set));
            target += 1;
        }
        let (status, reason) = need::decide(history, target, antigen, assessment);
        let next = doses.get(target).filter(|_| status == SeriesStatus::NotComplete);
        let Some(dose) = next else {
            trail.note(|| Step::Need { target: doses.get(target).map(|_| number(target)), status, reason });
            return SeriesForecast {
                status,
                reason,
                dates: None,
                unhindered: None,
                target,
                dose_number: 0,
                has_priority: false,
            };
        };
        let Earliest { on: earliest, unhindered } =
            earliest_date::earliest_date(history, (number(target), dose), assessment, trail);
        if let Some(reason) = need::is_too_late(history.person, dose, earliest, assessment) {
            let status = SeriesStatus::AgedOut;
            trail.note(|| Step::Need { target: Some(number(target)), status, reason });
            return SeriesForecast {
                status,
                reason,
                dates: None,
                unhindered: None,
                target,
                dose_number: 0,
                has_priority: false,
            };
        }
        reference = Reference::Earliest(earliest);
        if let Some((skip, set)) = met_skip(history, &dose.skips_in_forecast, &reference) {
            trail.note(|| skipped(target, &reference, assessment, skip, set));
            target += 1;
            continue;
        }
        trail.note(|| Step::Need { target: Some(number(target)), status, reason });
        let dates =
            forecast_dates::forecast_dates(history, (number(target), dose), earliest, assessment, trail);
        trail.note(|| Step::Dates { target: number(target), dates });
        return SeriesForecast {
            status,
            reason,
            dates: Some(dates),
            unhindered: (unhindered < earliest
                && has_free_vaccine(history, dose, assessment.on().max(unhindered)))
            .then(|| {
                let next = (number(target), dose);
                forecast_dates::forecast_dates(history, next, unhindered, assessment, &mut NoTrail)
            }),
            target,
            dose_number: dose_number::forecast_dose_number(history, dose),
            has_priority: forecast_dates::has_priority(dose, assessment),
        };
    }
}

/// Whether a preferable vaccine that is right for the age on a day is in conflict with nothing.
fn has_free_vaccine(history: &SeriesHistory<'_>, dose: &Dose, on: Day) -> bool {
    let mut for_age = dose.preferable.iter().filter(|row| history.person.is_within(on, row.ages));
    for_age.any(|row| history.schedule.vaccines[usize::from(row.vaccine)].conflict_column.is_none())
}

fn number(target: usize) -> u8 {
    u8::try_from(target).unwrap_or(u8::MAX)
}

fn skipped(target: usize, reference: &Reference<'_>, assessment: &Assessment, skip: u8, set: u8) -> Step {
    let (moment, on) = match reference {
        Reference::Earliest(on) | Reference::Dose(on) => (SkipMoment::Validation, *on),
        Reference::Assessment(_) => (SkipMoment::Forecast, assessment.on()),
    };
    Step::Skipped { target: number(target), moment, on, skip, set }
}
