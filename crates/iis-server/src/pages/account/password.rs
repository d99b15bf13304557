//! Changing one's password; forced when somebody else has set it.

use super::sign_in::{open_session, unanswered};
use super::views::PasswordPage;
use super::{RULES, problems_of_new};
use crate::pages::filled::Filled;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;
use iis_registry::accounts;
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
    let mut frame = visitor.frame("").titled(heading).helped_by("account");
    if !problems.is_empty() {
        frame.title = format!("Error: {heading}");
    }
    let (csrf, user) = (visitor.csrf(), session.account.name.to_string());
    Ok(PasswordPage { frame, csrf, user, is_forced, rules: RULES.to_owned(), problems })
}

/// `POST /account/password`: ends all sessions of the account and opens a new one for this browser.
pub(crate) async fn submit(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Filled { visitor, form }: Filled<Change>,
) -> Answer {
    let account = &visitor.any_session()?.account;
    let (id, name) = (account.id, account.name.clone());
    let (registry, passwords) = (&visitor.app.registry, &visitor.app.passwords);
    let known =
        accounts::find_for_sign_in(registry, &name).await.map_err(|failure| visitor.failed(&failure))?;
    let hash = known.as_ref().map(|known| &*known.password_hash);
    let right = passwords.verify(&form.current, hash).await.map_err(|error| unanswered(&visitor, error))?;
    let problems = problems(&name, &form, right);
    if !problems.is_empty() {
        if !right {
            accounts::sign_in_failed(registry, id, visitor.arrival).await.map_err(|f| visitor.failed(&f))?;
        }
        let page = rendered(&page(&visitor, problems)?);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let hash = passwords.hash(&form.new).await.map_err(|error| unanswered(&visitor, error))?;
    accounts::set_password(registry, id, hash.into(), false)
        .await
        .map_err(|failure| visitor.failed(&failure))?;
    let cookie = open_session(&visitor, id, peer.ip()).await?;
    let mut response = redirect("/?done=password");
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

fn problems(user: &str, form: &Change, right: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !right {
        problems.push(Problem::of("current", "The current password is not right."));
    }
    problems.extend(problems_of_new(user, &form.new, &form.again));
    if right && form.new == form.current {
        problems.push(Problem::of("new", "The new password is the current one. Choose another."));
    }
    problems
}
