//! One query, from arrival to reply.

use super::message_log::{Heard, heard_entry, refuse, timed};
use super::timing::{Lap, Laps};
use super::{Received, Reply, control_id, findings, read_options, reply_header};
use crate::access::protection::Veil;
use crate::access::{Caller, authorize};
use crate::directory::{Directory, directory};
use crate::people::find::{self, Found};
use crate::recommend::recommend;
use crate::{Context, Failure};
use iis_hl7::Asker;
use iis_matching::patient::normalize::fold_identifier;
use iis_model::access::{Channel, Granted, Permission};
use iis_model::person::Identifier;
use iis_model::query::{Answer, HistoryQuery, Wanted};
use iis_model::record::PersonRecord;
use iis_model::{Findings, Given, MessageId, OrganizationId, PersonId, Place};
use iis_store::message::MessageRow;
use iis_store::{AuditEntry, Plan, StoreError, Tx, UnitKey};
use std::sync::Arc;

/// Answers a query: read, look up on a snapshot, keep message and audit rows durably, then answer. Never answered from
/// what was stored: a query is asked afresh each time. A batch file is a one-way street: a query in it is refused, and the
/// file goes on (decision 0023).
pub(super) async fn query(
    cx: &Context,
    received: Received,
    noticed: Findings,
    lap: &Lap,
) -> Result<Reply, Failure> {
    let mut read = Read::of(cx, received, noticed, lap);
    let Read { received, query: _, findings, .. } = &mut read;
    if received.channel == Channel::Batch {
        findings.push(findings::QUERY_IN_BATCH.at(Place::segment(*b"MSH", 1).field(9)));
        return keep(cx, read, Answer::NotAllowed).await;
    }
    let permission = Permission::QueryRecords;
    let granted = authorize(&cx.roles, Caller::Sender(&received.sender), permission, received.channel, "");
    let Ok(granted) = granted else {
        findings.push(findings::NOT_PERMITTED.at(Place::segment(*b"MSH", 1).field(9)));
        return keep(cx, read, Answer::NotAllowed).await;
    };
    if findings.reject_message() {
        return keep(cx, read, Answer::Unusable).await;
    }
    let names = directory(cx, &received.arrival).await?;
    let lane = received.lane();
    let asked = Arc::new(Asked { cx: cx.clone(), read, granted, names });
    let proposing = Arc::clone(&asked);
    match cx.store.propose_and_apply(lane, move |snapshot| proposing.propose(snapshot)).await {
        // in read-only mode and on a full disk the message is not kept, but whom the answer showed still is
        Err(StoreError::ReadOnly | StoreError::DiskFull) => {
            let answered = cx.store.disclose(move |snapshot| {
                let plan = asked.propose(snapshot)?;
                Ok((plan.reply, plan.audit))
            });
            Ok(Reply { bytes: answered.await?, replayed: false, message_id: None })
        }
        applied => Ok(Reply::applied(applied?)),
    }
}

/// A query as it was read, with what was noticed.
struct Read {
    received: Received,
    query: HistoryQuery,
    findings: Findings,
    lap: Lap,
    laps: Laps,
}

impl Read {
    fn of(cx: &Context, received: Received, noticed: Findings, lap: &Lap) -> Self {
        let mut findings = noticed;
        let (message, _) = iis_hl7::parse(&received.bytes);
        let query = iis_hl7::query::read(&message, &read_options(cx, &received.sender), &mut findings);
        let laps = Laps { read: Some(lap.micros()), checked: None };
        Self { received, query, findings, lap: lap.clone(), laps }
    }

    /// The reply, and the row to keep.
    fn answered(&self, cx: &Context, id: MessageId, answer: &Answer) -> (Box<[u8]>, MessageRow) {
        let Self { received, query, findings, lap, laps } = self;
        let control_id = control_id(&received.arrival, id.0);
        let reply = write(cx, received, query, answer, findings, &control_id);
        let row = Heard::of(received, id).row("QBP", Some(&query.header), findings, &reply);
        (reply, timed(row, lap, *laps))
    }
}

/// A query that may be answered.
struct Asked {
    cx: Context,
    read: Read,
    granted: Granted,
    names: Arc<Directory>,
}

impl Asked {
    fn propose(&self, snapshot: &mut Tx<'_>) -> Result<Plan, StoreError> {
        let asker = self.read.received.sender.organization_id;
        let (answer, shown, withheld) = self.answer(snapshot, asker)?;
        let id = MessageId(self.cx.store.ids().take()?);
        let mut plan = Plan::new(self.read.received.arrival.at, UnitKey::None);
        plan.audit = shown.iter().map(|person| self.entry(&answer, id).person(*person)).collect();
        if plan.audit.is_empty() {
            plan.audit.push(self.entry(&answer, id));
        }
        plan.audit
            .extend(withheld.iter().map(|person| self.entry(&answer, id).person(*person).result("withheld")));
        let (reply, row) = self.read.answered(&self.cx, id, &answer);
        (plan.reply, plan.message) = (reply, Some(row));
        Ok(plan)
    }

