//! One's own account: roles, second factor, and the sessions that are open.

use super::by_passkey::NoFields;
use super::views::{AccountPage, AwaitsView, ConnectedView, HeldView, SessionView};
use crate::audit_key::hex;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::Notice;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use axum::extract::Query;
use iis_model::AccountId;
use iis_registry::accounts::{self, address, passkeys, second_factor, single_sign_on};
use iis_registry::directory::directory;
use iis_registry::sessions::{self, Listed};
use serde::Deserialize;

/// What may stand behind the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    done: String,
}

/// Where somebody is sent after something about the state's own sign-in.
pub(super) const CONNECTED: &str = "/account?done=connected";
pub(super) const DISCONNECTED: &str = "/account?done=disconnected";
pub(super) const ANOTHERS: &str = "/account?done=anothers";
pub(super) const NOT_ANSWERED: &str = "/account?done=not-answered";

/// Which session is to end.
#[derive(Debug, Deserialize)]
pub(crate) struct Ended {
    #[serde(default)]
    session: String,
}

/// `GET /account`
pub(crate) async fn show(visitor: Visitor, Query(shown): Query<Shown>) -> Answer {
    let account = &visitor.session()?.account;
    let (registry, failed) = (&visitor.app.registry, |failure| visitor.failed(&failure));
    let open = sessions::of_account(registry, account.id, visitor.arrival.at).await.map_err(failed)?;
    let factor = second_factor::state(registry, account.id).await.map_err(failed)?;
    let held_keys = passkeys::of_account(registry, account.id).await.map_err(failed)?;
    let names = directory(registry, &visitor.arrival).await.map_err(failed)?;
    let held = registry.roles.held_by(account).map(|(held, role)| HeldView {
        title: role.title.clone(),
        place: names.place(held.place).to_owned(),
        purpose: role.purpose.clone(),
    });
    let zone = &registry.identity.zone;
    let email = accounts::address_of(registry, account.id).await.map_err(failed)?;
    let waiting = address::waiting(registry, account.id, visitor.arrival.at).await.map_err(failed)?;
    let connected = single_sign_on::of_account(registry, account.id).await.map_err(failed)?;
    let single = visitor.app.single_sign_on.as_ref().map(|issuer| ConnectedView {
        name: issuer.name.clone(),
        shown_as: connected.as_ref().map(|row| row.shown_as.to_string()).unwrap_or_default(),
        since: connected.as_ref().map(|row| format::moment(row.connected_at, zone)).unwrap_or_default(),
    });
    Ok(rendered(&AccountPage {
        frame: visitor.frame("").titled("Your account").helped_by("account").noticed(notice(&shown.done)),
        csrf: visitor.csrf(),
        user: account.name.to_string(),
        email: email.map(|email| email.to_string()).unwrap_or_default(),
        awaits: waiting.map(|(email, until)| AwaitsView {
            email: email.to_string(),
            until: format::moment(until, zone),
        }),
        roles: held.collect(),
        factor_since: factor.map(|state| format::moment(state.added_at, zone)).unwrap_or_default(),
        single,
        codes_left: factor.map_or(0, |state| state.codes_left),
        passkeys: visitor.app.passkeys.is_there().then_some(held_keys.len()),
        sessions: open.iter().map(|session| view(&visitor, session)).collect(),
        others: not_this(&visitor, &open),
    }))
}

fn notice(done: &str) -> Option<Notice> {
    let (kind, text) = match done {
        "ended" => ("success", "The session has ended."),
        "others-ended" => ("success", "All other sessions have ended."),
        "address" => (
            "success",
            "A message is on its way to the new address. Open the link in it: until then the address of before holds.",
        ),
        "address-stopped" => ("success", "The new address is stopped. Its link opens nothing."),
        "connected" => ("success", "Your account is connected: you can sign in there from now on."),
        "disconnected" => ("success", "Your account is not connected any more."),
        "anothers" => ("error", "That sign-in is connected with another account. Call the Help Desk."),
        "not-answered" => {
            ("error", "The sign-in that you wanted to connect does not answer. Try again later.")
        }
        _ => return None,
    };
    Some(Notice { kind, text: text.to_owned() })
}

/// How many other sessions of this account are open.
pub(super) async fn others(visitor: &Visitor, id: AccountId) -> Result<usize, Stop> {
    let open = sessions::of_account(&visitor.app.registry, id, visitor.arrival.at).await;
    Ok(not_this(visitor, &open.map_err(|failure| visitor.failed(&failure))?))
}

fn not_this(visitor: &Visitor, open: &[Listed]) -> usize {
    open.iter().filter(|session| session.token_sha256 != visitor.token_sha256).count()
}

fn view(visitor: &Visitor, session: &Listed) -> SessionView {
    let zone = &visitor.app.registry.identity.zone;
    SessionView {
        key: hex(&session.token_sha256),
        is_this: session.token_sha256 == visitor.token_sha256,
        from: session.from.to_string(),
        began: format::moment(session.created_at, zone),
        used: format::moment(session.seen_at, zone),
    }
}

/// `POST /account/sessions/end`: one's own only; somebody else's is none.
pub(crate) async fn end(Filled { visitor, form }: Filled<Ended>) -> Answer {
    let account = &visitor.any_session()?.account;
    let (registry, failed) = (&visitor.app.registry, |failure| visitor.failed(&failure));
    let open = sessions::of_account(registry, account.id, visitor.arrival.at).await.map_err(failed)?;
    let Some(chosen) = open.iter().find(|session| hex(&session.token_sha256) == form.session) else {
        return Ok(redirect("/account"));
    };
    sessions::end_own(registry, account, chosen.token_sha256, visitor.arrival).await.map_err(failed)?;
    Ok(redirect("/account?done=ended"))
}

/// `POST /account/sessions/end-others`
pub(crate) async fn end_others(Filled { visitor, .. }: Filled<NoFields>) -> Answer {
    let account = &visitor.any_session()?.account;
    let ended =
        sessions::end_others(&visitor.app.registry, account, visitor.token_sha256, visitor.arrival).await;
    ended.map_err(|failure| visitor.failed(&failure))?;
    Ok(redirect("/account?done=others-ended"))
}
