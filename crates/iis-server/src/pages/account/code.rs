//! The second step of signing in: a code of the authenticator app, or a recovery code.

use super::owed::owed_after;
use super::sign_in::{Asked, locked, new_session, own_address, refusal};
use super::views::CodePage;
use crate::pages::filled::PublicForm;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use crate::rate_limit::address_key;
use axum::extract::{ConnectInfo, Query};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;
use iis_registry::accounts::{Attempt, Heard, second_factor};
use iis_registry::sessions;
use serde::Deserialize;
use std::net::SocketAddr;

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// `GET /sign-in/code`
pub(crate) async fn form(visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    if visitor.halfway().is_none() {
        return Ok(redirect(if visitor.has_session() { "/" } else { "/sign-in" }));
    }
    Ok(rendered(&page(&visitor, own_address(asked.next()), Vec::new())))
}

fn page(visitor: &Visitor, next: &str, problems: Vec<Problem>) -> CodePage {
    let frame = visitor.frame("").titled("Your second factor").below("Sign in", "/sign-in");
    let frame = if problems.is_empty() { frame } else { frame.in_error() };
    CodePage { frame, csrf: visitor.csrf(), next: next.to_owned(), problems }
}

/// `POST /sign-in/code`
pub(crate) async fn submit(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    PublicForm { visitor, form }: PublicForm<Typed>,
) -> Answer {
    let Some(halfway) = visitor.halfway() else { return Ok(redirect("/sign-in")) };
    let (registry, account) = (&visitor.app.registry, &halfway.account);
    let failed = |failure| visitor.failed(&failure);
    let (next, from) = (own_address(&form.next), peer.ip());
    let attempt = Attempt::to_enter_code(account, &from.to_string(), visitor.arrival);
    if let Heard::Locked(until) = attempt.hear(registry).await.map_err(failed)? {
        return Ok(again(&visitor, next, locked(&visitor.app, until)));
    }
    let proved = second_factor::prove(registry, &attempt, account, &form.code, visitor.arrival).await;
    if !proved.map_err(failed)? {
        visitor.app.failures.failed(&address_key(from), visitor.arrival.at);
        let text =
            "That code is not right, or it was used already. Wait for the next one, or use a recovery code.";
        return Ok(again(&visitor, next, text.to_owned()));
    }
    let (mut session, cookie) = new_session(&visitor, account.id, from);
    session.stage = owed_after(&visitor, account.id).await?.map(|owed| owed.word().into());
    let admitted = attempt.sign_in(registry, account, session).await.map_err(failed)?;
    if let Some(problem) = refusal(&visitor, admitted) {
        return Ok(again(&visitor, next, problem.text));
    }
    sessions::drop_halfway(registry, visitor.token_sha256).await.map_err(failed)?;
    let mut response = redirect(next);
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

fn again(visitor: &Visitor, next: &str, text: String) -> axum::response::Response {
    let page = page(visitor, next, vec![Problem::of("code", text)]);
    (StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response()
}
