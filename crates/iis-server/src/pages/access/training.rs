//! `/training`: courses and the library, open to everybody; a training record of one's own, which is no registry account.

use super::again::no_mail;
use super::applying::Done;
use super::sheet::{
    Block, Cell, Field, FieldKind, FormView, Link, PublicSent, Sheet, TableView, Typed, refused, typed,
};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::EmailAddress;
use iis_registry::training::{self, Audience, Course, CourseKind, Required, UserType};

/// `GET /training`
pub(crate) async fn show(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    let sheet = library(&visitor, &Typed::new(), Vec::new(), &done.done).await?;
    Ok(sheet.answer(visitor))
}

/// For whom the library is shown: as the address asks, else for the user type of whoever is signed in (S-63).
fn audience(visitor: &Visitor) -> Audience {
    Audience::of_word(&visitor.asked("for")).unwrap_or_else(|| {
        let account = visitor.session().ok().map(|session| &session.account);
        account.map_or(Audience::All, |account| Audience::of_account(&visitor.app.registry.roles, account))
    })
}

/// The library for others.
fn other_audiences(shown: Audience) -> Block {
    let others = Audience::ALL.iter().filter(|one| **one != shown);
    let link = |one: &Audience| Link {
        href: format!("/training?for={}", one.word()),
        label: format!("For {}", format::lower_first(one.title())),
    };
    Block::Links("The library for others", others.map(link).collect())
}

async fn library(visitor: &Visitor, form: &Typed, problems: Vec<Problem>, done: &str) -> Result<Sheet, Stop> {
    let registry = &visitor.app.registry;
    let failed = |failure| visitor.failed(&failure);
    let courses = training::courses(registry).await.map_err(failed)?;
    let required = training::required(registry).await.map_err(failed)?;
    let mut sheet = Sheet::new("Training", "training");
    sheet.lead = "Courses and job aids for everybody. A training record is not your registry log-in: training, enrollment and \
                  account are three things with three ways in."
        .into();
    sheet.problems = problems;
    sheet.notice = (done == "registered").then(|| Notice {
        kind: "success",
        text: "Look into your mail: the link in the message opens your training record.".to_owned(),
    });
    let value = |name: &str| typed(form, name).to_owned();
    let shown = audience(visitor);
    sheet.blocks = vec![
        Block::Table(chart(&required)),
        Block::Table(items(&courses, shown)),
        other_audiences(shown),
        Block::Form(FormView {
            heading: "Your training record".to_owned(),
            lead: "Register, or have the link sent again: the same form.".to_owned(),
            action: "/training".to_owned(),
            fields: vec![
                Field::text("name", "First and last name").with(value("name")).filled_by("name"),
                Field::new("email", "E-mail", FieldKind::Email).with(value("email")).filled_by("email"),
                Field::text("code", "Organization code")
                    .with(value("code"))
                    .hint("You may skip this")
                    .optional(),
            ],
            button: "Send me the link",
            ..FormView::default()
        }),
        questions(),
    ];
    sheet.blocks.splice(0..0, no_mail(visitor));
    Ok(sheet)
}

/// The way to the Help Desk, on every page about training (S-5).
pub(super) fn questions() -> Block {
    let link = Link {
        href: "/help/tickets/new?category=training".to_owned(),
        label: "Ask the Help Desk about training".to_owned(),
    };
    Block::Links("Questions", vec![link])
}

/// Which type of user needs which courses, the General User Course first.
fn chart(required: &Required) -> TableView {
    let row = |user_type: &UserType| {
        let courses: Vec<_> = required.of(*user_type).iter().map(|course| course.title.to_string()).collect();
        vec![Cell::text(user_type.title()), Cell::text(courses.join(", then "))]
    };
    TableView {
        id: "chart",
        caption: "I am a: required courses".to_owned(),
        heads: &["I am a", "Required before you ask for an account"],
        rows: UserType::ALL.iter().map(row).collect(),
        nothing: "",
    }
}

