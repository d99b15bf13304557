//! The door on the machine's own socket: batch loads of the command line beside a running server.

use super::post::printed;
use super::{answer, body};
use crate::app::App;
use crate::failure::outage;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use iis_model::access::Channel;
use iis_registry::senders;
use std::sync::Arc;
use tokio::time::Instant;

/// One message of a sender. Who may open the socket may speak for any sender: it is the server's own user.
pub async fn post(State(app): State<App>, Path(sender): Path<String>, request: Request) -> Response {
    let limits = &app.config.limits;
    let deadline = Instant::now() + limits.request();
    let sender = match senders::by_name(&app.registry, &sender).await {
        Ok(Some(sender)) => sender,
        Ok(None) => return (StatusCode::NOT_FOUND, "There is no such sender.\n").into_response(),
        Err(failure) => return outage(&failure).status.into_response(),
    };
    let (head, body) = request.into_parts();
    match body::read(&app, &head.headers, body, limits.message_bytes, deadline).await {
        Ok(received) => {
            let bytes: Arc<[u8]> = Arc::from(&received.bytes[..]);
            printed(answer(&app, &sender, bytes, Channel::Batch, deadline).await)
        }
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    }
}
