//! Why somebody opens a person who is not a patient of their own clinic: asked once, before anything is shown.

use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::RegistryNumber;
use iis_model::access::Permission;
use iis_registry::Failure;
use iis_registry::people::purpose::{self, Asked, PURPOSES};
use serde::Deserialize;

/// `GET /patients/{number}/purpose`
#[derive(Debug, Template)]
#[template(path = "patients/purpose.html")]
pub(crate) struct PurposePage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) action: String,
    /// Code, label, and whether it is chosen.
    pub(crate) purposes: Vec<(&'static str, &'static str, bool)>,
    pub(crate) words: String,
    pub(crate) problems: Vec<Problem>,
}

/// What was chosen.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    words: String,
}

/// The purpose that was given for this person, empty where none is needed; else the page that asks for it.
pub(super) async fn given(visitor: &Visitor, number: RegistryNumber) -> Result<String, Stop> {
    if !visitor.app.config.access.purpose_asked {
        return Ok(String::new());
    }
    let granted = visitor.granted(Permission::ViewPerson)?;
    let account = &visitor.session()?.account;
    let asked = purpose::asked(&visitor.app.registry, account, granted, number, visitor.arrival).await;
    match asked.map_err(|failure| visitor.failed(&failure))? {
        Asked::NotNeeded => Ok(String::new()),
        Asked::Given(purpose) => Ok(purpose.into()),
        Asked::Missing => Err(redirect(&format!("/patients/{number}/purpose")).into()),
    }
}

fn number(visitor: &Visitor, text: &str) -> Result<RegistryNumber, Stop> {
    text.parse().map_err(|_| visitor.no_page(NoPage::NotFound))
}

/// `GET /patients/{number}/purpose`: says nothing about the person, and so looks the same for a number that is nobody's.
pub(crate) async fn form(visitor: Visitor, Path(text): Path<String>) -> Answer {
    let number = number(&visitor, &text)?;
    Ok(rendered(&page(&visitor, number, &Chosen::default(), Vec::new())))
}

fn page(visitor: &Visitor, number: RegistryNumber, chosen: &Chosen, problems: Vec<Problem>) -> PurposePage {
    let title = format!("Why you open this record · patient {}", format::number_tail(number));
    let frame = visitor.frame("/patients").titled(&title).helped_by("record").below("Patients", "/patients");
    PurposePage {
        frame: if problems.is_empty() { frame } else { frame.in_error() },
        csrf: visitor.csrf(),
        action: format!("/patients/{number}/purpose"),
        purposes: PURPOSES.iter().map(|(code, label)| (*code, *label, *code == chosen.purpose)).collect(),
        words: chosen.words.clone(),
        problems,
    }
}

/// `POST /patients/{number}/purpose`
pub(crate) async fn submit(Path(text): Path<String>, Filled { visitor, form }: Filled<Chosen>) -> Answer {
    let number = number(&visitor, &text)?;
    let (registry, account) = (&visitor.app.registry, &visitor.session()?.account);
    let granted = visitor.granted(Permission::ViewPerson)?;
    let said = (form.purpose.as_str(), form.words.as_str());
    match purpose::give(registry, account, granted, number, said, visitor.arrival).await {
        Ok(()) => Ok(redirect(&format!("/patients/{number}"))),
        Err(Failure::Rule(text)) => {
            let field = if form.purpose == "other" { "words" } else { "purpose" };
            let page = page(&visitor, number, &form, vec![Problem::of(field, text)]);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
        }
        Err(failure) => Err(visitor.failed(&failure)),
    }
}
