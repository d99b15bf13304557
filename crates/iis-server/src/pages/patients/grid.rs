//! The grid of doses: a row for each vaccine group, each row by date, with whether each dose counts and what is next.

use super::doses::{Setting, age_at, anchor, distance_at, is_dose, vaccine_name};
use super::recommendation::Said;
use super::recommendation::verdicts::{VerdictView, not_judged, verdict_in};
use super::recommendation::words;
use super::strip::Page;
use crate::pages::status::Status;
use crate::pages::{codes, format};
use iis_model::date::Precision;
use iis_model::recommendation::{Forecast, Standing};
use iis_model::record::ConsolidatedEvent;
use iis_model::{EventKind, PartialDate, RegistryNumber};

/// Cells beside each other; a group with more goes on in the next line.
const WIDTH: usize = 5;

/// The grid.
#[derive(Debug, Clone)]
pub(crate) struct GridView {
    /// Cells in a line.
    pub(crate) width: usize,
    pub(crate) rows: Vec<GridRow>,
}

/// A vaccine group with its doses.
#[derive(Debug, Clone)]
pub(crate) struct GridRow {
    pub(crate) label: String,
    /// Lines of cells, each as wide as the grid; empty ones at the end.
    pub(crate) lines: Vec<Vec<Option<GridCell>>>,
}

/// What stands in a cell.
#[derive(Debug, Clone)]
pub(crate) enum GridCell {
    /// A dose that was given.
    Given(Box<GivenCell>),
    /// The dose that comes next.
    Next(NextCell),
}

/// A dose in its row.
#[derive(Debug, Clone)]
pub(crate) struct GivenCell {
    pub(crate) status: Status,
    /// Whether the status is only its sign.
    pub(crate) is_dense: bool,
    pub(crate) date: String,
    pub(crate) age: String,
    pub(crate) distance: String,
    /// Why it does not count; empty for most doses.
    pub(crate) reason: String,
    pub(crate) marks: Vec<&'static Mark>,
    /// `Why?` where the dose does not count, else `Details`.
    pub(crate) link: &'static str,
    pub(crate) href: String,
    pub(crate) is_doubtful: bool,
}

/// The next dose of a group.
#[derive(Debug, Clone)]
pub(crate) struct NextCell {
    pub(crate) status: Status,
    /// `from 02/11/2028`
    pub(crate) wanted: String,
}

/// A sign beside a date, and what it means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) sign: &'static str,
    pub(crate) meaning: &'static str,
}

static HISTORICAL: Mark = Mark { sign: "H", meaning: "historical: the reporter did not give it" };
static COMBINATION: Mark = Mark { sign: "c", meaning: "part of a combination vaccine" };
static PARTIAL: Mark = Mark { sign: "p", meaning: "partly administered" };

/// All marks, for the legend.
pub(crate) fn legend() -> [&'static Mark; 3] {
    [&HISTORICAL, &COMBINATION, &PARTIAL]
}

/// Makes the grid of a record whose events are newest first. Doses outside every group have a row of their own.
pub(crate) fn grid(
    events: &[ConsolidatedEvent],
    said: &Said,
    number: RegistryNumber,
    setting: Setting<'_>,
) -> GridView {
    let made = Made { said, number, setting, history: Page::History.href(number) };
    let oldest_first: Vec<Placed<'_>> = events
        .iter()
        .rev()
        .filter(|event| is_dose(event))
        .enumerate()
        .map(|(at, event)| (at + 1, event))
        .collect();
    let mut rows: Vec<GridRow> =
        codes::schedule_groups().filter_map(|group| made.group(group, &oldest_first)).collect();
    rows.extend(made.others(&oldest_first));
    GridView { width: WIDTH, rows }
}

/// A dose with its place from the oldest.
type Placed<'a> = (usize, &'a ConsolidatedEvent);

/// What cells are made from.
struct Made<'a> {
    said: &'a Said,
    number: RegistryNumber,
    setting: Setting<'a>,
    history: String,
}

