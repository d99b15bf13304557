//! `/account/passkeys`: one's own passkeys: added, named, removed, by whoever lately showed who they are.

use super::by_passkey::{NOT_TAKEN, NoFields, held, put};
use super::mailbox;
use super::overview::others;
use super::owed::go_on;
use super::views::{PasskeyAsk, PasskeyView, PasskeysPage};
use crate::audit_key::hex;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use axum::extract::{ConnectInfo, Query};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_registry::Failure;
use iis_registry::accounts::Account;
use iis_registry::accounts::passkeys::{self, Passkey, Purpose};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::net::SocketAddr;

const HERE: &str = "/account/passkeys";

/// The forms of the page.
#[derive(Debug, Deserialize)]
pub(crate) struct Sent {
    #[serde(default)]
    word: String,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    passkey: String,
}

/// What may stand behind the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    done: String,
}

/// Whose passkeys are changed: somebody's who may have just signed in and owe a second factor.
fn owner(visitor: &Visitor) -> Result<&Account, Stop> {
    visitor.any_session().map(|session| &session.account)
}

/// `GET /account/passkeys`
pub(crate) async fn list(visitor: Visitor, Query(shown): Query<Shown>) -> Answer {
    // whoever removed the last one reads that it is gone; adding another asks for the code by itself
    if shown.done != "removed" {
        mailbox::first(&visitor, HERE).await?;
    }
    let text = match &*shown.done {
        "added" => "The passkey is added. You can sign in with it.",
        "named" => "The passkey has its new name.",
        "removed" => "The passkey is removed. It opens nothing any more; delete it on its device too.",
        _ => "",
    };
    let notice = (!text.is_empty()).then(|| Notice { kind: "success", text: text.to_owned() });
    Ok(rendered(&page(&visitor, notice, Vec::new()).await?))
}

async fn page(
    visitor: &Visitor,
    notice: Option<Notice>,
    problems: Vec<Problem>,
) -> Result<PasskeysPage, Stop> {
    let id = owner(visitor)?.id;
    let (held, others) = (held(visitor, id).await?, others(visitor, id).await?);
    let zone = &visitor.app.registry.identity.zone;
    let view = |one: &Passkey| PasskeyView {
        key: hex(&one.credential_id),
        name: one.name.to_string(),
        added: format::moment(one.added_at, zone),
        used: one.used_at.map_or_else(|| "not yet".to_owned(), |at| format::moment(at, zone)),
        stopped: one.stopped_at.map(|at| format::moment(at, zone)).unwrap_or_default(),
    };
    let frame =
        visitor.frame("").titled("Your passkeys").helped_by("account").below("Your account", "/account");
    let frame = frame.noticed(notice);
    Ok(PasskeysPage {
        frame: if problems.is_empty() { frame } else { frame.in_error() },
        csrf: visitor.csrf(),
        held: held.iter().map(view).collect(),
        ask: PasskeyAsk::to_add(),
        others,
        problems,
    })
}

/// `POST /account/passkeys/ask`
pub(crate) async fn ask(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Filled { visitor, .. }: Filled<NoFields>,
) -> Answer {
    mailbox::first(&visitor, HERE).await?;
    let account = owner(&visitor)?;
    let held = held(&visitor, account.id).await?;
    let asked = visitor.app.passkeys.ask_to_add(account, &held);
    put(&visitor, (Some(account.id), Purpose::Add), asked, peer.ip()).await
}

/// `POST /account/passkeys`: adds the passkey that the browser made.
pub(crate) async fn add(Filled { visitor, form }: Filled<Sent>) -> Answer {
    mailbox::first(&visitor, HERE).await?;
    let (registry, account) = (&visitor.app.registry, owner(&visitor)?);
    let hash = Sha256::digest(form.word.as_bytes()).into();
    let taken = passkeys::take(registry, hash, Purpose::Add, visitor.arrival).await;
    let question = taken.map_err(|failure| visitor.failed(&failure))?;
    let question = question.filter(|question| question.account_id == Some(account.id));
    let made = question.and_then(|question| {
        let made = visitor.app.passkeys.added(&form.answer, &question);
        made.inspect_err(|error| tracing::info!(%error, "a passkey was not added")).ok()
    });
    let Some(made) = made else { return again(&visitor, "passkey", NOT_TAKEN).await };
    match passkeys::add(registry, visitor.any_session()?, made, &form.name, visitor.arrival).await {
        Ok(()) => go_on(&visitor, "/account/passkeys?done=added").await,
        Err(failure) => refused(&visitor, "name", failure).await,
    }
}

/// `POST /account/passkeys/name`
pub(crate) async fn rename(Filled { visitor, form }: Filled<Sent>) -> Answer {
    let (registry, account) = (&visitor.app.registry, owner(&visitor)?);
    let Some(one) = chosen(&visitor, account, &form.passkey).await? else {
        return Ok(redirect("/account/passkeys"));
    };
    match passkeys::rename(registry, account, one, &form.name, visitor.arrival).await {
        Ok(_) => Ok(redirect("/account/passkeys?done=named")),
        Err(failure) => refused(&visitor, "", failure).await,
    }
}

/// `POST /account/passkeys/remove`
pub(crate) async fn remove(Filled { visitor, form }: Filled<Sent>) -> Answer {
    let (registry, account) = (&visitor.app.registry, owner(&visitor)?);
    let Some(one) = chosen(&visitor, account, &form.passkey).await? else {
        return Ok(redirect("/account/passkeys"));
    };
    let is_required = visitor.app.sign_in.is_second_factor_required;
    match passkeys::remove(registry, account, one, is_required, visitor.arrival).await {
        Ok(_) => Ok(redirect("/account/passkeys?done=removed")),
        Err(failure) => refused(&visitor, "", failure).await,
    }
}

/// The passkey of this account that a form is about; somebody else's is none.
async fn chosen(visitor: &Visitor, account: &Account, key: &str) -> Result<Option<Box<[u8]>>, Stop> {
    let held = held(visitor, account.id).await?;
    let ids = held.into_iter().map(|one| one.credential_id);
    Ok(ids.into_iter().find(|id| hex(id) == key))
}

async fn refused(visitor: &Visitor, field: &'static str, failure: Failure) -> Answer {
    match failure {
        Failure::Rule(text) => again(visitor, field, text).await,
        failure => Err(visitor.failed(&failure)),
    }
}

async fn again(visitor: &Visitor, field: &'static str, text: &str) -> Answer {
    let page = page(visitor, None, vec![Problem::of(field, text)]).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
}
