//! Showing again who one is, before a deed of weight (requirements Z-3): password, and second factor if there is one; or a
//! passkey, which is both ([`super::by_passkey`]).

use super::code::{mailed, send_code};
use super::sign_in::{Asked, locked, new_token, own_address, unanswered};
use super::views::{PasskeyAsk, ProvePage};
use crate::pages::filled::Filled;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Stop, Visitor, percent_encoded, redirect, rendered};
use axum::extract::{ConnectInfo, Query};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;
use iis_registry::accounts::{Account, Attempt, Heard, second_factor};
use serde::Deserialize;
use std::net::SocketAddr;

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// `GET /account/prove`
pub(crate) async fn form(visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let mut page = page(&visitor, own_address(asked.next()), Vec::new()).await?;
    if asked.is_mailed() {
        page.frame = page.frame.noticed(Some(mailed()));
    }
    Ok(rendered(&page))
}

async fn page(visitor: &Visitor, next: &str, problems: Vec<Problem>) -> Result<ProvePage, Stop> {
    let account = &visitor.any_session()?.account;
    let ways = second_factor::ways(&visitor.app.registry, account.id).await;
    let ways = ways.map_err(|failure| visitor.failed(&failure))?;
    let frame = visitor.frame("").titled("Show again who you are").helped_by("account");
    Ok(ProvePage {
        frame: if problems.is_empty() { frame } else { frame.in_error() },
        csrf: visitor.csrf(),
        user: account.name.to_string(),
        next: next.to_owned(),
        needs_code: ways.is_any(),
        has_app: ways.app,
        can_mail: ways.mail,
        ask: (ways.has_passkey() && visitor.app.passkeys.is_there()).then(PasskeyAsk::to_prove),
        problems,
    })
}

/// `POST /account/prove/mail`: mails a code, for the day when app and passkey are out of reach.
pub(crate) async fn mail(Filled { visitor, form }: Filled<Typed>) -> Answer {
    send_code(&visitor, &visitor.any_session()?.account).await?;
    let next = percent_encoded(own_address(&form.next));
    Ok(redirect(&format!("/account/prove?ended=mailed&next={next}")))
}

/// `POST /account/prove`
pub(crate) async fn submit(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Filled { visitor, form }: Filled<Typed>,
) -> Answer {
    let (registry, account) = (&visitor.app.registry, &visitor.any_session()?.account);
    let failed = |failure| visitor.failed(&failure);
    let next = own_address(&form.next);
    let attempt = Attempt::to_prove(account, &peer.ip().to_string(), visitor.arrival);
    let known = match attempt.hear(registry).await.map_err(failed)? {
        Heard::Compare(known) => known,
        Heard::Locked(until) => return again(&visitor, next, "password", &locked(&visitor.app, until)).await,
    };
    let hash = known.as_ref().map(|known| &*known.password_hash);
    let right = visitor.app.passwords.verify(&form.password, hash).await;
    if !right.map_err(|error| unanswered(&visitor, error))? {
        attempt.failed(registry).await.map_err(failed)?;
        return again(&visitor, next, "password", "The password is not right.").await;
    }
    let ways = second_factor::ways(registry, account.id).await.map_err(failed)?;
    if ways.is_any() {
        let proved = second_factor::prove(registry, &attempt, account, &form.code, visitor.arrival).await;
        if !proved.map_err(failed)? {
            return again(&visitor, next, "code", "That code is not right, or it was used already.").await;
        }
    }
    shown(&visitor, &attempt, account, next).await
}

/// On to where one wanted to go, with the session's new token.
pub(super) async fn shown(visitor: &Visitor, attempt: &Attempt, account: &Account, next: &str) -> Answer {
    let (another, cookie) = new_token(visitor);
    let noted = attempt.proved(&visitor.app.registry, account, visitor.token_sha256, another).await;
    noted.map_err(|failure| visitor.failed(&failure))?;
    let mut response = redirect(next);
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}

/// The page again, with what was wrong.
pub(super) async fn again(visitor: &Visitor, next: &str, field: &'static str, text: &str) -> Answer {
    let page = page(visitor, next, vec![Problem::of(field, text)]).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
}
