//! One's own account: roles, second factor, and the sessions that are open.

use super::views::{AccountPage, HeldView, SessionView};
use crate::audit_key::hex;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::Notice;
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use axum::extract::Query;
use iis_registry::accounts::{passkeys, second_factor};
use iis_registry::directory::directory;
use iis_registry::sessions::{self, Listed};
use serde::Deserialize;

/// What may stand behind the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    done: String,
}

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
    let notice = (shown.done == "ended")
        .then(|| Notice { kind: "success", text: "The session has ended.".to_owned() });
    let zone = &registry.identity.zone;
    Ok(rendered(&AccountPage {
        frame: visitor.frame("").titled("Your account").helped_by("account").noticed(notice),
        csrf: visitor.csrf(),
        user: account.name.to_string(),
        roles: held.collect(),
        factor_since: factor.map(|state| format::moment(state.added_at, zone)).unwrap_or_default(),
        codes_left: factor.map_or(0, |state| state.codes_left),
        passkeys: visitor.app.passkeys.is_there().then_some(held_keys.len()),
        sessions: open.iter().map(|session| view(&visitor, session)).collect(),
    }))
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
