//! The number of the dose forecast: CDSi Logic Specification 4.6, section 7.5, FORECASTDN-1.

use crate::compiled::Dose;
use crate::evaluate::SeriesHistory;

/// One more than the satisfied target doses; for a seasonal dose only those of this season.
pub(super) fn forecast_dose_number(history: &SeriesHistory<'_>, dose: &Dose) -> u8 {
    let satisfied = history.done.iter().filter_map(|done| done.satisfied);
    let counted = satisfied.filter(|(on, _)| dose.season_start.is_none_or(|start| *on >= start)).count();
    u8::try_from(counted + 1).unwrap_or(u8::MAX)
}
