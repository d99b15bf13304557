//! Multiple antigen vaccine group: CDSi Logic Specification 4.6, section 9.3.

use super::{Groups, position};
use crate::answer::{Answer, Forecast, ForecastDates, SeriesStatus, StatusReason};
use crate::compiled::VaccineGroup;
use crate::dates::Day;
use crate::select::SeriesOutcome;
use crate::supporting::model::SeriesType;

/// One forecast of the standard best series together, one of the risk best series.
pub(super) fn forecast_group(groups: &Groups<'_>, index: u8, group: &VaccineGroup, answer: &mut Answer) {
    for kind in [SeriesType::Standard, SeriesType::Risk] {
        // Evaluation Only counts as standard.
        let is_of_kind =
            |o: &&SeriesOutcome| (groups.kind(o) == SeriesType::Risk) == (kind == SeriesType::Risk);
        let members = groups.best_of(group.antigen_bits).filter(is_of_kind);
        let Some((status, reason)) = status(&members) else { continue };
        let needing = members.clone().filter(|member| member.forecast.dates.is_some());
        let is_needed = status == SeriesStatus::NotComplete;
        let start = answer.vaccines.len();
        if is_needed {
            needing.clone().for_each(|member| groups.add_vaccines(member, answer, start));
        }
        let numbers = |of: fn(&SeriesOutcome) -> u8, among_all: bool| {
            let members = members.clone().filter(move |m| among_all || m.forecast.dates.is_some()).map(of);
            if group.is_given_whole { members.min() } else { members.max() }.unwrap_or(0)
        };
        let antigens_needed = needing.clone().fold(0, |bits, member| bits | 1 << groups.antigen(member));
        answer.forecasts.push(Forecast {
            group: index,
            series_type: kind,
            series: None,
            status,
            reason,
            dates: if is_needed { dates(groups, group, &needing) } else { None },
            dose_number: if is_needed { numbers(|member| member.forecast.dose_number, false) } else { 0 },
            valid_doses: numbers(|member| u8::try_from(member.satisfied).unwrap_or(u8::MAX), true),
            antigens_needed: if is_needed { antigens_needed } else { 0 },
            vaccines: position(start)..position(answer.vaccines.len()),
        });
    }
}

/// Table 9-4: the first of these that any member has; else Immune if all are; else Complete.
fn status<'a>(
    members: &(impl Iterator<Item = &'a SeriesOutcome> + Clone),
) -> Option<(SeriesStatus, StatusReason)> {
    let found = [
        SeriesStatus::Contraindicated,
        SeriesStatus::AgedOut,
        SeriesStatus::NotRecommended,
        SeriesStatus::NotComplete,
    ]
    .into_iter()
    .find_map(|status| members.clone().find(|member| member.status() == status))
    .or_else(|| members.clone().find(|member| member.status() == SeriesStatus::Complete))
    .or_else(|| members.clone().next())?;
    Some((found.status(), found.forecast.reason))
}

/// MULTIANTVG-1 and FORECASTVG-2 to -4. Members that are complete or immune have no dates and take
/// no part.
fn dates<'a>(
    groups: &Groups<'_>,
    group: &VaccineGroup,
    needing: &(impl Iterator<Item = &'a SeriesOutcome> + Clone),
) -> Option<ForecastDates> {
    let dates = || needing.clone().filter_map(|member| member.forecast.dates);
    let earliest = if needing.clone().any(|member| member.forecast.has_priority) {
        let first = dates().map(|dates| dates.earliest).min()?;
        latest_dose(groups, group).map_or(first, |latest| first.max(latest))
    } else {
        dates().map(|dates| dates.earliest).max()?
    };
    Some(ForecastDates {
        earliest,
        recommended: dates().map(|dates| dates.recommended).min()?.max(earliest),
        past_due: dates().filter_map(|dates| dates.past_due).min().map(|day| day.max(earliest)),
        latest: dates().filter_map(|dates| dates.latest).min(),
    })
}

/// The latest dose with an antigen of the group.
fn latest_dose(groups: &Groups<'_>, group: &VaccineGroup) -> Option<Day> {
    let last = |antigen: &u8| groups.person.records(usize::from(*antigen)).last().copied();
    let latest = group.antigens.iter().filter_map(last).max();
    latest.map(|index| groups.person.doses[usize::from(index)].on)
}
