//! A form that is sent when the session has ended is not lost: it is kept, and given back after sign-in. So is one whose sender has to
//! show again who they are. Passwords and codes that open something are in none of these forms.
//!
//! Works without script: what counts is the form that was sent. With script a form that somebody was typing into is sent to
//! [`ADDRESS`] when the session ends, and is kept the same way. Which forms are kept is said here.

mod on_sheets;
mod unfinished;

pub(in crate::pages) use on_sheets::{put_back, typed_before};
pub(in crate::pages) use unfinished::{UnfinishedView, discard, unfinished};

use super::filled::{fields_and_file, is_from_our_pages};
use super::frame::Notice;
use super::patients::desk::Typed;
use super::visitor::{Stop, Visitor, percent_encoded, redirect};
use crate::app::App;
use crate::pages::cookies::Cookie;
use crate::pages::format;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Method, Uri};
use iis_registry::drafts::{self, Late};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Where the script sends a form that was open when the session ended, with the form's own address as `draft_for`. It saves
/// nothing: were the session still there, the answer is only how long it lasts.
pub(super) const ADDRESS: &str = "/session/draft";

/// Where a form that is listed as unfinished is discarded.
pub(super) const DISCARD: &str = "/session/draft/discard";

/// How the addresses of forms end that are given back where they are shown, and what each of them does.
const GIVEN_BACK: [(&str, &str); 11] = [
    ("/doses/new", "Recording doses"),
    ("/history/new", "Entering a history of doses"),
    ("/notes/new", "A refusal, contraindication, immunity or reaction"),
    ("/demographics/change", "Changing demographics"),
    ("/mend", "Correcting a dose"),
    ("/remove", "Removing a report"),
    ("/duplicate", "Reporting a possible duplicate"),
    ("/patients/new", "Adding a patient"),
    ("/opt-out", "Opting out or taking part again"),
    ("/status/here", "Active or inactive"),
    ("/status/state", "Active or inactive"),
];

/// Fields that belong to one showing of a form.
const OF_ONE_SHOWING: [&str; 3] = ["csrf", "once", "heeded"];

fn is_given_back(path: &str) -> bool {
    form_of(path).is_some() || on_sheets::title_of(path).is_some()
}

/// By what the draft of a form is known: its path, and on sheets the site that is meant.
pub(super) fn address_of(uri: &Uri) -> String {
    match uri.path_and_query() {
        Some(whole) if on_sheets::title_of(uri.path()).is_some() => whole.as_str().to_owned(),
        _ => uri.path().to_owned(),
    }
}

/// What the form of an address does; none: it is not given back.
fn form_of(path: &str) -> Option<&'static str> {
    let form = GIVEN_BACK.iter().find(|(end, _)| path.ends_with(end));
    form.filter(|_| path.starts_with("/patients/")).map(|(_, title)| *title)
}

/// Whether a page shows a form that is given back.
pub(super) fn is_shown_on(path: &str) -> bool {
    form_of(path).is_some() || (path.starts_with("/patients/") && path.ends_with("/status"))
}

/// Where the form of an address is shown.
fn shown_at(path: &str, fields: &BTreeMap<String, String>) -> String {
    if let Some(page) = on_sheets::page_of(path) {
        return page;
    }
    if path == "/patients/new" {
        let search = fields.get("search").map(String::as_str).unwrap_or_default();
        return format!("{path}?search={}", percent_encoded(search));
    }
    let end = ["/here", "/state"].iter().find_map(|end| path.strip_suffix(end));
    end.unwrap_or(path).to_owned()
}

