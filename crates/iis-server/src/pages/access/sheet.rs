//! A sheet: the page of a case, a list or a form, put together from blocks. All pages of getting access are sheets, so that
//! an enrollment, a request and a ticket look and read alike.

use crate::pages::account::sign_in::give_form_token;
use crate::pages::drafts::put_back;
use crate::pages::filled::{Filled, PublicForm};
use crate::pages::format;
use crate::pages::frame::{Fact, Frame, Notice, Problem};
use crate::pages::sites::SiteChoice;
use crate::pages::visitor::{Answer, Stop, Visitor, rendered};
use askama::Template;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use iis_registry::Failure;
use iis_registry::cases::{Move, Said};
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What a form sent: names and values.
pub(crate) type Typed = BTreeMap<String, String>;
/// A form of somebody signed in.
pub(crate) type Sent = Filled<Typed>;
/// A form of anybody.
pub(crate) type PublicSent = PublicForm<Typed>;

/// The value of a field; empty when it was not sent.
pub(crate) fn typed<'a>(form: &'a Typed, name: &str) -> &'a str {
    form.get(name).map_or("", |value| value.trim())
}

/// A page of blocks.
#[derive(Debug, Template)]
#[template(path = "access/sheet.html")]
pub(crate) struct SheetPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) lead: String,
    pub(crate) is_narrow: bool,
    pub(crate) problems: Vec<Problem>,
    pub(crate) blocks: Vec<Block>,
}

/// A part of a sheet.
#[derive(Debug, Clone)]
pub(crate) enum Block {
    /// Something to be noticed first.
    Alert(Notice),
    /// The sites of one's own, of which one is shown.
    Sites(SiteChoice),
    /// Labels and values under a heading.
    Facts(&'static str, Vec<Fact>),
    /// Steps, gates, checks: each with its status.
    Marks(&'static str, Vec<Mark>),
    /// Paragraphs under a heading.
    Text(String, Vec<String>),
    /// Links under a heading.
    Links(&'static str, Vec<Link>),
    /// A table, or what is said when it is empty.
    Table(TableView),
    /// By what the table below is filtered.
    Filter(FilterView),
    /// What was said.
    Said(Vec<SaidView>),
    /// A form.
    Form(FormView),
}

/// A status in words, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// `good`, `bad`, `waiting`, `now`, `later`, `working`, `late`.
    pub(crate) look: &'static str,
    /// Sign and word.
    pub(crate) word: String,
    pub(crate) text: String,
}

/// A link with its words.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) label: String,
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct TableView {
    pub(crate) id: &'static str,
    pub(crate) caption: String,
    pub(crate) heads: &'static [&'static str],
    pub(crate) rows: Vec<Vec<Cell>>,
    /// What is said when there is no row.
    pub(crate) nothing: &'static str,
}

/// A cell: text, a link, or a button.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) href: String,
    /// The cell is a button that sends a form there.
    pub(crate) action: String,
    /// For whom the button or link is, said to those who do not see the row.
    pub(crate) about: String,
    /// The cell is a box that marks the row, and the name under which it is sent.
    pub(crate) mark: String,
    /// With the form of this id.
    pub(crate) mark_of: &'static str,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into(), ..Self::default() }
    }

    /// The same with whom it is about.
    #[must_use]
    pub(crate) fn about(self, whom: &str) -> Self {
        Self { about: whom.to_owned(), ..self }
    }

    /// A box that marks the row for the form of an id.
    pub(crate) fn mark(name: String, about: String, form: &'static str) -> Self {
        Self { mark: name, about, mark_of: form, ..Self::default() }
    }

    pub(crate) fn button(text: &str, about: &str, action: impl Into<String>) -> Self {
        Self { text: text.to_owned(), action: action.into(), about: about.to_owned(), ..Self::default() }
    }
}

/// Something said.
#[derive(Debug, Clone)]
pub(crate) struct SaidView {
    pub(crate) who: String,
    pub(crate) at: String,
    pub(crate) paragraphs: Vec<String>,
}

