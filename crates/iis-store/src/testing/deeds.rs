//! Invented work for tests and measurements: a new person, a further dose.

use super::NOW;
use crate::event::EventRow;
use crate::link::LinkRow;
use crate::message::MessageRow;
use crate::person::NewPerson;
use crate::person_name::NameRow;
use crate::person_status::PersonStatus;
use crate::person_view::PersonView;
use crate::report::{Body, NewReport};
use crate::source_record::{self, NewSourceRecord, SourceView};
use crate::submission::{self, NewSubmission};
use crate::{AuditEntry, Change, Ids, Plan, StoreError, Tx, UnitKey, event, match_key, person};
use iis_model::access::{Actor, Channel, Granted, Permission};
use iis_model::event::{Action, InformationSource};
use iis_model::{
    Demographics, EventId, EventKind, MessageId, OrganizationId, PersonId, RegistryNumber, ReportId,
    SenderId, SiteId, SourceRecordId, testing,
};
use sha2::{Digest, Sha256};

/// The sender of all invented messages.
pub const SENDER: SenderId = SenderId(7);

/// Its organization.
pub const ORGANIZATION: OrganizationId = OrganizationId(3);

/// The permission with which tests read.
pub fn granted() -> Granted {
    let actor = Actor::Sender { id: SENDER, name: "clinic7".into(), organization_id: ORGANIZATION };
    Granted::by_decision(actor, Permission::SubmitReports, Channel::Http, "")
}

/// A message with some control id: 1.9 kB in, 0.5 kB out.
#[derive(Debug, Clone)]
pub struct Message {
    /// MSH-10.
    pub control_id: String,
    /// As received.
    pub body: Vec<u8>,
}

impl Message {
    /// The message of this control id.
    pub fn new(control_id: impl Into<String>) -> Self {
        let control_id = control_id.into();
        let mut body =
            format!("MSH|^~\\&|EHR|CLINIC7|IIS|STATE|20260921||VXU^V04^VXU_V04|{control_id}|P|2.5.1\r")
                .into_bytes();
        while body.len() < 1_900 {
            body.extend_from_slice(
                b"OBX|1|CE|64994-7^Eligibility^LN|1|V02^VFC eligible^HL70064||||||F|||20260921\r",
            );
        }
        Self { control_id, body }
    }

    fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.body).into()
    }

    /// Its key.
    pub fn key(&self) -> UnitKey {
        UnitKey::Message {
            sender_id: SENDER,
            msh_3: "EHR".into(),
            msh_4: "CLINIC7".into(),
            control_id: self.control_id.as_str().into(),
            body_sha256: self.sha256(),
        }
    }

    /// Its row, answered with this reply.
    pub fn row(&self, id: MessageId, reply: &[u8]) -> MessageRow {
        MessageRow {
            id,
            sender_id: SENDER,
            msh_3: "EHR".into(),
            msh_4: "CLINIC7".into(),
            control_id: self.control_id.as_str().into(),
            body_sha256: self.sha256(),
            channel: "http".into(),
            received_at: NOW,
            kind: "VXU".into(),
            profile: "Z22".into(),
            ack: "AA".into(),
            body: self.body.as_slice().into(),
            reply: reply.into(),
            findings: "[]".into(),
            source_record_id: None,
            revision: None,
            read_micros: Some(60),
            checked_micros: Some(110),
            micros: 250,
            answered_micros: None,
        }
    }
}

fn reply_to(message: &Message, id: MessageId) -> Box<[u8]> {
    let mut reply = format!(
        "MSH|^~\\&|IIS|STATE|EHR|CLINIC7|20260921||ACK^V04^ACK|{id}|P|2.5.1\rMSA|AA|{}\r",
        message.control_id
    );
    while reply.len() < 500 {
        reply.push_str("ERR||PID^1^11|0^Message accepted^HL70357|I||||the address has no county\r");
    }
    reply.into_bytes().into()
}

/// An invented person, the `n`-th.
pub fn demographics(n: i64) -> Demographics {
    let mut person = testing::person().called(&format!("DOE{n}"), "ANA").mrn(&format!("A{n}"), "CLINIC7");
    let address = iis_model::person::Address {
        street: "12 Long Street".into(),
        city: "Springfield".into(),
        state: "ST".into(),
        zip: "01234".into(),
        ..Default::default()
    };
    person.addresses = vec![address.into()];
    person
}

