//! The doors for HL7: one message in, one reply out, whatever happens.

mod admission;
pub(crate) mod body;
pub(crate) mod credentials;
pub mod local;
pub mod post;
mod several;

pub use admission::Admission;
pub(crate) use several::{answer_all, messages_in};

use crate::app::App;
use crate::failure::{Outage, outage};
use crate::figures;
use iis_model::access::Channel;
use iis_model::organization::Sender;
use iis_registry::exchange::{self, Received, Reply};
use std::sync::Arc;
use tokio::time::{Instant, timeout_at};

/// What a message is answered with.
pub(crate) enum Outcome {
    /// The registry's reply; what it accepts is durable.
    Reply(Reply),
    /// AR with 207: nothing is known to be stored, sending again is safe.
    CannotProcess(Box<[u8]>, Outage),
}

impl Outcome {
    /// The HL7 text.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Reply(reply) => &reply.bytes,
            Self::CannotProcess(bytes, _) => bytes,
        }
    }
}

/// A message that came in.
pub(crate) struct Incoming {
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) channel: Channel,
    /// As [`Received::once`].
    pub(crate) once: Option<[u8; 32]>,
}

/// Gives one message to the registry and waits for its reply until the deadline.
pub(crate) async fn answer(
    app: &App,
    sender: &Arc<Sender>,
    bytes: Arc<[u8]>,
    channel: Channel,
    deadline: Instant,
) -> Outcome {
    answer_incoming(app, sender, Incoming { bytes, channel, once: None }, deadline).await
}

/// The same for a message that may be known by more than its content.
///
/// The work goes on when the client leaves or the deadline passes: what it stores is found again by the message key.
pub(crate) async fn answer_incoming(
    app: &App,
    sender: &Arc<Sender>,
    incoming: Incoming,
    deadline: Instant,
) -> Outcome {
    let Incoming { bytes, channel, once } = incoming;
    let started = Instant::now();
    let Some(admitted) = app.admission.exchange() else {
        return cannot_process(app, &bytes, channel, Outage::BUSY);
    };
    let arrival = app.arrival();
    let received = Received { bytes: Arc::clone(&bytes), sender: Arc::clone(sender), channel, arrival, once };
    let registry = app.registry.clone();
    let work = tokio::spawn(async move {
        let _admitted = admitted;
        exchange::receive(&registry, received).await
    });
    let outage = match timeout_at(deadline, work).await {
        Ok(Ok(Ok(reply))) => {
            let ack = acknowledgment(&reply.bytes);
            figures::message(channel.word(), ack, started.elapsed());
            tracing::debug!(
                sender.name = &*sender.name,
                ack = ack,
                replayed = reply.replayed,
                bytes = bytes.len(),
                channel = channel.word(),
                "message answered"
            );
            return Outcome::Reply(reply);
        }
        Ok(Ok(Err(failure))) => outage(&failure),
        Ok(Err(_panic)) => {
            figures::panicked();
            Outage::PANIC
        }
        Err(_late) => Outage::TOO_SLOW,
    };
    cannot_process(app, &bytes, channel, outage)
}

/// The refusal of a message that cannot be processed now.
pub(crate) fn cannot_process(app: &App, bytes: &[u8], channel: Channel, outage: Outage) -> Outcome {
    figures::cannot_process(channel.word(), outage.cause);
    let reply = exchange::cannot_process(&app.registry, bytes, &app.arrival());
    Outcome::CannotProcess(reply, outage)
}

/// MSA-1 of a reply.
pub(crate) fn acknowledgment(reply: &[u8]) -> &'static str {
    let (message, _) = iis_hl7::parse(reply);
    let code = message.segment("MSA").map(|segment| segment.field(1).raw());
    ["AA", "AE", "AR"].into_iter().find(|known| code == Some(known)).unwrap_or("none")
}
