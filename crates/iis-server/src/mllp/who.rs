//! Who sends over MLLP: the holder of a registered certificate, or whoever names a registered facility (MSH-4) from a
//! registered address. Nobody else.

use crate::app::App;
use crate::clock;
use crate::exchange::first_message;
use crate::listen::Peer;
use iis_model::network::Network;
use iis_model::organization::Sender;
use iis_model::recognition::{KeyKind, SenderKey};
use iis_registry::{Failure, senders};
use iis_store::StoreError;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The pause before a busy store is asked again.
const PAUSE: Duration = Duration::from_millis(10);

/// What of a message says who sends it and whether it is to be answered.
pub(super) struct Opening {
    /// MSH-4.1 as sent.
    facility: Box<str>,
    /// An acknowledgment or a response: it is never answered, or two systems would answer each other for ever.
    pub(super) is_reply: bool,
}

impl Opening {
    /// Of one message or of the first of a batch.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let (message, _) = iis_hl7::parse(first_message(bytes));
        let Some(header) = message.header() else { return Self { facility: "".into(), is_reply: false } };
        let kind = header.field(9).component(1);
        let facility = header.field(4).component(1).text();
        Self { facility: facility.into(), is_reply: kind.is("ACK") || kind.is("RSP") }
    }
}

/// The sender of a message, if there is one. A store that is busy is asked again until the deadline.
pub(super) async fn sender(
    app: &App,
    peer: Peer,
    opening: &Opening,
    deadline: Instant,
) -> Result<Option<Arc<Sender>>, Failure> {
    loop {
        match look_up(app, peer, opening).await {
            Err(Failure::Store(StoreError::Busy)) if Instant::now() + PAUSE < deadline => sleep(PAUSE).await,
            found => return found,
        }
    }
}

async fn look_up(app: &App, peer: Peer, opening: &Opening) -> Result<Option<Arc<Sender>>, Failure> {
    let (cx, arrival) = (&app.registry, app.arrival());
    match peer.certificate {
        Some(sha256) => senders::of_key(cx, SenderKey { kind: KeyKind::Certificate, sha256 }, arrival).await,
        None => senders::of_origin(cx, &opening.facility, peer.address.ip(), arrival).await,
    }
}

/// How old the list of networks may be.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(1);

/// The networks from which anybody may send without a certificate.
#[derive(Debug, Default)]
pub(super) struct Neighborhood(Mutex<Option<(Timestamp, Arc<[Network]>)>>);

impl Neighborhood {
    /// Whether a message of this peer could be anybody's. While it cannot be said, everybody is a stranger.
    pub(super) async fn has(&self, app: &App, peer: Peer) -> bool {
        if let Some(sha256) = peer.certificate {
            let key = SenderKey { kind: KeyKind::Certificate, sha256 };
            return matches!(senders::of_key(&app.registry, key, app.arrival()).await, Ok(Some(_)));
        }
        let networks = self.networks(app).await;
        networks.is_some_and(|networks| networks.iter().any(|network| network.contains(peer.address.ip())))
    }

    async fn networks(&self, app: &App) -> Option<Arc<[Network]>> {
        let now = clock::now();
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((read_at, networks)) = kept
            && now.duration_since(read_at).abs() < KEPT_FOR
        {
            return Some(networks);
        }
        let networks: Arc<[Network]> = senders::networks(&app.registry).await.ok()?.into();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&networks)));
        Some(networks)
    }
}

#[cfg(test)]
mod tests {
    use super::Opening;

    #[test]
    fn facility_and_kind_are_read_from_the_first_message() {
        let message =
            |kind: &str| format!("MSH|^~\\&|EHR|River^2.16^ISO|IIS|STATE|20260301||{kind}|M1|P|2.5.1\r");
        let batch = format!("FHS|^~\\&|X|OTHER\rBHS|^~\\&|X|OTHER\r{}BTS|1\r", message("VXU^V04"));
        #[rustfmt::skip]
        let table = [
            (message("VXU^V04^VXU_V04"), "River", false),
            (message("ACK^V04^ACK"),     "River", true),
            (message("RSP^K11^RSP_K11"), "River", true),
            (message("ACK"),             "River", true),
            (batch,                      "River", false),
            ("hello".to_owned(),         "",      false),
            (String::new(),              "",      false),
        ];
        for (text, facility, is_reply) in table {
            let opening = Opening::of(text.as_bytes());
            assert_eq!((&*opening.facility, opening.is_reply), (facility, is_reply), "{text}");
        }
    }
}
