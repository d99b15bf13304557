//! Signing in by the state's own sign-in, and connecting one's account with it (requirement Z-2).
//!
//! Connecting begins with a form of ours, so that nobody else's page has an account connected with somebody else; the page
//! that follows sends the browser on by itself, since forms lead to nobody but us.

use super::sign_in::{NoFields, Showed, code_address, opened, own_address, show_problem};
use super::views::LeavingPage;
use super::{mailbox, overview};
use crate::pages::cookies::Cookie;
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Stop, Visitor, percent_encoded, redirect, rendered};
use crate::rate_limit::address_key;
use crate::single_sign_on::{Claimed, Flight, Purpose, SessionMark, SingleSignOn};
use axum::extract::{ConnectInfo, Query};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use iis_registry::accounts::Attempt;
use iis_registry::accounts::single_sign_on::{self, Connection, Subject};
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};

/// Where somebody shows again who they are, before the account is connected.
const PROVE: &str = "/account/prove?next=/account";
/// Where the mailbox is shown, where there is no second factor.
const MAILBOX: &str = "/account/mailbox?next=/account";

/// What stands behind the address that begins it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
}

/// What the issuer sends back.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Returned {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

/// `GET /sign-in/single-sign-on`: on to the issuer. From a page of somebody else first to ours, so that nobody is signed in
/// without having meant to (OWASP ASVS 5.0.0, 7.6.2).
pub(crate) async fn begin(visitor: Visitor, headers: HeaderMap, Query(asked): Query<Asked>) -> Answer {
    let issuer = issuer(&visitor)?;
    let from = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    // a browser that says nothing is let on: it would be sent in a circle
    if matches!(from, Some("cross-site" | "same-site")) {
        return Ok(redirect(&format!("/sign-in?next={}", percent_encoded(own_address(&asked.next)))));
    }
    if visitor.has_session() {
        return Ok(redirect(own_address(&asked.next)));
    }
    let flight = Flight::new(Purpose::SignIn, own_address(&asked.next));
    match issuer.address(&flight).await {
        Ok(address) => Ok(carrying(&visitor, redirect(&address), &flight)),
        Err(error) => {
            tracing::error!(%error, "single sign-on");
            let text =
                format!("{} does not answer. Try again later, or sign in with your password.", issuer.name);
            Ok(show_problem(visitor, Problem::of("", text)))
        }
    }
}

/// `POST /account/single-sign-on`: the same for somebody who is signed in and wants to connect the account.
pub(crate) async fn connect(Filled { visitor, .. }: Filled<NoFields>) -> Answer {
    let issuer = issuer(&visitor)?;
    visitor.session()?;
    mailbox::first(&visitor, "/account").await?;
    let flight = Flight::new(Purpose::Connect(SessionMark::of(&visitor.token_sha256)), "/account");
    match issuer.address(&flight).await {
        Ok(address) => {
            let frame =
                visitor.frame("").titled(&format!("On to {}", issuer.name)).below("Your account", "/account");
            let page = LeavingPage { frame, name: issuer.name.clone(), address };
            Ok(carrying(&visitor, rendered(&page), &flight))
        }
        Err(error) => {
            tracing::error!(%error, "single sign-on");
            Ok(redirect(overview::NOT_ANSWERED))
        }
    }
}

/// `POST /account/single-sign-on/end`
pub(crate) async fn disconnect(Filled { visitor, .. }: Filled<NoFields>) -> Answer {
    let account = &visitor.session()?.account;
    let ended = single_sign_on::disconnect(&visitor.app.registry, account, visitor.arrival).await;
    ended.map_err(|failure| visitor.failed(&failure))?;
    Ok(redirect(overview::DISCONNECTED))
}

/// `GET /sign-in/single-sign-on/return`: back from the issuer.
pub(crate) async fn returned(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    visitor: Visitor,
    Query(returned): Query<Returned>,
) -> Answer {
    let https = visitor.app.config.is_reached_by_https();
    let flight = Cookie::Flight.read(&headers, https).and_then(Flight::read);
    let flight = flight.filter(|flight| flight.is_of(&returned.state));
    let mut answer = landed(visitor, flight, &returned.code, peer.ip()).await?;
    answer.headers_mut().append(SET_COOKIE, Cookie::Flight.remove(https));
    Ok(answer)
}

