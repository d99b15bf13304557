//! Around every request: an id, a log line, figures, and a net under panics.

use crate::{clock, figures};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::fmt::Write;
use tokio::time::Instant;
use tracing::Instrument;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names a request, logs and counts it. The log has the route, not the address: an address can name a person.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = clock::random_bytes::<8>().iter().fold(String::new(), |mut id, byte| {
        write!(id, "{byte:02x}").expect("a string takes text");
        id
    });
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = known_method(request.method().as_str());
    let span = tracing::info_span!("request", request.id = %id, http.method = method, http.route = %route);
    async move {
        let mut response = next.run(request).await;
        let (status, took) = (response.status().as_u16(), started.elapsed());
        figures::request(&route, method, status, took);
        let millis = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        if status >= 500 {
            tracing::warn!(http.status = status, duration_ms = millis, "request failed");
        } else {
            tracing::debug!(http.status = status, duration_ms = millis, "request served");
        }
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
    .instrument(span)
    .await
}

/// Methods are labels of figures, so a client must not invent new ones.
fn known_method(method: &str) -> &'static str {
    ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}

/// What a request becomes whose handler panicked. The worker goes on.
pub(crate) fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    figures::panicked();
    tracing::error!("a request handler panicked");
    (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side. Nothing was stored. Try again.\n")
        .into_response()
}
