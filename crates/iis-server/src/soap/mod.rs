//! `POST /soap` and `GET /soap?wsdl`: the CDC web service.

pub mod envelope;
pub mod fault;
pub mod headers;
pub mod reply;

use crate::app::App;
use crate::exchange::body::{self, Unread};
use crate::exchange::credentials::{Credentials, Unknown, by_certificate, for_facility};
use crate::exchange::post::retry_after;
use crate::exchange::{Outcome, answer, cannot_process, messages_in};
use crate::failure::{Outage, outage};
use crate::listen::Peer;
use axum::extract::{ConnectInfo, RawQuery, Request, State};
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use envelope::{Call, Dialect, Unreadable, Version};
use fault::Fault;
use headers::{Headers, Kind};
use iis_model::access::Channel;
use iis_model::organization::Sender;
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
    ConnectInfo(peer): ConnectInfo<Peer>,
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
        Err(Unreadable { dialect, headers, error }) => {
            return Asked { app: &app, dialect, headers }.faulted(&Fault::Unreadable(error));
        }
    };
    drop(received);
    let asked = Asked { app: &app, dialect: request.dialect, headers: request.headers };
    match request.call {
        Call::ConnectivityTest { echo } => {
            asked.enveloped(reply::connectivity(&echo, asked.dialect, &asked.header()))
        }
        Call::Unsupported => asked.faulted(&Fault::UnsupportedOperation),
        Call::SubmitSingleMessage { credentials, facility, message } => {
            let sender = match asked.sender(credentials, &head.headers, peer).await {
                Ok(sender) => sender,
                Err(unknown) => return asked.refused(unknown, &message),
            };
            let Some(sender) = for_facility(sender, &facility) else {
                return asked.faulted(&Fault::Facility);
            };
            let size = message.len();
            if size > most {
                return asked.faulted(&Fault::MessageTooLarge { size, most });
            }
            let bytes: Arc<[u8]> = message.into_bytes().into();
            match messages_in(&bytes) {
                0 => asked.faulted(&Fault::NoMessage),
                1 => asked.replied(&answer(&app, &sender, bytes, Channel::Soap, deadline).await),
                _ => asked.faulted(&Fault::SeveralMessages { size }),
            }
        }
    }
}

/// How a request wants to be answered.
struct Asked<'a> {
    app: &'a App,
    dialect: Dialect,
    headers: Headers,
}

impl Asked<'_> {
    /// Who asks: by the credentials of the body or of the security header, else of HTTP, else by certificate.
    async fn sender(
        &self,
        credentials: Option<(String, String)>,
        headers: &HeaderMap,
        peer: Peer,
    ) -> Result<Arc<Sender>, Unknown> {
        let credentials = credentials.map(|(name, secret)| Credentials { name, secret });
        match credentials.or_else(|| Credentials::basic(headers)) {
            Some(credentials) => credentials.sender(self.app, peer.address.ip()).await,
            None => by_certificate(self.app, peer).await?.ok_or(Unknown::Wrong),
        }
    }

    /// Every HL7 reply is no fault, an AR neither.
    fn replied(&self, outcome: &Outcome) -> Response {
        let mut response = self.enveloped(reply::submitted(outcome.bytes(), self.dialect, &self.header()));
        if let Outcome::CannotProcess(_, outage) = outcome {
            retry_after(response.headers_mut(), *outage);
        }
        response
    }

    fn refused(&self, unknown: Unknown, message: &str) -> Response {
        match unknown {
            Unknown::Wrong => self.faulted(&Fault::Security),
            Unknown::TooMany => {
                let mut response = self.faulted(&Fault::Security);
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
                response
            }
            Unknown::Failed(failure) => {
                let outage = outage(&failure);
                self.replied(&cannot_process(self.app, message.as_bytes(), Channel::Soap, outage))
            }
        }
    }

    fn faulted(&self, fault: &Fault) -> Response {
        let mut response = self.enveloped(fault.write(self.dialect, &self.headers, &self.here()));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    }

    fn enveloped(&self, text: String) -> Response {
        ([(CONTENT_TYPE, reply::media_type(self.dialect.version))], text).into_response()
    }

    /// The header of a reply that is no fault.
    fn header(&self) -> String {
        self.headers.reply(Kind::Response, &self.here())
    }

    fn here(&self) -> String {
        format!("{}/soap", self.app.public_url())
    }
}

fn not_read(app: &App, headers: &HeaderMap, unread: Unread) -> Response {
    let soap_11 = headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/xml"));
    let version = if soap_11 { Version::Soap11 } else { Version::Soap12 };
    let dialect = Dialect { version, ..Dialect::default() };
    let asked = Asked { app, dialect, headers: Headers::default() };
    let most = app.config.limits.message_bytes;
    let mut response = match unread {
        Unread::TooLong(size) => asked.faulted(&Fault::MessageTooLarge { size, most }),
        Unread::TooSlow | Unread::Broken => asked.faulted(&Fault::Incomplete),
        Unread::NoRoom => asked.faulted(&Fault::Internal),
    };
    if unread == Unread::NoRoom {
        retry_after(response.headers_mut(), Outage::BUSY);
    }
    response.headers_mut().insert(axum::http::header::CONNECTION, HeaderValue::from_static("close"));
    response
}
