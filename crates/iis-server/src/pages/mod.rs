//! The web pages: rendered on the server, working without script and with a keyboard.
//!
//! A page is a handler, a view and a template. What surrounds every request: who asks ([`visitor`]), whether a form
//! came from one of our pages ([`filled`]), and the headers that keep a browser from doing more than we want.

mod access;
mod account;
mod admin;
mod choice;
mod codes;
mod compression;
mod cookies;
mod drafts;
mod duplicates;
mod errors;
mod filled;
mod format;
mod frame;
#[cfg(test)]
mod goldens;
mod interfaces;
mod inventory;
#[cfg(test)]
mod journeys;
mod mail;
mod patients;
mod press;
mod sites;
mod start;
mod status;
mod texts;
mod verify;
mod visitor;

use crate::addresses::Rule::{self, Needs, OwnProved, Proved};
use crate::addresses::{Addresses, Declared};
use crate::app::App;
use crate::assets;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use iis_model::access::Permission as P;
use patients::recommendation::asking;
use visitor::{Absence, Visitor};

/// Largest form, in bytes. Forms that carry a file say so at their address.
const LARGEST_FORM: usize = 64 * 1024;

/// Largest form with a file, in bytes: twice the largest file that is kept, so that one that is somewhat too large is refused
/// at its field.
const LARGEST_UPLOAD: usize = 2 * iis_registry::cases::LARGEST;

/// On a page nothing but our own files runs, shows or is sent to; nobody frames us.
const CONTENT_POLICY: &str = "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// All pages, and the files they load. Every address that is nobody's gets the page that says so.
pub fn routes(app: &App) -> Router<App> {
    addresses()
        .into_router()
        .method_not_allowed_fallback(errors::nothing_here)
        .fallback(errors::nothing_here)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(from_fn_with_state(app.clone(), absent))
        .layer(compression::layer())
        .layer(from_fn(compression::for_our_own))
        .layer(from_fn(guarded))
        .merge(files().into_router())
}

/// The files that pages load.
fn files() -> Addresses {
    Addresses::default().get("/assets/{name}", Rule::Everybody, assets::serve)
}

/// What is declared of the pages and their files.
pub(crate) fn declared() -> Vec<Declared> {
    [addresses().declared(), files().declared()].concat()
}

