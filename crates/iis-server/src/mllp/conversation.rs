//! One connection: frames in, replies out, each with its deadline, until one side has had enough.

use super::frame::{Broken, Decoder, framed};
use super::who::{self, Opening};
use crate::app::App;
use crate::exchange::{Reserved, answer, answer_all, cannot_process};
use crate::failure::outage;
use crate::figures;
use crate::listen::{Peer, Phase};
use crate::rate_limit::address_key;
use bytes::{Buf, BufMut, BytesMut};
use iis_model::access::Channel;
use iis_registry::exchange;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// The most bytes read at once: inside a frame, and of a connection that may be silent for long.
const READ_AHEAD: (usize, usize) = (16 * 1024, 4 * 1024);
/// How often memory for a frame is asked for again when there is none.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a client that is refused may go on sending, so that it gets to read the refusal.
const DISCARD_WITHIN: Duration = Duration::from_secs(2);

/// Why a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The client closed between two messages.
    Client,
    /// The client closed inside a frame.
    BrokenOff,
    /// What came is no stream of frames.
    Broken(Broken),
    /// Nothing came for too long.
    Idle,
    /// A frame took too long, or found no room.
    FrameDeadline,
    /// The client does not take its reply.
    Unread,
    /// Nobody known, and too often or from a place where nobody is known.
    Stranger,
    /// The server stops.
    Stopping,
    /// The connection failed.
    Connection,
}

impl End {
    /// The word for figures and logs.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::BrokenOff => "broken-off",
            Self::Broken(broken) => broken.word(),
            Self::Idle => "idle",
            Self::FrameDeadline => "frame-deadline",
            Self::Unread => "unread",
            Self::Stranger => "stranger",
            Self::Stopping => "stopping",
            Self::Connection => "connection",
        }
    }
}

