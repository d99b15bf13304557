//! The packets of a channel as a client sends them: four bytes that say how long, then so many. One that is too long ends
//! the channel; nothing after it could be understood.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes that say how long a packet is.
const HEAD: usize = 4;

/// A channel whose packets are not longer than `most` bytes.
pub(super) struct Packets<S> {
    channel: S,
    most: u32,
    /// The bytes so far of the next head.
    head: Vec<u8>,
    /// Bytes that the packet under way still has.
    left: usize,
    has_ended: bool,
}

impl<S> Packets<S> {
    pub(super) fn new(channel: S, most: u32) -> Self {
        Self { channel, most, head: Vec::with_capacity(HEAD), left: 0, has_ended: false }
    }

    /// Looks at what has come; returns how much of it may be read.
    fn look(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            let taken = self.left.min(bytes.len() - at);
            (self.left, at) = (self.left - taken, at + taken);
            if let Some(byte) = bytes.get(at).filter(|_| self.left == 0) {
                self.head.push(*byte);
                at += 1;
            }
            if let Ok(head) = <[u8; HEAD]>::try_from(self.head.as_slice()) {
                self.head.clear();
                let length = u32::from_be_bytes(head);
                if length > self.most {
                    self.has_ended = true;
                    return at - 1; // never a whole head
                }
                self.left = usize::try_from(length).unwrap_or(usize::MAX);
            }
        }
        at
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Packets<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.has_ended {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.channel).poll_read(cx, buffer))?;
        let may_be_read = self.look(&buffer.filled()[before..]);
        buffer.set_filled(before + may_be_read);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Packets<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.channel).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.channel).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.channel).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::Packets;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test]
    async fn a_packet_that_is_too_long_ends_the_channel() {
        let packet = |length: u32, bytes: &[u8]| [&length.to_be_bytes(), bytes].concat();
        #[rustfmt::skip]
        let table = [
            // sent                                                        read
            (packet(3, b"abc"),                                            7),
            ([packet(3, b"abc"), packet(0, b""), packet(4, b"abcd")].concat(), 19),
            (packet(5, b"abcde"),                                          3), // of its head only
            ([packet(3, b"abc"), packet(u32::MAX, b"abcdefgh")].concat(),  10),
        ];
        for (sent, read) in table {
            for step in [1, 2, 5, 100] {
                let (mut client, server) = duplex(100);
                client.write_all(&sent).await.expect("sent");
                client.shutdown().await.expect("ended");
                let mut packets = Packets::new(server, 4);
                let mut all = Vec::new();
                let mut part = vec![0; step];
                loop {
                    match packets.read(&mut part).await.expect("read") {
                        0 => break,
                        n => all.extend_from_slice(&part[..n]),
                    }
                }
                let most = if read < sent.len() { read } else { sent.len() };
                assert_eq!(all, &sent[..most], "{step}");
            }
        }
    }
}
