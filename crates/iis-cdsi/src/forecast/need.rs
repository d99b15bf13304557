//! Determine Forecast Need: CDSi Logic Specification 4.6, section 7.4.

use super::contraindication;
use crate::answer::{SeriesStatus, StatusReason};
use crate::compiled::{CodeSet, Dose};
use crate::dates::Day;
use crate::evaluate::{SeriesHistory, age_row};
use crate::gather::{Assessment, Person};

/// What holds for all series of an antigen.
pub(crate) struct AntigenFacts<'a> {
    pub(crate) is_immune: bool,
    pub(crate) is_contraindicated: bool,
    /// Vaccines that must not be given (7.3); `None` when there are none.
    pub(crate) contraindicated: Option<&'a CodeSet>,
}

/// Table 7-10 without its last test, which needs the earliest date: the first row that
/// holds. `target` is the position of the first target dose not satisfied and not skipped.
pub(super) fn decide(
    history: &SeriesHistory<'_>,
    target: usize,
    antigen: &AntigenFacts<'_>,
    assessment: &Assessment,
) -> (SeriesStatus, StatusReason) {
    let next = history.series.doses.get(target);
    let is_any_satisfied = history.done.iter().any(|done| done.satisfied.is_some());
    let are_vaccines_out = || match (next, antigen.contraindicated) {
        (Some(dose), Some(out)) => contraindication::are_all_out(dose, out),
        _ => false,
    };
    match next {
        None if is_any_satisfied => (SeriesStatus::Complete, why_complete(history, assessment)),
        _ if antigen.is_immune => (SeriesStatus::Immune, StatusReason::EvidenceOfImmunity),
        _ if antigen.is_contraindicated => (SeriesStatus::Contraindicated, StatusReason::Contraindication),
        _ if are_vaccines_out() => (SeriesStatus::Contraindicated, StatusReason::VaccinesContraindicated),
        None => (SeriesStatus::NotRecommended, StatusReason::PastHistorySuffices),
        Some(dose) => decide_by_date(history.person, dose, assessment),
    }
}

/// A series that comes again every season is complete for the seasons the schedule holds. Of
/// a later one nothing is known, whatever the specification's status says.
fn why_complete(history: &SeriesHistory<'_>, assessment: &Assessment) -> StatusReason {
    match history.series.season_until {
        Some(last) if assessment.reached(last.plus_days(1)) => StatusReason::CompleteForPastSeason,
        _ => StatusReason::SeriesComplete,
    }
}

/// The rows that compare the assessment date.
fn decide_by_date(person: &Person, dose: &Dose, assessment: &Assessment) -> (SeriesStatus, StatusReason) {
    // The end of the season belongs to it.
    let is_season_over = dose.season_end.is_some_and(|end| assessment.reached(end.plus_days(1)));
    if is_season_over {
        return (SeriesStatus::NotRecommended, StatusReason::SeasonOver);
    }
    if maximum_age_date(person, dose, assessment).is_some_and(|maximum| assessment.reached(maximum)) {
        return (SeriesStatus::AgedOut, StatusReason::ExceededMaximumAge);
    }
    (SeriesStatus::NotComplete, StatusReason::DoseNeeded)
}

/// The last row of table 7-10: the earliest date lies at or after the maximum age.
pub(super) fn is_too_late(
    person: &Person,
    dose: &Dose,
    earliest: Day,
    assessment: &Assessment,
) -> Option<StatusReason> {
    let maximum = maximum_age_date(person, dose, assessment)?;
    (earliest >= maximum).then_some(StatusReason::CannotFinishInTime)
}

fn maximum_age_date(person: &Person, dose: &Dose, assessment: &Assessment) -> Option<Day> {
    age_row(dose, &|day| assessment.reached(day)).and_then(|row| person.at_named(row.maximum))
}
