//! The vaccines a forecast recommends: CDSi Logic Specification 4.6, section 7.5,
//! FORECASTRECVAC-1.

use crate::answer::ForecastDates;
use crate::codes::Cvx;
use crate::compiled::{CodeSet, Dose, Schedule};
use crate::gather::Person;

/// Adds the preferable vaccines that are named in forecasts, not contraindicated, and right
/// for the age on the earliest or the recommended date. None is added twice behind `start`.
pub(crate) fn add_recommended(
    schedule: &Schedule,
    person: &Person,
    dose: &Dose,
    dates: &ForecastDates,
    contraindicated: Option<&CodeSet>,
    vaccines: &mut Vec<Cvx>,
    start: usize,
) {
    for row in dose.preferable.iter().filter(|row| row.is_forecast) {
        let fits =
            person.is_within(dates.earliest, row.ages) || person.is_within(dates.recommended, row.ages);
        if !fits || contraindicated.is_some_and(|out| out.contains(row.vaccine)) {
            continue;
        }
        let cvx = schedule.vaccines[usize::from(row.vaccine)].cvx;
        if !vaccines[start..].contains(&cvx) {
            vaccines.push(cvx);
        }
    }
}
