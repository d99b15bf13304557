//! A sheet: the page of a case, a list or a form, put together from blocks. All pages of getting access are sheets, so that
//! an enrollment, a request and a ticket look and read alike.

mod fields;
mod tables;
mod talk;

pub(crate) use fields::{Field, FieldKind, FilterView, FormView, button, quiet_button, say};
pub(crate) use tables::{Cell, Link, Mark, TableView};
pub(crate) use talk::{SaidView, moves, moves_outside, outside, said};

use crate::pages::account::sign_in::give_form_token;
use crate::pages::drafts::put_back;
use crate::pages::filled::{Filled, PublicForm};
use crate::pages::frame::{Fact, Frame, Notice, Problem};
use crate::pages::sites::SiteChoice;
use crate::pages::visitor::{Answer, Stop, Visitor, rendered};
use askama::Template;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use iis_registry::Failure;
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