/// The plan for a message about person `n`: as new when there is none of its number, else with a further dose.
pub fn submit(tx: &mut Tx<'_>, ids: &Ids, n: i64, message: &Message) -> Result<Plan, StoreError> {
    let found = source_record::find(tx, &granted(), ORGANIZATION, "CLINIC7", &format!("A{n}"))?.pop();
    let id = MessageId(ids.take()?);
    let reply = reply_to(message, id);
    let mut plan = Plan::new(NOW, message.key());
    let (person_id, source_record_id, revision) = match found {
        Some(found) => {
            let (person_id, version) =
                found.person.ok_or_else(|| StoreError::internal("a record without a person"))?;
            plan.person_versions.push((person_id, version));
            plan.touched.push(person_id);
            (person_id, found.id, found.revision() + 1)
        }
        None => new_person(tx, ids, n, &mut plan)?,
    };
    let doses = event::of_person(tx, &granted(), person_id)?.len();
    dose(&mut plan, ids, (person_id, source_record_id, revision), id, (n, doses))?;
    plan.message = Some(MessageRow {
        source_record_id: Some(source_record_id),
        revision: Some(revision),
        ..message.row(id, &reply)
    });
    plan.audit.push(AuditEntry::of(&granted(), NOW).person(person_id).message(id));
    plan.reply = reply;
    Ok(plan)
}

/// A person with a source record, found under one match key.
fn new_person(
    tx: &mut Tx<'_>,
    ids: &Ids,
    n: i64,
    plan: &mut Plan,
) -> Result<(PersonId, SourceRecordId, i64), StoreError> {
    let (person_id, record_id) = (PersonId(ids.take()?), SourceRecordId(ids.take()?));
    let key = n / 2; // two persons under each key
    plan.match_stamps = match_key::stamps(tx, &[key])?;
    let mut random = [0; 8];
    random.copy_from_slice(&Sha256::digest(person_id.0.to_le_bytes())[..8]);
    let name = NameRow {
        last: format!("DOE{n}").into(),
        first: "ANA".into(),
        born_on: demographics(n).born_on.value,
    };
    plan.changes.extend([
        Change::NewPerson(NewPerson {
            id: person_id,
            registry_number: RegistryNumber::from_random(u64::from_le_bytes(random)),
            status: "active",
            created_at: NOW,
        }),
        Change::NewSourceRecord(NewSourceRecord {
            id: record_id,
            organization_id: ORGANIZATION,
            authority: "CLINIC7".into(),
            mrn: format!("A{n}").into(),
            generation: 1,
            created_at: NOW,
            is_vital: false,
        }),
        Change::Link(LinkRow {
            source_record_id: record_id,
            person_id,
            kind: "auto".into(),
            score_bits: None,
            model_version: None,
            decided_by: "openiis".into(),
            decided_at: NOW,
        }),
        Change::SourceView(SourceView {
            source_record_id: record_id,
            demographics: demographics(n),
            revision: 1,
            sent_at: NOW,
            is_vital: false,
        }),
        Change::PersonNames { person_id, names: vec![name] },
        Change::AddMatchKeys { person_id, keys: vec![key] },
    ]);
    Ok((person_id, record_id, 1))
}

/// A dose more than the person has.
fn dose(
    plan: &mut Plan,
    ids: &Ids,
    (person_id, source_record_id, revision): (PersonId, SourceRecordId, i64),
    message_id: MessageId,
    (n, doses): (i64, usize),
) -> Result<(), StoreError> {
    let report_id = ReportId(ids.take()?);
    let day = testing::dose(InformationSource::NewImmunization)
        .given("2026-09-20")
        .lot("L77")
        .lot_expires(Some("2027-01-31"));
    let given_on = day.given_on.value;
    let cvx = day.cvx.value;
    plan.changes.extend([
        Change::Submission(NewSubmission {
            source_record_id,
            revision,
            message_id: Some(message_id),
            sender_id: Some(SENDER),
            account_id: None,
            site_id: Some(SiteId(5)),
            sent_at: NOW,
            received_at: NOW,
            demographics: (revision == 1).then(|| demographics(n)),
            sent_hash: submission::hash_of(&demographics(n)),
            decrements: false,
        }),
        Change::Report(NewReport {
            made_by: None,
            source_record_id,
            id: report_id,
            revision,
            dose_key: format!("V{revision}^CLINIC7").into(),
            action: Action::Add,
            sent_at: NOW,
            body: Body::of(day)?,
        }),
        Change::Event(EventRow {
            person_id,
            id: EventId(report_id.0),
            given_on,
            cvx,
            kind: EventKind::Administered,
            reports: vec![(source_record_id, report_id)],
        }),
        Change::PersonView(PersonView { person_id, demographics: demographics(n) }),
        Change::ForecastStatus(PersonStatus {
            person_id,
            doses: i64::try_from(doses).unwrap_or(0) + 1,
            latest_dose_on: given_on.and_then(|day| day.full()),
            packed: Box::default(),
            release: "".into(),
            re_evaluate_on: None,
        }),
    ]);
    Ok(())
}

/// The person whose medical record number is that of `n`.
pub fn person_of(tx: &mut Tx<'_>, n: i64) -> Result<Option<person::Person>, StoreError> {
    let found = source_record::find(tx, &granted(), ORGANIZATION, "CLINIC7", &format!("A{n}"))?.pop();
    match found.and_then(|record| record.person) {
        Some((id, _)) => person::get(tx, &granted(), id),
        None => Ok(None),
    }
}
