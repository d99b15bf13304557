//! The first account of all, made with the one-time link that the first start prints.

use super::sign_in::{give_form_token, unanswered};
use super::views::SetUpPage;
use super::{RULES, problems_of_password};
use crate::audit_key::hex;
use crate::pages::errors::NoPage;
use crate::pages::filled::PublicForm;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use iis_registry::accounts::{self, NewUser};
use iis_registry::{Failure, setup};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The form.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct FirstAccount {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
}

/// `GET /set-up/{token}`
pub(crate) async fn form(visitor: Visitor, Path(token): Path<String>) -> Answer {
    known(&visitor, &token).await?;
    Ok(show(visitor, &token, &FirstAccount::default(), Vec::new()))
}

/// A link that is wrong, used or superseded looks like any address that is nobody's.
async fn known(visitor: &Visitor, token: &str) -> Result<(), Stop> {
    let is_known = setup::is_setup_token(&visitor.app.registry, hex(&Sha256::digest(token.as_bytes()))).await;
    if is_known.map_err(|failure| visitor.failed(&failure))? {
        Ok(())
    } else {
        Err(visitor.no_page(NoPage::NotFound))
    }
}

fn show(mut visitor: Visitor, token: &str, form: &FirstAccount, problems: Vec<Problem>) -> Response {
    let fresh = give_form_token(&mut visitor);
    let frame = visitor.frame("").titled("Set up");
    let page = SetUpPage {
        frame: if problems.is_empty() { frame } else { frame.in_error() },
        csrf: visitor.csrf(),
        action: format!("/set-up/{token}"),
        display_name: form.display_name.clone(),
        user: form.user.clone(),
        rules: RULES.to_owned(),
        problems,
    };
    let mut response = rendered(&page);
    if let Some(cookie) = fresh {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// `POST /set-up/{token}`
pub(crate) async fn submit(
    Path(token): Path<String>,
    PublicForm { visitor, form }: PublicForm<FirstAccount>,
) -> Answer {
    known(&visitor, &token).await?;
    let problems = problems(&visitor, &form).await;
    if !problems.is_empty() {
        return Ok(again(visitor, &token, &form, problems));
    }
    let hash = visitor.app.passwords.hash(&form.new).await.map_err(|error| unanswered(&visitor, error))?;
    let user = NewUser {
        name: form.user.trim().to_lowercase().into(),
        display_name: form.display_name.trim().into(),
        password_hash: hash.into(),
        must_change: false,
        roles: Vec::new(),
    };
    match setup::first_administrator(&visitor.app.registry, user, visitor.arrival).await {
        Ok(()) => Ok(redirect("/sign-in")),
        Err(Failure::Rule(text)) => Ok(again(visitor, &token, &form, vec![Problem::of("user", text)])),
        Err(failure) => Err(visitor.failed(&failure)),
    }
}

fn again(visitor: Visitor, token: &str, form: &FirstAccount, problems: Vec<Problem>) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, show(visitor, token, form, problems)).into_response()
}

async fn problems(visitor: &Visitor, form: &FirstAccount) -> Vec<Problem> {
    let mut problems = Vec::new();
    if form.display_name.trim().is_empty() {
        problems.push(Problem::of("display_name", "Enter your name as colleagues know it."));
    }
    let user = form.user.trim();
    if !accounts::is_user_name(user) {
        problems.push(Problem::of("user", accounts::USER_NAME_RULE));
    }
    problems.extend(problems_of_password(visitor, user, &form.new, &form.again).await);
    problems
}
