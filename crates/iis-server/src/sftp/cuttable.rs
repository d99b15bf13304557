//! A connection that can be ended from outside. The protocol's own task does not listen to anybody before keys are agreed
//! upon, and a client that is told to leave may stay.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot::{Receiver, Sender, channel};

/// A connection that ends when its [`Thread`] is dropped.
pub(super) struct Cuttable<S> {
    connection: S,
    thread: Receiver<()>,
    is_cut: bool,
}

/// What a connection hangs on.
pub(super) struct Thread {
    _held: Sender<()>,
}

impl<S> Cuttable<S> {
    pub(super) fn new(connection: S) -> (Self, Thread) {
        let (held, thread) = channel();
        (Self { connection, thread, is_cut: false }, Thread { _held: held })
    }

    fn is_cut(&mut self, cx: &mut Context<'_>) -> bool {
        self.is_cut = self.is_cut || Pin::new(&mut self.thread).poll(cx).is_ready();
        self.is_cut
    }
}

fn cut<T>() -> Poll<io::Result<T>> {
    Poll::Ready(Err(io::Error::new(ErrorKind::ConnectionAborted, "the connection was ended")))
}

impl<S: AsyncRead + Unpin> AsyncRead for Cuttable<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_cut(cx) { cut() } else { Pin::new(&mut self.connection).poll_read(cx, buffer) }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Cuttable<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_cut { cut() } else { Pin::new(&mut self.connection).poll_write(cx, bytes) }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.connection).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::Cuttable;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    #[tokio::test(start_paused = true)]
    async fn a_connection_lives_as_long_as_its_thread() {
        let (mut client, server) = duplex(16);
        let (mut server, thread) = Cuttable::new(server);
        client.write_all(b"a").await.expect("sent");
        assert_eq!(server.read_u8().await.expect("read"), b'a');
        let reading = tokio::spawn(async move { server.read_u8().await });
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(!reading.is_finished());
        drop(thread);
        reading.await.expect("joined").expect_err("cut");
        assert_eq!(client.read(&mut [0]).await.expect("closed"), 0);
    }
}
