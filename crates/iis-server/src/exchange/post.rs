//! `POST /hl7`: one HL7 v2 message, or a batch, as the body.

use super::body::{self, Unread};
use super::credentials::{Credentials, Unknown, by_certificate, for_facility};
use super::{Outcome, answer, answer_all, cannot_process};
use crate::app::App;
use crate::failure::{Outage, outage};
use crate::listen::Peer;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use iis_model::access::Channel;
use std::borrow::Cow;
use std::sync::Arc;
use tokio::time::Instant;

/// The media type of replies.
pub(crate) const HL7: HeaderValue = HeaderValue::from_static("application/hl7-v2; charset=utf-8");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
pub(super) const CHALLENGE: HeaderValue =
    HeaderValue::from_static("Basic realm=\"OpenIIS\", charset=\"UTF-8\"");
/// What may stand before the first segment: byte order mark, MLLP's VT, white space.
const BEFORE: [char; 6] = ['\u{feff}', '\u{b}', ' ', '\t', '\r', '\n'];

/// Answers one request.
pub async fn post(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Response {
    let limits = &app.config.limits;
    let deadline = Instant::now() + limits.request();
    let (head, body) = request.into_parts();
    let kind = Kind::of(&head.headers);
    if kind == Kind::Other {
        return said(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Send the message as application/hl7-v2 or text/plain.",
        );
    }

    // the certificate and the credentials of the header are looked at before anything is read
    let known = match (Credentials::basic(&head.headers), by_certificate(&app, peer).await) {
        (Some(credentials), _) => credentials.sender(&app, peer.address.ip()).await.map(Some),
        (None, Ok(None)) if kind != Kind::Form => Err(Unknown::Wrong),
        (None, found) => found,
    };
    let known = match known {
        Ok(known) => known,
        Err(unknown) => return refused(&app, unknown),
    };
    let received = match body::read(&app, &head.headers, body, limits.message_bytes, deadline).await {
        Ok(received) => received,
        Err(unread) => return not_read(&app, unread),
    };
    let form = if kind == Kind::Form && !looks_like_hl7(&received.bytes) {
        Form::read(&received.bytes)
    } else {
        None
    };
    let sender = match (known, form.as_ref().and_then(Form::credentials)) {
        (Some(sender), _) => sender,
        (None, Some(credentials)) => match credentials.sender(&app, peer.address.ip()).await {
            Ok(sender) => sender,
            Err(unknown) => return refused(&app, unknown),
        },
        (None, None) => return refused(&app, Unknown::Wrong),
    };
    let facility = form.as_ref().map_or("", |form| &form.facility);
    let Some(sender) = for_facility(sender, facility) else {
        return said(
            StatusCode::FORBIDDEN,
            "This sender may not submit for the facility in FACILITYID. Send the code agreed with the registry, or none.",
        );
    };
    let bytes: Arc<[u8]> = match form {
        Some(form) => form.message.into_bytes().into(),
        None => Arc::from(&received.bytes[..]),
    };
    match answer_all(&app, &sender, &bytes, Channel::Http, deadline).await {
        Some(batch) => (StatusCode::OK, [(CONTENT_TYPE, HL7)], batch).into_response(),
        None => printed(answer(&app, &sender, bytes, Channel::Http, deadline).await),
    }
}

/// An outcome as an HTTP response: 200 for every reply, otherwise the status with AR as the body.
pub(super) fn printed(outcome: Outcome) -> Response {
    match outcome {
        Outcome::Reply(reply) => {
            (StatusCode::OK, [(CONTENT_TYPE, HL7)], reply.bytes.into_vec()).into_response()
        }
        Outcome::CannotProcess(reply, outage) => {
            let mut response = (outage.status, [(CONTENT_TYPE, HL7)], reply.into_vec()).into_response();
            retry_after(response.headers_mut(), outage);
            response
        }
    }
}

pub(crate) fn retry_after(headers: &mut HeaderMap, outage: Outage) {
    if let Some(seconds) = outage.retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
}

/// A body that was not read has no control id to answer to.
fn not_read(app: &App, unread: Unread) -> Response {
    let most = app.config.limits.message_bytes;
    let mut response = match unread {
        Unread::TooLong(_) => said(
            StatusCode::PAYLOAD_TOO_LARGE,
            &format!(
                "The body is longer than {most} bytes. Send fewer messages, or fewer doses in one message."
            ),
        ),
        Unread::TooSlow => said(StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time."),
        Unread::Broken => said(StatusCode::BAD_REQUEST, "The body broke off or is not well framed."),
        Unread::NoRoom => printed(cannot_process(app, b"", Channel::Http, Outage::BUSY)),
    };
    // the rest of the body stands in the way of a next request
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

fn refused(app: &App, unknown: Unknown) -> Response {
    match unknown {
        Unknown::Wrong => {
            let mut response = said(StatusCode::UNAUTHORIZED, "Name or secret is missing or not right.");
            response.headers_mut().insert(WWW_AUTHENTICATE, CHALLENGE);
            response
        }
        Unknown::TooMany => {
            let mut response = said(StatusCode::TOO_MANY_REQUESTS, "Too many wrong secrets. Wait a minute.");
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
            response
        }
        Unknown::Failed(failure) => printed(cannot_process(app, b"", Channel::Http, outage(&failure))),
    }
}

fn said(status: StatusCode, text: &str) -> Response {
    (status, [(CONTENT_TYPE, TEXT)], format!("{text}\n")).into_response()
}

/// What the body claims to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// HL7 as it is; also when nothing is claimed.
    Message,
    /// Form fields, or a message that a client's default calls so.
    Form,
    /// Something else.
    Other,
}

impl Kind {
    fn of(headers: &HeaderMap) -> Self {
        let Some(value) = headers.get(CONTENT_TYPE) else { return Self::Message };
        let value = value.to_str().unwrap_or("").to_ascii_lowercase();
        match value.split(';').next().unwrap_or("").trim() {
            "application/hl7-v2"
            | "x-application/hl7-v2+er7"
            | "application/edi-hl7"
            | "text/plain"
            | "application/octet-stream" => Self::Message,
            "application/x-www-form-urlencoded" => Self::Form,
            _ => Self::Other,
        }
    }
}

fn looks_like_hl7(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(64)]);
    let head = head.trim_start_matches(BEFORE);
    ["MSH", "FHS", "BHS"].iter().any(|segment| head.starts_with(segment))
}