async fn landed(visitor: Visitor, flight: Option<Flight>, code: &str, from: IpAddr) -> Answer {
    let issuer = issuer(&visitor)?;
    let counted = format!("single sign-on {}", address_key(from));
    if visitor.app.failures.exhausted(&counted, visitor.arrival.at) {
        let text = "Too many sign-ins failed from your network. Wait a minute, then try again.";
        return Ok(show_problem(visitor, Problem::of("", text)));
    }
    let Some(flight) = flight else {
        let text = "This sign-in was not begun in this browser, or too long ago. Begin again.";
        return Ok(show_problem(visitor, Problem::of("", text)));
    };
    if code.is_empty() {
        let text =
            format!("{} did not sign you in. Begin again, or sign in with your password.", issuer.name);
        return Ok(show_problem(visitor, Problem::of("", text)));
    }
    let claimed = match issuer.claimed(&flight, code).await {
        Ok(claimed) => claimed,
        Err(error) => {
            tracing::warn!(%error, "single sign-on");
            visitor.app.failures.failed(&counted, visitor.arrival.at);
            let text =
                format!("What {} said cannot be trusted. Begin again, or call the Help Desk.", issuer.name);
            return Ok(show_problem(visitor, Problem::of("", text)));
        }
    };
    match flight.purpose() {
        Purpose::Connect(mark) if *mark == SessionMark::of(&visitor.token_sha256) => {
            connected(&visitor, claimed).await
        }
        Purpose::Connect(_) => {
            let text = "Somebody else began to connect an account in this browser. Nothing was connected. Sign in and begin again.";
            Ok(show_problem(visitor, Problem::of("", text)))
        }
        Purpose::SignIn => signed_in(visitor, claimed, own_address(flight.next()), from).await,
    }
}

async fn connected(visitor: &Visitor, claimed: Claimed) -> Answer {
    let session = visitor.session()?;
    let shown_as = claimed.shown_as.clone();
    let (registry, who) = (&visitor.app.registry, subject(claimed));
    let connected = single_sign_on::connect(registry, session, who, &shown_as, visitor.arrival).await;
    Ok(redirect(match connected.map_err(|failure| visitor.failed(&failure))? {
        Connection::Made => overview::CONNECTED,
        Connection::Anothers => overview::ANOTHERS,
        Connection::ShowFirst => PROVE,
        Connection::ShowMailbox => MAILBOX,
    }))
}

async fn signed_in(visitor: Visitor, claimed: Claimed, next: &str, from: IpAddr) -> Answer {
    let showed = Showed::Elsewhere { with_second_factor: claimed.with_second_factor };
    let who = subject(claimed);
    let found = single_sign_on::account_of(&visitor.app.registry, who.clone()).await;
    let Some(account) = found.map_err(|failure| visitor.failed(&failure))? else {
        let text = "No account here is connected with that sign-in. Sign in with your password once, and connect it \
                    under Your account.";
        return Ok(show_problem(visitor, Problem::of("", text)));
    };
    let attempt = Attempt::by_single_sign_on(&account, &who, &from.to_string(), visitor.arrival);
    match opened(&visitor, &attempt, &account, showed, from).await? {
        Ok((cookie, owes_code)) => {
            let to = if owes_code { code_address(next) } else { next.to_owned() };
            let mut response = redirect(&to);
            response.headers_mut().append(SET_COOKIE, cookie);
            Ok(response)
        }
        Err(problem) => Ok(show_problem(visitor, problem)),
    }
}

fn issuer(visitor: &Visitor) -> Result<&SingleSignOn, Stop> {
    visitor.app.single_sign_on.as_ref().ok_or_else(|| visitor.no_page(NoPage::NotFound))
}

fn subject(claimed: Claimed) -> Subject {
    Subject { issuer: claimed.issuer.into(), subject: claimed.subject.into() }
}

fn carrying(visitor: &Visitor, mut response: Response, flight: &Flight) -> Response {
    let cookie = Cookie::Flight.set(&flight.text(), visitor.app.config.is_reached_by_https());
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}
