//! Setting up the second factor: an authenticator app, and recovery codes that are shown once.

use super::mailbox;
use super::overview::others;
use super::owed::owed_after;
use super::views::{FactorPage, RecoveryCodesPage};
use crate::clock::random_bytes;
use crate::pages::filled::Filled;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Stop, Visitor, percent_encoded, redirect, rendered};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use iis_print::qr_path;
use iis_registry::accounts::second_factor::{self, CODES, Drawn};
use iis_registry::accounts::totp::{base32, from_base32};
use iis_registry::sessions;
use serde::Deserialize;

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    secret: String,
    #[serde(default)]
    code: String,
}

/// `GET /account/second-factor`
pub(crate) async fn form(visitor: Visitor) -> Answer {
    mailbox::first(&visitor, "/account/second-factor").await?;
    Ok(rendered(&page(&visitor, &base32(&random_bytes::<20>()), Vec::new())?))
}

fn page(visitor: &Visitor, secret: &str, problems: Vec<Problem>) -> Result<FactorPage, Stop> {
    let session = visitor.any_session()?;
    let frame = visitor.frame("").titled("Set up a second factor").helped_by("account");
    let frame = if problems.is_empty() { frame } else { frame.in_error() };
    let issuer = percent_encoded(&frame.site.name);
    let app_href = format!(
        "otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}",
        percent_encoded(&session.account.name)
    );
    let groups: Vec<_> =
        secret.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    Ok(FactorPage {
        frame,
        csrf: visitor.csrf(),
        secret: secret.to_owned(),
        shown: groups.join(" "),
        picture: qr_path(&app_href),
        app_href,
        is_owed: session.owes.is_some(),
        may_passkey: visitor.app.passkeys.is_there(),
        problems,
    })
}

/// `POST /account/second-factor`: shows the recovery codes when the code of the app is right.
pub(crate) async fn submit(Filled { visitor, form }: Filled<Typed>) -> Answer {
    mailbox::first(&visitor, "/account/second-factor").await?;
    let session = visitor.any_session()?;
    let Some(secret) = from_base32(&form.secret) else { return Ok(redirect("/account/second-factor")) };
    let drawn =
        Drawn { nonce: random_bytes(), codes: std::array::from_fn::<_, CODES, _>(|_| random_bytes()) };
    let registry = &visitor.app.registry;
    let added = second_factor::add(registry, session, secret, &form.code, drawn, visitor.arrival).await;
    let Some(codes) = added.map_err(|failure| visitor.failed(&failure))? else {
        return wrong(&visitor, &form.secret);
    };
    let owed = owed_after(&visitor, session.account.id).await?;
    let noted = sessions::owes(registry, visitor.token_sha256, owed).await;
    noted.map_err(|failure| visitor.failed(&failure))?;
    let frame = visitor.frame("").titled("Your recovery codes").helped_by("account");
    let (csrf, others) = (visitor.csrf(), others(&visitor, session.account.id).await?);
    let codes = codes.iter().map(|code| in_groups(code)).collect();
    Ok(rendered(&RecoveryCodesPage { frame, csrf, codes, others }))
}

fn wrong(visitor: &Visitor, secret: &str) -> Answer {
    let text = "That is not the code the app should show now. Check that the key was typed right and that the clock is right.";
    let page = page(visitor, secret, vec![Problem::of("code", text)])?;
    Ok::<Response, Stop>((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
}

fn in_groups(code: &str) -> String {
    let groups: Vec<_> = code.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    groups.join("-")
}