    /// Finds whom it is about; only what the asker may see comes out. With it: who is shown, and who was withheld.
    fn answer(
        &self,
        tx: &mut Tx<'_>,
        asker: OrganizationId,
    ) -> Result<(Answer, Vec<PersonId>, Vec<PersonId>), StoreError> {
        let sender = &self.read.received.sender.profile;
        let veil = Veil::of(&self.granted);
        let veil = if sender.is_test { veil.over_everybody() } else { veil };
        let mut seeker = find::Seeker {
            granted: &self.granted,
            asker,
            veil,
            authority: &self.cx.identity.facility,
            model: &self.cx.matching.now(),
        };
        let found = seeker.find(tx, &self.read.query, self.most_candidates())?;
        let withheld = seeker.veil.into_withheld();
        let load = |tx: &mut Tx<'_>, id| {
            let record = crate::people::record::load(tx, &self.granted, &self.names, id, Some(asker))?;
            Ok::<_, StoreError>(record.map(|record| self.with_asked_first(record)))
        };
        let (answer, shown) = match found {
            Found::Nobody => (Answer::NotFound, Vec::new()),
            Found::TooMany => (Answer::TooMany, Vec::new()),
            Found::One(id) => match load(tx, id)? {
                Some(record) => (self.record(record), vec![id]),
                None => (Answer::NotFound, Vec::new()),
            },
            Found::Several(ids) => {
                let mut candidates = Vec::with_capacity(ids.len());
                for id in &ids {
                    candidates.extend(load(tx, *id)?);
                }
                (Answer::Candidates(candidates), ids)
            }
        };
        Ok((answer, shown, withheld))
    }

    /// The most candidates that may be listed: as many as are wanted (RCP-2) and as the registry gives out; none where it
    /// is agreed that a forecast is given only of whom the query certainly means.
    fn most_candidates(&self) -> u32 {
        let only_certain = self.read.received.sender.profile.forecast_only_when_certain;
        if only_certain && self.read.query.wanted == Wanted::Forecast {
            return 0;
        }
        let most = self.cx.rules.candidate_limit;
        self.read.query.limit.get().map_or(most, |wanted| (*wanted).min(most))
    }

    /// The record with the numbers by which it was asked for in front of the asker's others.
    fn with_asked_first(&self, mut record: PersonRecord) -> PersonRecord {
        let folded = |id: &Identifier| (fold_identifier(&id.authority), fold_identifier(&id.value));
        let asked: Vec<_> = self.read.query.identifiers.iter().filter_map(Given::get).map(folded).collect();
        record.put_first(|own| asked.contains(&folded(own)));
        record
    }

    /// The record, evaluated and forecast where that is asked for.
    fn record(&self, record: PersonRecord) -> Answer {
        match self.read.query.wanted {
            Wanted::History => Answer::Record(Box::new(record)),
            Wanted::Forecast => {
                let said = recommend(&self.cx.schedules, &record, self.read.received.arrival.today);
                Answer::Evaluated(Box::new(record), Box::new(said))
            }
        }
    }

    fn entry(&self, answer: &Answer, id: MessageId) -> AuditEntry {
        AuditEntry::of(&self.granted, self.read.received.arrival.at).message(id).result(result_word(answer))
    }
}

fn result_word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Record(_) => "record",
        Answer::Evaluated(..) => "evaluated record",
        Answer::Candidates(_) => "candidates",
        Answer::TooMany => "too many",
        Answer::NotFound => "not found",
        Answer::NotAllowed => "refused",
        Answer::Unusable => "unusable",
    }
}

/// Keeps a query that shows nobody, with its reply, and answers it.
async fn keep(cx: &Context, read: Read, answer: Answer) -> Result<Reply, Failure> {
    if read.findings.effect() == iis_model::Effect::MessageRejected {
        let Read { received, query, findings, lap, .. } = read;
        return refuse(cx, received, ("QBP", Some(query.header)), findings, &lap).await;
    }
    let (cx_, lane) = (cx.clone(), read.received.lane());
    let applied = cx.store.propose_and_apply(lane, move |_| {
        let received = &read.received;
        let id = MessageId(cx_.store.ids().take()?);
        let (reply, row) = read.answered(&cx_, id, &answer);
        let mut plan = Plan::new(received.arrival.at, received.key());
        plan.audit.push(heard_entry(received, id, result_word(&answer)));
        // a reply that is kept with a key is kept as the message is: without social security numbers
        plan.reply = if received.once.is_some() { row.reply.clone() } else { reply };
        plan.message = Some(row);
        Ok(plan)
    });
    Ok(Reply::applied(applied.await?))
}

fn write(
    cx: &Context,
    received: &Received,
    query: &HistoryQuery,
    answer: &Answer,
    findings: &Findings,
    control_id: &str,
) -> Box<[u8]> {
    let (message, _) = iis_hl7::parse(&received.bytes);
    let authority = query.header.sending_facility.get().map_or("", |facility| facility);
    let organization_id = received.sender.organization_id;
    let keep_new_immunization = received.sender.profile.keep_new_immunization;
    let asker = Asker { organization_id, authority, keep_new_immunization };
    let header = reply_header(cx, &received.arrival, control_id);
    iis_hl7::answer(&message, query.wanted, answer, &asker, findings, &header).into()
}
