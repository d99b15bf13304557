//! Pages travel compressed, except where somebody else's page asked for them.
//!
//! A compressed answer tells by its length whether something in it repeats something else in it. Whoever can make a
//! victim's browser ask again and again with guesses of their own, and sees the lengths, can so guess tokens and names
//! (BREACH, 2013). Such requests come from other sites, and browsers say so in `Sec-Fetch-Site`: only what one of our
//! own pages asked for, or a person by typing an address, is compressed. A browser that says nothing gets pages plain.

use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, Response};
use axum::middleware::Next;
use tower_http::compression::predicate::Predicate;
use tower_http::compression::{CompressionLayer, CompressionLevel};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// What is smaller gains nothing: it fits one packet.
const SMALLEST: u64 = 1_000;

/// Compresses pages, and nothing else: files are compressed when the program is built, PDFs by their own format.
pub(super) fn layer() -> CompressionLayer<IsPage> {
    // Level 4 is at four fifths of the best size for a third of its time.
    CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(IsPage)
}

/// Passes the browser's encodings on only where compressing tells nobody anything.
pub(super) async fn for_our_own(mut request: Request, next: Next) -> axum::response::Response {
    if !is_our_own(request.headers()) {
        request.headers_mut().remove(ACCEPT_ENCODING);
    }
    next.run(request).await
}

/// Whether one of our pages asked, or a person by typing (W3C Fetch Metadata, section 2.3).
fn is_our_own(headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(FETCH_SITE).iter();
    let first = said.next().and_then(|value| value.to_str().ok());
    matches!(first, Some("same-origin" | "none")) && said.next().is_none()
}

/// Whether an answer is a page.
#[derive(Debug, Clone, Copy)]
pub(super) struct IsPage;

impl Predicate for IsPage {
    fn should_compress<B: HttpBody>(&self, response: &Response<B>) -> bool {
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_large = response.body().size_hint().lower() >= SMALLEST;
        is_large && content_type.is_some_and(|value| value.starts_with("text/html"))
    }
}

#[cfg(test)]
mod tests {
    use super::{for_our_own, layer};
    use axum::Router;
    use axum::body::{Body, to_bytes};
    use axum::http::{Request, header};
    use axum::middleware::from_fn;
    use axum::response::Html;
    use axum::routing::get;
    use tower::ServiceExt;

    fn router() -> Router {
        Router::new()
            .route("/page", get(|| async { Html("<p>one line of a page</p>".repeat(200)) }))
            .route("/short", get(|| async { Html("<p>short</p>") }))
            .route(
                "/paper",
                get(|| async { ([(header::CONTENT_TYPE, "application/pdf")], "x".repeat(5000)) }),
            )
            .layer(layer())
            .layer(from_fn(for_our_own))
    }

    #[tokio::test]
    async fn a_page_is_compressed_for_our_own_pages_and_for_nobody_elses() {
        #[rustfmt::skip]
        let table = [
            // address   who asked              encodings         compressed
            ("/page",   &["same-origin"][..],   "gzip, deflate, br", true),
            ("/page",   &["none"],              "gzip",           true),
            ("/page",   &["same-origin"],       "identity",       false),
            ("/page",   &["same-origin"],       "gzip;q=0",       false),
            ("/page",   &["cross-site"],        "gzip",           false),
            ("/page",   &["same-site"],         "gzip",           false),
            ("/page",   &["none", "cross-site"], "gzip",          false),
            ("/page",   &["NONE"],              "gzip",           false),
            ("/page",   &[],                    "gzip",           false),
            ("/short",  &["same-origin"],       "gzip",           false),
            ("/paper",  &["same-origin"],       "gzip",           false),
        ];
        for (address, sites, encodings, expected) in table {
            let mut request = Request::get(address).header(header::ACCEPT_ENCODING, encodings);
            for site in sites {
                request = request.header("sec-fetch-site", *site);
            }
            let answer =
                router().oneshot(request.body(Body::empty()).expect("a request")).await.expect("one");
            let is_packed = answer.headers().get(header::CONTENT_ENCODING).is_some_and(|it| it == "gzip");
            assert_eq!(is_packed, expected, "{address} asked by {sites:?} with {encodings}");
            let body = to_bytes(answer.into_body(), 100_000).await.expect("a body");
            assert_eq!(body.starts_with(&[0x1f, 0x8b]), expected, "{address}");
        }
    }
}
