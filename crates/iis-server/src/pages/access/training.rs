//! `/training`: courses and the library, open to everybody; a training record of one's own, which is no registry account.

use super::applying::Done;
use super::sheet::{
    Block, Cell, Field, FieldKind, FormView, Link, PublicSent, Sent, Sheet, TableView, Typed, refusal,
    refused, typed,
};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::EmailAddress;
use iis_model::access::Permission;
use iis_registry::training::{self, Audience, Course, CourseKind, GENERAL_USER_COURSE, Required, UserType};

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
    Ok(sheet)
}

/// The way to the Help Desk, on every page about training (S-5).
fn questions() -> Block {
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
    let paragraphs: Vec<_> =
        course.body.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    let paragraphs =
        if paragraphs.is_empty() { vec!["The content comes from outside.".to_owned()] } else { paragraphs };
    sheet.blocks = vec![
        Block::Text("Content".to_owned(), paragraphs),
        Block::Text(
            "When you are done".to_owned(),
            vec!["Open your training record with the link from your mail, and note that you completed the course.".to_owned()],
        ),
        questions(),
    ];
    Ok(sheet.answer(visitor))
}

/// `GET /training/record/{key}`
pub(crate) async fn record(visitor: Visitor, Path(key): Path<String>, Query(done): Query<Done>) -> Answer {
    let registry = &visitor.app.registry;
    let failed = |failure| visitor.failed(&failure);
    let opened = training::open_record(registry, &key, visitor.arrival).await.map_err(failed)?;
    let Some(record) = opened else { return Err(visitor.no_page(NoPage::SpentLink)) };
    let mut sheet = Sheet::new("Your training record", "training");
    sheet.below = Some(("Training", "/training"));
    sheet.lead = format!("{}, {}. This is not your registry log-in.", record.name, record.email);
    sheet.notice = (done.done == "complete")
        .then(|| Notice { kind: "success", text: "Noted: the course is complete.".to_owned() });
    let completed = |(course, on): &(Course, iis_model::Date)| {
        vec![Cell::text(&*course.title), Cell::text(format::date(*on))]
    };
    let open = |course: &Course| {
        let title = Cell::link(&*course.title, format!("/training/courses/{}", course.code));
        let last = if course.kind == CourseKind::External {
            Cell::text("recorded by the system outside")
        } else {
            Cell::button("I completed it", &course.title, format!("/training/record/{key}/{}", course.code))
        };
        vec![title, Cell::text(format!("{} min", course.minutes)), last]
    };
    sheet.blocks = vec![
        Block::Table(TableView {
            id: "open",
            caption: "Courses".to_owned(),
            heads: &["Course", "Takes", "Complete"],
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

/// `POST /training/record/{key}/{code}`
pub(crate) async fn complete(
    Path((key, code)): Path<(String, String)>,
    PublicSent { visitor, form: _ }: PublicSent,
) -> Answer {
    let recorded = training::record_own(&visitor.app.registry, &key, &code, visitor.arrival).await;
    if recorded.map_err(|failure| visitor.failed(&failure))? {
        Ok(redirect(&format!("/training/record/{key}?done=complete")))
    } else {
        Err(visitor.no_page(NoPage::NotFound))
    }
}

/// `GET /admin/training`: the chart, kept by staff, and completions from outside.
pub(crate) async fn keep(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    visitor.granted(Permission::KeepTraining)?;
    let registry = &visitor.app.registry;
    let failed = |failure| visitor.failed(&failure);
    let courses = training::courses(registry).await.map_err(failed)?;
    let required = training::required(registry).await.map_err(failed)?;
    let mut sheet = Sheet::new("Required training", "training");
    sheet.at = "/admin/training";
    sheet.lead = "Which type of user needs which course. Everybody takes the General User Course: it cannot be taken out.".into();
    sheet.notice = match done.done.as_str() {
        "" => None,
        "set" => Some(Notice { kind: "success", text: "The chart is changed.".to_owned() }),
        counts => {
            Some(Notice { kind: "success", text: format!("Completions: {}.", counts.replace('-', " ")) })
        }
    };
    let mut rows = Vec::new();
    for user_type in UserType::ALL {
        for course in courses.iter().filter(|course| course.is_offered) {
            let is_needed = required.of(*user_type).contains(course);
            let at = format!(
                "/admin/training/{}/{}/{}",
                user_type.word(),
                course.code,
                if is_needed { "no" } else { "yes" }
            );
            let about = format!("{}: {}", user_type.title(), course.title);
            rows.push(vec![
                Cell::text(user_type.title()),
                Cell::text(&*course.title),
                Cell::text(if is_needed { "✓ required" } else { "–" }),
                if &*course.code == GENERAL_USER_COURSE {
                    Cell::text("always")
                } else {
                    Cell::button(if is_needed { "Take out" } else { "Require" }, &about, at)
                },
            ]);
        }
    }
    sheet.blocks = vec![
        Block::Table(TableView {
            id: "chart",
            caption: "User types and courses".to_owned(),
            heads: &["User type", "Course", "Required", "Change"],
            rows,
            nothing: "No course is offered yet.",
        }),
        Block::Form(FormView {
            heading: "Completions from outside".to_owned(),
            lead: "Lines of CSV. The first one is: email,course,completed_on".to_owned(),
            action: "/admin/training".to_owned(),
            fields: vec![Field::new("file", "Lines", FieldKind::Area)],
            button: "Import",
            is_quiet: true,
            ..FormView::default()
        }),
    ];
    Ok(sheet.answer(visitor))
}

/// `POST /admin/training/{type}/{code}/{needed}`
pub(crate) async fn set(
    Path((user_type, code, needed)): Path<(String, String, String)>,
    Sent { visitor, form: _ }: Sent,
) -> Answer {
    let granted = visitor.granted(Permission::KeepTraining)?;
    let Some(user_type) = UserType::of_word(&user_type) else {
        return Err(visitor.no_page(NoPage::NotFound));
    };
    let needed = needed == "yes";
    let set =
        training::set_required(&visitor.app.registry, &granted, user_type, &code, needed, visitor.arrival);
    match set.await {
        Ok(()) => Ok(redirect("/admin/training?done=set")),
        Err(failure) => refusal(visitor, failure, ("Required training", "/admin/training")),
    }
}

/// `POST /admin/training`
pub(crate) async fn import(Sent { visitor, form }: Sent) -> Answer {
    let granted = visitor.granted(Permission::KeepTraining)?;
    let file = form.get("file").cloned().unwrap_or_default();
    match training::import(&visitor.app.registry, &granted, file.as_bytes(), visitor.arrival).await {
        Ok(done) => {
            let refused = match done.refused.first() {
                None => "none-refused".to_owned(),
                Some(first) => format!("{}-refused,-the-first-in-line-{}", done.refused.len(), first.line),
            };
            Ok(redirect(&format!("/admin/training?done={}-taken,-{refused}", done.taken)))
        }
        Err(failure) => refusal(visitor, failure, ("Required training", "/admin/training")),
    }
}
