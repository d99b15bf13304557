//! `POST /soap` and `GET /soap?wsdl`: the CDC web service.

pub mod envelope;
pub mod fault;
pub mod reply;

use crate::app::App;
use crate::exchange::body::{self, Unread};
use crate::exchange::credentials::{Credentials, Unknown};
use crate::exchange::{Outcome, answer, cannot_process, messages_in};
use crate::failure::outage;
use axum::extract::{ConnectInfo, RawQuery, Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use envelope::{Call, Dialect, Version};
use fault::Fault;
use iis_model::access::Channel;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::time::Instant;

const WSDL_2011: &str = include_str!("iis-2011.wsdl");
const WSDL_2014: &str = include_str!("iis-2014.wsdl");

/// `GET /soap?wsdl` (2011 names) and `GET /soap?wsdl=2014`.
pub async fn describe(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    let text = match query.unwrap_or_default().to_ascii_lowercase().as_str() {
        "wsdl=2014" => WSDL_2014,
        query if query.starts_with("wsdl") => WSDL_2011,
        _ => {
            return (StatusCode::NOT_FOUND, "The description of the service is at /soap?wsdl\n")
                .into_response();
        }
    };
    let location = reply::escape(&format!("{}/soap", app.public_url()));
    ([(CONTENT_TYPE, "text/xml; charset=utf-8")], text.replace("{location}", &location)).into_response()
}

/// `POST /soap`.
pub async fn post(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let deadline = Instant::now() + app.config.limits.request();
    let (head, body) = request.into_parts();
    let most = app.config.limits.message_bytes;
    // escaping makes a message longer: half of it again, and the envelope
    let received = match body::read(&app, &head.headers, body, most + most / 2 + 65_536, deadline).await {
        Ok(received) => received,
        Err(unread) => return not_read(&app, &head.headers, unread),
    };
    let request = match envelope::read(&received.bytes) {
        Ok(request) => request,
        Err((dialect, error)) => return faulted(&Fault::Unreadable(error), dialect),
    };
    drop(received);
    let dialect = request.dialect;
    match request.call {
        Call::ConnectivityTest { echo } => enveloped(reply::connectivity(&echo, dialect), dialect),
        Call::Unsupported => faulted(&Fault::UnsupportedOperation, dialect),
        Call::SubmitSingleMessage { credentials, message } => {
            let credentials = credentials.map(|(name, secret)| Credentials { name, secret });
            let Some(credentials) = credentials.or_else(|| Credentials::basic(&head.headers)) else {
                return faulted(&Fault::Security, dialect);
            };
            let sender = match credentials.sender(&app, peer.ip()).await {
                Ok(sender) => sender,
                Err(unknown) => return refused(&app, unknown, &message, dialect),
            };
            let size = message.len();
            if size > most {
                return faulted(&Fault::MessageTooLarge { size, most }, dialect);
            }
            let bytes: Arc<[u8]> = message.into_bytes().into();
            match messages_in(&bytes) {
                0 => faulted(&Fault::NoMessage, dialect),
                1 => replied(&answer(&app, &sender, bytes, Channel::Soap, deadline).await, dialect),
                _ => faulted(&Fault::SeveralMessages { size }, dialect),
            }
        }
    }
}

/// Every HL7 reply is no fault, an AR neither.
fn replied(outcome: &Outcome, dialect: Dialect) -> Response {
    enveloped(reply::submitted(outcome.bytes(), dialect), dialect)
}

fn refused(app: &App, unknown: Unknown, message: &str, dialect: Dialect) -> Response {
    match unknown {
        Unknown::Wrong => faulted(&Fault::Security, dialect),
        Unknown::TooMany => {
            let mut response = faulted(&Fault::Security, dialect);
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
            response
        }
        Unknown::Failed(failure) => {
            replied(&cannot_process(app, message.as_bytes(), Channel::Soap, outage(&failure)), dialect)
        }
    }
}

fn not_read(app: &App, headers: &HeaderMap, unread: Unread) -> Response {
    let soap_11 = headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/xml"));
    let version = if soap_11 { Version::Soap11 } else { Version::Soap12 };
    let dialect = Dialect { version, ..Dialect::default() };
    let most = app.config.limits.message_bytes;
    let mut response = match unread {
        Unread::TooLong(size) => faulted(&Fault::MessageTooLarge { size, most }, dialect),
        Unread::TooSlow | Unread::Broken | Unread::NoRoom => faulted(&Fault::Internal, dialect),
    };
    response.headers_mut().insert(axum::http::header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn faulted(fault: &Fault, dialect: Dialect) -> Response {
    let mut response = enveloped(fault.write(dialect), dialect);
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

fn enveloped(text: String, dialect: Dialect) -> Response {
    ([(CONTENT_TYPE, reply::media_type(dialect.version))], text).into_response()
}
