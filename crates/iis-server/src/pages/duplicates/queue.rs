//! `GET /patients/duplicates`: what waits, in the order in which it is to be looked at.

use super::compared::{asked_by, name};
use crate::pages::format;
use crate::pages::frame::Frame;
use askama::Template;
use iis_model::Date;
use iis_registry::review::{MEASURED_DAYS, Measures, Queue, Share, WaitingItem};
use jiff::tz::TimeZone;

/// The queue.
#[derive(Debug, Template)]
#[template(path = "duplicates/queue.html")]
pub(crate) struct QueuePage {
    pub(crate) frame: Frame,
    pub(crate) queue: QueueView,
}

/// What the queue shows.
#[derive(Debug, Clone)]
pub(crate) struct QueueView {
    /// `3 questions wait, the oldest for 2 days`
    pub(crate) sentence: String,
    /// What is said of questions that wait and are not shown; empty: there are none.
    pub(crate) hidden: String,
    pub(crate) views: [WhichView; 2],
    pub(crate) rows: Vec<WaitingRow>,
    /// The next page; empty: there is none.
    pub(crate) more_href: String,
    /// How reviewing goes: what is measured, and what it is.
    pub(crate) measures: Vec<(&'static str, String)>,
    pub(crate) days: i64,
}

/// Questions for anybody, or those for a second reviewer.
#[derive(Debug, Clone)]
pub(crate) struct WhichView {
    pub(crate) label: &'static str,
    pub(crate) count: i64,
    pub(crate) href: &'static str,
    pub(crate) is_current: bool,
}

/// A question.
#[derive(Debug, Clone)]
pub(crate) struct WaitingRow {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) born: String,
    pub(crate) what: String,
    pub(crate) has_doses: bool,
    pub(crate) score: String,
    pub(crate) since: String,
    pub(crate) asked_by: String,
}

/// Makes the view; `for_second`: of the questions for a second reviewer.
pub(crate) fn view(queue: &Queue, for_second: bool, today: Date, zone: &TimeZone) -> QueueView {
    let day = |at: iis_model::Timestamp| at.to_zoned(zone.clone()).date();
    let count = if for_second { queue.second } else { queue.open };
    let whom = if for_second { " for a second reviewer" } else { "" };
    let oldest = queue.oldest.map(|at| format!(" The oldest was asked {}.", format::ago(day(at), today)));
    let waits = if count == 1 { "waits" } else { "wait" };
    let sentence = format!(
        "{} {waits}{whom}.{}",
        format::sentence_case(&format::counted(count, "question")),
        oldest.unwrap_or_default()
    );
    let view = if for_second { "&for=second" } else { "" };
    QueueView {
        sentence,
        hidden: hidden(queue.hidden),
        views: [
            WhichView {
                label: "For anybody",
                count: queue.open,
                href: "/patients/duplicates",
                is_current: !for_second,
            },
            WhichView {
                label: "For a second reviewer",
                count: queue.second,
                href: "/patients/duplicates?for=second",
                is_current: for_second,
            },
        ],
        rows: queue.items.iter().map(|item| row(item, day(item.opened_at), today)).collect(),
        more_href: queue
            .next
            .map(|(priority, id)| format!("/patients/duplicates?after={priority}_{id}{view}"))
            .unwrap_or_default(),
        measures: measures(&queue.measures),
        days: MEASURED_DAYS,
    }
}

/// Who can do something about questions of which nothing is shown.
fn hidden(number: i64) -> String {
    let (wait, are) = match number {
        0 => return String::new(),
        1 => ("1 more question waits", "is"),
        _ => ("more questions wait", "are"),
    };
    let wait = if number == 1 { wait.to_owned() } else { format!("{number} {wait}") };
    format!(
        "{wait} that {are} not shown here: about somebody who opted out, or who resembles one who did. A privacy officer \
         finds the locked record under Patients and opens it by a form that says so; the question then comes here."
    )
}

fn measures(of: &Measures) -> Vec<(&'static str, String)> {
    let [day, week, month, longer] = of.waiting;
    vec![
        (
            "Waiting",
            format!("{day} for less than a day, {week} up to a week, {month} up to 30 days, {longer} longer"),
        ),
        ("Answered as the score alone would", share(of.as_expected, "answer")),
        ("Two reviewers agreed", share(of.alike_by_two, "question")),
        ("Merges taken back", share(of.taken_back, "merge")),
    ]
}

/// `3 of 4 answers (75 %)`
fn share(Share { part, whole }: Share, noun: &str) -> String {
    if whole == 0 {
        return format!("no {noun} yet");
    }
    format!("{part} of {} ({} %)", format::counted(whole, noun), part * 100 / whole)
}

fn row(item: &WaitingItem, opened: Date, today: Date) -> WaitingRow {
    let what = match item.candidates {
        1 => "may be one other person".to_owned(),
        several => format!("may be one of {several} others"),
    };
    #[expect(clippy::cast_precision_loss, reason = "hundredths of some hundred bits")]
    let bits = item.score as f64 / 100.0;
    WaitingRow {
        href: format!("/patients/duplicates/{}", item.id),
        name: name(&item.demographics),
        born: item.demographics.born_on.get().map(format::partial_date).unwrap_or_default(),
        what,
        has_doses: item.has_doses,
        score: format!("{bits:+.1}"),
        since: format::ago(opened, today),
        asked_by: asked_by(&item.opened_by).to_owned(),
    }
}
