//! Signing in and out.
//!
//! The same words for an unknown name and a wrong password, after the same work; a lock looks the same for names that
//! nobody has. Source: screens section 3.1, requirements Z-1 and Z-3.

use super::owed::owed_after;
use super::views::{PasskeyAsk, SignInHelpPage, SignInPage, SingleView};
use crate::app::App;
use crate::audit_key::hex;
use crate::clock::random_bytes;
use crate::pages::cookies::Cookie;
use crate::pages::errors::NoPage;
use crate::pages::filled::{Filled, PublicForm};
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, percent_encoded, redirect, rendered};
use crate::passwords::PasswordError;
use crate::rate_limit::address_key;
use axum::extract::{ConnectInfo, Query};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use iis_model::{AccountId, Timestamp};
use iis_registry::accounts::lock::{LOCKED_FOR, MOST_FAILURES, WITHIN};
use iis_registry::accounts::{Account, Admission, Attempt, Heard, second_factor};
use iis_registry::sessions::{self, Owed};
use iis_store::session::SessionRow;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::net::{IpAddr, SocketAddr};

/// What may stand behind the address of the sign-in page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    ended: String,
}

impl Asked {
    /// Where one wanted to go, as it stands in the address.
    pub(super) fn next(&self) -> &str {
        &self.next
    }

