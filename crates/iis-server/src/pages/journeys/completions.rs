//! The door of systems of training, as they knock at it.

use super::{Browser, House, Page};
use axum::http::{Request, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use iis_model::access::Permission;
use iis_model::organization::SenderProfile;
use iis_registry::access::operator;
use iis_registry::senders::{self, NewSender};
use iis_registry::training;
use serde_json::{Value, json};

const SECRET: &str = "a secret of the tests";

async fn report(house: &House, kind: &str, secret: &str, body: &str) -> (StatusCode, Value) {
    let credentials = STANDARD.encode(format!("lms:{secret}"));
    let request = Request::post("/training/completions")
        .header(header::CONTENT_TYPE, kind)
        .header(header::AUTHORIZATION, format!("Basic {credentials}"));
    let Page { status, bytes, .. } = house.send(&mut Browser::default(), request, body.to_owned()).await;
    (status, serde_json::from_slice(&bytes).expect("every answer is JSON"))
}

/// A registry with a library, and a system of training that may report or not.
async fn house(may_report_completions: bool) -> House {
    let house = House::open().await;
    house.clinic("RIVER").await;
    training::begin(&house.app.registry, house.app.arrival()).await.expect("courses");
    let profile = SenderProfile { may_report_completions, ..SenderProfile::default() };
    let new =
        NewSender { name: "lms".into(), site_codes: vec!["RIVER".into()], profile, secret: SECRET.into() };
    let by = operator(Permission::ManageSenders).expect("the operator may");
    senders::add(&house.app.registry, &by, new, house.app.arrival()).await.expect("a sender");
    house
}

#[tokio::test]
async fn s1_a_system_outside_reports_completions_by_its_own_credential_and_is_told_of_each() {
    let house = house(true).await;
    let one = |number: &str, day: &str| json!({ "number": number, "email": "a@b.example", "course": "GUC", "completed_on": day });
    let body = json!({ "completions": [one("A-1", "2026-01-02"), one("A-2", "soon")] }).to_string();
    let (status, said) = report(&house, "application/json; charset=utf-8", SECRET, &body).await;
    assert_eq!(status, StatusCode::OK, "{said}");
    let expected = json!({
        "taken": 1, "known": 0, "refused": 1,
        "completions": [
            { "number": "A-1", "status": "taken" },
            { "number": "A-2", "status": "refused", "why": "completed_on must be a date, such as 2026-03-02" },
        ],
    });
    assert_eq!(said, expected);
    let (_, again) = report(&house, "application/json", SECRET, &body).await;
    assert_eq!((&again["taken"], &again["known"]), (&json!(0), &json!(1)));
    #[rustfmt::skip]
    let table = [
        // kind               secret        body                          status
        ("application/json",  "not it",     body.as_str(),                StatusCode::UNAUTHORIZED),
        ("text/csv",          SECRET,       body.as_str(),                StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("application/json",  SECRET,       "",                           StatusCode::BAD_REQUEST),
        ("application/json",  SECRET,       "[1]",                        StatusCode::BAD_REQUEST),
        ("application/json",  SECRET,       "{\"completions\": [{\"number\": 7}]}", StatusCode::BAD_REQUEST),
        ("application/json",  SECRET,       "{\"completions\": []}",    StatusCode::OK),
    ];
    for (kind, secret, body, expected) in table {
        let (status, said) = report(&house, kind, secret, body).await;
        assert_eq!(status, expected, "{kind} {body}: {said}");
    }
    let large = " ".repeat(1 << 20) + &body;
    assert_eq!(report(&house, "application/json", SECRET, &large).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(report(&house, "application/json", SECRET, &deep).await.0, StatusCode::BAD_REQUEST);
    let mut last = StatusCode::OK;
    for _ in 0..70 {
        last = report(&house, "application/json", SECRET, "{\"completions\": []}").await.0;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS, "so many a minute");
}

#[tokio::test]
async fn a_sender_with_whom_it_is_not_agreed_reports_nothing() {
    let house = house(false).await;
    let body = json!({ "completions": [] }).to_string();
    let (status, said) = report(&house, "application/json", SECRET, &body).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{said}");
}