/// Keeps the form of a request that was stopped, because its session has ended or its sender has to show again who they are; then the way
/// there and back to it. None: nothing was kept.
pub(super) async fn keep(parts: Parts, body: Body, app: &App, is_unproved: bool) -> Option<Stop> {
    let mut path = address_of(&parts.uri);
    let is_kept = is_given_back(&path) || path == ADDRESS;
    if parts.method != Method::POST || !is_kept || !is_from_our_pages(&parts.headers) {
        return None;
    }
    let token = Cookie::Session.read(&parts.headers, app.config.is_reached_by_https())?.to_owned();
    let sent = fields_and_file(Request::from_parts(parts, body), app).await.ok();
    let (mut fields, _) = sent?; // a file is not kept
    if path == ADDRESS {
        path = fields.remove("draft_for").filter(|path| is_given_back(path))?;
    }
    let csrf = fields.get("csrf").cloned().unwrap_or_default();
    let next = percent_encoded(&shown_at(&path, &fields));
    fields.retain(|name, _| !OF_ONE_SHOWING.contains(&&**name));
    if is_unproved && on_sheets::title_of(&path).is_none() {
        return None; // it asks before it is filled in
    }
    let late = Late { token_sha256: Sha256::digest(token.as_bytes()).into(), csrf, address: path, fields };
    let kept = if is_unproved {
        drafts::keep_unproved(&app.registry, late, app.arrival()).await
    } else {
        drafts::keep(&app.registry, late, app.arrival()).await
    };
    match kept {
        Ok(true) if is_unproved => Some(redirect(&format!("/account/prove?next={next}")).into()),
        Ok(true) => Some(redirect(&format!("/sign-in?ended=draft&next={next}")).into()),
        Ok(false) => None,
        Err(error) => {
            tracing::warn!(%error, "a form whose session had ended could not be kept");
            None
        }
    }
}

/// What was typed into a form before the session ended.
pub(in crate::pages) struct Kept {
    pub(in crate::pages) typed: Typed,
    pub(in crate::pages) notice: Notice,
}

/// The draft of the form of this address, for whoever is signed in.
pub(in crate::pages) async fn kept(visitor: &Visitor, address: &str) -> Result<Option<Kept>, Stop> {
    let account = visitor.session()?.account.id;
    let registry = &visitor.app.registry;
    let kept = drafts::kept(registry, account, address, visitor.arrival.at).await;
    let kept = kept.map_err(|failure| visitor.failed(&failure))?;
    Ok(kept.map(|(at, fields)| Kept { typed: Typed::from(fields), notice: given_back(visitor, at) }))
}

fn given_back(visitor: &Visitor, at: iis_model::Timestamp) -> Notice {
    let at = format::time_of_day(at, &visitor.app.registry.identity.zone);
    let text = format!(
        "Your session ended before this form was saved, at {at}. What you typed is here again. Nothing is saved yet."
    );
    Notice { kind: "warning", text }
}

/// Forgets the draft of a form that is sent now. What cannot be forgotten expires.
pub(super) async fn forget(visitor: &Visitor, path: &str) {
    if !is_given_back(path) {
        return;
    }
    let Ok(session) = visitor.session() else { return };
    if let Err(error) = drafts::forget(&visitor.app.registry, session.account.id, path).await {
        tracing::warn!(%error, "a draft could not be forgotten");
    }
}

#[cfg(test)]
mod tests {
    use super::{is_given_back, shown_at};
    use std::collections::BTreeMap;

    #[test]
    fn forms_are_given_back_where_they_are_shown() {
        let fields = BTreeMap::from([("search".to_owned(), "12".to_owned())]);
        #[rustfmt::skip]
        let table = [
            // where it is sent                        kept    where it is shown
            ("/patients/1/doses/new",                  true,   "/patients/1/doses/new"),
            ("/patients/1/status/here",                true,   "/patients/1/status"),
            ("/patients/1/reports/2.3/mend",           true,   "/patients/1/reports/2.3/mend"),
            ("/patients/1/notes/2.3/remove",           true,   "/patients/1/notes/2.3/remove"),
            ("/patients/1/duplicate",                  true,   "/patients/1/duplicate"),
            ("/patients/new",                          true,   "/patients/new?search=12"),
            ("/patients/searches",                     false,  "/patients/searches"),
            ("/help/enrollments/5/decide/deny",        true,   "/help/enrollments/5"),
            ("/account/password",                      false,  "/account/password"),
        ];
        for (path, is_kept, shown) in table {
            assert_eq!((is_given_back(path), &*shown_at(path, &fields)), (is_kept, shown), "{path}");
        }
    }
}