    /// Whether a code was just mailed.
    pub(super) fn is_mailed(&self) -> bool {
        self.ended == "mailed"
    }
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Credentials {
    #[serde(default)]
    user: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`
pub(crate) async fn form(visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    if visitor.has_session() {
        return Ok(redirect(own_address(&asked.next)));
    }
    let text = match asked.ended.as_str() {
        "idle" => {
            "You were signed out because nothing was done for 15 minutes. Nothing that you saved is lost."
        }
        "draft" => "Your session had ended. What you typed is kept for you: sign in, and it is there again.",
        "out" => "You are signed out. On a shared computer, close the browser too.",
        _ => "",
    };
    let notice = (!text.is_empty()).then(|| Notice { kind: "info", text: text.to_owned() });
    Ok(show(visitor, own_address(&asked.next), "", Vec::new(), notice))
}

/// The way to the state's own sign-in.
fn single_view(name: &str, next: &str) -> SingleView {
    let href = format!("/sign-in/single-sign-on?next={}", percent_encoded(next));
    SingleView { name: name.to_owned(), href }
}

/// Shows the form, with a token for it if the browser has none yet.
pub(super) fn show(
    mut visitor: Visitor,
    next: &str,
    user: &str,
    problems: Vec<Problem>,
    notice: Option<Notice>,
) -> Response {
    let fresh = give_form_token(&mut visitor);
    let frame = visitor.frame("").titled("Sign in").noticed(notice);
    let page = SignInPage {
        frame: if problems.is_empty() { frame } else { frame.in_error() },
        csrf: visitor.csrf(),
        next: next.to_owned(),
        ask: visitor.app.passkeys.is_there().then(PasskeyAsk::to_sign_in),
        single: visitor.app.single_sign_on.as_ref().map(|issuer| single_view(&issuer.name, next)),
        user: user.to_owned(),
        problems,
    };
    let mut response = rendered(&page);
    if let Some(cookie) = fresh {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The form with what went wrong on another way in.
pub(super) fn show_problem(visitor: Visitor, problem: Problem) -> Response {
    let page = show(visitor, "/", "", vec![problem], None);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// Gives a browser without one a token for the forms before sign-in; returns the header that sets it.
pub(in crate::pages) fn give_form_token(visitor: &mut Visitor) -> Option<HeaderValue> {
    let is_ours = visitor.form_token.len() == 32 && visitor.form_token.bytes().all(|b| b.is_ascii_hexdigit());
    if is_ours {
        return None;
    }
    visitor.form_token = hex(&random_bytes::<16>());
    Some(Cookie::Form.set(&visitor.form_token, visitor.app.config.is_reached_by_https()))
}

/// `POST /sign-in`
pub(crate) async fn submit(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    PublicForm { visitor, form }: PublicForm<Credentials>,
) -> Answer {
    match check(&visitor, &form, peer.ip()).await? {
        Ok((cookie, owes_code)) => {
            let next = own_address(&form.next);
            let to = if owes_code { code_address(next) } else { next.to_owned() };
            let mut response = redirect(&to);
            response.headers_mut().append(SET_COOKIE, cookie);
            Ok(response)
        }
        Err(problem) => {
            let next = own_address(&form.next).to_owned();
            let page = show(visitor, &next, form.user.trim(), vec![problem], None);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// The page that asks for the second factor, and where one wanted to go.
pub(super) fn code_address(next: &str) -> String {
    if next == "/" {
        "/sign-in/code".to_owned()
    } else {
        format!("/sign-in/code?next={}", percent_encoded(next))
    }
}

/// A new session for an account, and the header that gives the browser its token.
pub(super) fn new_session(visitor: &Visitor, id: AccountId, from: IpAddr) -> (SessionRow, HeaderValue) {
    let ((hash, cookie), csrf) = (new_token(visitor), hex(&random_bytes::<16>()));
    let row = sessions::new(id, hash, csrf.into(), from.to_string().into(), visitor.arrival);
    (row, cookie)
}

/// A new token of a session, as its hash and as the header that gives it to the browser.
pub(super) fn new_token(visitor: &Visitor) -> ([u8; 32], HeaderValue) {
    let token = hex(&random_bytes::<32>());
    let cookie = Cookie::Session.set(&token, visitor.app.config.is_reached_by_https());
    (Sha256::digest(token.as_bytes()).into(), cookie)
}

/// Opens a session for who proves to be that account; the cookie that holds it, or what to say instead.
async fn check(
    visitor: &Visitor,
    form: &Credentials,
    from: IpAddr,
) -> Result<Result<(HeaderValue, bool), Problem>, Stop> {
    let attempt = Attempt::to_sign_in(&form.user, &from.to_string(), visitor.arrival);
    check_attempt(visitor, &attempt, (&form.password, locked), from).await
}

/// The same for an attempt of whatever kind.
pub(super) async fn check_attempt(
    visitor: &Visitor,
    attempt: &Attempt,
    (password, locked): (&str, fn(&App, Timestamp) -> String),
    from: IpAddr,
) -> Result<Result<(HeaderValue, bool), Problem>, Stop> {
    let (app, now) = (&visitor.app, visitor.arrival.at);
    if app.failures.exhausted(&address_key(from), now) {
        let text = "Too many sign-ins failed from your network. Wait a minute, then try again.";
        return Ok(Err(Problem::of("user", text)));
    }
    let heard = attempt.hear(&app.registry).await.map_err(|failure| visitor.failed(&failure))?;
    let found = match heard {
        Heard::Compare(found) => found,
        Heard::Locked(until) => return Ok(Err(Problem::of("user", locked(app, until)))),
    };
    let hash = found.as_ref().map(|known| &*known.password_hash);
    let right = app.passwords.verify(password, hash).await.map_err(|error| unanswered(visitor, error))?;
    match found.filter(|_| right) {
        Some(known) => opened(visitor, attempt, &known.account, Showed::Password, from).await,
        None => failed(visitor, attempt, from).await.map(Err),
    }
}

/// How somebody showed who they are, before any second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Showed {
    /// By the password of the account.
    Password,
    /// By the word of the state's own sign-in.
    Elsewhere {
        /// Whether a second factor was seen there.
        with_second_factor: bool,
    },
}

/// Opens a session: a whole one, or one that owes the second factor, unless somebody else saw it. With the cookie comes
/// whether it is owed. The word of another proves nothing for deeds of weight: they may have asked nobody just now.
pub(super) async fn opened(
    visitor: &Visitor,
    attempt: &Attempt,
    account: &Account,
    showed: Showed,
    from: IpAddr,
) -> Result<Result<(HeaderValue, bool), Problem>, Stop> {
    let (registry, id) = (&visitor.app.registry, account.id);
    let ways = second_factor::ways(registry, id).await.map_err(|failure| visitor.failed(&failure))?;
    let has_shown = showed == Showed::Elsewhere { with_second_factor: true };
    let owes_factor = ways.is_any() && !has_shown;
    let (mut session, cookie) = new_session(visitor, id, from);
    session.proved_at = (showed != Showed::Password).then_some(sessions::NEVER);
    let admitted = if owes_factor {
        session.counted_as = attempt.counted_as();
        session.stage = Some(Owed::SecondFactor.word().into());
        session.expires_at = sessions::halfway_until(visitor.arrival.at);
        attempt.halfway(registry, account, session).await
    } else {
        let owed = owed_after(visitor, id).await?.and_then(|owed| owed.after(has_shown));
        session.stage = owed.map(|owed| owed.word().into());
        attempt.sign_in(registry, account, session).await
    };
    let admitted = admitted.map_err(|failure| visitor.failed(&failure))?;
    Ok(refusal(visitor, admitted).map_or(Ok((cookie, owes_factor)), Err))
}

/// What is said to somebody who showed who they are and may not come in; nothing: they may.
pub(super) fn refusal(visitor: &Visitor, admitted: Admission) -> Option<Problem> {
    let text = match admitted {
        Admission::Open => return None,
        Admission::Closed => "This account is closed to sign-ins. Call the Help Desk.".to_owned(),
        Admission::Inactive => {
            "Nobody signed in to this account for 90 days. Call the Help Desk to open it again.".to_owned()
        }
        Admission::Locked(until) => locked(&visitor.app, until),
    };
    Some(Problem::of("user", text))
}

async fn failed(visitor: &Visitor, attempt: &Attempt, from: IpAddr) -> Result<Problem, Stop> {
    crate::figures::failed_sign_in("account");
    visitor.app.failures.failed(&address_key(from), visitor.arrival.at);
    attempt.failed(&visitor.app.registry).await.map_err(|failure| visitor.failed(&failure))?;
    let text = format!(
        "The user name or the password is not right. After {MOST_FAILURES} failures within {} minutes an account is \
         locked for {} minutes.",
        WITHIN.as_mins(),
        LOCKED_FOR.as_mins()
    );
    Ok(Problem::of("user", text))
}

/// What is said while a name is locked.
pub(super) fn locked(app: &App, until: Timestamp) -> String {
    let until = format::time_of_day(until, &app.registry.identity.zone);
    format!(
        "Locked until {until} after too many failures. Then try again, or use the link in the message that was sent to the \
         address of the account, or call the Help Desk."
    )
}

pub(in crate::pages) fn unanswered(visitor: &Visitor, error: PasswordError) -> Stop {
    tracing::warn!(%error, "a password was not checked");
    visitor.no_page(match error {
        PasswordError::Busy => NoPage::Busy,
        PasswordError::Unavailable => NoPage::Internal,
    })
}

/// `GET /sign-in/help`
pub(crate) async fn help(visitor: Visitor) -> Response {
    let frame =
        visitor.frame("").titled("Help with signing in").below("Sign in", "/sign-in").helped_by("account");
    rendered(&SignInHelpPage {
        frame,
        attempts: MOST_FAILURES,
        within_minutes: WITHIN.as_mins(),
        lock_minutes: LOCKED_FOR.as_mins(),
    })
}

/// Nothing besides the token.
#[derive(Debug, Deserialize)]
pub(crate) struct NoFields {}

/// `POST /sign-out`: ends the session and has the browser forget everything of ours.
pub(crate) async fn sign_out(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Filled { visitor, .. }: Filled<NoFields>,
) -> Answer {
    let (account, from) = (&visitor.any_session()?.account, peer.ip().to_string());
    let closed =
        sessions::close(&visitor.app.registry, account, visitor.token_sha256, &from, visitor.arrival).await;
    closed.map_err(|failure| visitor.failed(&failure))?;
    let mut response = redirect("/sign-in?ended=out");
    let headers = response.headers_mut();
    let forgotten = HeaderValue::from_static("\"cache\", \"storage\"");
    headers.insert(HeaderName::from_static("clear-site-data"), forgotten);
    for cookie in [Cookie::Session, Cookie::Carry, Cookie::Flight] {
        headers.append(SET_COOKIE, cookie.remove(visitor.app.config.is_reached_by_https()));
    }
    Ok(response)
}

/// `POST /session/extend`: asking is enough, every request extends the session. Answers with the seconds that are left. And
/// `POST /session/draft` of a session that has not ended: another window extended it.
pub(crate) async fn extend(Filled { visitor, .. }: Filled<NoFields>) -> Answer {
    let left = visitor.any_session()?.expires_at.duration_since(visitor.arrival.at);
    Ok(left.as_secs().to_string().into_response())
}

/// The address if it is one of this registry's pages, else the start page.
pub(super) fn own_address(next: &str) -> &str {
    let is_path = next.starts_with('/') && !next.starts_with("//") && !next.starts_with("/\\");
    let is_plain = next.bytes().all(|b| (0x21..0x7f).contains(&b) && b != b'\\');
    if is_path && is_plain && !next.starts_with("/sign-") { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_address;

    #[test]
    fn after_sign_in_one_stays_in_the_registry() {
        #[rustfmt::skip]
        let table = [
            ("/patients/1234567897?order=oldest", "/patients/1234567897?order=oldest"),
            ("",                                  "/"),
            ("https://evil.example",              "/"),
            ("//evil.example",                    "/"),
            ("/\\evil.example",                   "/"),
            ("/a\r\nSet-Cookie: x",               "/"),
            ("/sign-out",                         "/"),
        ];
        for (next, expected) in table {
            assert_eq!(own_address(next), expected, "{next:?}");
        }
    }
}