/// The fields that older registries used.
struct Form {
    user: Option<String>,
    password: Option<String>,
    facility: String,
    message: String,
}

impl Form {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (mut user, mut password, mut facility, mut message) = (None, None, None, None);
        for (name, value) in pairs(std::str::from_utf8(bytes).ok()?) {
            let field = match &*name.to_ascii_uppercase() {
                "USERID" => &mut user,
                "PASSWORD" => &mut password,
                "FACILITYID" => &mut facility,
                "MESSAGEDATA" => &mut message,
                _ => continue,
            };
            *field = Some(value.into_owned());
        }
        Some(Self { user, password, facility: facility.unwrap_or_default(), message: message? })
    }

    fn credentials(&self) -> Option<Credentials> {
        Some(Credentials { name: self.user.clone()?, secret: self.password.clone()? })
    }
}

/// The fields of `application/x-www-form-urlencoded` (WHATWG URL, section 5).
fn pairs(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    text.split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (plain(name), plain(value)))
}

fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(['+', '%']) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, hex(at + 1), hex(at + 2)) {
            (b'+', ..) => plain.push(b' '),
            (b'%', Some(high), Some(low)) => {
                plain.push(u8::try_from(high * 16 + low).expect("two hexadecimal digits fit a byte"));
                at += 2;
            }
            (byte, ..) => plain.push(*byte),
        }
        at += 1;
    }
    Cow::Owned(String::from_utf8_lossy(&plain).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{Form, looks_like_hl7, plain};

    #[test]
    fn form_fields_are_decoded() {
        #[rustfmt::skip]
        let table = [
            ("abc",          "abc"),
            ("a+b%20c",      "a b c"),
            ("MSH%7C%5E~%0D", "MSH|^~\r"),
            ("Zo%C3%AB",     "Zoë"),
            ("100%",         "100%"),
            ("%4",           "%4"),
            ("%zz",          "%zz"),
            ("%C3",          "\u{fffd}"),
        ];
        for (text, expected) in table {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn a_form_needs_its_message() {
        #[rustfmt::skip]
        let table = [
            ("USERID=u&PASSWORD=p&FACILITYID=f&MESSAGEDATA=MSH%7C", Some((Some("u"), Some("p"), "MSH|"))),
            ("userid=u&messagedata=x",                              Some((Some("u"), None,      "x"))),
            ("USERID=u&PASSWORD=p",                                 None),
            ("",                                                    None),
        ];
        for (text, expected) in table {
            let form = Form::read(text.as_bytes());
            let form = form
                .as_ref()
                .map(|form| (form.user.as_deref(), form.password.as_deref(), form.message.as_str()));
            assert_eq!(form, expected, "{text}");
        }
    }

    #[test]
    fn a_message_is_recognized_behind_what_often_stands_before_it() {
        #[rustfmt::skip]
        let table = [
            ("MSH|^~\\&",          true),
            ("\u{feff}MSH|",       true),
            ("\u{b}MSH|",          true),
            ("\r\n FHS|",          true),
            ("USERID=a",           false),
            ("",                   false),
        ];
        for (text, expected) in table {
            assert_eq!(looks_like_hl7(text.as_bytes()), expected, "{text:?}");
        }
    }
}