/// A connection with what is read of it.
pub(super) struct Conversation<'a, S> {
    app: &'a App,
    stream: S,
    peer: Peer,
    /// Whether a message of this peer could be anybody's.
    is_neighbor: bool,
    decoder: Decoder,
    input: BytesMut,
    /// Memory taken by the frame that is being read or answered.
    reserved: Reserved,
    /// By when the next bytes, or the rest of the frame, must be there.
    deadline: Instant,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Conversation<'a, S> {
    pub(super) fn new(app: &'a App, stream: S, peer: Peer, is_neighbor: bool) -> Self {
        let decoder = Decoder::new(app.config.limits.message_bytes);
        let deadline = Instant::now();
        let (input, reserved) = (BytesMut::new(), Reserved::default());
        Self { app, stream, peer, is_neighbor, decoder, input, reserved, deadline }
    }

    pub(super) async fn run(mut self) -> End {
        let ended = loop {
            let message = match self.next_message().await {
                Ok(message) => message,
                Err(end) => break end,
            };
            if let Err(end) = self.answer(message.into()).await {
                break end;
            }
        };
        if let End::Broken(_) = ended {
            // a message without any frame is told so under its own control id
            let came = if self.decoder.is_inside() { self.decoder.so_far() } else { &self.input };
            let reply = exchange::unreadable_frame(&self.app.registry, came, &self.app.arrival());
            // the client may be gone already
            let _ = self.write(&reply).await;
        }
        let _ = timeout(DISCARD_WITHIN, self.leave()).await;
        ended
    }

    /// The next message; what was read behind it waits.
    async fn next_message(&mut self) -> Result<Vec<u8>, End> {
        self.deadline = Instant::now() + self.patience();
        self.reserved = Reserved::default();
        loop {
            let was_inside = self.decoder.is_inside();
            let (taken, message) = self.decoder.feed(&self.input).map_err(End::Broken)?;
            self.input.advance(taken);
            if let Some(message) = message {
                return Ok(message);
            }
            if self.decoder.is_inside() && !was_inside {
                self.deadline = Instant::now() + self.app.config.mllp.frame();
            }
            self.make_room().await?;
            self.read().await?;
        }
    }

    /// How long the connection may be silent before a message.
    fn patience(&self) -> Duration {
        if self.is_neighbor { self.app.config.mllp.idle() } else { self.app.config.limits.header() }
    }

    /// Waits for memory for what is to be read of a frame: nothing is read meanwhile. A silent connection takes none.
    async fn make_room(&mut self) -> Result<(), End> {
        let is_inside = self.decoder.is_inside();
        let wanted = if is_inside { self.decoder.so_far().len() + READ_AHEAD.0 } else { 0 };
        while !self.app.admission.reserve(&mut self.reserved, wanted) {
            if Instant::now() + PAUSE > self.deadline {
                return Err(End::FrameDeadline);
            }
            sleep(PAUSE).await;
        }
        Ok(())
    }

    async fn read(&mut self) -> Result<(), End> {
        let is_inside = self.decoder.is_inside();
        let Self { stream, input, deadline, app, .. } = self;
        let most = if is_inside { READ_AHEAD.0 } else { READ_AHEAD.1 };
        input.reserve(most);
        let mut room = input.limit(most);
        tokio::select! {
            read = timeout_at(*deadline, stream.read_buf(&mut room)) => match read {
                Ok(Ok(0)) if is_inside => Err(End::BrokenOff),
                Ok(Ok(0)) => Err(End::Client),
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => Err(End::Client),
                Ok(Err(_)) => Err(End::Connection),
                Err(_) if is_inside => Err(End::FrameDeadline),
                Err(_) => Err(End::Idle),
            },
            // a frame that has begun is waited for
            () = app.stop.reached(Phase::Draining), if !is_inside => Err(End::Stopping),
        }
    }

    /// Answers a message, unless it is a reply itself.
    async fn answer(&mut self, bytes: Arc<[u8]>) -> Result<(), End> {
        let opening = Opening::of(&bytes);
        if opening.is_reply {
            figures::mllp_reply_dropped();
            return Ok(());
        }
        let app = self.app;
        let deadline = Instant::now() + app.config.limits.request();
        let reply = match who::sender(app, self.peer, &opening, deadline).await {
            Ok(Some(sender)) => match answer_all(app, &sender, &bytes, Channel::Mllp, deadline).await {
                Some(batch) => batch,
                None => answer(app, &sender, bytes, Channel::Mllp, deadline).await.bytes().to_vec(),
            },
            Ok(None) => return self.refuse_stranger(&bytes).await,
            Err(failure) => cannot_process(app, &bytes, Channel::Mllp, outage(&failure)).bytes().to_vec(),
        };
        self.write(&reply).await
    }

    /// Says that nobody is known, and ends the conversation when nobody can be, or it has been said too often.
    async fn refuse_stranger(&mut self, bytes: &[u8]) -> Result<(), End> {
        figures::failed_sign_in("mllp");
        let (key, now) = (address_key(self.peer.address.ip()), crate::clock::now());
        self.app.failures.failed(&key, now);
        tracing::info!(address = %self.peer.address.ip(), "a message over MLLP is of nobody known");
        let reply = exchange::sender_unknown(&self.app.registry, bytes, &self.app.arrival());
        self.write(&reply).await?;
        let is_over = !self.is_neighbor || self.app.failures.exhausted(&key, now);
        if is_over { Err(End::Stranger) } else { Ok(()) }
    }

    async fn write(&mut self, reply: &[u8]) -> Result<(), End> {
        let frame = framed(reply);
        let stream = &mut self.stream;
        let written = timeout(self.app.config.limits.write(), async {
            stream.write_all(&frame).await?;
            stream.flush().await
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Connection),
            Err(_) => Err(End::Unread),
        }
    }

    /// Closes so that the client can read what was said last: nothing is reset under it.
    async fn leave(&mut self) {
        if self.stream.shutdown().await.is_err() {
            return;
        }
        let mut rest = [0; 4096];
        while matches!(self.stream.read(&mut rest).await, Ok(read) if read > 0) {}
    }
}