/// A form.
#[derive(Debug, Clone, Default)]
pub(crate) struct FormView {
    /// Its id, where boxes elsewhere on the page belong to it.
    pub(crate) id: &'static str,
    pub(crate) heading: String,
    pub(crate) lead: String,
    pub(crate) action: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) button: &'static str,
    /// Not what is usually done here.
    pub(crate) is_quiet: bool,
    pub(crate) is_upload: bool,
}

impl FormView {
    /// Whether these fields can have been sent by it: of several to one address each is of another kind.
    pub(crate) fn is_of(&self, typed: &Typed) -> bool {
        let mut hidden =
            self.fields.iter().filter(|field| field.name == "kind" && field.kind == FieldKind::Hidden);
        hidden.all(|field| typed.get("kind") == Some(&field.value))
    }

    /// Puts what was typed into its fields.
    pub(crate) fn fill(&mut self, typed: &Typed) {
        for field in &mut self.fields {
            let Some(value) = typed.get(&*field.name) else { continue };
            if field.kind.is_written_in() {
                field.value.clone_from(value);
            }
            for choice in &mut field.choices {
                choice.is_chosen = choice.value == *value;
            }
        }
    }
}

/// What a list below it is looked through by: its address can be kept.
#[derive(Debug, Clone)]
pub(crate) struct FilterView {
    pub(crate) action: &'static str,
    pub(crate) fields: Vec<Field>,
    pub(crate) button: &'static str,
}

/// A choice of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Text,
    Email,
    Area,
    Select,
    Radio,
    Password,
    File,
    Hidden,
}

impl FieldKind {
    /// Whether what it takes is text that can be shown again.
    fn is_written_in(self) -> bool {
        matches!(self, Self::Text | Self::Email | Self::Area)
    }

    pub(crate) fn input_type(self) -> &'static str {
        match self {
            Self::Email => "email",
            _ => "text",
        }
    }
}

/// A field of a form.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Its id: the name, or another one where a page has several of the name.
    pub(crate) id: String,
    pub(crate) name: Cow<'static, str>,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) kind: FieldKind,
    pub(crate) value: String,
    pub(crate) choices: Vec<Choice>,
    pub(crate) autocomplete: &'static str,
    pub(crate) is_optional: bool,
}

impl Field {
    pub(crate) fn new(name: impl Into<Cow<'static, str>>, label: &str, kind: FieldKind) -> Self {
        let name = name.into();
        Self {
            id: name.to_string(),
            name,
            label: label.to_owned(),
            hint: String::new(),
            kind,
            value: String::new(),
            choices: Vec::new(),
            autocomplete: "",
            is_optional: false,
        }
    }

    pub(crate) fn text(name: &'static str, label: &str) -> Self {
        Self::new(name, label, FieldKind::Text)
    }

    pub(crate) fn hidden(name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::new(name, "", FieldKind::Hidden) }
    }

    pub(crate) fn with(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    pub(crate) fn hint(self, hint: &str) -> Self {
        Self { hint: hint.to_owned(), ..self }
    }

    pub(crate) fn optional(self) -> Self {
        Self { is_optional: true, ..self }
    }

    pub(crate) fn filled_by(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// The same field under another id, where a page has several of the name.
    pub(crate) fn called(self, id: &str) -> Self {
        Self { id: id.to_owned(), ..self }
    }

    /// A field with choices: value and label.
    pub(crate) fn choice(
        name: impl Into<Cow<'static, str>>,
        label: &str,
        kind: FieldKind,
        choices: impl IntoIterator<Item = (String, String)>,
        chosen: &str,
    ) -> Self {
        let choices =
            choices.into_iter().map(|(value, label)| Choice { is_chosen: value == chosen, value, label });
        Self { choices: choices.collect(), ..Self::new(name, label, kind) }
    }
}

/// A form with one button and nothing to fill in.
pub(crate) fn button(action: String, button: &'static str, lead: &str) -> Block {
    Block::Form(FormView { lead: lead.to_owned(), action, button, ..FormView::default() })
}

/// The same for what ends something: not the button that stands out.
pub(crate) fn quiet_button(action: String, button: &'static str, lead: &str) -> Block {
    Block::Form(FormView { lead: lead.to_owned(), action, button, is_quiet: true, ..FormView::default() })
}

/// A form with one text to write.
pub(crate) fn say(action: String, heading: &str, label: &str, id: &str, word: &'static str) -> Block {
    Block::Form(FormView {
        heading: heading.to_owned(),
        action,
        fields: vec![Field::new("text", label, FieldKind::Area).called(id)],
        button: word,
        is_quiet: true,
        ..FormView::default()
    })
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

/// A sheet under construction.
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) lead: String,
    pub(crate) at: &'static str,
    pub(crate) help: &'static str,
    pub(crate) below: Option<(&'static str, &'static str)>,
    pub(crate) is_narrow: bool,
    pub(crate) notice: Option<Notice>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) blocks: Vec<Block>,
}

