//! `openiis hl7 send`: a client for testing any registry.

use crate::cli::Ended;
use crate::client::{Answer, Client, ClientError, Options, OwnCertificate, Target};
use crate::message_file::MessageFile;
use crate::output::Output;
use anyhow::{Context, bail};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// What to send where.
#[derive(Debug, Args)]
pub struct Send {
    /// Files with one or many messages, plain or gzip.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where to: http(s)://…/hl7, http(s)://…/soap, mllp://host:port, mllps://host:port.
    #[arg(long, value_name = "URL")]
    to: Target,
    /// Name of the sender, or NAME:SECRET.
    #[arg(long, value_name = "NAME[:SECRET]")]
    user: Option<String>,
    /// File with the secret.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// PEM file of a certificate authority to trust beside the system's.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// PEM file of a certificate to show, for a receiver that recognizes senders by theirs.
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// PEM file of the certificate's private key.
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// How long to wait for each reply.
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    timeout: u64,
}

/// Sends every message on one connection, one after the other. Ends with 1 when one was not answered AA.
pub async fn run(send: &Send, output: Output) -> anyhow::Result<Ended> {
    let options = Options {
        credentials: credentials(send)?,
        authority: send.ca.clone(),
        timeout: Duration::from_secs(send.timeout),
    };
    let own = send.certificate.clone().zip(send.key.clone());
    let own = own.map(|(certificate, key)| OwnCertificate { certificate, key });
    let mut client = Client::with_certificate(&send.to, &options, own.as_ref())?;
    let (mut all, mut accepted) = (0_u64, 0_u64);
    for path in &send.files {
        let before = all;
        let mut file = MessageFile::open(path)?;
        while let Some(message) = file.next_message()? {
            let started = Instant::now();
            let answer = client.send(&message.bytes).await;
            all += 1;
            accepted += u64::from(print(path, message.number, &answer, started.elapsed(), output));
            if let Err(error @ (ClientError::Connect(_) | ClientError::Tls(_))) = answer {
                bail!(error);
            }
        }
        anyhow::ensure!(all > before, "{}: no message is in it; one begins with MSH", path.display());
    }
    output.line(&format!("{all} messages sent, {accepted} answered AA"));
    Ok(Ended::refused_if(accepted < all))
}

fn credentials(send: &Send) -> anyhow::Result<Option<(String, String)>> {
    let Some(user) = &send.user else { return Ok(None) };
    if let Some(path) = &send.password_file {
        let secret = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        return Ok(Some((user.clone(), secret.trim_end().to_owned())));
    }
    let (name, secret) =
        user.split_once(':').context("give the secret as --user NAME:SECRET or with --password-file")?;
    Ok(Some((name.to_owned(), secret.to_owned())))
}

/// Prints an answer and says whether it is AA.
fn print(
    path: &Path,
    number: u64,
    answer: &Result<Answer, ClientError>,
    took: Duration,
    output: Output,
) -> bool {
    let millis = took.as_secs_f64() * 1000.0;
    let (ack, status, text) = match answer {
        Ok(Answer::Hl7 { status, bytes }) => {
            (crate::exchange::acknowledgment(bytes), *status, String::from_utf8_lossy(bytes).into_owned())
        }
        Ok(Answer::Fault(text)) => ("fault", Some(500), text.clone()),
        Ok(Answer::Status(status, text)) => ("none", Some(*status), text.clone()),
        Err(error) => ("none", None, error.to_string()),
    };
    output.object(&json!({
        "file": path.display().to_string(), "message": number, "ack": ack, "status": status,
        "milliseconds": millis, "reply": text,
    }));
    let http = status.map_or_else(String::new, |status| format!(" (HTTP {status})"));
    output.line(&format!("{} message {number}: {ack}{http} in {millis:.1} ms", path.display()));
    for line in text.split(['\r', '\n']).filter(|line| !line.is_empty()) {
        output.line(&format!("  {line}"));
    }
    ack == "AA"
}
