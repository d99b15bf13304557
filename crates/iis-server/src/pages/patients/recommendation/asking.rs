//! The pages that answer for the recommender: why, and what if. Each look is audited as every other at the record.

use super::planned::{Question, Typed, form, read};
use super::what_if::{WhatIfPage, href, result};
use super::why::{About, why_page};
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::doses::Setting;
use crate::pages::patients::showing::look;
use crate::pages::patients::strip::{Page, strip};
use crate::pages::visitor::{Answer, Visitor, rendered};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use iis_model::recommendation::Explanation;
use iis_model::record::PersonRecord;
use iis_registry::recommend::{explain, visits, what_if as supposed};

/// The frame of a page below the record.
fn frame(visitor: &Visitor, record: &PersonRecord, title: &str) -> Frame {
    let title = format!("{title} · patient {}", format::number_tail(record.registry_number));
    let frame = visitor.frame("/patients").titled(&title).helped_by("recommendation");
    frame.below("Patients", "/patients").below("Record", &Page::Record.href(record.registry_number))
}

/// `GET /patients/{number}/why/{group}`
pub(in crate::pages) async fn why(visitor: Visitor, Path((number, group)): Path<(String, String)>) -> Answer {
    let record = look(&visitor, &number, Page::Record).await?.record;
    let said = explain(&visitor.app.registry.schedules, &record, visitor.arrival.today);
    why_of(&visitor, &record, &said, &group, None)
}

/// `POST /patients/{number}/why/{group}`: why, for another day and with planned doses. They go over in the body.
pub(in crate::pages) async fn why_if(
    Path((number, group)): Path<(String, String)>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let record = look(&visitor, &number, Page::Record).await?.record;
    match read(&typed, visitor.arrival.today) {
        Ok(question) => {
            let schedules = &visitor.app.registry.schedules;
            let said = supposed(schedules, &record, &question.planned, question.on);
            why_of(&visitor, &record, &said, &group, Some(&question))
        }
        Err(problems) => Ok(wrong(&visitor, &record, &typed, problems)),
    }
}

fn why_of(
    visitor: &Visitor,
    record: &PersonRecord,
    said: &Explanation,
    slug: &str,
    question: Option<&Question>,
) -> Answer {
    let setting =
        Setting { born_on: record.demographics.birth_date(), zone: &visitor.app.registry.identity.zone };
    let question = question.map(|question| (question, question.asked(visitor.csrf(), href(record))));
    let about = About { record, said, slug, setting, question };
    match why_page(frame(visitor, record, "Why"), about) {
        Some(page) => Ok(rendered(&page)),
        None => Err(visitor.no_page(NoPage::NotFound)),
    }
}

/// `GET /patients/{number}/what-if`
pub(in crate::pages) async fn what_if_form(visitor: Visitor, Path(number): Path<String>) -> Answer {
    let record = look(&visitor, &number, Page::Record).await?.record;
    Ok(rendered(&page(&visitor, &record, &Typed::default(), Vec::new())))
}

/// `POST /patients/{number}/what-if`: the plan goes over in the body, so that it stands in no address.
pub(in crate::pages) async fn what_if(
    Path(number): Path<String>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let record = look(&visitor, &number, Page::Record).await?.record;
    let today = visitor.arrival.today;
    match read(&typed, today) {
        Ok(question) => {
            let schedules = &visitor.app.registry.schedules;
            let result = result(schedules, &record, &question, today, visitor.csrf());
            Ok(rendered(&WhatIfPage { result: Some(result), ..page(&visitor, &record, &typed, Vec::new()) }))
        }
        Err(problems) => Ok(wrong(&visitor, &record, &typed, problems)),
    }
}

/// The form again, with what has to be mended.
fn wrong(visitor: &Visitor, record: &PersonRecord, typed: &Typed, problems: Vec<Problem>) -> Response {
    let mut page = page(visitor, record, typed, problems);
    page.frame = page.frame.in_error();
    (StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response()
}

fn page(visitor: &Visitor, record: &PersonRecord, typed: &Typed, problems: Vec<Problem>) -> WhatIfPage {
    let today = visitor.arrival.today;
    let number = record.registry_number;
    let fitting = visits(&visitor.app.registry.schedules, record, &[], today);
    WhatIfPage {
        frame: frame(visitor, record, "What if"),
        strip: strip(record, today, Page::Record),
        form: form(visitor.csrf(), href(record), typed, &fitting, problems),
        result: None,
        record_href: Page::Record.href(number),
    }
}