impl Sheet {
    pub(crate) fn new(title: impl Into<String>, help: &'static str) -> Self {
        Self {
            title: title.into(),
            lead: String::new(),
            at: "",
            help,
            below: None,
            is_narrow: false,
            notice: None,
            problems: Vec::new(),
            blocks: Vec::new(),
        }
    }

    /// The sheet once more after a refusal: the form that was sent to this address has what was typed into it, and the problem
    /// stands at its field, where it has one to write in only.
    pub(crate) fn refilled(mut self, action: &str, typed: &Typed, mut problem: Problem) -> Self {
        let forms = self.blocks.iter_mut().filter_map(|block| match block {
            Block::Form(form) if form.action == action && form.is_of(typed) => Some(form),
            _ => None,
        });
        for form in forms {
            form.fill(typed);
            let mut open = form.fields.iter().filter(|field| field.kind.is_written_in());
            if let (true, Some(only), None) = (problem.field.is_empty(), open.next(), open.next()) {
                problem.field = only.id.clone().into();
            }
        }
        self.problems = vec![problem];
        self
    }

    /// The sheet as an answer: 422 where something has to be mended first.
    pub(crate) fn answer(mut self, mut visitor: Visitor) -> Response {
        let typed_before = std::mem::take(&mut visitor.typed_before);
        put_back(&mut self, &typed_before, &visitor);
        let fresh = if visitor.has_session() { None } else { give_form_token(&mut visitor) };
        let mut frame = visitor.frame(self.at).titled(&self.title).helped_by(self.help).noticed(self.notice);
        if let Some((label, href)) = self.below {
            frame = frame.below(label, href);
        }
        let status = if self.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let page = SheetPage {
            frame: if self.problems.is_empty() { frame } else { frame.in_error() },
            csrf: visitor.csrf(),
            lead: self.lead,
            is_narrow: self.is_narrow,
            problems: self.problems,
            blocks: self.blocks,
        };
        let mut response = (status, rendered(&page)).into_response();
        if let Some(cookie) = fresh {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }
}

/// What a rule refused, as a problem of the whole form; what went wrong of ours, as its page.
pub(crate) fn refused(visitor: &Visitor, failure: Failure) -> Result<Problem, Stop> {
    match failure {
        Failure::Rule(text) => Ok(Problem::of("", text)),
        other => Err(visitor.failed(&other)),
    }
}

/// What a rule refused, on a page of its own with the way back.
pub(crate) fn refusal(visitor: Visitor, failure: Failure, back: (&str, &str)) -> Answer {
    let problem = refused(&visitor, failure)?;
    let mut sheet = Sheet::new("That was not done", "access");
    sheet.is_narrow = true;
    sheet.problems = vec![problem];
    sheet.blocks =
        vec![Block::Links("Go on", vec![Link { href: back.1.to_owned(), label: back.0.to_owned() }])];
    Ok(sheet.answer(visitor))
}
