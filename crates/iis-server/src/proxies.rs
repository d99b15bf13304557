//! Who a request is from when proxies stand before the server.
//!
//! A proxy that is trusted (`http.trusted_proxies`) says in `X-Forwarded-For` for whom it asks. Without that every request would
//! come from the proxy, and whoever guesses passwords would shut everybody out. What an address that is not trusted says of
//! itself is not heard.

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Puts the client's address in place of the proxy's.
pub(crate) async fn see_through(trusted: Arc<[IpAddr]>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let client = client(peer.ip(), request.headers(), &trusted);
        let seen = SocketAddr::new(client, peer.port());
        request.extensions_mut().insert(ConnectInfo(seen));
    }
    next.run(request).await
}

/// The last address of the chain that no trusted proxy has.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.contains(&address.to_canonical());
    let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let said: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut client = peer;
    for address in said.into_iter().rev() {
        if !is_trusted(client) {
            break;
        }
        match address.parse() {
            Ok(address) => client = address,
            Err(_) => break, // whoever wrote this is no proxy of ours
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::{FORWARDED_FOR, client};
    use axum::http::{HeaderMap, HeaderValue};

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let trusted = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().expect("an address"));
        #[rustfmt::skip]
        let table: [(&str, &[&str], &str); 9] = [
            // peer         X-Forwarded-For                       client
            ("203.0.113.9", &[],                                  "203.0.113.9"),
            ("203.0.113.9", &["198.51.100.7"],                    "203.0.113.9"),   // not a proxy of ours
            ("192.0.2.1",   &[],                                  "192.0.2.1"),
            ("192.0.2.1",   &["198.51.100.7"],                    "198.51.100.7"),
            ("192.0.2.1",   &["10.9.9.9, 198.51.100.7"],          "198.51.100.7"),  // the client claims to be another
            ("192.0.2.1",   &["198.51.100.7, 192.0.2.2"],         "198.51.100.7"),  // two proxies
            ("192.0.2.1",   &["198.51.100.7", "192.0.2.2"],       "198.51.100.7"),  // each with a line of its own
            ("192.0.2.1",   &["unknown"],                         "192.0.2.1"),
            ("::ffff:192.0.2.1", &["2001:db8::7"],                "2001:db8::7"),
        ];
        for (peer, lines, expected) in table {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(FORWARDED_FOR, HeaderValue::from_str(line).expect("a header"));
            }
            let found = client(peer.parse().expect("an address"), &headers, &trusted);
            assert_eq!(found.to_string(), expected, "{peer} {lines:?}");
        }
    }
}
