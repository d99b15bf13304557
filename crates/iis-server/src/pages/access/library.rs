//! `/admin/training/courses`: the library, kept by staff: courses, videos, quizzes, webinars, job aids (S-3, S-19).

use super::applying::Done;
use super::sheet::{
    Block, Cell, Field, FieldKind, FormView, Link, Sent, Sheet, TableView, Typed, refused, typed,
};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::access::Permission;
use iis_registry::training::{self, Audience, Course, CourseKind, GENERAL_USER_COURSE, NewCourse};

/// The address of the list.
const LIST: &str = "/admin/training/courses";

async fn courses(visitor: &Visitor) -> Result<Vec<Course>, Stop> {
    training::courses(&visitor.app.registry).await.map_err(|failure| visitor.failed(&failure))
}

async fn named(visitor: &Visitor, code: &str) -> Result<Course, Stop> {
    let found = courses(visitor).await?.into_iter().find(|course| *course.code == *code);
    found.ok_or_else(|| visitor.no_page(NoPage::NotFound))
}

/// `GET /admin/training/courses`
pub(crate) async fn list(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    let courses = courses(&visitor).await?;
    let mut sheet = Sheet::new("The training library", "training");
    sheet.at = "/admin/training";
    sheet.below = Some(("Required training", "/admin/training"));
    sheet.lead =
        "What everybody finds under Training, and what the table of required training is made of.".into();
    sheet.notice =
        (done.done == "kept").then(|| Notice { kind: "success", text: "The library is changed.".to_owned() });
    let row = |course: &Course| {
        vec![
            Cell::link(&*course.title, format!("{LIST}/{}", course.code)),
            Cell::text(&*course.code),
            Cell::text(course.kind.title()),
            Cell::text(course.audience.title()),
            Cell::text(format!("{} min", course.minutes)),
            Cell::text(format!("{}, {}", course.version, format::date(course.published_on))),
            Cell::text(if course.is_offered { "✓ offered" } else { "not offered" }),
        ]
    };
    let add = Link { href: format!("{LIST}/new"), label: "Add a course".to_owned() };
    sheet.blocks = vec![
        Block::Links("Add", vec![add]),
        Block::Table(TableView {
            id: "courses",
            caption: format!("{} courses, by code", courses.len()),
            heads: &["Title", "Code", "Kind", "For", "Takes", "Version", "Offered"],
            rows: courses.iter().map(row).collect(),
            nothing: "There is no course yet. Add the first one.",
        }),
    ];
    Ok(sheet.answer(visitor))
}

/// `GET /admin/training/courses/{code}`; `new` is the form of one that is added.
pub(crate) async fn show(visitor: Visitor, Path(code): Path<String>) -> Answer {
    if code == "new" {
        return Ok(sheet(None, &Typed::new(), Vec::new()).answer(visitor));
    }
    let course = named(&visitor, &code).await?;
    Ok(sheet(Some(&course), &as_typed(&course), Vec::new()).answer(visitor))
}

/// A course as its form has it.
fn as_typed(course: &Course) -> Typed {
    let pairs = [
        ("title", course.title.to_string()),
        ("kind", course.kind.word().to_owned()),
        ("audience", course.audience.word().to_owned()),
        ("module", course.module.to_string()),
        ("minutes", course.minutes.to_string()),
        ("version", course.version.to_string()),
        ("body", course.body.to_string()),
        ("offered", if course.is_offered { "yes" } else { "no" }.to_owned()),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn sheet(course: Option<&Course>, form: &Typed, problems: Vec<Problem>) -> Sheet {
    let mut sheet = match course {
        None => Sheet::new("Add a course", "training"),
        Some(course) => Sheet::new(format!("Course {}", course.code), "training"),
    };
    sheet.at = "/admin/training";
    sheet.is_narrow = true;
    sheet.below = Some(("The training library", LIST));
    sheet.problems = problems;
    sheet.blocks = vec![Block::Form(FormView {
        action: format!("{LIST}/{}", course.map_or("new", |course| &*course.code)),
        fields: fields(course, form),
        button: "Save the course",
        ..FormView::default()
    })];
    sheet
}

fn fields(course: Option<&Course>, form: &Typed) -> Vec<Field> {
    let value = |name: &str| typed(form, name).to_owned();
    let choice = |name, label, choices: Vec<(String, String)>| {
        Field::choice(name, label, FieldKind::Select, choices, typed(form, name))
    };
    let pair = |word: &str, title: &str| (word.to_owned(), title.to_owned());
    let code =
        Field::text("code", "Code").with(value("code")).hint("2 to 20 letters, digits and dashes. It stays.");
    let mut fields: Vec<Field> = course.is_none().then_some(code).into_iter().collect();
    fields.extend([
        Field::text("title", "Title").with(value("title")),
        choice("kind", "Kind", CourseKind::ALL.iter().map(|kind| pair(kind.word(), kind.title())).collect()),
        choice("audience", "For", Audience::ALL.iter().map(|one| pair(one.word(), one.title())).collect()),
        Field::text("module", "About which part of the registry").with(value("module")).optional(),
        Field::text("minutes", "Minutes").with(value("minutes")).hint("For example 30"),
        Field::text("version", "Version").with(value("version")).hint("Change it with what is taught"),
        Field::new("body", "What it says, or where it is", FieldKind::Area).with(value("body")).optional().hint(
            "One line is a paragraph; a line that is an address (https://…) becomes a link. A quiz: a line for each \
             question, below it its answers, each on its line, * before the right one and - before the others.",
        ),
    ]);
    if course.is_none_or(|course| &*course.code != GENERAL_USER_COURSE) {
        let choices = vec![pair("yes", "Offered"), pair("no", "Not offered any more")];
        fields.push(choice("offered", "Offered", choices));
    }
    fields
}

/// `POST /admin/training/courses/{code}`
pub(crate) async fn save(Path(code): Path<String>, Sent { visitor, form }: Sent) -> Answer {
    let granted = visitor.granted(Permission::KeepTraining)?;
    let course = if code == "new" { None } else { Some(named(&visitor, &code).await?) };
    let new = match read(course.as_ref(), &form) {
        Ok(new) => new,
        Err(problem) => return Ok(sheet(course.as_ref(), &form, vec![problem]).answer(visitor)),
    };
    let registry = &visitor.app.registry;
    let kept = match course {
        None => training::add_course(registry, &granted, new, visitor.arrival).await,
        Some(_) => training::put_course(registry, &granted, new, visitor.arrival).await,
    };
    match kept {
        Ok(()) => Ok(redirect(&format!("{LIST}?done=kept"))),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            Ok(sheet(course.as_ref(), &form, vec![problem]).answer(visitor))
        }
    }
}

fn read(course: Option<&Course>, form: &Typed) -> Result<NewCourse, Problem> {
    let kind =
        CourseKind::of_word(typed(form, "kind")).ok_or_else(|| Problem::of("kind", "Choose what it is."))?;
    let audience = Audience::of_word(typed(form, "audience"))
        .ok_or_else(|| Problem::of("audience", "Choose for whom it is."))?;
    let minutes = typed(form, "minutes")
        .parse()
        .map_err(|_| Problem::of("minutes", "Enter how many minutes it takes, such as 30."))?;
    Ok(NewCourse {
        code: course.map_or_else(|| typed(form, "code").into(), |course| course.code.clone()),
        title: typed(form, "title").into(),
        kind,
        audience,
        module: typed(form, "module").into(),
        minutes,
        version: typed(form, "version").into(),
        body: typed(form, "body").into(),
        is_offered: typed(form, "offered") != "no",
    })
}
