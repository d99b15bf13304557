//! `/sign-in/back/{key}`: the way back after a lock-out, by the link of its letter (S-14). It asks for the password as always;
//! what fails here is counted for the link alone.

use super::sign_in::{check_attempt, code_address};
use crate::app::App;
use crate::pages::access::sheet::{Block, Field, FieldKind, FormView, PublicSent, Sheet};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{ConnectInfo, Path};
use axum::http::header::SET_COOKIE;
use iis_model::Timestamp;
use iis_registry::accounts::{Account, Attempt, way_back};
use std::net::SocketAddr;

async fn account_of(visitor: &Visitor, key: &str) -> Result<Account, Stop> {
    let found = way_back::account_of(&visitor.app.registry, key, visitor.arrival).await;
    found.map_err(|failure| visitor.failed(&failure))?.ok_or_else(|| visitor.no_page(NoPage::SpentLink))
}

/// `GET /sign-in/back/{key}`: shows the form, and uses nothing up: mail programs open links.
pub(crate) async fn form(visitor: Visitor, Path(key): Path<String>) -> Answer {
    account_of(&visitor, &key).await?;
    Ok(sheet(&key, Vec::new()).answer(visitor))
}

fn sheet(key: &str, problems: Vec<Problem>) -> Sheet {
    let mut sheet = Sheet::new("Sign in after a lock-out", "account");
    sheet.is_narrow = true;
    sheet.below = Some(("Sign in", "/sign-in"));
    sheet.problems = problems;
    sheet.lead = "You came by the link of a letter. Whoever guesses your password elsewhere does not keep you out here.".into();
    sheet.blocks = vec![Block::Form(FormView {
        action: format!("/sign-in/back/{key}"),
        fields: vec![
            Field::new("password", "Your password", FieldKind::Password).filled_by("current-password"),
        ],
        button: "Sign in",
        ..FormView::default()
    })];
    sheet
}

/// What is said to whoever failed too often here: the link of the letter is the one that is open.
fn locked(app: &App, until: Timestamp) -> String {
    let until = format::time_of_day(until, &app.registry.identity.zone);
    format!(
        "This link is locked until {until} after too many failures on this page. Then try again, or call the Help Desk."
    )
}

/// `POST /sign-in/back/{key}`
pub(crate) async fn submit(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(key): Path<String>,
    PublicSent { visitor, form }: PublicSent,
) -> Answer {
    let account = account_of(&visitor, &key).await?;
    let attempt = Attempt::by_way_back(&account, &key, &peer.ip().to_string(), visitor.arrival);
    let password = form.get("password").cloned().unwrap_or_default();
    match check_attempt(&visitor, &attempt, (&password, locked), peer.ip()).await? {
        Ok((cookie, owes_code)) => {
            let mut response = redirect(&if owes_code { code_address("/") } else { "/".to_owned() });
            response.headers_mut().append(SET_COOKIE, cookie);
            Ok(response)
        }
        Err(problem) => {
            let problem = Problem { field: "password".into(), ..problem };
            Ok(sheet(&key, vec![problem]).answer(visitor))
        }
    }
}
