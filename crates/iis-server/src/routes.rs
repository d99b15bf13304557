//! Every address the server answers: the doors for machines here, the pages in their own list.

use crate::addresses::{Addresses, Declared, Rule};
use crate::app::App;
use crate::{answer_headers, exchange, health, proxies, request, soap};
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

/// The doors for messages answer at the deadline themselves, in their own words.
const GRACE: Duration = Duration::from_secs(2);

/// What is served to the network.
pub fn public(app: App) -> Router {
    let deadline = app.config.limits.request();
    let transport = answer_headers::transport(&app.config);
    let trusted: Arc<[IpAddr]> = app.config.trusted_proxies().collect();
    let all = machines().into_router().merge(crate::pages::routes(&app)).with_state(app);
    let seen = all.layer(from_fn(move |request: Request, next: Next| {
        proxies::see_through(Arc::clone(&trusted), request, next)
    }));
    answer_headers::carried(observed(seen, deadline), transport)
}

/// The doors for machines. The figures hold nothing about anybody.
fn machines() -> Addresses {
    Addresses::default()
        .post("/hl7", Rule::Machine, exchange::post::post)
        .post("/training/completions", Rule::Machine, exchange::completions::post)
        .get("/soap", Rule::Everybody, soap::describe)
        .post("/soap", Rule::Machine, soap::post)
        .get("/healthz", Rule::Everybody, health::alive)
        .get("/readyz", Rule::Everybody, health::ready)
        .get("/metrics", Rule::Everybody, health::figures)
}

/// Every address that is served to the network, with what it asks of whoever comes.
pub fn declared() -> Vec<Declared> {
    [machines().declared(), &crate::pages::declared()].concat()
}

/// What is served to the command line on the same machine, over a socket that only the server's user can open.
pub fn local(app: App) -> Router {
    let deadline = app.config.limits.request();
    let doors = Addresses::default().post("/hl7/{sender}", Rule::Machine, exchange::local::post).get(
        "/readyz",
        Rule::Everybody,
        health::ready,
    );
    observed(doors.into_router().with_state(app), deadline)
}

/// A request that its door has not ended by the deadline is ended here a little later.
fn observed(router: Router, deadline: Duration) -> Router {
    router
        .layer(CatchPanicLayer::custom(request::panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, deadline + GRACE))
        .layer(from_fn(request::observe))
}

#[cfg(test)]
mod tests {
    use super::observed;
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::routing::get;
    use std::time::Duration;
    use tower::ServiceExt;

    #[tokio::test]
    #[expect(clippy::manual_assert, reason = "a panic is what is looked at")]
    async fn a_panic_becomes_500_and_the_next_request_is_served() {
        let panicking = get(|| async {
            if true {
                panic!("injected")
            }
        });
        let routes = Router::new().route("/panic", panicking).route("/well", get(|| async { "well" }));
        let router = observed(routes, Duration::from_secs(5));
        for (path, status, text) in [("/panic", 500, "Something went wrong"), ("/well", 200, "well")] {
            let request = Request::get(path).body(Body::empty()).expect("a request");
            let response = router.clone().oneshot(request).await.expect("an answer");
            assert_eq!(response.status().as_u16(), status);
            assert!(response.headers().contains_key("x-request-id"));
            let body = to_bytes(response.into_body(), 1000).await.expect("a body");
            assert!(String::from_utf8_lossy(&body).contains(text));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_never_ends_is_ended() {
        let routes = Router::new().route("/", get(std::future::pending::<()>));
        let router = observed(routes, Duration::from_secs(5));
        let response = router.oneshot(Request::get("/").body(Body::empty()).expect("a request")).await;
        assert_eq!(response.expect("an answer").status().as_u16(), 408);
    }
}
