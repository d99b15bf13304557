//! The doors for HL7: one message in, one reply out, whatever happens.

mod admission;
pub(crate) mod body;
pub mod completions;
pub(crate) mod credentials;
pub mod local;
pub mod post;
mod several;

pub use admission::Admission;
pub(crate) use admission::Reserved;
pub(crate) use several::{answer_all, first_message, messages_in};

use crate::app::App;
use crate::clock;
use crate::failure::{Outage, TOO_FAST, outage};
use crate::figures;
use iis_model::access::Channel;
use iis_model::organization::Sender;
use iis_registry::exchange::{self, Received, Reply};
use iis_registry::{Failure, senders};
use iis_store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The first and the longest pause before a full queue of the store is tried again.
const PAUSES: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(200));

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
    /// Whether it waits for its turn when the sender is faster than agreed; otherwise it is told to come again.
    pub(crate) waits_for_turn: bool,
}

/// Gives one message to the registry and waits for its reply until the deadline.
pub(crate) async fn answer(
    app: &App,
    sender: &Arc<Sender>,
    bytes: Arc<[u8]>,
    channel: Channel,
    deadline: Instant,
) -> Outcome {
    let waits_for_turn = channel == Channel::Mllp;
    answer_incoming(app, sender, Incoming { bytes, channel, once: None, waits_for_turn }, deadline).await
}

/// The same for a message that may be known by more than its content.
///
/// The work goes on when the client leaves or the deadline passes: what it stores is found again by the message key.
/// When too much is under way, whoever came over HTTP is told so at once; a connection of MLLP waits, and while it does
/// nothing more is read from it.
pub(crate) async fn answer_incoming(
    app: &App,
    sender: &Arc<Sender>,
    incoming: Incoming,
    deadline: Instant,
) -> Outcome {
    let started = Instant::now();
    let Incoming { bytes, channel, .. } = &incoming;
    let waits = *channel == Channel::Mllp;
    if let Err(outage) = turn(app, sender, &incoming, deadline).await {
        return cannot_process(app, bytes, *channel, outage);
    }
    let mut pause = PAUSES.0;
    loop {
        let outage = match attempt(app, sender, &incoming, deadline, waits).await {
            Ok(reply) => {
                told(&reply, sender, bytes.len(), *channel, started.elapsed());
                return Outcome::Reply(reply);
            }
            Err(outage) => outage,
        };
        if outage != Outage::BUSY || !waits || Instant::now() + pause >= deadline {
            return cannot_process(app, bytes, *channel, outage);
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// Waits until a message may come at the pace that is agreed with its sender, if its connection can be made to wait until
/// then. Batch files have no pace: they wait behind everybody.
async fn turn(app: &App, sender: &Sender, incoming: &Incoming, deadline: Instant) -> Result<(), Outage> {
    while incoming.channel != Channel::Batch
        && let Err(wait) = senders::admit(&app.registry, sender, clock::now())
    {
        let wait = wait.unsigned_abs();
        if !incoming.waits_for_turn || Instant::now() + wait >= deadline {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            return Err(Outage::too_fast(u32::try_from(seconds).unwrap_or(u32::MAX)));
        }
        tokio::time::sleep(wait).await;
    }
    Ok(())
}

/// One try.
async fn attempt(
    app: &App,
    sender: &Arc<Sender>,
    incoming: &Incoming,
    deadline: Instant,
    waits: bool,
) -> Result<Reply, Outage> {
    let admitted = if waits {
        timeout_at(deadline, app.admission.exchange_when_free()).await.unwrap_or_default()
    } else {
        app.admission.exchange()
    };
    let Some(admitted) = admitted else { return Err(Outage::BUSY) };
    let (arrival, sender, bytes) = (app.arrival(), Arc::clone(sender), Arc::clone(&incoming.bytes));
    let received = Received { bytes, sender, channel: incoming.channel, arrival, once: incoming.once };
    let registry = app.registry.clone();
    let work = tokio::spawn(async move {
        let _admitted = admitted;
        exchange::receive(&registry, received).await
    });
    match timeout_at(deadline, work).await {
        Ok(Ok(Ok(reply))) => Ok(reply),
        // tried again, and no failure yet
        Ok(Ok(Err(Failure::Store(StoreError::Busy)))) if waits => Err(Outage::BUSY),
        Ok(Ok(Err(failure))) => Err(outage(&failure)),
        Ok(Err(_panic)) => {
            figures::panicked();
            Err(Outage::PANIC)
        }
        Err(_late) => Err(Outage::TOO_SLOW),
    }
}

/// Counts a reply and writes a line about it, without anything of a patient's.
fn told(reply: &Reply, sender: &Sender, bytes: usize, channel: Channel, took: Duration) {
    let ack = acknowledgment(&reply.bytes);
    figures::message(channel.word(), ack, took);
    tracing::debug!(
        sender.name = &*sender.name,
        ack = ack,
        replayed = reply.replayed,
        bytes,
        channel = channel.word(),
        "message answered"
    );
}

/// The refusal of a message that cannot be processed now.
pub(crate) fn cannot_process(app: &App, bytes: &[u8], channel: Channel, outage: Outage) -> Outcome {
    figures::cannot_process(channel.word(), outage.cause);
    let (registry, arrival) = (&app.registry, app.arrival());
    let reply = match outage.cause {
        TOO_FAST => exchange::too_fast(registry, bytes, &arrival),
        _ => exchange::cannot_process(registry, bytes, &arrival),
    };
    Outcome::CannotProcess(reply, outage)
}

/// MSA-1 of a reply.
pub(crate) fn acknowledgment(reply: &[u8]) -> &'static str {
    let (message, _) = iis_hl7::parse(reply);
    let code = message.segment("MSA").map(|segment| segment.field(1).raw());
    ["AA", "AE", "AR"].into_iter().find(|known| code == Some(known)).unwrap_or("none")
}
