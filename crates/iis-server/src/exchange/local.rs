//! The door on the machine's own socket: batch loads of the command line beside a running server.

use super::post::printed;
use super::{Incoming, answer_incoming, body};
use crate::app::App;
use crate::failure::outage;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use iis_hl7::Limits;
use iis_model::access::Channel;
use iis_registry::senders;
use std::sync::Arc;
use tokio::time::Instant;

/// What makes a message of a load the same when it comes again, in hexadecimal digits.
pub(crate) const ONCE: &str = "openiis-once";

/// One message of a sender, also one that is a little too long, so that it is told so. Who may open the socket may speak for any sender: it is the server's own user.
pub async fn post(State(app): State<App>, Path(sender): Path<String>, request: Request) -> Response {
    let limits = &app.config.limits;
    let deadline = Instant::now() + limits.request();
    let sender = match senders::by_name(&app.registry, &sender).await {
        Ok(Some(sender)) => sender,
        Ok(None) => return (StatusCode::NOT_FOUND, "There is no such sender.\n").into_response(),
        Err(failure) => return outage(&failure).status.into_response(),
    };
    let (head, body) = request.into_parts();
    let most = limits.message_bytes.max(Limits::default().bytes + 1);
    match body::read(&app, &head.headers, body, most, deadline).await {
        Ok(received) => {
            let bytes: Arc<[u8]> = Arc::from(&received.bytes[..]);
            let incoming =
                Incoming { bytes, channel: Channel::Batch, once: once(&head.headers), waits_for_turn: false };
            printed(answer_incoming(&app, &sender, incoming, deadline).await)
        }
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    }
}

fn once(headers: &HeaderMap) -> Option<[u8; 32]> {
    let text = headers.get(ONCE)?.to_str().ok().filter(|text| text.len() == 64 && text.is_ascii())?;
    let mut once = [0; 32];
    for (at, byte) in once.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(once)
}
