//! A mail server for tests: it listens, speaks SMTP (RFC 5321) and keeps what it is given.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A message that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) sender: String,
    pub(crate) recipients: Vec<String>,
    /// Headers and text, lines ended by CR LF.
    pub(crate) data: String,
}

impl Received {
    /// The lines of the head.
    pub(crate) fn head(&self) -> Vec<&str> {
        self.data.split("\r\n\r\n").next().unwrap_or_default().split("\r\n").collect()
    }

    /// The text behind the head, with the transfer encoding taken off.
    pub(crate) fn text(&self) -> String {
        let body = self.data.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let soft = body.replace("=\r\n", "");
        soft.replace("=3D", "=").replace("\r\n", "\n")
    }
}

/// How it answers RCPT, so that a test can have it refuse.
type Answers = Arc<Mutex<Vec<&'static str>>>;

/// The server.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    mail: Arc<Mutex<Vec<Received>>>,
    answers: Answers,
}

impl Receiver {
    /// Listens on a port of its own.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let receiver = Self { address, mail: Arc::default(), answers: Arc::default() };
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.converse(stream).await });
            }
        });
        receiver
    }

    /// Answers the next recipients with these replies, the last one first.
    pub(crate) fn will_answer(&self, answers: &[&'static str]) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).extend(answers);
    }

    /// What it was given.
    pub(crate) fn mail(&self) -> Vec<Received> {
        self.mail.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn converse(&self, stream: TcpStream) -> Option<()> {
        let (reading, mut writing) = stream.into_split();
        let mut lines = BufReader::new(reading).lines();
        writing.write_all(b"220 mail.test ESMTP\r\n").await.ok()?;
        let (mut sender, mut recipients) = (String::new(), Vec::new());
        while let Some(line) = lines.next_line().await.ok()? {
            let command = line.to_ascii_uppercase();
            let mut answer = "250 OK";
            if command.starts_with("EHLO") {
                answer = "250-mail.test\r\n250 8BITMIME";
            } else if command.starts_with("MAIL FROM:") {
                sender = path(&line);
            } else if command.starts_with("RCPT TO:") {
                let refusal = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop();
                if let Some(refusal) = refusal {
                    answer = refusal;
                } else {
                    recipients.push(path(&line));
                }
            } else if command == "DATA" {
                writing.write_all(b"354 go on\r\n").await.ok()?;
                let mut data = String::new();
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    data.push_str("\r\n");
                }
                let received = Received {
                    sender: std::mem::take(&mut sender),
                    recipients: std::mem::take(&mut recipients),
                    data,
                };
                self.mail.lock().unwrap_or_else(PoisonError::into_inner).push(received);
            } else if command == "RSET" {
                recipients.clear();
            } else if command == "QUIT" {
                writing.write_all(b"221 bye\r\n").await.ok()?;
                return Some(());
            } else if command != "NOOP" {
                answer = "502 not known here";
            }
            writing.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
        Some(())
    }
}

/// What stands between the angle brackets.
fn path(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
