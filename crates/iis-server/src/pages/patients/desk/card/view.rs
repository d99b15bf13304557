//! The grid of the yellow card: a line for each vaccine group, and lines for vaccines by name.

use super::super::remarks::ToHeed;
use super::super::{Setting, Token, Typed};
use super::alike;
use crate::pages::choice::Choice;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::strip::{Page, StripView};
use crate::pages::{codes, format};
use askama::Template;
use iis_model::event::InformationSource;
use iis_model::{Cvx, PartialDate};

/// Dates in a line.
pub(super) const WIDTH: usize = 5;

/// Lines for vaccines that are chosen by name: combinations, and whatever has no line of its own.
const NAMED: usize = 4;

/// Vaccine groups that stand open; the others are folded. As many as a child's card has lines.
const OPEN: &[&str] = &[
    "HepB",
    "ROTAVIRUS",
    "DTAP",
    "TDAP",
    "HIB",
    "PneumoPCV",
    "POLIO",
    "COVID-19",
    "FLU",
    "MMR",
    "VARICELLA",
    "HepA",
    "HPV",
    "MENING",
    "MeningB",
];

/// `GET /patients/{number}/history/new`
#[derive(Debug, Template)]
#[template(path = "patients/desk/card.html")]
pub(in crate::pages) struct CardPage {
    frame: Frame,
    strip: StripView,
    form: CardForm,
    record_href: String,
    site: String,
}

/// The form.
#[derive(Debug, Clone)]
pub(in crate::pages) struct CardForm {
    pub(super) token: Token,
    pub(super) sources: Vec<Choice>,
    pub(super) open: Vec<LineView>,
    pub(super) folded: Vec<LineView>,
    pub(super) folded_is_used: bool,
    pub(super) named: Vec<LineView>,
    pub(super) summary: String,
    /// The doses that may be on record, once they were shown.
    pub(super) alike: String,
    pub(super) heed: ToHeed,
    pub(super) problems: Vec<Problem>,
    pub(super) save: String,
}

impl CardForm {
    /// Whether nothing is said about it yet: typing begins at once.
    fn is_fresh(&self) -> bool {
        self.problems.is_empty() && self.heed.texts.is_empty() && self.summary.is_empty()
    }
}

/// A line as it was filled in.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// `l0`, or `n0` where the vaccine is chosen.
    pub(super) id: String,
    pub(super) label: String,
    pub(super) kind: LineKind,
    pub(super) cvx: Option<Cvx>,
    pub(super) cells: Vec<Cell>,
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineKind {
    /// In the grid.
    Open,
    /// Folded away.
    Folded,
    /// With a vaccine that is chosen by name.
    Named,
}

/// One date.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    pub(super) typed: String,
    pub(super) on: Option<PartialDate>,
    pub(super) mark: Mark,
}

/// What is known of a date that was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Mark {
    #[default]
    None,
    New,
    /// On record already.
    Known,
    /// May be the dose that is on record with this date.
    Alike(String),
    /// May be the dose that stands in the card with this date.
    Near(String),
    /// Cannot be stored: why.
    Wrong(String),
}

impl Mark {
    /// Whether it asks, before it is saved as a dose of its own.
    pub(super) const fn asks(&self) -> bool {
        matches!(self, Self::Alike(_) | Self::Near(_))
    }
}

/// A line as it is shown.
#[derive(Debug, Clone)]
pub(in crate::pages) struct LineView {
    id: String,
    label: String,
    vaccines: Vec<Choice>,
    cells: Vec<CellView>,
}

/// A date as it is shown.
#[derive(Debug, Clone)]
pub(in crate::pages) struct CellView {
    id: String,
    label: String,
    value: String,
    is_wrong: bool,
    note: String,
}

impl Line {
    /// `DTaP, 04/15/2024`
    pub(super) fn called(&self, cell: usize) -> String {
        let on = self.cells.get(cell).and_then(|cell| cell.on);
        let on = on.map(|on| format!(", {}", format::partial_date(&on))).unwrap_or_default();
        format!("{}{on}", self.label)
    }

    fn is_used(&self) -> bool {
        self.cells.iter().any(|cell| !cell.typed.is_empty())
    }
}

/// All lines as they were filled in.
pub(super) fn lines(typed: &Typed) -> Vec<Line> {
    let cells = |id: &str| {
        let cell = |at| Cell { typed: typed.get(&format!("{id}_{at}")).to_owned(), ..Cell::default() };
        (1..=WIDTH).map(cell).collect()
    };
    let of_group = |(at, (group, label, cvx)): (usize, (&str, &str, Cvx))| {
        let id = format!("l{at}");
        let kind = if OPEN.contains(&group) { LineKind::Open } else { LineKind::Folded };
        Line { cells: cells(&id), id, label: label.to_owned(), kind, cvx: Some(cvx) }
    };
    let named = |at: usize| {
        let id = format!("n{at}");
        let cvx = typed.get(&id).parse().ok().filter(|cvx| codes::vaccine(*cvx).is_some());
        let label = cvx.map_or_else(|| format!("Other vaccine {at}"), codes::short_name);
        Line { cells: cells(&id), id, label, kind: LineKind::Named, cvx }
    };
    codes::unspecified().enumerate().map(of_group).chain((1..=NAMED).map(named)).collect()
}

