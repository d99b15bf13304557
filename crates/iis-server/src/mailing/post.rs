//! Handing one letter to the mail server that the operator named.

use crate::config::Config;
use anyhow::Context as _;
use iis_registry::mail::Handed;
use iis_store::outbox::MailRow;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, AsyncSmtpTransport};
use lettre::{Address, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;

/// A mail server that does not answer for so long does not answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mail server, and in whose name letters go there.
pub(crate) struct Server {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Mailbox,
}

/// Where letters go.
pub(crate) enum Post {
    /// To a mail server.
    Server(Box<Server>),
    /// Nowhere: the mailbox of the demonstration shows them.
    Mailbox,
}

impl Post {
    /// As configured; none: letters wait.
    pub(crate) fn of(config: &Config) -> anyhow::Result<Option<Self>> {
        if config.has_mailbox() {
            return Ok(Some(Self::Mailbox));
        }
        let Some((host, port)) = config.mail.host() else { return Ok(None) };
        let address: Address = config.mail.sender.parse().context("mail.sender")?;
        let name: String = config.identity.jurisdiction.chars().filter(|c| !c.is_control()).collect();
        let tls = match config.mail.security.as_str() {
            "none" => Tls::None,
            "tls" => Tls::Wrapper(TlsParameters::new(host.clone()).context("mail.server")?),
            _ => Tls::Required(TlsParameters::new(host.clone()).context("mail.server")?),
        };
        let hello = ClientId::Domain(address.domain().to_owned());
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(port)
            .tls(tls)
            .hello_name(hello)
            .timeout(Some(PATIENCE));
        if !config.mail.user.is_empty() {
            let path = &config.mail.password_file;
            let password = std::fs::read_to_string(path).with_context(|| path.clone())?;
            builder =
                builder.credentials(Credentials::new(config.mail.user.clone(), password.trim().to_owned()));
        }
        let sender = Mailbox::new(Some(name), address);
        Ok(Some(Self::Server(Box::new(Server { transport: builder.build(), sender }))))
    }

    /// Hands one letter over.
    pub(crate) async fn hand_over(&self, letter: &MailRow) -> Handed {
        let Self::Server(server) = self else { return Handed::Kept };
        let Server { transport, sender } = &**server;
        let message = match message(letter, sender) {
            Ok(message) => message,
            Err(error) => return Handed::Refused(error.to_string().into()),
        };
        match transport.send(message).await {
            Ok(_) => Handed::Sent,
            Err(error) if error.is_permanent() => Handed::Refused(trouble(&error)),
            Err(error) => Handed::Later(trouble(&error)),
        }
    }
}

/// The letter as a message of RFC 5322. Its id is made from the letter's, so that one that arrives twice is known.
fn message(letter: &MailRow, sender: &Mailbox) -> anyhow::Result<Message> {
    let recipient: Address = letter.recipient.parse().context("the recipient is no address")?;
    let automatic =
        HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    let id = format!("<{}.{}@{}>", letter.id, letter.created_at.as_second(), sender.email.domain());
    let builder: MessageBuilder = Message::builder()
        .from(sender.clone())
        .to(Mailbox::new(None, recipient))
        .subject(letter.subject.to_string())
        .message_id(Some(id))
        .raw_header(automatic)
        .header(ContentType::TEXT_PLAIN);
    Ok(builder.body(letter.body.to_string())?)
}

/// What went wrong, in the protocol's terms. A mail server's own words may repeat the letter, so they are not kept.
fn trouble(error: &smtp::Error) -> Box<str> {
    match error.status() {
        Some(code) => format!("the mail server answered {code}").into(),
        None if error.is_timeout() => "the mail server did not answer in time".into(),
        None if error.is_tls() => "the mail server could not be trusted (TLS)".into(),
        None => "the mail server could not be reached".into(),
    }
}
