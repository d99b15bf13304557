//! The addresses of the review: the queue, the next question, one question.

use super::answering::notice;
use super::compared::{self, CasePage};
use super::queue::{QueuePage, view};
use crate::pages::errors::NoPage;
use crate::pages::frame::Notice;
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use axum::extract::{Path, Query};
use iis_model::RegistryNumber;
use iis_model::access::Permission;
use iis_registry::review::{self, FRONT, Place};
use serde::Deserialize;

/// Where in the queue.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Where {
    #[serde(default, rename = "for")]
    whom: String,
    #[serde(default)]
    after: String,
}

/// `GET /patients/duplicates`
pub(crate) async fn queue(visitor: Visitor, Query(wanted): Query<Where>) -> Answer {
    let granted = visitor.granted(Permission::ResolveDuplicates)?;
    let for_second = wanted.whom == "second";
    let state = if for_second { "second" } else { "open" };
    let after = place(&wanted.after).unwrap_or(FRONT);
    let registry = &visitor.app.registry;
    let queue = review::waiting(registry, granted, state, after, visitor.arrival).await;
    let queue = queue.map_err(|failure| visitor.failed(&failure))?;
    let frame = visitor.frame("/patients/duplicates").titled("Possible duplicates").helped_by("duplicates");
    let frame = frame.below("Patients", "/patients");
    let queue = view(&queue, for_second, visitor.arrival.today, &registry.identity.zone);
    Ok(rendered(&QueuePage { frame, queue }))
}

/// A place as addresses write it: `200001_17`.
fn place(text: &str) -> Option<Place> {
    let (priority, id) = text.split_once('_')?;
    Some((priority.parse().ok()?, id.parse().ok()?))
}

/// `GET /patients/duplicates/next`: to the first question, or the first behind another one.
pub(crate) async fn next(visitor: Visitor, Query(wanted): Query<Where>) -> Answer {
    let granted = visitor.granted(Permission::ResolveDuplicates)?;
    let next = review::next(&visitor.app.registry, granted, wanted.after.parse().ok()).await;
    let next = next.map_err(|failure| visitor.failed(&failure))?;
    let href =
        next.map_or_else(|| "/patients/duplicates".to_owned(), |id| format!("/patients/duplicates/{id}"));
    Ok(redirect(&href))
}

/// Whom to compare with, and what was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    with: String,
    #[serde(default)]
    done: String,
}

/// `GET /patients/duplicates/{case}`
pub(crate) async fn case(visitor: Visitor, Path(id): Path<String>, Query(shown): Query<Shown>) -> Answer {
    let Ok(id) = id.parse::<i64>() else { return Err(visitor.no_page(NoPage::NotFound)) };
    page(&visitor, id, shown.with.parse().ok(), notice(&shown.done)).await
}

/// The page of a question, with this notice.
pub(super) async fn page(
    visitor: &Visitor,
    id: i64,
    with: Option<RegistryNumber>,
    notice: Option<Notice>,
) -> Answer {
    let granted = visitor.granted(Permission::ResolveDuplicates)?;
    let registry = &visitor.app.registry;
    let case = review::case(registry, granted, id, with, visitor.arrival).await;
    let case = case.map_err(|failure| visitor.failed(&failure))?;
    let Some(case) = case else { return Err(visitor.no_page(NoPage::NotFound)) };
    let view = compared::view(&case, visitor.arrival.today, &registry.identity.zone);
    let frame = visitor.frame("/patients/duplicates").titled("One person or two?").helped_by("duplicates");
    let frame = frame.below("Patients", "/patients").below("Possible duplicates", "/patients/duplicates");
    let (csrf, once) = (visitor.csrf(), visitor.once());
    Ok(rendered(&CasePage { frame: frame.noticed(notice), case: view, csrf, once }))
}
