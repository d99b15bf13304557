//! Asking from a patient's page whether another record is of the same person.

use super::answering::{deed, notice, word};
use crate::pages::drafts::kept;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::desk::{Token, Typed};
use crate::pages::patients::showing::open;
use crate::pages::patients::strip::{Page, StripView, strip};
use crate::pages::visitor::{Answer, Visitor, rendered};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::RegistryNumber;
use iis_model::access::Permission;
use iis_model::record::PersonRecord;
use iis_registry::review;

/// `GET /patients/{number}/duplicate`
#[derive(Debug, Template)]
#[template(path = "duplicates/flag.html")]
pub(crate) struct FlagPage {
    pub(crate) frame: Frame,
    pub(crate) strip: StripView,
    pub(crate) form: FlagForm,
    pub(crate) record_href: String,
}

/// The form.
#[derive(Debug, Clone, Default)]
pub(crate) struct FlagForm {
    pub(crate) token: Token,
    pub(crate) other: String,
    pub(crate) remark: String,
    pub(crate) problems: Vec<Problem>,
}

/// `GET /patients/{number}/duplicate`
pub(crate) async fn form(visitor: Visitor, Path(number): Path<String>) -> Answer {
    let record = open(&visitor, &number, Page::Record).await?;
    let kept = kept(&visitor, &href(record.registry_number)).await?;
    let typed = kept.as_ref().map(|kept| kept.typed.clone()).unwrap_or_default();
    let mut page = page(&visitor, &record, &typed, Vec::new());
    page.frame = page.frame.noticed(kept.map(|kept| kept.notice));
    Ok(rendered(&page))
}

/// `POST /patients/{number}/duplicate`
pub(crate) async fn submit(
    Path(number): Path<String>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let deed = deed(&visitor, Permission::FlagDuplicate, typed.get("remark"), typed.get("once"))?;
    let (this, other) = (number.parse::<RegistryNumber>(), typed.get("other").parse::<RegistryNumber>());
    let (Ok(this), Ok(other)) = (this, other) else {
        return again(&visitor, &number, &typed, "Enter the ten digits of the other record's registry ID.")
            .await;
    };
    let outcome = review::flag(&visitor.app.registry, deed, [this, other]).await;
    let outcome = outcome.map_err(|failure| visitor.failed(&failure))?;
    match word(outcome, "flagged") {
        "same-record" => again(&visitor, &number, &typed, "That is the ID of this record.").await,
        "changed" => again(&visitor, &number, &typed, "There is no record with this registry ID.").await,
        done => {
            let record = open(&visitor, &number, Page::Record).await?;
            let mut page = page(&visitor, &record, &Typed::default(), Vec::new());
            page.frame = page.frame.noticed(notice(done));
            Ok(rendered(&page))
        }
    }
}

async fn again(visitor: &Visitor, number: &str, typed: &Typed, problem: &str) -> Answer {
    let record = open(visitor, number, Page::Record).await?;
    let page = page(visitor, &record, typed, vec![Problem::of("other", problem)]);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
}

fn href(number: RegistryNumber) -> String {
    format!("/patients/{number}/duplicate")
}

fn page(visitor: &Visitor, record: &PersonRecord, typed: &Typed, problems: Vec<Problem>) -> FlagPage {
    let number = record.registry_number;
    let title = format!("Suspected duplicate · patient {}", format::number_tail(number));
    let frame = visitor.frame("/patients").titled(&title).helped_by("duplicates");
    let frame = if problems.is_empty() { frame } else { frame.in_error() };
    FlagPage {
        frame: frame.below("Patients", "/patients").below("Record", &Page::Record.href(number)),
        strip: strip(record, visitor.arrival.today, Page::Record),
        form: FlagForm {
            token: Token::new(visitor, href(number)),
            other: typed.get("other").to_owned(),
            remark: typed.get("remark").to_owned(),
            problems,
        },
        record_href: Page::Record.href(number),
    }
}