impl Made<'_> {
    fn group(&self, group: &str, doses: &[Placed<'_>]) -> Option<GridRow> {
        let own: Vec<&Placed<'_>> =
            doses.iter().filter(|(_, event)| groups_of(event).contains(&group)).collect();
        let mut cells: Vec<GridCell> = own.iter().map(|placed| self.given(placed, group)).collect();
        if cells.is_empty() {
            return None;
        }
        cells.extend(self.next(group).map(GridCell::Next));
        Some(GridRow { label: codes::schedule_group(group), lines: in_lines(cells) })
    }

    /// Doses of vaccines that the schedule does not group, by vaccine.
    fn others(&self, doses: &[Placed<'_>]) -> Vec<GridRow> {
        let outside: Vec<&Placed<'_>> =
            doses.iter().filter(|(_, event)| groups_of(event).is_empty()).collect();
        let mut names: Vec<String> = outside.iter().map(|(_, event)| vaccine_name(&event.best)).collect();
        names.sort_unstable();
        names.dedup();
        let row = |name: String| {
            let own = outside.iter().filter(|(_, event)| vaccine_name(&event.best) == name);
            GridRow { lines: in_lines(own.map(|placed| self.given(placed, "")).collect()), label: name }
        };
        names.into_iter().map(row).collect()
    }

    fn given(&self, (place, event): &Placed<'_>, group: &str) -> GridCell {
        let best = &event.best;
        let historical = best.kind == EventKind::Historical;
        let combination = groups_of(event).len() > 1;
        let partial = best.completion.value == Some(iis_model::Completion::Partial);
        let marks = [(historical, &HISTORICAL), (combination, &COMBINATION), (partial, &PARTIAL)];
        let verdict = verdict_in(&self.said.recommendation, event.id, group, self.number);
        let (link, href) = match &verdict {
            Some(verdict) if !verdict.counts => ("Why?", format!("{}#{}", verdict.href, anchor(*place))),
            _ => ("Details", format!("{}#{}", self.history, anchor(*place))),
        };
        let is_dense = verdict.as_ref().is_some_and(|verdict| verdict.counts);
        let is_doubtful = verdict.as_ref().is_some_and(|verdict| verdict.is_doubtful);
        let (status, reason) = verdict.map_or_else(|| (not_judged(), String::new()), shown);
        GridCell::Given(Box::new(GivenCell {
            status,
            is_dense,
            date: best.given_on.get().map_or_else(|| "date not known".to_owned(), short_date),
            age: age_at(best, self.setting.born_on),
            distance: distance_at(best, self.setting.born_on),
            reason,
            marks: marks.into_iter().filter(|(holds, _)| *holds).map(|(_, mark)| mark).collect(),
            link,
            href,
            is_doubtful,
        }))
    }

    fn next(&self, group: &str) -> Option<NextCell> {
        let answer = &self.said.recommendation;
        let on = answer.assessed_on;
        let of_group = answer.forecasts.iter().filter(|forecast| &*forecast.group.name == group);
        let next: &Forecast = of_group.min_by_key(|forecast| forecast.standing(on))?;
        let standing = next.standing(on);
        let wanted = format!("{}{}", words::wanted(next, on), words::caution(next.is_cautioned));
        let cell = NextCell { status: words::standing(next, on), wanted };
        (!matches!(standing, Standing::Settled(_))).then_some(cell)
    }
}

/// Doses that count show their sign only: the rest has to stand out.
fn shown(verdict: VerdictView) -> (Status, String) {
    if verdict.counts { (verdict.status.dense(), verdict.reason) } else { (verdict.status, verdict.reason) }
}

/// A date as a cell holds it; of an unknown day or month only what is known.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "records hold it behind `Given::get`, which lends")]
fn short_date(on: &PartialDate) -> String {
    let first = on.first_day();
    match on.precision() {
        Precision::Day => format::date(first),
        Precision::Month => first.strftime("%m/%Y").to_string(),
        Precision::Year => first.strftime("%Y").to_string(),
    }
}

fn groups_of(event: &ConsolidatedEvent) -> Vec<&'static str> {
    event.best.cvx.get().map(|cvx| codes::schedule_groups_of(*cvx)).unwrap_or_default()
}

fn in_lines(cells: Vec<GridCell>) -> Vec<Vec<Option<GridCell>>> {
    let mut cells: Vec<Option<GridCell>> = cells.into_iter().map(Some).collect();
    cells.resize(cells.len().next_multiple_of(WIDTH), None);
    let mut lines = Vec::new();
    while !cells.is_empty() {
        let rest = cells.split_off(WIDTH);
        lines.push(std::mem::replace(&mut cells, rest));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::short_date;

    #[test]
    fn a_cell_holds_what_is_known_of_a_date() {
        for (on, text) in [("2021-05-09", "05/09/2021"), ("2021-05", "05/2021"), ("2021", "2021")] {
            assert_eq!(short_date(&on.parse().expect("a date of the table")), text);
        }
    }
}
