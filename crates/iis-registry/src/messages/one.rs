//! One message as it came, annotated, with its reply and with what became of it.

use super::Envelope;
use super::annotated::{Annotated, annotate};
use super::kept::{KeptFinding, findings};
use crate::access::protection::Veil;
use crate::directory::{Directory, directory};
use crate::exchange::findings::CODE_TRANSLATED;
use crate::{Arrival, Context, Failure};
use iis_hl7::er7::Message;
use iis_hl7::translation::translate;
use iis_model::access::Granted;
use iis_model::organization::CodeMapping;
use iis_model::{Cvx, EventKind, MessageId, PartialDate, PersonId, Place, RegistryNumber};
use iis_store::message::{self, MessageRow};
use iis_store::report::{self, MarkedRow};
use iis_store::{AuditEntry, StoreError, Tx, link, person, sender, submission, withheld};
use std::collections::{BTreeMap, BTreeSet};

/// A message that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What is known of it from outside.
    pub envelope: Envelope,
    /// The profile it named.
    pub profile: Box<str>,
    /// Its length, in bytes.
    pub bytes: usize,
    /// How long it took.
    pub times: Times,
    /// What it says; none: it is about somebody whom the caller may not see.
    pub content: Option<Content>,
}

/// How long a message took, in microseconds after it was received. What was not measured is none: an older message, a part
/// that it did not come to, an answer whose time was lost with the program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// Until it was read.
    pub read: Option<i64>,
    /// Until it was checked.
    pub checked: Option<i64>,
    /// Until the plan of what changes was made.
    pub planned: Option<i64>,
    /// Until that was on disk and the reply was handed out.
    pub answered: Option<i64>,
}

/// What a message says, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// As it came.
    pub message: Annotated,
    /// As it was answered.
    pub reply: Annotated,
    /// What was found, numbered as in the annotations.
    pub findings: Vec<Told>,
    /// What it changed; none: nothing was stored but the message.
    pub became: Option<Became>,
}

/// A finding with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Code, severity, place.
    pub finding: KeptFinding,
    /// What is wrong and how to mend it, as the reply says it.
    pub text: String,
    /// Whether its place is marked in the message.
    pub is_marked: bool,
    /// As what a code of the sender's own is read, by the agreement as it is today: code and coding system.
    pub read_as: Option<String>,
}

/// What a submission changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Became {
    /// Which submission of its source record it was, from 1.
    pub revision: i64,
    /// The number of the person to whom that record is linked now.
    pub registry_number: Option<RegistryNumber>,
    /// What it said that had not been said before.
    pub said: Vec<SaidOf>,
    /// The withdrawal by which it does not count.
    pub withdrawn_by: Option<i64>,
}

/// A dose, refusal or observation that a submission added or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidOf {
    /// What it is.
    pub kind: EventKind,
    /// The day.
    pub given_on: Option<PartialDate>,
    /// The vaccine.
    pub cvx: Option<Cvx>,
    /// Whether it was withdrawn by its sender.
    pub is_delete: bool,
}

/// Opens a message. The look is audited durably before anything is returned.
pub async fn open(
    cx: &Context,
    granted: Granted,
    id: MessageId,
    arrival: Arrival,
) -> Result<Option<Opened>, Failure> {
    let names = directory(cx, &arrival).await?;
    let authority = cx.identity.facility.clone();
    let opened = cx.store.disclose(move |tx| {
        let entry = AuditEntry::of(&granted, arrival.at).action("view-message").message(id);
        let Some(row) = message::get(tx, &granted, id)? else {
            return Ok((None, vec![entry.result("not found")]));
        };
        let persons = persons(tx, &granted, &row, &authority)?;
        let is_shown = is_shown(tx, &granted, &row, &persons)?;
        let entry = if is_shown { entry } else { entry.result("withheld") };
        let mut audit: Vec<_> = persons.iter().map(|person| entry.clone().person(*person)).collect();
        if audit.is_empty() {
            audit.push(entry);
        }
        let content = if is_shown { Some(content(tx, &granted, &row)?) } else { None };
        Ok((Some(opened(row, &names, content)), audit))
    });
    Ok(opened.await?)
}

fn opened(row: MessageRow, names: &Directory, content: Option<Content>) -> Opened {
    Opened {
        envelope: Envelope {
            id: row.id,
            received_at: row.received_at,
            sender: names.sender(row.sender_id).into(),
            facility: row.msh_4,
            control_id: row.control_id,
            kind: row.kind,
            channel: row.channel,
            ack: row.ack,
        },
        profile: row.profile,
        bytes: row.body.len(),
        times: Times {
            read: row.read_micros,
            checked: row.checked_micros,
            planned: Some(row.micros).filter(|micros| *micros > 0),
            answered: row.answered_micros,
        },
        content,
    }
}

/// Whom a message is about: the person of its record, and those whom its reply shows, also who is out of reach since.
fn persons(
    tx: &mut Tx<'_>,
    granted: &Granted,
    row: &MessageRow,
    authority: &str,
) -> Result<BTreeSet<PersonId>, StoreError> {
    let mut persons = BTreeSet::new();
    if let Some(record) = row.source_record_id {
        persons.extend(link::person_of(tx, granted, record)?);
    }
    for number in numbers_in(&row.reply, authority) {
        persons.extend(person::id_of_number(tx, number)?);
    }
    Ok(persons)
}