/// Every page's address with what it asks.
#[rustfmt::skip]
fn addresses() -> Addresses {
    access::declare(Addresses::default())
        .get("/", Rule::Everybody, start::start)
        .get("/sign-in", Rule::Everybody, account::sign_in::form)
        .post("/sign-in", Rule::Everybody, account::sign_in::submit)
        .get("/sign-in/help", Rule::Everybody, account::sign_in::help)
        .post("/sign-out", Rule::SignedIn, account::sign_in::sign_out)
        .post("/session/extend", Rule::SignedIn, account::sign_in::extend)
        .post(drafts::ADDRESS, Rule::SignedIn, account::sign_in::extend)
        .post(drafts::DISCARD, Rule::SignedIn, drafts::discard)
        .get("/account/password", Rule::SignedIn, account::password::form)
        .post("/account/password", Rule::SignedIn, account::password::submit)
        .get("/sign-in/single-sign-on", Rule::Everybody, account::single_sign_on::begin)
        .get("/sign-in/single-sign-on/return", Rule::Everybody, account::single_sign_on::returned)
        .post("/account/single-sign-on", OwnProved("/account"), account::single_sign_on::connect)
        .post("/account/single-sign-on/end", OwnProved("/account"), account::single_sign_on::disconnect)
        .get("/sign-in/code", Rule::Everybody, account::code::form)
        .post("/sign-in/code", Rule::Everybody, account::code::submit)
        .post("/sign-in/code/mail", Rule::Everybody, account::code::mail)
        .get("/sign-in/back/{key}", Rule::Everybody, account::back::form)
        .post("/sign-in/back/{key}", Rule::Everybody, account::back::submit)
        .post("/sign-in/passkey/ask", Rule::Everybody, account::by_passkey::ask)
        .post("/sign-in/passkey", Rule::Everybody, account::by_passkey::sign_in)
        .get("/account/passkeys", OwnProved("/account/passkeys"), account::passkeys::list)
        .post("/account/passkeys/ask", OwnProved("/account/passkeys"), account::passkeys::ask)
        .post("/account/passkeys", OwnProved("/account/passkeys"), account::passkeys::add)
        .post("/account/passkeys/name", OwnProved("/account/passkeys"), account::passkeys::rename)
        .post("/account/passkeys/remove", OwnProved("/account/passkeys"), account::passkeys::remove)
        .get("/account", Rule::SignedIn, account::overview::show)
        .post("/account/sessions/end", OwnProved("/account"), account::overview::end)
        .post("/account/sessions/end-others", OwnProved("/account"), account::overview::end_others)
        .get("/account/agreement", Rule::SignedIn, account::agreement::form)
        .post("/account/agreement", Rule::SignedIn, account::agreement::submit)
        .get("/account/second-factor", OwnProved("/account/second-factor"), account::factor::form)
        .post("/account/second-factor", OwnProved("/account/second-factor"), account::factor::submit)
        .get("/account/mailbox", Rule::SignedIn, account::mailbox::form)
        .post("/account/mailbox", Rule::SignedIn, account::mailbox::submit)
        .post("/account/mailbox/mail", Rule::SignedIn, account::mailbox::mail)
        .get("/account/address", OwnProved("/account/address"), account::address::form)
        .post("/account/address", OwnProved("/account/address"), account::address::submit)
        .post("/account/address/stop", Rule::SignedIn, account::address::stop)
        .get("/stop-address/{token}", Rule::Everybody, account::address::ask_to_stop)
        .post("/stop-address/{token}", Rule::Everybody, account::address::stop_by_link)
        .get("/confirm-address/{token}", Rule::Everybody, account::address::ask)
        .post("/confirm-address/{token}", Rule::Everybody, account::address::confirm)
        .get("/account/prove", Rule::SignedIn, account::prove::form)
        .post("/account/prove", Rule::SignedIn, account::prove::submit)
        .post("/account/prove/mail", Rule::SignedIn, account::prove::mail)
        .post("/account/prove/passkey/ask", Rule::SignedIn, account::by_passkey::ask_to_prove)
        .post("/account/prove/passkey", Rule::SignedIn, account::by_passkey::prove)
        .get("/set-up/{token}", Rule::Everybody, account::set_up::form)
        .post("/set-up/{token}", Rule::Everybody, account::set_up::submit)
        .get("/patients", Needs(P::SearchPersons), patients::finding::form)
        .get("/patients/new", Needs(P::AddPerson), patients::desk::demographics::add::form)
        .post("/patients/new", Needs(P::AddPerson), patients::desk::demographics::add::submit)
        .post("/patients/searches", Needs(P::SearchPersons), patients::finding::search)
        .get("/patients/next", Needs(P::EnterAdministeredDose), patients::desk::visit::carry::next)
        .get("/patients/searches/{id}", Needs(P::SearchPersons), patients::finding::results)
        .get("/patients/duplicates", Needs(P::ResolveDuplicates), duplicates::showing::queue)
        .get("/patients/duplicates/next", Needs(P::ResolveDuplicates), duplicates::showing::next)
        .get("/patients/duplicates/{case}", Needs(P::ResolveDuplicates), duplicates::showing::case)
        .post("/patients/duplicates/{case}/answer", Proved(P::ResolveDuplicates), duplicates::answering::answer)
        .post("/patients/duplicates/{case}/take-back", Proved(P::ResolveDuplicates), duplicates::answering::take_back)
        .get("/patients/emergency", Needs(P::OpenInEmergency), patients::emergency::form)
        .post("/patients/emergency", Needs(P::OpenInEmergency), patients::emergency::submit)
        .get("/patients/{number}", Needs(P::ViewPerson), patients::showing::record)
        .get("/patients/{number}/purpose", Needs(P::ViewPerson), patients::purpose::form)
        .post("/patients/{number}/purpose", Needs(P::ViewPerson), patients::purpose::submit)
        .get("/patients/{number}/history", Needs(P::ViewPerson), patients::showing::history)
        .get("/patients/{number}/history/new", Needs(P::EnterHistoricalDose), patients::desk::card::form)
        .post("/patients/{number}/history/new", Needs(P::EnterHistoricalDose), patients::desk::card::submit)
        .get("/patients/{number}/doses/new", Needs(P::EnterAdministeredDose), patients::desk::visit::give::form)
        .post("/patients/{number}/doses/new", Needs(P::EnterAdministeredDose), patients::desk::visit::give::submit)
        .get("/patients/{number}/doses/saved", Needs(P::EnterAdministeredDose), patients::desk::saved::show)
        .get("/patients/{number}/notes/new", Needs(P::RecordContraindications), patients::desk::beside::form)
        .post("/patients/{number}/notes/new", Needs(P::RecordContraindications), patients::desk::beside::submit)
        .get("/patients/{number}/notes/{report}/remove", Needs(P::RecordContraindications), patients::desk::mending::take_back::form)
        .post("/patients/{number}/notes/{report}/remove", Needs(P::RecordContraindications), patients::desk::mending::take_back::submit)
        .get("/patients/{number}/demographics", Needs(P::ViewPerson), patients::showing::demographics)
        .get("/patients/{number}/demographics/change", Needs(P::ChangeDemographics), patients::desk::demographics::change::form)
        .post("/patients/{number}/demographics/change", Needs(P::ChangeDemographics), patients::desk::demographics::change::submit)
        .get("/patients/{number}/values", Needs(P::ResolveDuplicates), patients::values::form)
        .post("/patients/{number}/values", Proved(P::ResolveDuplicates), patients::values::submit)
        .post("/patients/{number}/values/take-back", Proved(P::ResolveDuplicates), patients::values::take_back)
        .get("/patients/{number}/status", Needs(P::ViewPerson), patients::activity::show)
        .post("/patients/{number}/status/here", Needs(P::SetClinicStatus), patients::activity::set_here)
        .post("/patients/{number}/status/state", Needs(P::SetJurisdictionStatus), patients::activity::set_in_the_state)
        .get("/patients/{number}/opt-out", Proved(P::LockPersons), patients::opting_out::form)
        .post_file("/patients/{number}/opt-out", Proved(P::LockPersons), LARGEST_UPLOAD, patients::opting_out::submit)
        .get("/patients/{number}/opt-out/{form}/scan", Needs(P::LockPersons), patients::opting_out::scan::fetch)
        .get("/patients/{number}/reports", Needs(P::ViewPerson), patients::showing::reports)
        .get("/patients/{number}/reports/{report}/mend", Needs(P::ChangeDose), patients::desk::mending::mend::form)
        .post("/patients/{number}/reports/{report}/mend", Needs(P::ChangeDose), patients::desk::mending::mend::submit)
        .get("/patients/forms/{form}", Needs(P::PrintOfficialRecord), patients::printing::blank)
        .get("/patients/{number}/print", Needs(P::PrintOfficialRecord), patients::printing::form)
        .post("/patients/{number}/print", Needs(P::PrintOfficialRecord), patients::printing::submit)
        .get("/patients/{number}/print/{document}/revoke", Needs(P::PrintOfficialRecord), patients::printing::revoking::form)
        .post("/patients/{number}/print/{document}/revoke", Needs(P::PrintOfficialRecord), patients::printing::revoking::submit)
        .get("/patients/{number}/disclosures", Needs(P::ViewPerson), patients::showing::disclosures)
        .get("/patients/{number}/why/{group}", Needs(P::ViewRecommender), asking::why)
        .post("/patients/{number}/why/{group}", Needs(P::ViewRecommender), asking::why_if)
        .get("/patients/{number}/duplicate", Needs(P::FlagDuplicate), duplicates::flagging::form)
        .post("/patients/{number}/duplicate", Needs(P::FlagDuplicate), duplicates::flagging::submit)
        .get("/patients/{number}/what-if", Needs(P::ViewRecommender), asking::what_if_form)
        .post("/patients/{number}/what-if", Needs(P::ViewRecommender), asking::what_if)
        .get("/inventory", Needs(P::ViewInventory), inventory::on_hand::list)
        .get("/inventory/lots/{id}", Needs(P::ViewInventory), inventory::on_hand::lot)
        .get("/inventory/receive", Needs(P::KeepInventory), inventory::receive::form)
        .post("/inventory/receive", Needs(P::KeepInventory), inventory::receive::submit)
        .get("/inventory/not-decremented", Needs(P::ViewInventory), inventory::missed::list)
        .get("/interfaces/messages", Needs(P::ReadMessages), interfaces::messages::list)
        .get("/interfaces/messages/{id}", Needs(P::ReadMessages), interfaces::message::show)
        .get("/interfaces/replays", Needs(P::ReadMessages), interfaces::replays::list)
        .post("/interfaces/replays", Needs(P::ReadMessages), interfaces::replays::begin)
        .get("/interfaces/replays/{id}", Needs(P::ReadMessages), interfaces::replays::show)
        .post("/interfaces/replays/{id}/stop", Needs(P::ReadMessages), interfaces::replays::stop)
        .get("/interfaces/senders", Needs(P::ManageSenders), interfaces::senders::list)
        .get("/interfaces/senders/{name}", Needs(P::ManageSenders), interfaces::senders::show)
        .post("/interfaces/senders/{name}", Proved(P::ManageSenders), interfaces::senders::change)
        .get("/interfaces/withdrawals", Needs(P::WithdrawReports), interfaces::withdrawals::list)
        .post("/interfaces/withdrawals", Proved(P::WithdrawReports), interfaces::withdrawals::begin)
        .get("/interfaces/withdrawals/rehearsal", Needs(P::WithdrawReports), interfaces::withdrawals::rehearse)
        .get("/interfaces/withdrawals/{id}", Needs(P::WithdrawReports), interfaces::withdrawals::show)
        .post("/interfaces/withdrawals/{id}/take-back", Proved(P::WithdrawReports), interfaces::withdrawals::take_back)
        .get("/admin/roles", Needs(P::ViewAccounts), admin::roles::show)
        .get("/admin/access", Needs(P::ViewAccounts), admin::sees::show)
        .get("/admin/emergencies", Needs(P::ReviewEmergencies), admin::emergencies::list)
        .post("/admin/emergencies/{id}", Needs(P::ReviewEmergencies), admin::emergencies::review)
        .get("/admin/audit", Needs(P::ReadAudit), admin::audit::show)
        .get("/admin/mail", Needs(P::ManageAccounts), mail::outbox)
        .post("/admin/mail/{id}/again", Needs(P::ManageAccounts), mail::again)
        .get("/mailbox", Rule::Everybody, mail::mailbox)
        .get("/verify", Rule::Everybody, verify::form)
        .get("/verify/{code}", Rule::Everybody, verify::show)
        .post_file("/verify/{code}/file", Rule::Everybody, verify::LARGEST_FILE, verify::compare)
        .get("/preferences", Rule::SignedIn, texts::preferences)
        .post("/preferences", Rule::SignedIn, texts::save_preferences)
        .get("/keyboard", Rule::Everybody, texts::keyboard)
        .get("/accessibility", Rule::Everybody, texts::accessibility)
        .get("/privacy", Rule::Everybody, texts::privacy)
        .get("/help/pages/{topic}", Rule::Everybody, texts::help)
}

/// Adds what every page says to the browser, beside what every answer does ([`crate::answer_headers`]).
/// Writes into the audit who named something that is not there for them, and turns an address that cannot be read into the
/// page of one that is nobody's.
async fn absent(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut response = next.run(Request::from_parts(parts.clone(), body)).await;
    if response.status() == StatusCode::BAD_REQUEST && !is_page(response.headers()) {
        return match Visitor::from_request_parts(&mut parts, &app).await {
            Ok(visitor) => errors::nothing_here(visitor).await.into_response(),
            Err(stop) => stop.into_response(),
        };
    }
    if let Some(Absence(visitor)) = response.extensions_mut().remove::<Absence>() {
        visitor.note_absence().await;
    }
    response
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = |value: &'static str| HeaderValue::from_static(value);
    // a file that is handed out says something stricter itself
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(fixed(CONTENT_POLICY));
    headers.insert(REFERRER_POLICY, fixed("same-origin"));
    headers.insert(HeaderName::from_static("cross-origin-opener-policy"), fixed("same-origin"));
    headers.insert(
        HeaderName::from_static("permissions-policy"),
        fixed("camera=(), geolocation=(), microphone=()"),
    );
    response
}
