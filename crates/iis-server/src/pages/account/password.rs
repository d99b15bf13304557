//! Changing one's password; forced when somebody else has set it.

use super::owed::owed_after;
use super::sign_in::{locked, new_session, unanswered};
use super::views::PasswordPage;
use super::{RULES, problems_of_password};
use crate::pages::filled::Filled;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;
use iis_registry::accounts::{Attempt, Heard};
use serde::Deserialize;
use std::net::SocketAddr;

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Change {
    #[serde(default)]
    current: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
}

/// `GET /account/password`
pub(crate) async fn form(visitor: Visitor) -> Answer {
    let page = page(&visitor, Vec::new())?;
    Ok(rendered(&page))
}

fn page(visitor: &Visitor, problems: Vec<Problem>) -> Result<PasswordPage, crate::pages::visitor::Stop> {
    let session = visitor.any_session()?;
    let is_forced = session.account.must_change;
    let heading = if is_forced { "Choose your password" } else { "Change your password" };
    let frame = visitor.frame("").titled(heading).helped_by("account");
    let frame = if problems.is_empty() { frame } else { frame.in_error() };
    let (csrf, user) = (visitor.csrf(), session.account.name.to_string());
    Ok(PasswordPage { frame, csrf, user, is_forced, rules: RULES.to_owned(), problems })
}

/// `POST /account/password`: ends all sessions of the account and opens a new one for this browser.
pub(crate) async fn submit(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Filled { visitor, form }: Filled<Change>,
) -> Answer {
    let before = visitor.any_session()?;
    let account = &before.account;
    let (registry, passwords) = (&visitor.app.registry, &visitor.app.passwords);
    let failed = |failure| visitor.failed(&failure);
    let attempt = Attempt::to_change_password(account, &peer.ip().to_string(), visitor.arrival);
    let known = match attempt.hear(registry).await.map_err(failed)? {
        Heard::Compare(known) => known,
        Heard::Locked(until) => {
            return again(&visitor, vec![Problem::of("current", locked(&visitor.app, until))]);
        }
    };
    let hash = known.as_ref().map(|known| &*known.password_hash);
    let right = passwords.verify(&form.current, hash).await.map_err(|error| unanswered(&visitor, error))?;
    let problems = problems(&visitor, &account.name, &form, right).await;
    if !problems.is_empty() {
        if !right {
            attempt.failed(registry).await.map_err(failed)?;
        }
        return again(&visitor, problems);
    }
    let hash = passwords.hash(&form.new).await.map_err(|error| unanswered(&visitor, error))?;
    let (mut session, cookie) = new_session(&visitor, account.id, peer.ip());
    session.stage = owed_after(&visitor, account.id).await?.map(|owed| owed.word().into());
    // the password alone is not all that was shown before
    session.proved_at = Some(before.proved_at);
    attempt.change_password(registry, account, hash.into(), session).await.map_err(failed)?;
    let mut response = redirect("/?done=password");
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

fn again(visitor: &Visitor, problems: Vec<Problem>) -> Answer {
    let page = rendered(&page(visitor, problems)?);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

async fn problems(visitor: &Visitor, user: &str, form: &Change, right: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !right {
        problems.push(Problem::of("current", "The current password is not right."));
    }
    problems.extend(problems_of_password(visitor, user, &form.new, &form.again).await);
    if right && form.new == form.current {
        problems.push(Problem::of("new", "The new password is the current one. Choose another."));
    }
    problems
}
