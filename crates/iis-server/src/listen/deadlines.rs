//! A connection that cannot be held open by a client that sends nothing or takes nothing.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// How HTTP/2 begins. While a client has sent nothing but a beginning of this, nobody else watches the time.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// A client that takes at least this much in a deadline is reading.
const PROGRESS: usize = 64 * 1024;

/// A connection with a deadline for its first bytes and one for a full send buffer.
///
/// Between requests and inside a request head HTTP/1 has its own deadline, inside a body the request's deadline holds.
pub struct Deadlined<S> {
    connection: S,
    greeting: Option<Pin<Box<Sleep>>>,
    greeted: usize,
    write_within: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    taken: usize,
}

impl<S> Deadlined<S> {
    /// Around a connection, with both deadlines.
    pub fn new(connection: S, greet_within: Duration, write_within: Duration) -> Self {
        let greeting = Some(Box::pin(sleep_until(Instant::now() + greet_within)));
        Self { connection, greeting, greeted: 0, write_within, stalled: None, taken: 0 }
    }

    /// Notes the first bytes; once they differ from the preface or complete it, HTTP's own deadlines hold.
    fn greet(&mut self, bytes: &[u8]) {
        let expected = HTTP2_PREFACE.get(self.greeted..).unwrap_or_default();
        let alike = bytes.iter().zip(expected).take_while(|(one, other)| one == other).count();
        self.greeted += alike;
        if alike < bytes.len() || self.greeted == HTTP2_PREFACE.len() {
            self.greeting = None;
        }
    }

    /// Watches a write: `outcome` is what the connection said, `offered` how many bytes it was offered.
    fn watch(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<usize>>,
        offered: usize,
    ) -> Poll<io::Result<usize>> {
        match &outcome {
            Poll::Ready(Ok(taken)) => {
                self.taken += taken;
                if *taken == offered || self.taken >= PROGRESS {
                    self.stalled = None;
                    self.taken = 0;
                }
                outcome
            }
            Poll::Ready(Err(_)) => outcome,
            Poll::Pending => {
                let deadline = Instant::now() + self.write_within;
                let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
                ready!(stalled.as_mut().poll(cx));
                Poll::Ready(Err(io::Error::new(ErrorKind::TimedOut, "the client does not read")))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Deadlined<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.connection).poll_read(cx, buffer) {
            Poll::Ready(outcome) => {
                if self.greeting.is_some() {
                    self.greet(&buffer.filled()[before..]);
                }
                Poll::Ready(outcome)
            }
            Poll::Pending => match &mut self.greeting {
                Some(greeting) => {
                    ready!(greeting.as_mut().poll(cx));
                    Poll::Ready(Err(io::Error::new(ErrorKind::TimedOut, "the client does not greet")))
                }
                None => Poll::Pending,
            },
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Deadlined<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.connection).poll_write(cx, bytes);
        self.watch(cx, outcome, bytes.len())
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.connection).poll_write_vectored(cx, parts);
        self.watch(cx, outcome, parts.iter().map(|part| part.len()).sum())
    }

    fn is_write_vectored(&self) -> bool {
        self.connection.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // TLS keeps what the socket does not take
        let outcome = Pin::new(&mut self.connection).poll_flush(cx).map_ok(|()| 0);
        self.watch(cx, outcome, 0).map_ok(|_| ())
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.connection).poll_shutdown(cx).map_ok(|()| 0);
        self.watch(cx, outcome, 0).map_ok(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::Deadlined;
    use std::io::ErrorKind;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    const SHORT: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn a_client_that_never_greets_or_only_half_is_closed() {
        for greeting in ["", "PRI * HTTP"] {
            let (mut client, server) = duplex(64);
            client.write_all(greeting.as_bytes()).await.expect("sent");
            let mut server = Deadlined::new(server, SHORT, SHORT);
            let mut read = Vec::new();
            let error = server.read_to_end(&mut read).await.expect_err("closed");
            assert_eq!((error.kind(), read.as_slice()), (ErrorKind::TimedOut, greeting.as_bytes()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_greeted_is_left_to_http() {
        for greeting in ["P", "POST /hl7 HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
            let (mut client, server) = duplex(64);
            client.write_all(greeting.as_bytes()).await.expect("sent");
            let mut server = Deadlined::new(server, SHORT, SHORT);
            let read = tokio::time::timeout(SHORT * 3, async {
                let mut text = String::new();
                server.read_to_string(&mut text).await.map(|_| text)
            });
            assert_eq!(read.await.is_err(), greeting != "P", "{greeting:?} is waited for");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_closed_and_one_that_reads_is_not() {
        let report = vec![7; 8 << 20];
        let (client, server) = duplex(1024);
        let mut server = Deadlined::new(server, SHORT, SHORT);
        let error = server.write_all(&report).await.expect_err("closed");
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        drop(client);

        let (mut client, server) = duplex(1024);
        let mut server = Deadlined::new(server, SHORT, SHORT);
        let reader = tokio::spawn(async move {
            let mut part = vec![0; 1024];
            let mut read = 0;
            while read < 8 << 20 {
                tokio::time::sleep(Duration::from_millis(20)).await;
                read += client.read(&mut part).await.expect("open");
            }
        });
        server.write_all(&report).await.expect("a slow but steady reader gets all");
        reader.await.expect("joined");
    }
}
