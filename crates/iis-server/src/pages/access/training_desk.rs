//! `/admin/training`: which type of user needs which course, and completions from outside.

use super::sheet::{Block, Cell, Field, FieldKind, FormView, Link, Sent, Sheet, TableView, refusal, typed};
use crate::pages::errors::NoPage;
use crate::pages::filled::FilledWithFile;
use crate::pages::frame::Notice;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::access::Permission;
use iis_registry::training::{self, GENERAL_USER_COURSE, Imported, UserType};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What was just done: that the chart is changed, or how many completions came.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default, rename = "done")]
    deed: String,
    taken: Option<u32>,
}

impl Done {
    fn notice(&self) -> Option<Notice> {
        let text = match (self.deed.as_str(), self.taken) {
            ("set", _) => "The chart is changed.".to_owned(),
            (_, None) => return None,
            (_, Some(taken)) => format!("Completions: {taken} taken, none refused."),
        };
        Some(Notice { kind: "success", text })
    }
}

/// `GET /admin/training`: the chart, kept by staff, and completions from outside.
pub(crate) async fn keep(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    let mut sheet = sheet(&visitor).await?;
    sheet.notice = done.notice();
    Ok(sheet.answer(visitor))
}

async fn sheet(visitor: &Visitor) -> Result<Sheet, Stop> {
    visitor.granted(Permission::KeepTraining)?;
    let registry = &visitor.app.registry;
    let failed = |failure| visitor.failed(&failure);
    let courses = training::courses(registry).await.map_err(failed)?;
    let required = training::required(registry).await.map_err(failed)?;
    let mut sheet = Sheet::new("Required training", "training");
    sheet.at = "/admin/training";
    sheet.lead = "Which type of user needs which course. Everybody takes the General User Course: it cannot be taken out.".into();
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
            lead: "Lines of CSV, at most 20,000. The first one is: email,course,completed_on".to_owned(),
            action: "/admin/training".to_owned(),
            fields: vec![
                Field::new("file", "File of CSV", FieldKind::File).optional(),
                Field::new("lines", "Or its lines", FieldKind::Area).optional(),
            ],
            button: "Import",
            is_quiet: true,
            is_upload: true,
            ..FormView::default()
        }),
    ];
    Ok(sheet)
}

/// Every line that was not taken, by what would do.
fn refused(imported: &Imported) -> TableView {
    let mut lines: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for one in &imported.refused {
        lines.entry(one.why).or_default().push(one.line.to_string());
    }
    TableView {
        id: "refused",
        caption: "Lines that were not taken".to_owned(),
        heads: &["Why", "Lines"],
        rows: lines
            .into_iter()
            .map(|(why, lines)| vec![Cell::text(why), Cell::text(lines.join(", "))])
            .collect(),
        nothing: "",
    }
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

/// `POST /admin/training`: a file, or its lines. Where some were not taken the answer lists each.
pub(crate) async fn import(FilledWithFile { visitor, form, file }: FilledWithFile) -> Answer {
    let granted = visitor.granted(Permission::KeepTraining)?;
    let lines = typed(&form, "lines").as_bytes();
    let content = file.as_ref().map_or(lines, |file| &file.content);
    let imported = training::import(&visitor.app.registry, &granted, content, visitor.arrival).await;
    let imported = match imported {
        Ok(imported) if imported.refused.is_empty() => {
            return Ok(redirect(&format!("/admin/training?taken={}", imported.taken)));
        }
        Ok(imported) => imported,
        Err(failure) => return refusal(visitor, failure, ("Required training", "/admin/training")),
    };
    let text = format!(
        "Completions: {} taken, {} refused. Mend the lines below and send them again: what was taken stays once.",
        imported.taken,
        imported.refused.len()
    );
    let mut sheet = sheet(&visitor).await?;
    sheet.notice = Some(Notice { kind: "warning", text });
    sheet.blocks.insert(0, Block::Table(refused(&imported)));
    Ok(sheet.answer(visitor))
}
