//! What was said and done in a case, as blocks of a sheet.

use super::{Block, Cell, TableView};
use crate::pages::format;
use iis_registry::cases::{Move, Said};
use jiff::tz::TimeZone;

/// Something said.
#[derive(Debug, Clone)]
pub(crate) struct SaidView {
    pub(crate) who: String,
    pub(crate) at: String,
    pub(crate) paragraphs: Vec<String>,
}

/// A conversation as people outside see it: with what name staff sign in is nobody's business there.
pub(crate) fn outside(said: &[Said]) -> Vec<Said> {
    let one = |one: &Said| {
        if one.is_staff { Said { author: STAFF.into(), is_staff: false, ..one.clone() } } else { one.clone() }
    };
    said.iter().map(one).collect()
}

/// Moves as people outside see them; `own` are the names of those whose case it is.
pub(crate) fn moves_outside(moves: &[Move], own: &[&str]) -> Vec<Move> {
    let one = |made: &Move| {
        let is_shown = own.contains(&&*made.actor) || &*made.actor == "openiis";
        if is_shown { made.clone() } else { Move { actor: STAFF.into(), ..made.clone() } }
    };
    moves.iter().map(one).collect()
}

const STAFF: &str = "Staff";

/// The conversation of a case.
pub(crate) fn said(said: &[Said], zone: &TimeZone) -> Option<Block> {
    let view = |one: &Said| SaidView {
        who: if one.is_staff { format!("{} (Help Desk)", one.author) } else { one.author.to_string() },
        at: format::moment(one.at, zone),
        paragraphs: one.text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
    };
    (!said.is_empty()).then(|| Block::Said(said.iter().map(view).collect()))
}

/// The moves of a case as a table; `title` says what a state is called.
pub(crate) fn moves(moves: &[Move], title: impl Fn(&str) -> &'static str, zone: &TimeZone) -> Block {
    let row = |made: &Move| {
        let who = if &*made.actor == "openiis" { "the registry" } else { &*made.actor };
        vec![
            Cell::text(format::moment(made.at, zone)),
            Cell::text(title(&made.to)),
            Cell::text(who),
            Cell::text(&*made.reason),
        ]
    };
    Block::Table(TableView {
        id: "moves",
        caption: "What became of it".to_owned(),
        heads: &["When", "State", "By", "Why"],
        rows: moves.iter().map(row).collect(),
        nothing: "Nothing yet.",
    })
}
