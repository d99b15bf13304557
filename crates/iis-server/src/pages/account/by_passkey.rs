//! Signing in with a passkey, instead of the password or after it; and showing again with one who one is.
//!
//! The browser fetches a question, its owner shows a finger or a number, and the answer is sent as a form. Without script
//! the password and the code are there.

use super::code::code_page;
use super::owed::owed_after;
use super::sign_in::{new_session, own_address, refusal, show};
use crate::clock::secret;
use crate::pages::errors::NoPage;
use crate::pages::filled::{Filled, PublicForm};
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use crate::passkeys::{Asked, Given, PasskeyError};
use crate::rate_limit::address_key;
use axum::Json;
use axum::extract::ConnectInfo;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse;
use iis_model::AccountId;
use iis_registry::accounts::passkeys::{self, Passkey, Purpose};
use iis_registry::accounts::{self, Account, Attempt};
use iis_registry::{Failure, sessions};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::net::{IpAddr, SocketAddr};

/// What is said of an answer that was not taken, whatever the reason.
pub(super) const NOT_TAKEN: &str = "The passkey was not taken. Try again, or go another way.";

/// An answer, and where one wanted to go.
#[derive(Debug, Deserialize)]
pub(crate) struct Answered {
    #[serde(default)]
    word: String,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    next: String,
}

/// Nothing besides the token.
#[derive(Debug, Deserialize)]
pub(crate) struct NoFields {}

/// Keeps a question, and gives it to the browser.
pub(super) async fn put(
    visitor: &Visitor,
    (whose, purpose): (Option<AccountId>, Purpose),
    asked: Result<Asked, PasskeyError>,
    from: IpAddr,
) -> Answer {
    let (app, now) = (&visitor.app, visitor.arrival.at);
    let asked = asked.map_err(|error| {
        tracing::error!(%error, "a passkey cannot be asked");
        visitor.no_page(NoPage::Internal)
    })?;
    if app.passkey_questions.exhausted(&address_key(from), now) {
        return Ok(StatusCode::TOO_MANY_REQUESTS.into_response());
    }
    app.passkey_questions.failed(&address_key(from), now);
    let word = secret();
    let hash = Sha256::digest(word.as_bytes()).into();
    let kept = passkeys::ask(&app.registry, hash, (whose, purpose), asked.state, visitor.arrival).await;
    if !kept.map_err(|failure| visitor.failed(&failure))? {
        return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response());
    }
    Ok(Json(json!({ "word": word, "options": asked.options })).into_response())
}

/// The passkeys of an account, and nothing where there can be none.
pub(super) async fn held(visitor: &Visitor, id: AccountId) -> Result<Vec<Passkey>, Stop> {
    if !visitor.app.passkeys.is_there() {
        return Err(visitor.no_page(NoPage::NotFound));
    }
    let held = passkeys::of_account(&visitor.app.registry, id).await;
    held.map_err(|failure| visitor.failed(&failure))
}

/// `POST /sign-in/passkey/ask`: after the password one of the account's passkeys is asked for, else any.
pub(crate) async fn ask(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    PublicForm { visitor, .. }: PublicForm<NoFields>,
) -> Answer {
    let whose = visitor.halfway().map(|halfway| halfway.account.id);
    let held = match whose {
        Some(id) => held(&visitor, id).await?,
        None if visitor.app.passkeys.is_there() => Vec::new(),
        None => return Err(visitor.no_page(NoPage::NotFound)),
    };
    put(&visitor, (whose, Purpose::SignIn), visitor.app.passkeys.ask(&held), peer.ip()).await
}

/// The account whose passkey gave this answer to a question of this purpose; none: it was refused, and written down.
async fn proven(
    visitor: &Visitor,
    sent: &Answered,
    (purpose, whose): (Purpose, Option<AccountId>),
    from: IpAddr,
) -> Result<Option<Account>, Stop> {
    let failed = |failure: Failure| visitor.failed(&failure);
    let from = from.to_string();
    match examined(visitor, sent, (purpose, whose), &from).await.map_err(failed)? {
        Ok(account) => Ok(Some(account)),
        Err((account, why)) => {
            let registry = &visitor.app.registry;
            let noted = passkeys::refused(registry, account.as_ref(), why, &from, visitor.arrival);
            noted.await.map_err(failed)?;
            Ok(None)
        }
    }
}

