//! A plan: everything one unit of work wants to change, as data.
//!
//! It is made on a snapshot by a reading thread and applied whole or not at all by a writer; it can also be looked
//! at instead of applied (dry runs, rehearsals, review).

use crate::audit::AuditEntry;
use crate::message::MessageRow;
use crate::{
    activity, chosen_value, event, job, link, match_key, match_subject, not_same, opting_out, person,
    person_name, person_status, person_view, replay, report, review_answer, review_item, source_record,
    stock, stock_lot, submission, withdrawal, withheld,
};
use iis_model::{EventId, MessageId, PersonId, ReportId, SenderId, SourceRecordId, Timestamp};

/// What makes a unit of work the same unit when it comes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitKey {
    /// A message: the same sender, application, facility, control id and body. The reply is kept with the message.
    Message {
        /// The sender, by its credential.
        sender_id: SenderId,
        /// Sending application (MSH-3).
        msh_3: Box<str>,
        /// Sending facility (MSH-4).
        msh_4: Box<str>,
        /// Control id (MSH-10).
        control_id: Box<str>,
        /// SHA-256 of the body as received.
        body_sha256: [u8; 32],
    },
    /// A form, a job step, a merge: 32 bytes that are drawn once for the deed. The reply is kept with the key.
    Once([u8; 32]),
    /// Nothing to recognize it by: a refusal. When the outcome of its COMMIT is unknown it is reported unavailable.
    None,
}

/// What one unit of work wants to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// When the unit was received.
    pub at: Timestamp,
    /// What makes it the same unit when it comes again.
    pub key: UnitKey,
    /// The persons that were read, with the version seen.
    pub person_versions: Vec<(PersonId, i64)>,
    /// Those of them that change: their versions go up by one.
    pub touched: Vec<PersonId>,
    /// The stripes of match keys that were looked up, with the stamp seen (0: absent). When the plan creates a person or
    /// adds match keys they go up by one, so that two messages about the same new child meet here.
    pub match_stamps: Vec<(i64, i64)>,
    /// The rows to write, in this order.
    pub changes: Vec<Change>,
    /// The message as received, with its reply.
    pub message: Option<MessageRow>,
    /// The audit rows.
    pub audit: Vec<AuditEntry>,
    /// What is answered once all this is durable.
    pub reply: Box<[u8]>,
}

impl Plan {
    /// A plan that changes nothing yet.
    pub fn new(at: Timestamp, key: UnitKey) -> Self {
        Self {
            at,
            key,
            person_versions: Vec::new(),
            touched: Vec::new(),
            match_stamps: Vec::new(),
            changes: Vec::new(),
            message: None,
            audit: Vec::new(),
            reply: Box::default(),
        }
    }

    /// Whether a person is created or can be found under further keys.
    pub(crate) fn moves_match_stamps(&self) -> bool {
        self.changes.iter().any(|change| matches!(change, Change::NewPerson(_) | Change::AddMatchKeys { .. }))
    }
}

