//! Headers that every answer to the network carries, whichever door gave it: pages, files, doors for machines, answers of
//! the deadline and of the net under panics. What a door has to say itself, stricter or wider, stands.
//!
//! Sources: OWASP ASVS 5.0.0, 3.4.1 to 3.4.8; RFC 6797, 7.2 (nothing about HTTPS over plain HTTP).

use crate::config::Config;
use axum::Router;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn};

/// For what is no page of ours: nothing in it runs, shows or is framed.
const NOTHING: &str =
    "default-src 'none'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// What an answer says that says nothing else.
const USUAL: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (CONTENT_SECURITY_POLICY, NOTHING),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (CACHE_CONTROL, "no-store"),
];

/// For how long browsers reach this name by HTTPS alone: a year, in seconds.
const A_YEAR: &str = "max-age=31536000";
const A_YEAR_AND_BELOW: &str = "max-age=31536000; includeSubDomains";

/// What browsers are told of HTTPS; nothing where the registry is not reached by it.
pub(crate) fn transport(config: &Config) -> Option<HeaderValue> {
    let text = if config.http.subdomains_by_https { A_YEAR_AND_BELOW } else { A_YEAR };
    config.is_reached_by_https().then(|| HeaderValue::from_static(text))
}

/// The same router, whose answers carry the headers.
pub(crate) fn carried(router: Router, transport: Option<HeaderValue>) -> Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        let transport = transport.clone();
        async move {
            let mut answer = next.run(request).await;
            let headers = answer.headers_mut();
            for (name, value) in USUAL {
                headers.entry(name).or_insert(HeaderValue::from_static(value));
            }
            if let Some(transport) = transport {
                headers.insert(STRICT_TRANSPORT_SECURITY, transport);
            }
            answer
        }
    }))
}
