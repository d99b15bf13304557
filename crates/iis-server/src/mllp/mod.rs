//! HL7 over MLLP, plain or TLS: one reply to each message, in order, on a connection that stays open.

mod conversation;
pub mod frame;
mod who;

use crate::app::App;
use crate::figures;
use crate::listen::{Bounds, Peer, Serve};
use conversation::Conversation;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use who::Neighborhood;

/// What is spoken on the connections of a listener for MLLP.
pub struct Mllp {
    app: App,
    neighborhood: Neighborhood,
}

impl Mllp {
    /// For a running server.
    pub fn new(app: App) -> Self {
        Self { app, neighborhood: Neighborhood::default() }
    }

    /// How much its listener takes on.
    pub fn bounds(&self) -> Bounds {
        let limits = &self.app.config.limits;
        let connections = self.app.config.mllp.connections;
        Bounds { connections, hello: limits.header(), drain: limits.drain() }
    }
}

impl Serve for Mllp {
    async fn serve<S>(self: Arc<Self>, stream: S, peer: Peer)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let _open = figures::OpenConnection::mllp();
        let is_neighbor = self.neighborhood.has(&self.app, peer).await;
        let ended = Conversation::new(&self.app, stream, peer, is_neighbor).run().await;
        figures::mllp_closed(ended.word());
        tracing::debug!(address = %peer.address.ip(), reason = ended.word(), "an MLLP connection ended");
    }
}