/// A row to write.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a plan holds a handful; a box each would cost more than the room"
)]
pub enum Change {
    /// A person and its registry number.
    NewPerson(person::NewPerson),
    /// A person is merged into another, or comes back: its status and where its numbers lead.
    PersonStatus(person::StatusChange),
    /// The number that the first person was given leads to the second.
    LeadNumber(PersonId, PersonId),
    /// A source record.
    NewSourceRecord(source_record::NewSourceRecord),
    /// The next revision of a source record.
    Submission(submission::NewSubmission),
    /// A version of a dose, or its deletion.
    Report(report::NewReport),
    /// A source record is linked to a person, or to another one than before.
    Link(link::LinkRow),
    /// Whose a source record is when all merges are taken back.
    LinkHome(SourceRecordId, PersonId),
    /// What was decided about links.
    LinkEvent(link::NewLinkEvent),
    /// The fold of a source record's submissions (consolidated).
    SourceView(source_record::SourceView),
    /// A source record of which nothing counts says nothing (consolidated).
    DeleteSourceView(SourceRecordId),
    /// A person's demographics (consolidated).
    PersonView(person_view::PersonView),
    /// A vaccination event (consolidated): new or changed.
    Event(event::EventRow),
    /// A vaccination event that is no more (consolidated).
    DeleteEvent(PersonId, EventId),
    /// All consolidated rows of a person go: it is rebuilt, or merged away.
    ClearPerson(PersonId),
    /// A person's searchable names (consolidated): all of them.
    PersonNames {
        /// The person.
        person_id: PersonId,
        /// Its names.
        names: Vec<person_name::NameRow>,
    },
    /// Match keys of a person in addition to those it has (consolidated).
    AddMatchKeys {
        /// The person.
        person_id: PersonId,
        /// The keys.
        keys: Vec<i64>,
    },
    /// Match keys that no longer hold (consolidated).
    RemoveMatchKeys {
        /// The person.
        person_id: PersonId,
        /// The keys.
        keys: Vec<i64>,
    },
    /// A person's records in comparable form (consolidated).
    MatchSubject {
        /// The person.
        person_id: PersonId,
        /// Its records, packed by the matching room.
        records: Box<[u8]>,
    },
    /// A person's forecast status (consolidated).
    ForecastStatus(person_status::PersonStatus),
    /// Somebody is to look whether a record's person is another one.
    ReviewItem(review_item::NewReviewItem),
    /// What became of a review item.
    ReviewState(review_item::ReviewState),
    /// What a reviewer answered.
    ReviewAnswer(review_answer::ReviewAnswer),
    /// What became of an answer that waited: "done" or "withdrawn".
    AnswerState(i64, &'static str),
    /// Two persons are two.
    NotSame(not_same::NotSame),
    /// The decision that two persons are two is taken back.
    TakeBackNotSame(PersonId, PersonId),
    /// Somebody chose a value, or takes that back.
    ChosenValue(chosen_value::ChosenValue),
    /// All that a sender sent between two moments is to be withdrawn, or comes back.
    Withdrawal(withdrawal::NewWithdrawal),
    /// Stored messages are to be held against the rules of today.
    Replay(replay::NewReplay),
    /// A submission no longer counts, or counts again.
    MarkSubmission(withdrawal::Mark),
    /// A version of a dose no longer counts, or counts again.
    MarkReport(withdrawal::Mark),
    /// A version of a dose that a withdrawal made goes when that is taken back.
    DeleteMadeReport(SourceRecordId, ReportId),
    /// A refrigerator or freezer.
    StorageUnit(stock_lot::StorageUnit),
    /// A lot that was not on hand before.
    StockLot(iis_model::stock::StockLot, Timestamp),
    /// An entry of the ledger of a lot.
    StockEntry(stock::NewEntry),
    /// A dose that did not come out of the stock.
    StockMissed(stock::MissedDose),
    /// The dose came out after all, or is no more.
    StockFound(SourceRecordId, Box<str>),
    /// A person is locked, or opened again.
    OptingOut(opting_out::FormRow),
    /// What a message says is shown to nobody: it names an identity that was replaced.
    SealMessage(MessageId),
    /// Whether a person is active, as somebody says.
    Activity(activity::ActivityRow),
    /// A job, to be done after this unit.
    Job(job::NewJob),
}

impl Change {
    /// Writes the row.
    pub(crate) fn apply(&self, tx: &mut crate::Tx<'_>) -> Result<(), crate::StoreError> {
        match self {
            Self::NewPerson(row) => person::insert(tx, row),
            Self::PersonStatus(row) => person::set_status(tx, row),
            Self::LeadNumber(of, to) => person::lead_number(tx, *of, *to),
            Self::NewSourceRecord(row) => source_record::insert(tx, row),
            Self::Submission(row) => submission::insert(tx, row),
            Self::Report(row) => report::insert(tx, row),
            Self::Link(row) => link::put(tx, row),
            Self::LinkHome(id, home) => link::put_home(tx, *id, *home),
            Self::LinkEvent(row) => link::insert_event(tx, row),
            Self::SourceView(row) => source_record::put_view(tx, row),
            Self::DeleteSourceView(id) => source_record::delete_view(tx, *id),
            Self::PersonView(row) => person_view::put(tx, row),
            Self::Event(row) => event::put(tx, row),
            Self::DeleteEvent(person_id, id) => event::delete(tx, *person_id, *id),
            Self::ClearPerson(id) => crate::consolidated::clear_person(tx, *id),
            Self::PersonNames { person_id, names } => person_name::replace(tx, *person_id, names),
            Self::AddMatchKeys { person_id, keys } => match_key::add(tx, *person_id, keys),
            Self::RemoveMatchKeys { person_id, keys } => match_key::remove(tx, *person_id, keys),
            Self::MatchSubject { person_id, records } => match_subject::put(tx, *person_id, records),
            Self::ForecastStatus(row) => person_status::put(tx, row),
            Self::ReviewItem(row) => review_item::insert(tx, row),
            Self::ReviewState(row) => review_item::set_state(tx, row),
            Self::ReviewAnswer(row) => review_answer::insert(tx, row),
            Self::AnswerState(id, state) => review_answer::set_state(tx, *id, state),
            Self::NotSame(row) => not_same::insert(tx, row),
            Self::TakeBackNotSame(one, other) => not_same::delete(tx, not_same::NotSame::pair(*one, *other)),
            Self::ChosenValue(row) => chosen_value::insert(tx, row),
            Self::Withdrawal(row) => withdrawal::insert(tx, row),
            Self::Replay(row) => replay::insert(tx, row),
            Self::MarkSubmission(mark) => withdrawal::mark_submission(tx, mark),
            Self::MarkReport(mark) => withdrawal::mark_report(tx, mark),
            Self::DeleteMadeReport(record, id) => report::delete_made(tx, *record, *id),
            Self::StorageUnit(row) => stock_lot::insert_unit(tx, row),
            Self::StockLot(row, at) => stock_lot::insert(tx, row, *at),
            Self::StockEntry(row) => stock::insert(tx, row),
            Self::StockMissed(row) => stock::put_missed(tx, row),
            Self::StockFound(record, dose_key) => stock::delete_missed(tx, *record, dose_key),
            Self::OptingOut(row) => opting_out::insert(tx, row),
            Self::SealMessage(id) => withheld::withhold_message(tx, *id),
            Self::Activity(row) => activity::insert(tx, row),
            Self::Job(row) => job::insert(tx, row),
        }
    }
}

/// What became of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The answer, durable: the plan's, or the one given before.
    pub reply: Box<[u8]>,
    /// Whether the unit had been applied before; nothing was changed now.
    pub replayed: bool,
    /// The message that holds the answer.
    pub message_id: Option<MessageId>,
}
