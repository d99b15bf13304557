//! `GET /healthz`, `/readyz`, `/metrics`: for load balancers and monitoring. No patient data.

use crate::app::App;
use crate::listen::Phase;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tokio::time::timeout;

/// How long the database may take to say that it is there.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
const PLAIN: [(HeaderName, &str); 2] =
    [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")];

/// The process is alive.
pub async fn alive() -> Response {
    (PLAIN, "ok\n").into_response()
}

/// The process can do its work: it does not stop, and the database answers. On a full disk that work is reading.
pub async fn ready(State(app): State<App>) -> Response {
    if app.stop.phase() >= Phase::Leaving {
        return (StatusCode::SERVICE_UNAVAILABLE, PLAIN, "stopping\n").into_response();
    }
    match timeout(ANSWER_WITHIN, app.registry.store.read(|_| Ok(()))).await {
        Ok(Ok(())) if app.config.read_only => (PLAIN, "ready, read-only\n").into_response(),
        Ok(Ok(())) if app.registry.store.is_full() => {
            (PLAIN, "ready, but the disk is full: nothing is stored\n").into_response()
        }
        Ok(Ok(())) => (PLAIN, "ready\n").into_response(),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, PLAIN, "the database does not answer\n").into_response()
        }
        Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, PLAIN, "the database answers too slowly\n").into_response()
        }
    }
}

/// Figures in Prometheus' text format.
pub async fn figures(State(app): State<App>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.figures.text()).into_response()
}
