//! `POST /training/completions`: a system of training outside reports who completed which course (S-1).
//!
//! The body and the answer are described in `docs/completions.md`.

use super::body::{self, Unread};
use super::credentials::{Credentials, Unknown, by_certificate};
use crate::app::App;
use crate::failure::outage;
use crate::listen::Peer;
use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use iis_model::organization::Sender;
use iis_registry::Failure;
use iis_registry::training::{self, Became, Told};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::Instant;

/// The most bytes of one report.
const LARGEST: usize = 1 << 20;

/// What is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    completions: Vec<Completion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Completion {
    number: Box<str>,
    email: Box<str>,
    course: Box<str>,
    completed_on: Box<str>,
}

/// Answers one report.
pub async fn post(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Response {
    let deadline = Instant::now() + app.config.limits.request();
    let (head, body) = request.into_parts();
    let sender = match known(&app, peer, &head.headers).await {
        Ok(sender) => sender,
        Err(refusal) => return refusal,
    };
    let now = crate::clock::now();
    if app.completion_reports.exhausted(&sender.name, now) {
        let mut response = said(StatusCode::TOO_MANY_REQUESTS, "Too many reports. Wait a minute.");
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
        return response;
    }
    app.completion_reports.failed(&sender.name, now);
    if !is_json(&head.headers) {
        return said(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send the completions as application/json.");
    }
    let received = match body::read(&app, &head.headers, body, LARGEST, deadline).await {
        Ok(received) => received,
        Err(unread) => return not_read(unread),
    };
    let Ok(sent) = serde_json::from_slice::<Sent>(&received.bytes) else {
        return said(
            StatusCode::BAD_REQUEST,
            "The body must be {\"completions\": [{\"number\", \"email\", \"course\", \"completed_on\"}]}, each a text.",
        );
    };
    let numbers: Vec<Box<str>> = sent.completions.iter().map(|one| one.number.clone()).collect();
    let told = sent.completions.into_iter().map(told).collect();
    match training::report(&app.registry, &sender, told, app.arrival()).await {
        Ok(became) => Json(answer(&numbers, &became)).into_response(),
        Err(failure) => failed(&failure),
    }
}

/// Who reports: a sender by its name and secret, or by its certificate.
async fn known(app: &App, peer: Peer, headers: &HeaderMap) -> Result<Arc<Sender>, Response> {
    let known = match Credentials::basic(headers) {
        Some(credentials) => credentials.sender(app, peer.address.ip()).await,
        None => by_certificate(app, peer).await.and_then(|found| found.ok_or(Unknown::Wrong)),
    };
    known.map_err(|unknown| match unknown {
        Unknown::Wrong => {
            let mut response = said(StatusCode::UNAUTHORIZED, "Name or secret is missing or not right.");
            response.headers_mut().insert(WWW_AUTHENTICATE, super::post::CHALLENGE);
            response
        }
        Unknown::TooMany => {
            let mut response = said(StatusCode::TOO_MANY_REQUESTS, "Too many wrong secrets. Wait a minute.");
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
            response
        }
        Unknown::Failed(failure) => failed(&failure),
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

fn told(one: Completion) -> Told {
    let Completion { number, email, course, completed_on } = one;
    Told { number, email, course, completed_on }
}

/// How many were taken, were known and were refused, and each by its number.
fn answer(numbers: &[Box<str>], became: &[Became]) -> Value {
    let line = |number: &str, became: &Became| match became {
        Became::Taken => json!({ "number": number, "status": "taken" }),
        Became::Known => json!({ "number": number, "status": "known" }),
        Became::Refused(why) => json!({ "number": number, "status": "refused", "why": why }),
    };
    let count = |wanted: fn(&Became) -> bool| became.iter().filter(|one| wanted(one)).count();
    json!({
        "taken": count(|one| *one == Became::Taken),
        "known": count(|one| *one == Became::Known),
        "refused": count(|one| matches!(one, Became::Refused(_))),
        "completions": numbers.iter().zip(became).map(|(number, became)| line(number, became)).collect::<Vec<_>>(),
    })
}

fn failed(failure: &Failure) -> Response {
    let outage = outage(failure);
    let text = match failure {
        Failure::Rule(text) => text,
        Failure::Refused(_) => "This sender may not report completions. Ask the registry to agree on it.",
        _ => "Nothing is stored. Send it again later.",
    };
    let mut response = said(outage.status, text);
    super::post::retry_after(response.headers_mut(), outage);
    response
}

fn not_read(unread: Unread) -> Response {
    let (status, text) = match unread {
        Unread::TooLong(_) => {
            (StatusCode::PAYLOAD_TOO_LARGE, "The body is longer than 1 MiB. Report fewer at once.")
        }
        Unread::TooSlow => (StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time."),
        Unread::Broken => (StatusCode::BAD_REQUEST, "The body broke off or is not well framed."),
        Unread::NoRoom => (StatusCode::SERVICE_UNAVAILABLE, "Too much is under way. Send it again later."),
    };
    let mut response = said(status, text);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn said(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({ "error": text }))).into_response()
}

#[cfg(test)]
mod tests {
    use super::{Became, answer};
    use serde_json::json;

    #[test]
    fn each_completion_is_answered_under_its_number() {
        let numbers = ["A-1".into(), "A-2".into(), "A-3".into()];
        let became = [Became::Taken, Became::Refused("email must be an address for mail"), Became::Known];
        let expected = json!({
            "taken": 1, "known": 1, "refused": 1,
            "completions": [
                { "number": "A-1", "status": "taken" },
                { "number": "A-2", "status": "refused", "why": "email must be an address for mail" },
                { "number": "A-3", "status": "known" },
            ],
        });
        assert_eq!(answer(&numbers, &became), expected);
    }
}
