//! Every vaccine group with its dates: the table under the history.

use super::{in_order, words};
use crate::pages::status::Status;
use crate::pages::{codes, format};
use iis_model::recommendation::{Forecast, Recommendation};
use iis_model::{Date, RegistryNumber};

/// The table.
#[derive(Debug, Clone)]
pub(in crate::pages) struct GroupsView {
    /// `14 vaccine groups as of 03/02/2026`
    pub(in crate::pages) caption: String,
    pub(in crate::pages) rows: Vec<GroupRow>,
    /// Groups that nothing on the record asks for.
    pub(in crate::pages) irrelevant: String,
}

/// One forecast.
#[derive(Debug, Clone)]
pub(in crate::pages) struct GroupRow {
    pub(in crate::pages) group: String,
    pub(in crate::pages) note: String,
    pub(in crate::pages) status: Status,
    /// `4`; empty when no dose is asked for.
    pub(in crate::pages) dose: String,
    pub(in crate::pages) recommended: String,
    pub(in crate::pages) earliest: String,
    /// The first day on which the dose is late.
    pub(in crate::pages) late_from: String,
    pub(in crate::pages) latest: String,
    pub(in crate::pages) href: String,
}

/// Makes the table.
pub(in crate::pages) fn groups(said: &Recommendation, number: RegistryNumber) -> GroupsView {
    let (irrelevant, shown): (Vec<&Forecast>, Vec<&Forecast>) =
        in_order(said).into_iter().partition(|forecast| forecast.is_irrelevant);
    let names: Vec<String> =
        irrelevant.iter().map(|forecast| codes::schedule_group(&forecast.group.name)).collect();
    let count = format::counted(i64::try_from(shown.len()).unwrap_or(i64::MAX), "vaccine group");
    GroupsView {
        caption: format!("{} as of {}", format::sentence_case(&count), format::date(said.assessed_on)),
        rows: shown.iter().map(|forecast| row(forecast, said.assessed_on, number)).collect(),
        irrelevant: words::listed(&names),
    }
}

fn row(forecast: &Forecast, on: Date, number: RegistryNumber) -> GroupRow {
    let dates = forecast.dates;
    let or_none = |day: Option<Date>| day.map(format::date).unwrap_or_default();
    GroupRow {
        group: codes::schedule_group(&forecast.group.name),
        note: words::note(forecast),
        status: words::standing(forecast, on),
        dose: forecast
            .dose_number
            .filter(|_| dates.is_some() || forecast.undated.is_some())
            .map(|dose| dose.to_string())
            .unwrap_or_default(),
        recommended: match &forecast.undated {
            Some(undated) => undated.to_string(),
            None => or_none(dates.map(|dates| dates.recommended)),
        },
        earliest: or_none(dates.map(|dates| dates.earliest)),
        late_from: or_none(dates.and_then(|dates| dates.overdue_from())),
        latest: or_none(dates.and_then(|dates| dates.latest)),
        href: words::why_href(number, &forecast.group),
    }
}