/// Whose passkey answered; else whose it says to be, as far as that is known, and why it was not taken.
async fn examined(
    visitor: &Visitor,
    sent: &Answered,
    (purpose, whose): (Purpose, Option<AccountId>),
    from: &str,
) -> Result<Result<Account, (Option<Account>, &'static str)>, Failure> {
    let (app, arrival) = (&visitor.app, visitor.arrival);
    let registry = &app.registry;
    let hash = Sha256::digest(sent.word.as_bytes()).into();
    let Some(question) = passkeys::take(registry, hash, purpose, arrival).await? else {
        return Ok(Err((None, "nothing was asked, or too long ago, or it was answered")));
    };
    let Ok(given) = Given::read(&sent.answer) else { return Ok(Err((None, "it cannot be read"))) };
    let Some(row) = passkeys::find(registry, given.credential_id()).await? else {
        return Ok(Err((None, "it is not known here, or was stopped")));
    };
    let Some(account) = accounts::get(registry, row.account_id).await? else {
        return Ok(Err((None, "its account is gone")));
    };
    if [question.account_id, whose].into_iter().flatten().any(|id| id != account.id) {
        return Ok(Err((Some(account), "another account was asked")));
    }
    match app.passkeys.answered(&given, &question, &row) {
        Ok(credential) => {
            let is_noted = passkeys::used(registry, row, credential, arrival).await?;
            let elsewhere = "it was used elsewhere at the same moment, or stopped";
            Ok(if is_noted { Ok(account) } else { Err((Some(account), elsewhere)) })
        }
        Err(PasskeyError::Copied) => {
            passkeys::stop(registry, &row, from, arrival).await?;
            Ok(Err((Some(account), "its counter went back; it is stopped")))
        }
        Err(error) => {
            tracing::info!(%error, "a passkey was refused");
            Ok(Err((Some(account), "the answer does not fit the question")))
        }
    }
}

/// `POST /sign-in/passkey`: opens a session, for whoever comes or for somebody whose password was right.
pub(crate) async fn sign_in(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    PublicForm { visitor, form }: PublicForm<Answered>,
) -> Answer {
    let (app, now) = (&visitor.app, visitor.arrival.at);
    let next = own_address(&form.next).to_owned();
    if app.failures.exhausted(&address_key(peer.ip()), now) {
        let text = "Too many sign-ins failed from your network. Wait a minute, then try again.";
        return again(visitor, &next, text).await;
    }
    let whose = visitor.halfway().map(|halfway| halfway.account.id);
    let Some(account) = proven(&visitor, &form, (Purpose::SignIn, whose), peer.ip()).await? else {
        app.failures.failed(&address_key(peer.ip()), now);
        return again(visitor, &next, NOT_TAKEN).await;
    };
    match opened(&visitor, &account, peer.ip()).await? {
        Ok(cookie) => {
            let mut response = redirect(&next);
            response.headers_mut().append(SET_COOKIE, cookie);
            Ok(response)
        }
        Err(problem) => again(visitor, &next, &problem.text).await,
    }
}

/// The page from which the passkey was asked, with what was wrong.
async fn again(visitor: Visitor, next: &str, text: &str) -> Answer {
    if visitor.halfway().is_some() {
        return code_page(&visitor, next, Some(text.to_owned())).await;
    }
    let page = show(visitor, next, "", vec![Problem::of("passkey", text)], None);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Opens a session for the owner of a passkey, or says why not. One that owed the second factor ends.
async fn opened(
    visitor: &Visitor,
    account: &Account,
    from: IpAddr,
) -> Result<Result<HeaderValue, Problem>, Stop> {
    let (registry, failed) = (&visitor.app.registry, |failure: Failure| visitor.failed(&failure));
    let attempt = Attempt::by_passkey(account, &from.to_string(), visitor.arrival);
    let (mut session, cookie) = new_session(visitor, account.id, from);
    session.stage = owed_after(visitor, account.id).await?.map(|owed| owed.word().into());
    let admitted = attempt.sign_in(registry, account, session).await.map_err(failed)?;
    if let Some(problem) = refusal(visitor, admitted) {
        return Ok(Err(problem));
    }
    if visitor.halfway().is_some() {
        sessions::drop_halfway(registry, visitor.token_sha256).await.map_err(failed)?;
    }
    Ok(Ok(cookie))
}

/// `POST /account/prove/passkey/ask`
pub(crate) async fn ask_to_prove(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Filled { visitor, .. }: Filled<NoFields>,
) -> Answer {
    let id = visitor.any_session()?.account.id;
    let held = held(&visitor, id).await?;
    put(&visitor, (Some(id), Purpose::Prove), visitor.app.passkeys.ask(&held), peer.ip()).await
}

/// `POST /account/prove/passkey`: shows again who one is.
pub(crate) async fn prove(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Filled { visitor, form }: Filled<Answered>,
) -> Answer {
    let account = visitor.any_session()?.account.clone();
    let next = own_address(&form.next);
    if proven(&visitor, &form, (Purpose::Prove, Some(account.id)), peer.ip()).await?.is_none() {
        return super::prove::again(&visitor, next, "passkey", NOT_TAKEN).await;
    }
    let attempt = Attempt::to_prove_by_passkey(&account, &peer.ip().to_string(), visitor.arrival);
    super::prove::shown(&visitor, &attempt, &account, next).await
}
