//! Every address the server answers: the doors for machines here, the pages in their own list.

use crate::app::App;
use crate::{exchange, health, request, soap};
use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

/// What is served to the network.
pub fn public(app: App) -> Router {
    let machines = Router::new()
        .route("/hl7", post(exchange::post::post))
        .route("/soap", get(soap::describe).post(soap::post))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::figures));
    observed(machines.merge(crate::pages::routes()).with_state(app))
}

/// What is served to the command line on the same machine, over a socket that only the server's user can open.
pub fn local(app: App) -> Router {
    let doors = Router::new()
        .route("/hl7/{sender}", post(exchange::local::post))
        .route("/readyz", get(health::ready));
    observed(doors.with_state(app))
}

fn observed(router: Router) -> Router {
    router.layer(CatchPanicLayer::custom(request::panicked)).layer(from_fn(request::observe))
}
