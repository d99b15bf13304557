//! The web pages: rendered on the server, working without script and with a keyboard.
//!
//! A page is a handler, a view and a template. What surrounds every request: who asks ([`visitor`]), whether a form
//! came from one of our pages ([`filled`]), and the headers that keep a browser from doing more than we want.

mod account;
mod codes;
mod cookies;
mod duplicates;
mod errors;
mod filled;
mod format;
mod frame;
#[cfg(test)]
mod goldens;
mod interfaces;
#[cfg(test)]
mod journeys;
mod mail;
mod patients;
mod start;
mod status;
mod texts;
mod visitor;

use crate::app::App;
use crate::assets;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post};
use patients::recommendation::asking;

/// Largest form, in bytes. No form here carries a file.
const LARGEST_FORM: usize = 64 * 1024;

/// Nothing but our own files runs, shows or is sent to; nobody frames us.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// All pages, and the files they load. Every address that is nobody's gets the page that says so.
pub fn routes() -> Router<App> {
    let pages = Router::new()
        .route("/", get(start::start))
        .route("/sign-in", get(account::sign_in::form).post(account::sign_in::submit))
        .route("/sign-in/help", get(account::sign_in::help))
        .route("/sign-out", post(account::sign_in::sign_out))
        .route("/session/extend", post(account::sign_in::extend))
        .route("/account/password", get(account::password::form).post(account::password::submit))
        .route("/set-up/{token}", get(account::set_up::form).post(account::set_up::submit))
        .route("/patients", get(patients::finding::form))
        .route("/patients/searches", post(patients::finding::search))
        .route("/patients/searches/{id}", get(patients::finding::results))
        .route("/patients/duplicates", get(duplicates::showing::queue))
        .route("/patients/duplicates/next", get(duplicates::showing::next))
        .route("/patients/duplicates/{case}", get(duplicates::showing::case))
        .route("/patients/duplicates/{case}/answer", post(duplicates::answering::answer))
        .route("/patients/duplicates/{case}/take-back", post(duplicates::answering::take_back))
        .route("/patients/{number}", get(patients::showing::record))
        .route("/patients/{number}/history", get(patients::showing::history))
        .route("/patients/{number}/demographics", get(patients::showing::demographics))
        .route("/patients/{number}/values", get(patients::values::form).post(patients::values::submit))
        .route("/patients/{number}/values/take-back", post(patients::values::take_back))
        .route("/patients/{number}/reports", get(patients::showing::reports))
        .route("/patients/{number}/disclosures", get(patients::showing::disclosures))
        .route("/patients/{number}/why/{group}", get(asking::why).post(asking::why_if))
        .route(
            "/patients/{number}/duplicate",
            get(duplicates::flagging::form).post(duplicates::flagging::submit),
        )
        .route("/patients/{number}/what-if", get(asking::what_if_form).post(asking::what_if))
        .route("/interfaces/messages", get(interfaces::messages::list))
        .route("/interfaces/messages/{id}", get(interfaces::message::show))
        .route("/interfaces/replays", get(interfaces::replays::list).post(interfaces::replays::begin))
        .route("/interfaces/replays/{id}", get(interfaces::replays::show))
        .route("/interfaces/replays/{id}/stop", post(interfaces::replays::stop))
        .route("/interfaces/senders", get(interfaces::senders::list))
        .route("/interfaces/senders/{name}", get(interfaces::senders::show).post(interfaces::senders::change))
        .route(
            "/interfaces/withdrawals",
            get(interfaces::withdrawals::list).post(interfaces::withdrawals::begin),
        )
        .route("/interfaces/withdrawals/rehearsal", get(interfaces::withdrawals::rehearse))
        .route("/interfaces/withdrawals/{id}", get(interfaces::withdrawals::show))
        .route("/interfaces/withdrawals/{id}/take-back", post(interfaces::withdrawals::take_back))
        .route("/admin/mail", get(mail::outbox))
        .route("/admin/mail/{id}/again", post(mail::again))
        .route("/mailbox", get(mail::mailbox))
        .route("/preferences", get(texts::preferences).post(texts::save_preferences))
        .route("/keyboard", get(texts::keyboard))
        .route("/accessibility", get(texts::accessibility))
        .route("/privacy", get(texts::privacy))
        .route("/help/pages/{topic}", get(texts::help))
        .method_not_allowed_fallback(errors::nothing_here)
        .fallback(errors::nothing_here)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(from_fn(guarded));
    Router::new().route("/assets/{name}", get(assets::serve)).merge(pages)
}

/// Adds what every page says to the browser. Pages are never stored: most are about people.
async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = |value: &'static str| HeaderValue::from_static(value);
    headers.insert(CONTENT_SECURITY_POLICY, fixed(CONTENT_POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
    headers.insert(REFERRER_POLICY, fixed("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), fixed("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), fixed("same-origin"));
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        fixed("camera=(), geolocation=(), microphone=()"),
    );
    headers.insert(STRICT_TRANSPORT_SECURITY, fixed("max-age=31536000"));
    headers.entry(CACHE_CONTROL).or_insert(fixed("no-store"));
    response
}