fn items(courses: &[Course], shown: Audience) -> TableView {
    let row = |course: &Course| {
        vec![
            Cell::link(&*course.title, format!("/training/courses/{}", course.code)),
            Cell::text(course.kind.title()),
            Cell::text(course.audience.title()),
            Cell::text(&*course.module),
            Cell::text(format!("{} min", course.minutes)),
            Cell::text(format!("{}, {}", course.version, format::date(course.published_on))),
        ]
    };
    TableView {
        id: "library",
        caption: format!("Library: {}", format::lower_first(shown.title())),
        heads: &["Title", "Kind", "For", "About", "Takes", "Version"],
        rows: courses
            .iter()
            .filter(|course| course.is_offered && course.audience.includes(shown))
            .map(row)
            .collect(),
        nothing: "No course is offered yet.",
    }
}

/// `POST /training`: registers, or sends the link anew.
pub(crate) async fn register(PublicSent { visitor, form }: PublicSent) -> Answer {
    visitor.one_more_form()?;
    let Ok(email) = typed(&form, "email").parse::<EmailAddress>() else {
        let problem = Problem::of("email", "Enter an e-mail address, such as name@clinic.example.");
        return Ok(library(&visitor, &form, vec![problem], "").await?.answer(visitor));
    };
    let key = crate::clock::secret();
    let (name, code) = (typed(&form, "name"), typed(&form, "code"));
    match training::register(&visitor.app.registry, name, &email, code, &key, visitor.arrival).await {
        Ok(()) => Ok(redirect("/training?done=registered")),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            let problem = Problem { field: "name".into(), ..problem };
            Ok(library(&visitor, &form, vec![problem], "").await?.answer(visitor))
        }
    }
}

/// `GET /training/courses/{code}`
pub(crate) async fn course(visitor: Visitor, Path(code): Path<String>) -> Answer {
    let courses =
        training::courses(&visitor.app.registry).await.map_err(|failure| visitor.failed(&failure))?;
    let Some(course) = courses.into_iter().find(|course| *course.code == *code && course.is_offered) else {
        return Err(visitor.no_page(NoPage::NotFound));
    };
    let mut sheet = Sheet::new(&*course.title, "training");
    sheet.is_narrow = true;
    sheet.below = Some(("Training", "/training"));
    sheet.lead =
        format!("{}, {} minutes. For: {}.", course.kind.title(), course.minutes, course.audience.title());
    sheet.blocks = content(&course);
    let done = if course.kind == CourseKind::External {
        "It is taken elsewhere. The system there reports that you completed it, or the Help Desk takes it from a list; nothing is to \
         be done here."
    } else {
        "Open your training record with the link from your mail, and complete the course there."
    };
    sheet.blocks.push(Block::Text("When you are done".to_owned(), vec![done.to_owned()]));
    sheet.blocks.push(questions());
    Ok(sheet.answer(visitor))
}

/// What a course says, or where it is: lines of their own that are addresses are links. The questions of a quiz stand in the
/// training record, where they are answered.
pub(super) fn content(course: &Course) -> Vec<Block> {
    if course.kind == CourseKind::Quiz {
        let questions = course.quiz().map_or(0, |quiz| quiz.questions.len());
        let text =
            format!("{questions} questions, each with one right answer. It can be tried as often as needed.");
        return vec![Block::Text("Content".to_owned(), vec![text])];
    }
    let lines = course.body.lines().map(str::trim).filter(|line| !line.is_empty());
    let (addresses, paragraphs): (Vec<&str>, Vec<&str>) = lines.partition(|line| is_address(line));
    let mut blocks = Vec::new();
    if !paragraphs.is_empty() {
        blocks.push(Block::Text(
            "Content".to_owned(),
            paragraphs.iter().map(|&line| line.to_owned()).collect(),
        ));
    }
    let link = |address: &&str| Link { href: (*address).to_owned(), label: (*address).to_owned() };
    if !addresses.is_empty() {
        blocks.push(Block::Links("Where it is", addresses.iter().map(link).collect()));
    }
    if blocks.is_empty() {
        blocks.push(Block::Text("Content".to_owned(), vec!["The content comes from outside.".to_owned()]));
    }
    blocks
}

/// Whether a line is the address of a page, and nothing else.
fn is_address(line: &str) -> bool {
    line.strip_prefix("https://")
        .is_some_and(|rest| rest.contains('.') && !rest.contains(char::is_whitespace))
}
