//! Completions: one's own, and those of systems outside, by file (S-1).

use super::library::{CourseKind, courses_of};
use super::record::hash;
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::{Date, EmailAddress};
use iis_store::training::{self, Completed};
use iis_store::{AuditEntry, Lane};
use std::collections::BTreeMap;

/// What a file of completions brought.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// Lines that were taken.
    pub taken: usize,
    /// Lines that were not, each with its number.
    pub refused: Vec<RefusedLine>,
}

/// A line of a file that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedLine {
    /// Its number, from 1.
    pub line: usize,
    /// What would do.
    pub why: &'static str,
}

/// The most completions of one file.
const MOST_LINES: usize = 20_000;

/// So large is a file of so many lines, and larger than any.
pub const LARGEST_FILE: usize = 4 * 1024 * 1024;

/// The columns, whatever their case.
const HEADS: [&str; 3] = ["email", "course", "completed_on"];

/// The cells of one line of CSV. Each line is read by itself: a quotation mark too many spoils no other one.
fn cells(line: &str) -> Vec<Box<str>> {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader =
        reader.flexible(true).has_headers(false).trim(csv::Trim::All).from_reader(line.as_bytes());
    let record = reader.records().next().and_then(Result::ok);
    record.map(|record| record.iter().map(Into::into).collect()).unwrap_or_default()
}

/// What became of a course that somebody says is completed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// There is no such record, or no such course is taken here.
    Absent,
    /// These questions of the quiz, from 0, are not answered rightly: nothing is on record yet.
    Wrong(Vec<usize>),
    /// It is on record.
    Complete,
}

/// Records a completion in one's own training record, of a course that is taken here. A quiz is complete when each question,
/// from 0, has its right answer, from 0; it can be tried as often as needed.
pub async fn record_own(
    cx: &Context,
    key: &str,
    code: &str,
    answers: BTreeMap<usize, usize>,
    arrival: Arrival,
) -> Result<Taken, Failure> {
    let (key, code): (_, Box<str>) = (hash(key), code.into());
    let entry = arrival.by_nobody("complete-course");
    let recorded = cx.store.write(Lane::Web, move |tx| {
        let Some(trainee) = training::by_key(tx, &key)? else { return Ok(Taken::Absent) };
        let course = courses_of(tx)?
            .into_iter()
            .find(|course| course.code == code && course.is_offered && course.kind != CourseKind::External);
        let Some(course) = course else { return Ok(Taken::Absent) };
        let entry = entry.clone().detail(format!("training record {}, course {code}", trainee.id));
        if let Some(quiz) = course.quiz() {
            let wrong = quiz.wrong(|n| answers.get(&n).copied());
            if !wrong.is_empty() {
                tx.audit(&entry.result("not yet"))?;
                return Ok(Taken::Wrong(wrong));
            }
        }
        let done = Completed {
            email: &trainee.email,
            course_id: course.id,
            on: arrival.today,
            source: "own",
            at: arrival.at,
            by: "trainee",
        };
        training::complete(tx, done)?;
        tx.audit(&entry)?;
        Ok(Taken::Complete)
    });
    Ok(recorded.await?)
}

/// Takes a file of completions from a system outside: CSV with the columns `email`, `course`, `completed_on`. Lines that
/// cannot be taken are told, each of them; the others count. Of a file that is too long none is taken.
pub async fn import(
    cx: &Context,
    granted: &Granted,
    file: &[u8],
    arrival: Arrival,
) -> Result<Imported, Failure> {
    let known = super::courses(cx).await?;
    let text = String::from_utf8_lossy(file);
    let mut lines = text.trim_start_matches('\u{feff}').lines().enumerate().map(|(at, line)| (at + 1, line));
    let heads = lines.next().map(|(_, line)| cells(line)).unwrap_or_default();
    if heads.len() != HEADS.len()
        || !heads.iter().zip(HEADS).all(|(head, known)| head.eq_ignore_ascii_case(known))
    {
        return Err(Failure::Rule("The first line must be: email,course,completed_on"));
    }
    let lines: Vec<_> = lines.filter(|(_, line)| !line.trim().is_empty()).collect();
    if lines.len() > MOST_LINES {
        return Err(Failure::Rule(
            "Nothing was taken: the file has more than 20,000 completions. Send it in parts, each with the first line.",
        ));
    }
    let (mut imported, mut rows) = (Imported::default(), Vec::new());
    for (line, text) in lines {
        let mut refuse = |why| imported.refused.push(RefusedLine { line, why });
        let cells = cells(text);
        let cell = |n: usize| cells.get(n).map_or("", |cell| &**cell);
        let course = known.iter().find(|course| course.code.eq_ignore_ascii_case(cell(1)));
        match (cell(0).parse::<EmailAddress>(), course, cell(2).parse::<Date>()) {
            (Err(_), ..) => refuse("the first column must be an address for mail"),
            (_, None, _) => refuse("the second column must be the code of a course"),
            (.., Err(_)) => refuse("the third column must be a date, such as 2026-03-02"),
            (.., Ok(on)) if on > arrival.today => refuse("the date is in the future"),
            (Ok(email), Some(course), Ok(on)) => rows.push((email, course.id, on)),
        }
    }
    imported.taken = rows.len();
    let by: Box<str> = granted.actor().label().1.into();
    let entry = AuditEntry::of(granted, arrival.at).action("import-completions").detail(format!(
        "{} taken, {} refused",
        imported.taken,
        imported.refused.len()
    ));
    let written = cx.store.write(Lane::Bulk, move |tx| {
        for (email, course_id, on) in &rows {
            let done = Completed {
                email: email.as_str(),
                course_id: *course_id,
                on: *on,
                source: "file",
                at: arrival.at,
                by: &by,
            };
            training::complete(tx, done)?;
        }
        tx.audit(&entry)
    });
    written.await?;
    Ok(imported)
}
