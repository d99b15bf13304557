//! Reading a request's body under its limit, its deadline and the memory set aside for all bodies.

use super::admission::Reserved;
use crate::app::App;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// What is set aside for a body before any of it has come.
const FIRST_ROOM: usize = 64 * 1024;
/// What is read and thrown away of a body that is too long, so that its client gets to read the answer.
const MOST_DISCARDED: usize = 64 << 20;
/// How long that may take.
const DISCARD_WITHIN: Duration = Duration::from_secs(2);

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    /// Longer than the limit: its length as far as known.
    TooLong(usize),
    /// Not there before the deadline.
    TooSlow,
    /// Broken off or not well framed.
    Broken,
    /// All memory for bodies is taken.
    NoRoom,
}

/// A body with the memory it takes.
pub(crate) struct Received {
    pub(crate) bytes: Bytes,
    _reserved: Reserved,
}

/// Reads a body of at most `most` bytes before the deadline.
pub(crate) async fn read(
    app: &App,
    headers: &HeaderMap,
    mut body: Body,
    most: usize,
    deadline: Instant,
) -> Result<Received, Unread> {
    let announced = announced(headers).unwrap_or(0);
    let read = async {
        if announced > most {
            return Err(Unread::TooLong(announced));
        }
        // room is taken as bytes come, not as they are announced: an announcement costs its sender nothing
        let mut reserved = Reserved::default();
        let mut bytes = BytesMut::with_capacity(announced.min(FIRST_ROOM));
        while let Some(frame) = timeout_at(deadline, body.frame()).await.map_err(|_| Unread::TooSlow)? {
            let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
            let length = bytes.len() + data.len();
            if length > most {
                return Err(Unread::TooLong(length));
            }
            if !app.admission.reserve(&mut reserved, length) {
                return Err(Unread::NoRoom);
            }
            bytes.extend_from_slice(&data);
        }
        Ok(Received { bytes: bytes.freeze(), _reserved: reserved })
    };
    let outcome = read.await;
    if matches!(outcome, Err(Unread::TooLong(_) | Unread::NoRoom)) && !expects_continue(headers) {
        let _ = timeout(DISCARD_WITHIN, discard(body)).await;
    }
    outcome
}

/// A client that asked first has not sent its body yet.
fn expects_continue(headers: &HeaderMap) -> bool {
    headers.contains_key(axum::http::header::EXPECT)
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn discard(mut body: Body) {
    let mut discarded = 0;
    while let Some(Ok(frame)) = body.frame().await {
        discarded += frame.data_ref().map_or(0, Bytes::len);
        if discarded > MOST_DISCARDED {
            return;
        }
    }
}
