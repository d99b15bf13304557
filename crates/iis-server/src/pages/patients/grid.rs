//! The grid of doses: a row for each vaccine group, each row by date.

use super::doses::{Setting, age_at, anchor, distance_at, group_labels, is_dose, vaccine_name};
use super::strip::Page;
use crate::pages::{codes, format};
use iis_model::record::ConsolidatedEvent;
use iis_model::{EventKind, RegistryNumber};

/// The grid.
#[derive(Debug, Clone)]
pub(crate) struct GridView {
    /// 1, 2, 3 …: the heads of the columns.
    pub(crate) columns: Vec<usize>,
    pub(crate) rows: Vec<GridRow>,
}

/// A vaccine group with its doses.
#[derive(Debug, Clone)]
pub(crate) struct GridRow {
    pub(crate) label: String,
    /// As many as there are columns; empty ones at the end.
    pub(crate) cells: Vec<Option<GridCell>>,
}

/// A dose in its row.
#[derive(Debug, Clone)]
pub(crate) struct GridCell {
    pub(crate) date: String,
    pub(crate) age: String,
    pub(crate) distance: String,
    pub(crate) marks: Vec<&'static Mark>,
    pub(crate) href: String,
}

/// A sign beside a date, and what it means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) sign: &'static str,
    pub(crate) meaning: &'static str,
}

static HISTORICAL: Mark = Mark { sign: "H", meaning: "historical: the reporter did not give it" };
static COMBINATION: Mark = Mark { sign: "c", meaning: "part of a combination vaccine" };
static PARTIAL: Mark = Mark { sign: "○", meaning: "partly administered" };

/// All marks, for the legend.
pub(crate) fn legend() -> [&'static Mark; 3] {
    [&HISTORICAL, &COMBINATION, &PARTIAL]
}

/// Makes the grid of a record whose events are newest first. Doses outside every group have a row of their own.
pub(crate) fn grid(events: &[ConsolidatedEvent], number: RegistryNumber, setting: Setting<'_>) -> GridView {
    let history = Page::History.href(number);
    let oldest_first: Vec<(usize, &ConsolidatedEvent)> =
        events.iter().rev().filter(|event| is_dose(event)).enumerate().collect();
    let cells = |belongs: &dyn Fn(&ConsolidatedEvent) -> bool| -> Vec<Option<GridCell>> {
        let own = oldest_first.iter().filter(|(_, event)| belongs(event));
        own.map(|(at, event)| Some(cell(event, at + 1, &history, setting))).collect()
    };
    let mut rows: Vec<GridRow> = codes::groups()
        .map(|(_, label)| GridRow {
            label: label.to_owned(),
            cells: cells(&|e| group_labels(&e.best).contains(&label)),
        })
        .filter(|row| !row.cells.is_empty())
        .collect();
    let mut others: Vec<String> = oldest_first
        .iter()
        .filter(|(_, event)| group_labels(&event.best).is_empty())
        .map(|(_, event)| vaccine_name(&event.best))
        .collect();
    others.sort_unstable();
    others.dedup();
    rows.extend(others.into_iter().map(|name| {
        let cells = cells(&|e| group_labels(&e.best).is_empty() && vaccine_name(&e.best) == name);
        GridRow { label: name, cells }
    }));
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    for row in &mut rows {
        row.cells.resize(width, None);
    }
    GridView { columns: (1..=width).collect(), rows }
}

fn cell(event: &ConsolidatedEvent, place: usize, history: &str, setting: Setting<'_>) -> GridCell {
    let best = &event.best;
    let historical = best.kind == EventKind::Historical;
    let combination = group_labels(best).len() > 1;
    let partial = best.completion.value == Some(iis_model::Completion::Partial);
    let marks = [(historical, &HISTORICAL), (combination, &COMBINATION), (partial, &PARTIAL)];
    GridCell {
        date: best.given_on.get().map_or_else(|| "date not known".to_owned(), format::partial_date),
        age: age_at(best, setting.born_on),
        distance: distance_at(best, setting.born_on),
        marks: marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).collect(),
        href: format!("{history}#{}", anchor(place)),
    }
}
