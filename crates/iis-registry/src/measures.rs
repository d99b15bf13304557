//! The quality of what each sender sends: counted from the stored messages, day by day.
//!
//! A day is counted whole and put in place of what was counted before, so that counting again changes nothing but what new
//! messages bring.

use crate::access::as_registry;
use crate::{Context, Failure};
use iis_hl7::z22;
use iis_model::access::Permission;
use iis_model::organization::Sender;
use iis_model::{Date, Findings, SenderId, Submission, Timestamp};
use iis_quality::Terms;
use iis_quality::measures::{Counts, Measures, REPEATED};
use iis_store::Lane;
use iis_store::message::{self, StoredBody};
use iis_store::sender_quality::{self, SenderQualityRow};
use jiff::tz::TimeZone;
use std::collections::HashSet;

/// Messages read at a time.
const PAGE: i64 = 200;

/// Counts one day of one sender, from the messages received on it; returns how many there were.
pub async fn count_day(cx: &Context, sender: &Sender, day: Date, at: Timestamp) -> Result<u64, Failure> {
    let (from, before) = bounds(day, &cx.identity.zone);
    let sender_id = sender.id;
    let mut counting = Counting::default();
    let mut after = (from, iis_model::MessageId(i64::MIN));
    loop {
        let page = cx.store.read(move |tx| {
            let granted = as_registry(Permission::Operate);
            message::vxu_bodies(tx, &granted, sender_id, after, before, PAGE)
        });
        let page = page.await?;
        let Some(last) = page.last() else { break };
        after = (last.received_at, last.id);
        // A page takes some milliseconds.
        for stored in &page {
            counting.take(cx, sender, stored, day);
        }
    }
    let messages = counting.counts.of(iis_quality::measures::MESSAGES);
    let counts = serde_json::to_string(&counting.counts).unwrap_or_default().into();
    let row = SenderQualityRow { sender_id, day, counts, computed_at: at };
    cx.store.write(Lane::Bulk, move |tx| sender_quality::put(tx, &row)).await?;
    Ok(messages)
}

/// Counts a day of all senders; returns how many messages there were.
pub async fn count_all(cx: &Context, day: Date, at: Timestamp) -> Result<u64, Failure> {
    let mut messages = 0;
    for sender in crate::senders::list(cx).await? {
        messages += count_day(cx, &sender, day, at).await?;
    }
    Ok(messages)
}

/// The measures of a sender from one day to another, both included.
pub async fn measures(cx: &Context, sender: SenderId, from: Date, to: Date) -> Result<Measures, Failure> {
    let rows = cx.store.read(move |tx| sender_quality::of_sender(tx, sender, from, to)).await?;
    let days: Vec<(Date, Counts)> =
        rows.iter().map(|row| (row.day, serde_json::from_str(&row.counts).unwrap_or_default())).collect();
    Ok(Measures::of(&days))
}

/// The moment at which a day begins in the zone, and the one at which the next does.
fn bounds(day: Date, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let start = |day: Date| day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |start| start.timestamp());
    (start(day), start(day.tomorrow().unwrap_or(Date::MAX)))
}

/// A day in the counting.
#[derive(Default)]
struct Counting {
    counts: Counts,
    /// Doses seen so far, by a hash of patient, day and vaccine.
    seen: HashSet<u64>,
}

impl Counting {
    fn take(&mut self, cx: &Context, sender: &Sender, stored: &StoredBody, day: Date) {
        let translation = crate::exchange::translated(sender, &stored.body);
        let body = translation.as_ref().map_or(&*stored.body, |translation| &translation.bytes);
        let (message, _) = iis_hl7::parse(body);
        let options = crate::exchange::read_options(cx, sender);
        let submission = z22::read(&message, &options, &mut Findings::default());
        let sets = cx.codes.now();
        let policy = crate::exchange::policy(&cx.checks, &sender.profile);
        let terms = Terms { sets: &sets, policy: &policy, today: day };
        self.counts.count(&submission, &message, &terms);
        let repeated = doses(&submission).filter(|dose| !self.seen.insert(*dose)).count();
        self.counts.add(REPEATED, repeated as u64);
    }
}

/// A hash of each dose of the message: who, when, what.
fn doses(submission: &Submission) -> impl Iterator<Item = u64> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let who = submission.person.identifiers.first().and_then(|given| given.get());
    submission.events.iter().filter(|event| event.kind.is_dose() && !event.is_delete()).map(move |event| {
        let mut hasher = DefaultHasher::new();
        (who, event.given_date(), event.cvx.get(), event.ndc.get()).hash(&mut hasher);
        hasher.finish()
    })
}
