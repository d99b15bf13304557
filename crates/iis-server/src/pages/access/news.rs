//! `/admin/news`: news on the first page, for some roles or for all.

use super::applying::Done;
use super::sheet::{Block, Cell, Field, FieldKind, FormView, Sent, Sheet, TableView, Typed, refused, typed};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::Date;
use iis_model::access::Permission;
use iis_registry::news::{self, News};
use iis_registry::people::typed_date::read_date;

/// `GET /admin/news`
pub(crate) async fn show(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    visitor.granted(Permission::PublishNews)?;
    Ok(sheet(&visitor, &Typed::new(), Vec::new(), &done.done).await?.answer(visitor))
}

async fn sheet(visitor: &Visitor, form: &Typed, problems: Vec<Problem>, done: &str) -> Result<Sheet, Stop> {
    let registry = &visitor.app.registry;
    let current = news::today(registry, visitor.arrival.today).await;
    let current = current.map_err(|failure| visitor.failed(&failure))?;
    let title = |role: &str| registry.roles.get(role).map_or("", |role| role.title.as_str()).to_owned();
    let row = |one: &News| {
        let roles: Vec<_> = one.roles.iter().map(|role| title(role)).collect();
        let last_day = format::date(one.until_on);
        vec![
            Cell::text(&*one.text),
            Cell::text(if roles.is_empty() { "everybody".to_owned() } else { roles.join(", ") }),
            Cell::text(format!("{last_day}, by {}", one.author)),
            Cell::button("Take down", &one.text, format!("/admin/news/{}/down", one.id)),
        ]
    };
    let roles = registry.roles.of_people().map(|(name, role)| (name.to_owned(), role.title.clone()));
    let roles = std::iter::once((String::new(), "Everybody".to_owned())).chain(roles);
    let mut sheet = Sheet::new("News", "news");
    sheet.at = "/admin/news";
    sheet.lead = "What stands on the first page of the people whom it is for.".into();
    sheet.problems = problems;
    sheet.notice =
        (!done.is_empty()).then(|| Notice { kind: "success", text: "The news is changed.".to_owned() });
    sheet.blocks = vec![
        Block::Table(TableView {
            id: "news",
            caption: "News today, the latest first".to_owned(),
            heads: &["News", "For", "Until", "Change"],
            rows: current.iter().map(row).collect(),
            nothing: "There is no news today.",
        }),
        Block::Form(FormView {
            heading: "Publish".to_owned(),
            action: "/admin/news".to_owned(),
            fields: vec![
                Field::new("text", "News", FieldKind::Area).with(typed(form, "text")),
                Field::choice("role", "For", FieldKind::Select, roles, typed(form, "role")).optional(),
                Field::text("until", "Last day").with(typed(form, "until")).hint("For example 12/31/2026"),
            ],
            button: "Publish",
            ..FormView::default()
        }),
    ];
    Ok(sheet)
}

/// `POST /admin/news`
pub(crate) async fn publish(Sent { visitor, form }: Sent) -> Answer {
    let granted = visitor.granted(Permission::PublishNews)?;
    let Some(until) = read_date(typed(&form, "until"), Date::MAX) else {
        let problem = Problem::of("until", "Enter the last day as MM/DD/YYYY, for example 12/31/2026.");
        return Ok(sheet(&visitor, &form, vec![problem], "").await?.answer(visitor));
    };
    let role = typed(&form, "role");
    let roles = if role.is_empty() { Vec::new() } else { vec![role.into()] };
    let (registry, text) = (&visitor.app.registry, typed(&form, "text"));
    match news::publish(registry, &granted, text, roles, until, visitor.arrival).await {
        Ok(()) => Ok(redirect("/admin/news?done=published")),
        Err(failure) => {
            let problem = Problem { field: "text".into(), ..refused(&visitor, failure)? };
            Ok(sheet(&visitor, &form, vec![problem], "").await?.answer(visitor))
        }
    }
}

/// `POST /admin/news/{id}/down`
pub(crate) async fn take_down(Path(id): Path<String>, Sent { visitor, form: _ }: Sent) -> Answer {
    let granted = visitor.granted(Permission::PublishNews)?;
    let Ok(id) = id.parse() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let done = news::take_down(&visitor.app.registry, &granted, id, visitor.arrival).await;
    done.map_err(|failure| visitor.failed(&failure))?;
    Ok(redirect("/admin/news?done=down"))
}