/// The registry's own numbers in the PID segments of a reply.
fn numbers_in(reply: &[u8], authority: &str) -> Vec<RegistryNumber> {
    let (reply, _) = iis_hl7::parse(reply);
    let persons = reply.segments().filter(|segment| segment.name() == "PID");
    let identifiers = persons.flat_map(|segment| segment.field(3).repetitions().collect::<Vec<_>>());
    let own = identifiers.filter(|identifier| identifier.component(4).sub_component(1).is(authority));
    own.filter_map(|identifier| identifier.component(1).text().parse().ok()).collect()
}

/// Whether the caller may see everybody whom the message is about, and it names nobody's former identity. One that asks for protection itself and was not
/// stored is about somebody protected too.
fn is_shown(
    tx: &mut Tx<'_>,
    granted: &Granted,
    row: &MessageRow,
    persons: &BTreeSet<PersonId>,
) -> Result<bool, StoreError> {
    if withheld::is_withheld(tx, row.id)? {
        return Ok(false);
    }
    let mut veil = Veil::of(granted);
    for id in persons {
        let is_protected = person::get(tx, granted, *id)?.is_some_and(|person| person.protected);
        if !veil.shows(tx, *id, is_protected)? {
            return Ok(false);
        }
    }
    let (message, _) = iis_hl7::parse(&row.body);
    let asks = message.segment("PD1").is_some_and(|segment| segment.field(12).is("Y"));
    Ok(!asks || veil.sees_all() || !persons.is_empty())
}

fn content(tx: &mut Tx<'_>, granted: &Granted, row: &MessageRow) -> Result<Content, StoreError> {
    let (message, _) = iis_hl7::parse(&row.body);
    let (reply, _) = iis_hl7::parse(&row.reply);
    let kept = findings(&row.findings);
    let places: Vec<Place> = kept.iter().map(|finding| finding.place).collect();
    let words = words(&reply);
    let standard = standard_codes(tx, row, &message)?;
    let told = |finding: KeptFinding| Told {
        read_as: standard.get(&finding.place).filter(|_| *finding.code == *CODE_TRANSLATED.code).cloned(),
        text: words.get(&finding.code).cloned().unwrap_or_else(|| catalogued(&finding.code)),
        is_marked: message.range_of(finding.place).is_some(),
        finding,
    };
    Ok(Content {
        message: annotate(&message, &places),
        reply: annotate(&reply, &[]),
        findings: kept.into_iter().map(told).collect(),
        became: became(tx, granted, row)?,
    })
}

/// As what the codes of the sender's own in a message are read, by their places.
fn standard_codes(
    tx: &mut Tx<'_>,
    row: &MessageRow,
    message: &Message<'_>,
) -> Result<BTreeMap<Place, String>, StoreError> {
    let sender = sender::by_id(tx, row.sender_id)?;
    let mappings = sender.map(|access| access.sender.profile.mappings).unwrap_or_default();
    let translated =
        translate(message, &mappings).map(|translation| translation.translated).unwrap_or_default();
    let standard = |(place, at): (Place, usize)| {
        let CodeMapping { standard, standard_system, .. } = &mappings[at];
        (place, format!("{standard} {standard_system}").trim_end().to_owned())
    };
    Ok(translated.into_iter().map(standard).collect())
}

/// The words of each code in a reply.
fn words(reply: &Message<'_>) -> BTreeMap<Box<str>, String> {
    let errors = reply.segments().filter(|segment| segment.name() == "ERR");
    let words = errors.map(|error| (error.field(7).text().into(), error.field(8).text().into_owned()));
    words.collect()
}

/// The words of a code that is not in the reply: a response tells one finding only.
fn catalogued(code: &str) -> String {
    let all = iis_hl7::findings::ALL.iter().chain(crate::exchange::findings::ALL);
    all.copied().find(|kind| kind.code == code).map(|kind| kind.text.to_owned()).unwrap_or_default()
}

fn became(tx: &mut Tx<'_>, granted: &Granted, row: &MessageRow) -> Result<Option<Became>, StoreError> {
    let (Some(record), Some(revision)) = (row.source_record_id, row.revision) else { return Ok(None) };
    let submissions = submission::of_record(tx, granted, record)?;
    let own = submissions.iter().find(|submission| submission.row.revision == revision);
    let person = match link::person_of(tx, granted, record)? {
        Some(id) => person::get(tx, granted, id)?,
        None => None,
    };
    let rows = report::marked_of_record(tx, granted, record)?;
    let said = |MarkedRow { version, .. }: &MarkedRow| SaidOf {
        kind: version.gist.kind,
        given_on: version.gist.given_on,
        cvx: version.gist.cvx,
        is_delete: version.gist.is_delete,
    };
    Ok(Some(Became {
        revision,
        registry_number: person.map(|person| person.registry_number),
        said: rows.iter().filter(|row| row.version.revision == revision).map(said).collect(),
        withdrawn_by: own.and_then(|submission| submission.withdrawn_by),
    }))
}