impl CardForm {
    pub(super) fn new(token: Token, typed: &Typed, lines: &[Line]) -> Self {
        let problems = lines.iter().flat_map(problems).collect();
        let of_kind = |kind| lines.iter().filter(|line| line.kind == kind).map(line_view).collect();
        let chosen =
            InformationSource::from_code(typed.get("source")).unwrap_or(InformationSource::ParentWritten);
        Self {
            token,
            sources: sources(chosen),
            open: of_kind(LineKind::Open),
            folded: of_kind(LineKind::Folded),
            folded_is_used: lines.iter().any(|line| line.kind == LineKind::Folded && line.is_used()),
            named: of_kind(LineKind::Named),
            summary: summary(lines),
            alike: alike(lines),
            heed: ToHeed::default(),
            problems,
            save: save(lines),
        }
    }
}

impl CardPage {
    pub(super) fn new(setting: Setting, form: CardForm) -> Self {
        Self {
            record_href: Page::Record.href(setting.record.registry_number),
            site: setting.site.name.to_string(),
            frame: setting.frame,
            strip: setting.strip,
            form,
        }
    }

    pub(super) fn new_in_error(mut setting: Setting, form: CardForm) -> Self {
        setting.frame = setting.frame.in_error();
        Self::new(setting, form)
    }

    /// The page as the goldens make it.
    #[cfg(test)]
    pub(in crate::pages) fn for_golden(setting: Setting, typed: &Typed, today: iis_model::Date) -> Self {
        let mut lines = lines(typed);
        super::judge(&mut lines, &setting, today);
        let token =
            Token { action: "/patients/1/history/new".into(), csrf: "token".into(), once: "0".repeat(64) };
        Self::new(setting, CardForm::new(token, typed, &lines))
    }
}

/// Where a card can know doses from.
fn sources(chosen: InformationSource) -> Vec<Choice> {
    use InformationSource::{
        BirthCertificate, Historical, OtherProvider, OtherRegistry, ParentRecall, ParentWritten,
        PublicAgency, School,
    };
    let all = [
        ParentWritten,
        OtherProvider,
        School,
        OtherRegistry,
        PublicAgency,
        BirthCertificate,
        ParentRecall,
        Historical,
    ];
    let choice = |source: InformationSource| Choice {
        value: source.code().to_owned(),
        label: format::sentence_case(codes::source(source).trim_start_matches("historical, ")),
        is_chosen: source == chosen,
    };
    all.into_iter().map(choice).collect()
}

fn line_view(line: &Line) -> LineView {
    let cell = |(at, cell): (usize, &Cell)| {
        let note = match &cell.mark {
            Mark::None => String::new(),
            Mark::New => "✓ new".to_owned(),
            Mark::Known => "= on record".to_owned(),
            Mark::Alike(on) => format!("⚑ {on} is on record"),
            Mark::Near(on) => format!("⚑ {on} stands here too"),
            Mark::Wrong(why) => why.clone(),
        };
        CellView {
            id: format!("{}_{}", line.id, at + 1),
            label: format!("{}, date {}", line.label, at + 1),
            value: cell.on.as_ref().map_or_else(|| cell.typed.clone(), echoed),
            is_wrong: matches!(cell.mark, Mark::Wrong(_)),
            note,
        }
    };
    LineView {
        id: line.id.clone(),
        label: line.label.clone(),
        vaccines: if line.kind == LineKind::Named { vaccines(line.cvx) } else { Vec::new() },
        cells: line.cells.iter().enumerate().map(cell).collect(),
    }
}

/// The date as it was understood, in a form that is understood again.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "called through `Option::as_ref`")]
fn echoed(on: &PartialDate) -> String {
    format::partial_date(on).split(' ').next().unwrap_or_default().to_owned()
}

/// All vaccines by name, whenever they were given.
fn vaccines(chosen: Option<Cvx>) -> Vec<Choice> {
    let choice = |(cvx, name): (Cvx, String)| Choice {
        value: cvx.to_string(),
        label: name,
        is_chosen: Some(cvx) == chosen,
    };
    codes::vaccines_by_name().into_iter().map(choice).collect()
}

fn problems(line: &Line) -> Vec<Problem> {
    let problem = |(at, cell): (usize, &Cell)| match &cell.mark {
        Mark::Wrong(why) => {
            Some(Problem::of(format!("{}_{}", line.id, at + 1), format!("{}: {why}", line.label)))
        }
        _ => None,
    };
    line.cells.iter().enumerate().filter_map(problem).collect()
}

fn count(lines: &[Line], is: impl Fn(&Mark) -> bool) -> usize {
    lines.iter().flat_map(|line| &line.cells).filter(|cell| is(&cell.mark)).count()
}

/// `3 new · 2 already on record · 1 possibly the same dose with another date`
fn summary(lines: &[Line]) -> String {
    let parts = [
        (count(lines, |mark| *mark == Mark::New), "new"),
        (count(lines, |mark| *mark == Mark::Known), "already on record"),
        (count(lines, |mark| matches!(mark, Mark::Alike(_))), "possibly on record with another date"),
        (count(lines, |mark| matches!(mark, Mark::Near(_))), "possibly the same dose with two dates"),
    ];
    let said =
        parts.into_iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}"));
    said.collect::<Vec<_>>().join(" · ")
}

/// What the button does.
fn save(lines: &[Line]) -> String {
    let number = count(lines, |mark| *mark == Mark::New || mark.asks());
    let near = count(lines, |mark| matches!(mark, Mark::Near(_)));
    match (number, count(lines, Mark::asks)) {
        (0, _) => "Save".to_owned(),
        (1, 0) => "Save 1 dose".to_owned(),
        (number, 0) => format!("Save {number} doses"),
        (1, _) => "Save 1 dose, which may be one already on record".to_owned(),
        // two dates of the card: none of them need be on record
        (number, _) if near > 0 => format!("Save {number} doses, also those that may be one dose"),
        (number, 1) => format!("Save {number} doses, also one that may be already on record"),
        (number, _) => format!("Save {number} doses, also those that may be one dose already on record"),
    }
}
