//! The pages that answer for the recommender: why, and what if. Each look is audited as every other at the record.

use super::planned::{Typed, form, read};
use super::what_if::{WhatIfPage, href, result};
use super::why::why_page;
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::doses::{Setting, is_dose};
use crate::pages::patients::showing::open;
use crate::pages::patients::strip::{Page, strip};
use crate::pages::visitor::{Answer, Visitor, rendered};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::record::PersonRecord;
use iis_registry::recommend::{explain, visits};

/// The frame of a page below the record.
fn frame(visitor: &Visitor, record: &PersonRecord, title: &str) -> Frame {
    let title = format!("{title} · patient {}", format::number_tail(record.registry_number));
    let frame = visitor.frame("/patients").titled(&title).helped_by("recommendation");
    frame.below("Patients", "/patients").below("Record", &Page::Record.href(record.registry_number))
}

/// `GET /patients/{number}/why/{group}`
pub(in crate::pages) async fn why(visitor: Visitor, Path((number, group)): Path<(String, String)>) -> Answer {
    let record = open(&visitor, &number, Page::Record).await?;
    let said = explain(&visitor.app.registry.schedules, &record, visitor.arrival.today);
    let setting =
        Setting { born_on: record.demographics.birth_date(), zone: &visitor.app.registry.identity.zone };
    let frame = frame(&visitor, &record, "Why");
    match why_page(frame, &record, &said, &group, setting) {
        Some(page) => Ok(rendered(&page)),
        None => Err(visitor.no_page(NoPage::NotFound)),
    }
}

/// `GET /patients/{number}/what-if`
pub(in crate::pages) async fn what_if_form(visitor: Visitor, Path(number): Path<String>) -> Answer {
    let record = open(&visitor, &number, Page::Record).await?;
    Ok(rendered(&page(&visitor, &record, &Typed::default(), Vec::new())))
}

/// `POST /patients/{number}/what-if`: the plan goes over in the body, so that it stands in no address.
pub(in crate::pages) async fn what_if(
    Path(number): Path<String>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let record = open(&visitor, &number, Page::Record).await?;
    let today = visitor.arrival.today;
    match read(&typed, today) {
        Ok(question) => {
            let result = result(&visitor.app.registry.schedules, &record, &question, today);
            Ok(rendered(&WhatIfPage { result: Some(result), ..page(&visitor, &record, &typed, Vec::new()) }))
        }
        Err(problems) => {
            let page = page(&visitor, &record, &typed, problems);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
        }
    }
}

fn page(visitor: &Visitor, record: &PersonRecord, typed: &Typed, problems: Vec<Problem>) -> WhatIfPage {
    let today = visitor.arrival.today;
    let number = record.registry_number;
    let doses = record.events.iter().filter(|event| is_dose(event)).count();
    let title = if problems.is_empty() { "What if" } else { "Error: What if" };
    let fitting = visits(&visitor.app.registry.schedules, record, &[], today);
    WhatIfPage {
        frame: frame(visitor, record, title),
        strip: strip(&record.demographics, number, doses, today, Page::Record),
        form: form(visitor.csrf(), href(record), typed, &fitting, problems),
        result: None,
        record_href: Page::Record.href(number),
    }
}
