//! A sheet with every kind of block, and one with problems: what all pages of getting access are made of.

use super::frames::{nobody, nurse};
use super::{golden, shown};
use crate::pages::access::sheet::{
    Block, Cell, Field, FieldKind, FilterView, FormView, Link, Mark, SaidView, SheetPage, TableView,
};
use crate::pages::frame::{Fact, Notice, Problem};
use crate::pages::sites::SiteChoice;

fn form(text: &str) -> FormView {
    let choices = || vec![(text.to_owned(), text.to_owned()), ("no".to_owned(), "No".to_owned())];
    FormView {
        heading: text.to_owned(),
        lead: text.to_owned(),
        action: "/request-access".to_owned(),
        fields: vec![
            Field::text("name", text).with(text).hint(text).filled_by("name"),
            Field::new("email", "E-mail", FieldKind::Email).with(text),
            Field::new("text", text, FieldKind::Area).with(text).optional(),
            Field::choice("role", text, FieldKind::Select, choices(), text),
            Field::choice("kind", text, FieldKind::Radio, choices(), text),
            Field::new("new", "Password", FieldKind::Password),
            Field::new("file", "Scan", FieldKind::File),
            Field::hidden("n", text),
        ],
        button: "Send in",
        ..FormView::default()
    }
}

pub(super) fn sheet(text: &str, problems: Vec<Problem>) -> SheetPage {
    let frame = if problems.is_empty() { nobody() } else { nobody().in_error() };
    let said = SaidView { who: text.to_owned(), at: text.to_owned(), paragraphs: vec![text.to_owned()] };
    let mark = Mark { look: "waiting", word: format!("‖ Waiting for {text}"), text: text.to_owned() };
    SheetPage {
        frame: frame.titled("Request 20418"),
        csrf: "token".to_owned(),
        lead: text.to_owned(),
        is_narrow: false,
        problems,
        blocks: vec![
            Block::Alert(Notice { kind: "warning", text: text.to_owned() }),
            Block::Sites(SiteChoice::of_two(text)),
            Block::Marks("Where it stands", vec![mark]),
            Block::Facts("What you asked for", vec![Fact { label: text.to_owned(), value: text.to_owned() }]),
            Block::Text(text.to_owned(), vec![text.to_owned()]),
            Block::Links("Help", vec![Link { href: "/help/tickets/new".to_owned(), label: text.to_owned() }]),
            Block::Table(TableView {
                id: "requests",
                caption: text.to_owned(),
                heads: &["Request", "Name", "Change"],
                rows: vec![vec![
                    Cell::link(text, "/help/requests/20418"),
                    Cell::text(text),
                    Cell::button("Take off", text, "/clinic/staff/7/off"),
                ]],
                nothing: "Nothing.",
            }),
            Block::Filter(FilterView {
                action: "/help/tickets",
                fields: vec![
                    Field::choice(
                        "state",
                        text,
                        FieldKind::Select,
                        [(text.to_owned(), text.to_owned())],
                        text,
                    ),
                    Field::text("site", text).with(text),
                ],
                button: "Show",
            }),
            Block::Said(vec![said]),
            Block::Form(form(text)),
        ],
    }
}

#[test]
fn a_sheet_with_every_block_and_one_with_problems() {
    golden!("access-sheet", sheet("Ana Reyes", Vec::new()));
    let problems = vec![
        Problem::of("", "Your required training is not complete."),
        Problem::of("name", "Enter your first and last name."),
        Problem::of("kind", "Choose one."),
    ];
    golden!("access-sheet-problems", sheet("Ana Reyes", problems));
    let empty = TableView {
        id: "requests",
        caption: "Requests".to_owned(),
        heads: &["Request"],
        rows: Vec::new(),
        nothing: "No request waits for the Help Desk.",
    };
    let page = SheetPage {
        frame: nurse().titled("Requests for accounts").below("Today", "/"),
        csrf: "token".to_owned(),
        lead: String::new(),
        is_narrow: true,
        problems: Vec::new(),
        blocks: vec![Block::Table(empty)],
    };
    golden!("access-sheet-empty", page);
}
