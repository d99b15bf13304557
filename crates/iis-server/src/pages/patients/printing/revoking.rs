//! Revoking a printed document: asked on a page of its own, since it reaches whoever holds the paper and is not taken back
//! (screens section 2.5).

use super::printable;
use super::view::{PrintedRow, printed_row};
use crate::pages::choice::Choice;
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::strip::{Page, StripView, strip};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::Date;
use iis_model::access::Permission;
use iis_model::record::PersonRecord;
use iis_registry::Failure;
use iis_registry::prints::{self, REASONS};
use serde::Deserialize;

/// `GET /patients/{number}/print/{document}/revoke`
#[derive(Debug, Template)]
#[template(path = "patients/revoke.html")]
pub(in crate::pages) struct RevokePage {
    frame: Frame,
    strip: StripView,
    csrf: String,
    action: String,
    document: PrintedRow,
    reasons: Vec<Choice>,
    problems: Vec<Problem>,
    back_href: String,
}

/// Why a document is revoked.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Revoking {
    #[serde(default)]
    reason: String,
}

/// The page about one document.
pub(in crate::pages) fn revoke_page(
    frame: Frame,
    record: &PersonRecord,
    document: PrintedRow,
    (csrf, today): (String, Date),
    problems: Vec<Problem>,
) -> RevokePage {
    let back_href = format!("/patients/{}/print", record.registry_number);
    let reason = |(word, text): &(&str, &str)| Choice {
        value: (*word).to_owned(),
        label: (*text).to_owned(),
        is_chosen: false,
    };
    RevokePage {
        frame: if problems.is_empty() { frame } else { frame.in_error() },
        strip: strip(record, today, Page::Record),
        csrf,
        action: format!("{back_href}/{}/revoke", document.id),
        document,
        reasons: REASONS.iter().map(reason).collect(),
        problems,
        back_href,
    }
}

/// The page, for who may revoke the document and while it stands; none otherwise.
async fn page(
    visitor: &Visitor,
    record: &PersonRecord,
    document: i64,
    problems: Vec<Problem>,
) -> Result<Option<RevokePage>, Stop> {
    let granted = visitor.granted(Permission::PrintOfficialRecord)?;
    let found = prints::of_number(&visitor.app.registry, granted.clone(), (record.id, document)).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    let settles = visitor.may(Permission::ResolveDuplicates);
    let may_revoke = |found: &_| prints::may_revoke(&granted, found, settles);
    let Some(found) = found.filter(|found| found.revoked_at.is_none() && may_revoke(found)) else {
        return Ok(None);
    };
    let number = record.registry_number;
    let title = format!("Revoke a document · patient {}", format::number_tail(number));
    let frame = visitor.frame("/patients").titled(&title).helped_by("printing");
    let frame = frame.below("Patients", "/patients").below("Record", &Page::Record.href(number));
    let frame = frame.below("Print", &format!("/patients/{number}/print"));
    let row = printed_row(&found, &visitor.app.registry.identity.zone, true);
    let told = (visitor.csrf(), visitor.arrival.today);
    Ok(Some(revoke_page(frame, record, row, told, problems)))
}

/// `GET /patients/{number}/print/{document}/revoke`
pub(crate) async fn form(visitor: Visitor, Path((number, document)): Path<(String, String)>) -> Answer {
    let record = printable(&visitor, &number).await?;
    let nothing = || visitor.no_page(NoPage::NotFound);
    let document: i64 = document.parse().map_err(|_| nothing())?;
    let page = page(&visitor, &record, document, Vec::new()).await?.ok_or_else(nothing)?;
    Ok(rendered(&page))
}

/// `POST /patients/{number}/print/{document}/revoke`
pub(crate) async fn submit(
    Path((number, document)): Path<(String, String)>,
    Filled { visitor, form }: Filled<Revoking>,
) -> Answer {
    let record = printable(&visitor, &number).await?;
    let nothing = || visitor.no_page(NoPage::NotFound);
    let document: i64 = document.parse().map_err(|_| nothing())?;
    let granted = visitor.granted(Permission::PrintOfficialRecord)?;
    let settles = visitor.may(Permission::ResolveDuplicates);
    let (registry, about) = (&visitor.app.registry, (record.id, document));
    match prints::revoke(registry, granted, about, &form.reason, settles, visitor.arrival).await {
        Ok(true) => Ok(redirect(&format!("/patients/{}/print?done=revoked", record.registry_number))),
        Ok(false) => Err(nothing()),
        Err(Failure::Rule(text)) => {
            let problems = vec![Problem::of(format!("reason-{}", REASONS[0].0), text)];
            let page = page(&visitor, &record, document, problems).await?.ok_or_else(nothing)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
        }
        Err(failure) => Err(visitor.failed(&failure)),
    }
}
