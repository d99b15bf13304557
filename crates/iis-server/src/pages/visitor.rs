//! Who asks for a page: the session, the preferences, and the answers that every handler gives alike.

mod admitting;
mod failing;
mod framing;
mod own_sites;

use super::cookies::Cookie;
use super::drafts::typed_before;
use super::errors::NoPage;
use crate::addresses::Rule;
use crate::app::App;
use askama::Template;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Query};
use axum::http::header::{CONTENT_TYPE, HOST, LOCATION, REFERER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use iis_model::access::{Channel, Granted, Permission};
use iis_registry::Arrival;
use iis_registry::access::looking::{self, Look};
use iis_registry::access::{Caller, authorize};
use iis_registry::drafts::Draft;
use iis_registry::sessions::{self, Owed, Session};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// What a handler of a page returns.
pub(crate) type Answer = Result<Response, Stop>;

/// An answer given before the handler's work was done: sign in first, not found, something went wrong.
#[derive(Debug)]
pub(crate) struct Stop(Box<Response>);

impl Stop {
    /// Whether it leads to the page that asks again who one is.
    pub(super) fn asks_who(&self) -> bool {
        let to = self.0.headers().get(LOCATION).and_then(|to| to.to_str().ok());
        to.is_some_and(|to| to.starts_with("/account/prove?"))
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Response> for Stop {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

/// One request for a page.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) app: App,
    pub(crate) arrival: Arrival,
    session: Option<Arc<Session>>,
    /// Somebody whose password was right, and who owes the second factor: nobody yet.
    halfway: Option<Arc<Session>>,
    /// The hash of the session's token, when there is a session.
    pub(crate) token_sha256: [u8; 32],
    /// Which lots the last visit carried on: of the browser, so whatever somebody likes.
    pub(crate) carried: String,
    /// The token that forms carry before sign-in; empty when the browser has none.
    pub(crate) form_token: String,
    acting_at: String,
    /// The sites of one's own that are closed.
    closed: Vec<String>,
    is_compact: bool,
    has_shortcuts: bool,
    /// What the address needs, and how it is declared, where it needs a permission that this person has.
    asks: Option<(Permission, String)>,
    /// Path and query of the request.
    address: String,
    /// The page to come back to after showing again who one is: that on which a form was sent, or the one that is read.
    page: String,
    /// The hash of the form that was sent, when it is one.
    pub(super) sent_sha256: [u8; 32],
    /// What was typed into forms of the page that is read, and was not sent.
    pub(super) typed_before: Vec<Draft>,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Stop> {
        let https = app.config.is_reached_by_https();
        let token = Cookie::Session.read(&parts.headers, https).unwrap_or_default().to_owned();
        let is_reading = matches!(parts.method, Method::GET | Method::HEAD);
        let display = Cookie::Display.read(&parts.headers, https).unwrap_or_default();
        let mut visitor = Self {
            arrival: Arrival { from: address_of(parts), ..app.arrival() },
            session: None,
            halfway: None,
            token_sha256: Sha256::digest(token.as_bytes()).into(),
            carried: Cookie::Carry.read(&parts.headers, https).unwrap_or_default().to_owned(),
            form_token: Cookie::Form.read(&parts.headers, https).unwrap_or_default().to_owned(),
            acting_at: String::new(),
            closed: Vec::new(),
            is_compact: display.split('.').any(|word| word == "compact"),
            has_shortcuts: !display.split('.').any(|word| word == "noshortcuts"),
            asks: None,
            address: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            page: if is_reading { parts.uri.path().to_owned() } else { came_from(&parts.headers) },
            sent_sha256: [0; 32],
            typed_before: Vec::new(),
            app: app.clone(),
        };
        if !token.is_empty() {
            let found = sessions::find(&app.registry, visitor.token_sha256, visitor.arrival).await;
            let found = found.map_err(|failure| visitor.failed(&failure))?.map(Arc::new);
            let owes = found.as_ref().and_then(|session| session.owes);
            match owes {
                Some(Owed::SecondFactor) => visitor.halfway = found,
                _ => visitor.session = found,
            }
            visitor.acting_at = visitor.site().await.map_err(|failure| visitor.failed(&failure))?;
            visitor.closed = visitor.closed_sites().await.map_err(|failure| visitor.failed(&failure))?;
        }
        let rule = parts.extensions.get::<Rule>().copied();
        let path = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let address = format!("{} {path}", parts.method);
        if let Err(stop) = visitor.admit(rule) {
            visitor.note_refusal(rule, &address).await;
            return Err(stop);
        }
        if let Some(Rule::Needs(permission) | Rule::Proved(permission)) = rule {
            visitor.asks = Some((permission, address));
        }
        if is_reading {
            visitor.typed_before = typed_before(&visitor, parts.uri.path()).await?;
        }
        Ok(visitor)
    }
}

/// With an answer that somebody found nothing: who it was, for the audit.
#[derive(Clone)]
pub(super) struct Absence(pub(super) Visitor);

/// From which network address a request came.
fn address_of(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
}

impl Visitor {
    /// Somebody whose password was right, and who owes the second factor.
    pub(crate) fn halfway(&self) -> Option<&Session> {
        self.halfway.as_deref()
    }

    /// Whether somebody is signed in.
    pub(crate) fn has_session(&self) -> bool {
        self.session.is_some()
    }

    /// The session, whatever it may be used for; for everything but the account's own pages see [`Self::session`].
    pub(crate) fn any_session(&self) -> Result<&Session, Stop> {
        self.session.as_deref().ok_or_else(|| self.sign_in_first())
    }

    /// The session of somebody who may work: a password that somebody else set is changed first.
    pub(crate) fn session(&self) -> Result<&Session, Stop> {
        let session = self.any_session()?;
        match session.owes {
            _ if session.account.must_change => Err(redirect("/account/password").into()),
            Some(Owed::Agreement | Owed::AgreementAlone) => Err(redirect("/account/agreement").into()),
            Some(Owed::SettingUp) => Err(redirect("/account/second-factor").into()),
            Some(Owed::SecondFactor) => Err(self.sign_in_first()),
            None => Ok(session),
        }
    }

    /// Asks for a permission. Without it the thing looks absent.
    pub(crate) fn granted(&self, permission: Permission) -> Result<Granted, Stop> {
        self.granted_for(permission, "")
    }

    /// The same with why it is asked for, which stands in the audit.
    pub(crate) fn granted_for(&self, permission: Permission, purpose: &str) -> Result<Granted, Stop> {
        let caller = Caller::Account(&self.session()?.account);
        authorize(&self.app.registry.roles, caller, permission, Channel::Web, purpose)
            .map_err(|_| self.no_page(NoPage::NotFound))
    }

    /// Writes down that somebody looks at what is about people who work here, before it is shown.
    pub(crate) async fn looks_at(&self, permission: Permission, look: Look<'_>) -> Result<(), Stop> {
        let granted = self.granted(permission)?;
        let noted = looking::note(&self.app.registry, &granted, look, self.arrival).await;
        noted.map_err(|failure| self.failed(&failure))
    }

    /// Whether this person has a permission: for what a page offers, never instead of [`Self::granted`].
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.session.as_deref().is_some_and(|session| {
            let caller = Caller::Account(&session.account);
            authorize(&self.app.registry.roles, caller, permission, Channel::Web, "").is_ok()
        })
    }

    /// Whether this person may search patients.
    pub(crate) fn may_search(&self) -> bool {
        self.may(Permission::SearchPersons)
    }

    /// The token that the next form must carry.
    pub(crate) fn csrf(&self) -> String {
        self.session.as_deref().map_or_else(|| self.form_token.clone(), |session| session.csrf.to_string())
    }

    /// A word drawn for a form of this page, so that the form sent twice is one deed.
    pub(crate) fn once(&self) -> String {
        let [a, b, c, d] = self.arrival.random;
        format!("{a:016x}{b:016x}{c:016x}{d:016x}")
    }

    /// The key of what was sent in a form with such a word: the same form sent twice is one deed, and a form that was
    /// changed after it was sent, as with the browser's Back, is another.
    pub(crate) fn key_of_sent(&self, once: &str) -> Option<[u8; 32]> {
        let key = self.key_of(once)?;
        Some(Sha256::new().chain_update(key).chain_update(self.sent_sha256).finalize().into())
    }

    /// The moment of a form with such a word: the same form sent twice begins one case.
    pub(crate) fn arrival_once(&self, once: &str) -> Arrival {
        Arrival { once: self.key_of_sent(once), ..self.arrival }
    }

    /// The key of a form with such a word, for this session alone; none: no page of ours drew the word. It stays when the
    /// session goes on under another token, because its owner showed again who they are.
    pub(crate) fn key_of(&self, once: &str) -> Option<[u8; 32]> {
        let is_drawn = once.len() == 64 && once.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_drawn.then(|| Sha256::new().chain_update(self.csrf()).chain_update(once).finalize().into())
    }

    /// What the address asks for by this name; empty: nothing.
    pub(crate) fn asked(&self, name: &str) -> String {
        let uri = self.address.parse::<Uri>().unwrap_or_default();
        let asked = Query::<BTreeMap<String, String>>::try_from_uri(&uri);
        asked.ok().and_then(|Query(mut asked)| asked.remove(name)).unwrap_or_default()
    }

    /// To the sign-in page, and back here after it.
    fn sign_in_first(&self) -> Stop {
        let next = match self.way_back() {
            "/" => String::new(),
            page => format!("?next={}", percent_encoded(page)),
        };
        redirect(&format!("/sign-in{next}")).into()
    }

    /// The page that is read, with its query; of a form that was sent, the page on which it stood.
    fn way_back(&self) -> &str {
        let is_read = self.address.split('?').next() == Some(&self.page);
        if is_read && self.address.starts_with('/') { &self.address } else { &self.page }
    }
}

/// To the page that asks again who one is, and from there to this one: what was typed was not taken.
fn prove_first(page: &str) -> Stop {
    redirect(&format!("/account/prove?next={}", percent_encoded(page))).into()
}

/// The page of ours that the browser says it comes from, without its query.
fn came_from(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let path = text(REFERER).zip(text(HOST)).and_then(|(from, host)| {
        let (_, rest) = from.split_once("://")?;
        rest.strip_prefix(host).filter(|path| path.starts_with('/'))
    });
    path.and_then(|path| path.split(['?', '#']).next()).unwrap_or("/").to_owned()
}

/// A page as an answer.
pub(crate) fn rendered(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => ([(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// 303 to an address of ours: what follows a form that was accepted.
pub(crate) fn redirect(to: &str) -> Response {
    let location = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

/// The text as a value in a query.
pub(crate) fn percent_encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a string takes text");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::percent_encoded;

    #[test]
    fn an_address_survives_inside_an_address() {
        assert_eq!(percent_encoded("/patients/1?a=b&c"), "/patients/1%3Fa%3Db%26c");
    }
}
