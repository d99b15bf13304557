//! Who sends: name and secret of a sender, from HTTP Basic, a form or an envelope.

use crate::app::App;
use crate::figures;
use crate::listen::Peer;
use crate::rate_limit::address_key;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use iis_model::organization::Sender;
use iis_model::recognition::{KeyKind, SenderKey};
use iis_registry::{Failure, senders};
use std::net::IpAddr;
use std::sync::Arc;

/// Longest name or secret that is looked at.
const LONGEST: usize = 256;

/// What a client says to be.
pub(crate) struct Credentials {
    pub(crate) name: String,
    pub(crate) secret: String,
}

/// Why a client is not heard.
#[derive(Debug)]
pub(crate) enum Unknown {
    /// No or wrong credentials.
    Wrong,
    /// Wrong credentials, and too many before.
    TooMany,
    /// It cannot be said now.
    Failed(Failure),
}

impl Credentials {
    /// Of the `Authorization` header (RFC 7617, UTF-8).
    pub(crate) fn basic(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let (scheme, encoded) = value.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (name, secret) = text.split_once(':')?;
        Some(Self { name: name.to_owned(), secret: secret.to_owned() })
    }

    /// The sender they belong to. A right secret is heard however often others failed from the same address.
    pub(crate) async fn sender(&self, app: &App, address: IpAddr) -> Result<Arc<Sender>, Unknown> {
        if self.name.len() > LONGEST || self.secret.len() > LONGEST {
            return Err(Unknown::Wrong);
        }
        let found = senders::authenticate(&app.registry, &self.name, &self.secret, app.arrival()).await;
        match found.map_err(Unknown::Failed)? {
            Some(sender) => Ok(sender),
            None => Err(failed(app, address)),
        }
    }
}

/// The sender of the certificate that a client has shown, if it is somebody's.
pub(crate) async fn by_certificate(app: &App, peer: Peer) -> Result<Option<Arc<Sender>>, Unknown> {
    let Some(sha256) = peer.certificate else { return Ok(None) };
    let key = SenderKey { kind: KeyKind::Certificate, sha256 };
    senders::of_key(&app.registry, key, app.arrival()).await.map_err(Unknown::Failed)
}

/// The sender with the site that an envelope or a form names as its default one; `None` when it may not submit for it.
/// Nothing named: as agreed. An agreement that lets unknown sites pass lets them pass here too.
pub(crate) fn for_facility(sender: Arc<Sender>, facility: &str) -> Option<Arc<Sender>> {
    let facility = facility.trim();
    if facility.is_empty() {
        return Some(sender);
    }
    match sender.sites.iter().find(|site| site.code.eq_ignore_ascii_case(facility)) {
        Some(site) if site.id == sender.default_site_id => Some(sender),
        Some(site) => Some(Arc::new(Sender { default_site_id: site.id, ..Sender::clone(&sender) })),
        None => sender.profile.accept_unknown_sites.then_some(sender),
    }
}

fn failed(app: &App, address: IpAddr) -> Unknown {
    figures::failed_sign_in("sender");
    let (key, now) = (address_key(address), crate::clock::now());
    app.failures.failed(&key, now);
    if app.failures.exhausted(&key, now) { Unknown::TooMany } else { Unknown::Wrong }
}

#[cfg(test)]
mod tests {
    use super::{Credentials, for_facility};
    use axum::http::{HeaderMap, HeaderValue};
    use iis_model::organization::{Sender, SenderProfile, Site, SiteKind};
    use iis_model::{OrganizationId, SenderId, SiteId};
    use std::sync::Arc;

    #[test]
    fn the_facility_that_is_named_must_be_one_of_the_senders() {
        let site = |id, code: &str| Site {
            id: SiteId(id),
            organization_id: OrganizationId(1),
            code: code.into(),
            name: code.into(),
            pin: None,
            kind: SiteKind::Clinic,
        };
        #[rustfmt::skip]
        let table = [
            // named     tolerant  the default site
            ("",         false,    Some(1)),
            ("  ",       false,    Some(1)),
            ("NORTH",    false,    Some(1)),
            (" south\n", false,    Some(2)),
            ("EAST",     false,    None),
            ("EAST",     true,     Some(1)),
        ];
        for (named, accept_unknown_sites, expected) in table {
            let sender = Sender {
                id: SenderId(1),
                organization_id: OrganizationId(1),
                name: "test".into(),
                default_site_id: SiteId(1),
                sites: vec![site(1, "NORTH"), site(2, "SOUTH")],
                profile: SenderProfile { accept_unknown_sites, ..SenderProfile::default() },
            };
            let found = for_facility(Arc::new(sender), named).map(|sender| sender.default_site_id.0);
            assert_eq!(found, expected, "{named:?}");
        }
    }

    #[test]
    fn the_header_is_read_as_its_standard_says() {
        #[rustfmt::skip]
        let table = [
            ("Basic Y2xpbmljOnNlY3JldA==",  Some(("clinic", "secret"))),
            ("basic  Y2xpbmljOnNlY3JldA==", Some(("clinic", "secret"))),
            ("Basic Y2xpbmljOmE6Yg==",      Some(("clinic", "a:b"))),     // only the first colon divides
            ("Basic Y2xpbmljOg==",          Some(("clinic", ""))),
            ("Basic Wm/DqzrDqQ==",          Some(("Zoë", "é"))),
            ("Basic Y2xpbmlj",              None),                        // no colon
            ("Basic !!!!",                  None),
            ("Basic /w==",                  None),                        // not UTF-8
            ("Bearer Y2xpbmljOnNlY3JldA==", None),
            ("Basic",                       None),
            ("",                            None),
        ];
        for (header, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert("authorization", HeaderValue::from_str(header).expect("a header"));
            let found = Credentials::basic(&headers);
            let found = found.as_ref().map(|found| (found.name.as_str(), found.secret.as_str()));
            assert_eq!(found, expected, "{header}");
        }
        assert!(Credentials::basic(&HeaderMap::new()).is_none());
    }
}
