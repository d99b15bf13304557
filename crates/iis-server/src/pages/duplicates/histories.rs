//! Two histories as one list by date; where a merge would make one of two doses they stand in one row.

use crate::pages::format;
use crate::pages::patients::doses::{is_dose, vaccine_name};
use iis_model::record::ConsolidatedEvent;
use iis_model::{Given, PartialDate};
use iis_registry::review::Compared;
use std::cmp::Reverse;

/// A row of both histories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HistoryRow {
    pub(crate) date: String,
    /// What A has on it; empty: nothing.
    pub(crate) a: String,
    /// What B has on it.
    pub(crate) b: String,
    /// What would become of it.
    pub(crate) note: &'static str,
}

/// Both histories, newest first.
pub(super) fn rows(compared: &Compared) -> Vec<HistoryRow> {
    let [one, two] = &compared.persons;
    let pairs = compared.joined_events();
    let mut taken = Vec::new();
    let mut rows: Vec<(Given<PartialDate>, HistoryRow)> = Vec::new();
    for (at, event) in one.events.iter().enumerate().filter(|(_, event)| is_dose(event)) {
        let partner = pairs.iter().find(|(a, b)| *a == at && !taken.contains(b)).map(|(_, b)| *b);
        let other = partner.map(|b| said(&two.events[b])).unwrap_or_default();
        taken.extend(partner);
        let note = if partner.is_some() { "would become one dose" } else { "" };
        rows.push((event.best.given_on.clone(), row(event, (said(event), other), note)));
    }
    for (at, event) in two.events.iter().enumerate().filter(|(_, event)| is_dose(event)) {
        if !taken.contains(&at) {
            rows.push((event.best.given_on.clone(), row(event, (String::new(), said(event)), "")));
        }
    }
    rows.sort_by_key(|(on, _)| Reverse(on.value));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn row(event: &ConsolidatedEvent, (a, b): (String, String), note: &'static str) -> HistoryRow {
    let date = event.best.given_on.get().map(format::partial_date);
    HistoryRow { date: date.unwrap_or_else(|| "date not known".to_owned()), a, b, note }
}

/// `MMR, lot L1, North Pediatrics`
fn said(event: &ConsolidatedEvent) -> String {
    let lot = event.best.lot.number.get().map(|number| format!("lot {number}"));
    let from = event.reports.first().map(|report| report.organization.to_string());
    let name = vaccine_name(&event.best);
    [Some(name), lot, from].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
