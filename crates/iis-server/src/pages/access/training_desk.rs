//! `/admin/training`: which type of user needs which course, and completions from outside.

use super::sheet::{Block, Cell, Field, FieldKind, FormView, Link, Sent, Sheet, TableView, refusal};
use crate::pages::errors::NoPage;
use crate::pages::frame::Notice;
use crate::pages::visitor::{Answer, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::access::Permission;
use iis_registry::training::{self, GENERAL_USER_COURSE, UserType};
use serde::Deserialize;

/// What was just done: that the chart is changed, or how many completions came.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default, rename = "done")]
    deed: String,
    taken: Option<u32>,
    #[serde(default)]
    refused: u32,
    #[serde(default)]
    line: u32,
}

impl Done {
    fn notice(&self) -> Option<Notice> {
        let text = match (self.deed.as_str(), self.taken, self.refused) {
            ("set", ..) => "The chart is changed.".to_owned(),
            (_, None, _) => return None,
            (_, Some(taken), 0) => format!("Completions: {taken} taken, none refused."),
            (_, Some(taken), refused) => {
                format!("Completions: {taken} taken, {refused} refused, the first in line {}.", self.line)
            }
        };
        Some(Notice { kind: "success", text })
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
    sheet.notice = done.notice();
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
    let library = Link {
        href: "/admin/training/courses".to_owned(),
        label: "The library: add and change courses".to_owned(),
    };
    sheet.blocks = vec![
        Block::Links("Courses", vec![library]),
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
            let line = done.refused.first().map_or(0, |first| first.line);
            let refused = done.refused.len();
            Ok(redirect(&format!("/admin/training?taken={}&refused={refused}&line={line}", done.taken)))
        }
        Err(failure) => refusal(visitor, failure, ("Required training", "/admin/training")),
    }
}
