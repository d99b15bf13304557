//! `/training/record/{key}`: a training record, opened by the link of a letter, and the courses that are taken in it.

use super::applying::Done;
use super::sheet::{
    Block, Cell, Field, FieldKind, FormView, PublicSent, Sheet, TableView, Typed, button, typed,
};
use super::training::{content, questions};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::Date;
use iis_registry::training::{self, Course, CourseKind, Question, Quiz, Record, Taken};
use std::collections::BTreeMap;

/// The name of the field of a question, counted from 0.
fn field_of(question: usize) -> String {
    format!("q{}", question + 1)
}

/// Which answers were chosen, by question.
fn answers(form: &Typed) -> BTreeMap<usize, usize> {
    let answer = |(name, value): (&String, &String)| {
        let n: usize = name.strip_prefix('q')?.parse().ok()?;
        Some((n.checked_sub(1)?, value.parse().ok()?))
    };
    form.iter().filter_map(answer).collect()
}

async fn opened(visitor: &Visitor, key: &str) -> Result<Record, Stop> {
    let opened = training::open_record(&visitor.app.registry, key, visitor.arrival).await;
    opened.map_err(|failure| visitor.failed(&failure))?.ok_or_else(|| visitor.no_page(NoPage::SpentLink))
}

/// `GET /training/record/{key}`
pub(crate) async fn record(visitor: Visitor, Path(key): Path<String>, Query(done): Query<Done>) -> Answer {
    let record = opened(&visitor, &key).await?;
    let mut sheet = Sheet::new("Your training record", "training");
    sheet.below = Some(("Training", "/training"));
    sheet.lead = format!("{}, {}. This is not your registry log-in.", record.name, record.email);
    sheet.notice = (done.done == "complete")
        .then(|| Notice { kind: "success", text: "Noted: the course is complete.".to_owned() });
    let completed =
        |(course, on): &(Course, Date)| vec![Cell::text(&*course.title), Cell::text(format::date(*on))];
    let open = |course: &Course| {
        let first = if course.kind == CourseKind::External {
            Cell::link(&*course.title, format!("/training/courses/{}", course.code))
        } else {
            Cell::link(&*course.title, format!("/training/record/{key}/{}", course.code))
        };
        vec![first, Cell::text(course.kind.title()), Cell::text(format!("{} min", course.minutes))]
    };
    sheet.blocks = vec![
        Block::Table(TableView {
            id: "open",
            caption: "Courses: open one to take it".to_owned(),
            heads: &["Course", "Kind", "Takes"],
            rows: record.open.iter().map(open).collect(),
            nothing: "You have completed all courses.",
        }),
        Block::Table(TableView {
            id: "completed",
            caption: "Completed".to_owned(),
            heads: &["Course", "On"],
            rows: record.completed.iter().map(completed).collect(),
            nothing: "You have not completed a course yet.",
        }),
        questions(),
    ];
    Ok(sheet.answer(visitor))
}

/// `GET /training/record/{key}/{code}`: a course, taken.
pub(crate) async fn course(visitor: Visitor, Path((key, code)): Path<(String, String)>) -> Answer {
    let record = opened(&visitor, &key).await?;
    let found = record.open.into_iter().find(|course| *course.code == *code);
    let Some(course) = found.filter(|course| course.kind != CourseKind::External) else {
        // completed, or not taken here: the record says so
        return Ok(redirect(&format!("/training/record/{key}")));
    };
    Ok(sheet(&key, &course, &Typed::new(), &[]).answer(visitor))
}

fn sheet(key: &str, course: &Course, form: &Typed, wrong: &[usize]) -> Sheet {
    let mut sheet = Sheet::new(&*course.title, "training");
    sheet.is_narrow = true;
    let about = if course.module.is_empty() { String::new() } else { format!(" About: {}.", course.module) };
    sheet.lead = format!("{}, {} minutes.{about}", course.kind.title(), course.minutes);
    sheet.blocks = content(course);
    let action = format!("/training/record/{key}/{}", course.code);
    match course.quiz() {
        Some(quiz) => {
            let problem = |n: &usize| Problem::of(field_of(*n), "This is not the right answer yet.");
            sheet.problems = wrong.iter().map(problem).collect();
            sheet.blocks.push(Block::Form(FormView {
                heading: "Questions".to_owned(),
                action,
                fields: fields(&quiz, form),
                button: "Send my answers",
                ..FormView::default()
            }));
        }
        None => sheet.blocks.push(button(
            action,
            "I completed it",
            "Confirm that you went through all of it: your name stands in the training record.",
        )),
    }
    let back = super::sheet::Link {
        href: format!("/training/record/{key}"),
        label: "Your training record".to_owned(),
    };
    sheet.blocks.push(Block::Links("Back", vec![back]));
    sheet.blocks.push(questions());
    sheet
}

fn fields(quiz: &Quiz, form: &Typed) -> Vec<Field> {
    let field = |(n, question): (usize, &Question)| {
        let name = field_of(n);
        let answers = question.answers.iter().enumerate();
        let choices = answers.map(|(m, answer)| (m.to_string(), answer.to_string()));
        let (label, chosen) = (format!("{}. {}", n + 1, question.text), typed(form, &name).to_owned());
        Field::choice(name, &label, FieldKind::Radio, choices, &chosen)
    };
    quiz.questions.iter().enumerate().map(field).collect()
}

/// `POST /training/record/{key}/{code}`
pub(crate) async fn complete(
    Path((key, code)): Path<(String, String)>,
    PublicSent { visitor, form }: PublicSent,
) -> Answer {
    let taken =
        training::record_own(&visitor.app.registry, &key, &code, answers(&form), visitor.arrival).await;
    match taken.map_err(|failure| visitor.failed(&failure))? {
        Taken::Complete => Ok(redirect(&format!("/training/record/{key}?done=complete"))),
        Taken::Absent => Err(visitor.no_page(NoPage::NotFound)),
        Taken::Wrong(wrong) => {
            let record = opened(&visitor, &key).await?;
            let mut all =
                record.open.into_iter().chain(record.completed.into_iter().map(|(course, _)| course));
            let Some(course) = all.find(|course| *course.code == *code) else {
                return Err(visitor.no_page(NoPage::NotFound));
            };
            Ok(sheet(&key, &course, &form, &wrong).answer(visitor))
        }
    }
}
