//! The second step of signing in: a code of the authenticator app, a recovery code, or a code that is mailed. A passkey
//! does as well ([`super::by_passkey`]).

use super::owed::owed_after;
use super::sign_in::{Asked, locked, new_session, own_address, refusal};
use super::views::{CodePage, PasskeyAsk};
use crate::clock::random_bytes;
use crate::pages::filled::PublicForm;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, percent_encoded, redirect, rendered};
use crate::rate_limit::address_key;
use axum::extract::{ConnectInfo, Query};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;
use iis_registry::accounts::{Account, Attempt, Heard, second_factor};
use iis_registry::mail::Code;
use iis_registry::sessions;
use serde::Deserialize;
use std::net::SocketAddr;

/// The form.
#[derive(Debug, Default, Deserialize)]
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
    let mut page = page(&visitor, own_address(asked.next()), Vec::new()).await?;
    if asked.is_mailed() {
        page.frame = page.frame.noticed(Some(mailed()));
    }
    Ok(rendered(&page))
}

async fn page(visitor: &Visitor, next: &str, problems: Vec<Problem>) -> Result<CodePage, Stop> {
    let Some(halfway) = visitor.halfway() else { return Err(redirect("/sign-in").into()) };
    let id = halfway.account.id;
    let ways = second_factor::ways(&visitor.app.registry, id).await;
    let ways = ways.map_err(|failure| visitor.failed(&failure))?;
    let frame = visitor.frame("").titled("Your second factor").below("Sign in", "/sign-in");
    Ok(CodePage {
        frame: if problems.is_empty() { frame } else { frame.in_error() },
        csrf: visitor.csrf(),
        next: next.to_owned(),
        ask: (ways.has_passkey() && visitor.app.passkeys.is_there()).then(PasskeyAsk::to_sign_in),
        has_app: ways.app,
        can_mail: ways.mail,
        problems,
    })
}

/// The page again, with what was wrong.
pub(super) async fn code_page(visitor: &Visitor, next: &str, wrong: Option<String>) -> Answer {
    let problems = wrong.into_iter().map(|text| Problem::of("code", text)).collect();
    let page = page(visitor, next, problems).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
}

/// `POST /sign-in/code/mail`: mails a code to somebody whose password was right.
pub(crate) async fn mail(PublicForm { visitor, form }: PublicForm<Typed>) -> Answer {
    let Some(halfway) = visitor.halfway() else { return Ok(redirect("/sign-in")) };
    send_code(&visitor, &halfway.account).await?;
    let next = percent_encoded(own_address(&form.next));
    Ok(redirect(&format!("/sign-in/code?ended=mailed&next={next}")))
}

/// Mails a code to the owner of an account, if it has an address.
pub(super) async fn send_code(visitor: &Visitor, account: &Account) -> Result<(), Stop> {
    let digits = u32::from_le_bytes(random_bytes::<4>()) % 1_000_000;
    let code = Code::new(&format!("{digits:06}")).expect("six digits are a code");
    let mailed = second_factor::mail_code(&visitor.app.registry, account, code, visitor.arrival).await;
    mailed.map(drop).map_err(|failure| visitor.failed(&failure))
}

/// What is said after a code was asked for.
pub(super) fn mailed() -> Notice {
    let text =
        "If an address stands on the account, a code was mailed there. It works once, for ten minutes.";
    Notice { kind: "info", text: text.to_owned() }
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
    let counted_as = halfway.counted_as;
    let attempt = Attempt::to_enter_code(account, counted_as, &from.to_string(), visitor.arrival);
    if let Heard::Locked(until) = attempt.hear(registry).await.map_err(failed)? {
        return code_page(&visitor, next, Some(locked(&visitor.app, until))).await;
    }
    let proved = second_factor::prove(registry, &attempt, account, &form.code, visitor.arrival).await;
    if !proved.map_err(failed)? {
        visitor.app.failures.failed(&address_key(from), visitor.arrival.at);
        let text =
            "That code is not right, or it was used already. Wait for the next one, or use a recovery code.";
        return code_page(&visitor, next, Some(text.to_owned())).await;
    }
    let (mut session, cookie) = new_session(&visitor, account.id, from);
    session.stage = owed_after(&visitor, account.id).await?.map(|owed| owed.word().into());
    // the code alone proves nothing where another's word stood for the password
    session.proved_at = (halfway.proved_at == sessions::NEVER).then_some(sessions::NEVER);
    let admitted = attempt.sign_in(registry, account, session).await.map_err(failed)?;
    if let Some(problem) = refusal(&visitor, admitted) {
        return code_page(&visitor, next, Some(problem.text)).await;
    }
    sessions::drop_halfway(registry, visitor.token_sha256).await.map_err(failed)?;
    let mut response = redirect(next);
    response.headers_mut().append(SET_COOKIE, cookie);
    Ok(response)
}
