//! Opening a person: the record, the reports that came, and who looked.

use super::record;
use crate::access::protection::Veil;
use crate::directory::directory;
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::record::PersonRecord;
use iis_model::{PersonId, RegistryNumber, Timestamp};
use iis_store::audit::{AuditRow, list};
use iis_store::{AuditEntry, account, message, person};
use std::collections::{BTreeMap, BTreeSet};

/// Opens the record of a registry number; numbers of merged persons lead to the one they were merged into. The look is
/// audited durably before anything is returned. Absent and protected from the
/// caller look the same.
pub async fn open(
    cx: &Context,
    granted: Granted,
    number: RegistryNumber,
    arrival: Arrival,
) -> Result<Option<PersonRecord>, Failure> {
    let names = directory(cx, &arrival).await?;
    let disclosed = cx.store.disclose(move |tx| {
        let entry = AuditEntry::of(&granted, arrival.at);
        let Some(found) = person::by_registry_number(tx, &granted, number)? else {
            let entry = match person::id_of_number(tx, number)? {
                Some(out_of_reach) => entry.person(out_of_reach).result("withheld"),
                None => entry.result("not found"),
            };
            return Ok((None, vec![entry]));
        };
        if !Veil::of(&granted).shows(tx, found.id, found.protected)? {
            return Ok((None, vec![entry.person(found.id).result("withheld")]));
        }
        let record = record::load(tx, &granted, &names, found.id, None)?;
        Ok((record, vec![entry.person(found.id)]))
    });
    Ok(disclosed.await?)
}

/// A message that reported about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// When it came.
    pub received_at: Timestamp,
    /// The sender's name.
    pub sender: Box<str>,
    /// The facility it named (MSH-4).
    pub facility: Box<str>,
    /// Its control id (MSH-10).
    pub control_id: Box<str>,
    /// The transport.
    pub channel: Box<str>,
    /// AA, AE or AR.
    pub ack: Box<str>,
}

/// The most messages shown of a person.
const MOST_MESSAGES: i64 = 200;

/// The messages that reported about a person, newest first.
pub async fn submissions(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    arrival: Arrival,
) -> Result<Vec<Submitted>, Failure> {
    let names = directory(cx, &arrival).await?;
    let disclosed = cx.store.disclose(move |tx| {
        let rows = message::of_person(tx, &granted, id, MOST_MESSAGES)?;
        let submitted = rows.into_iter().map(|row| Submitted {
            received_at: row.received_at,
            sender: names.sender(row.sender_id).into(),
            facility: row.msh_4,
            control_id: row.control_id,
            channel: row.channel,
            ack: row.ack,
        });
        Ok((
            submitted.collect(),
            vec![AuditEntry::of(&granted, arrival.at).action("view-reports").person(id)],
        ))
    });
    Ok(disclosed.await?)
}

/// The most audit rows shown of a person.
const MOST_DISCLOSURES: i64 = 500;

/// Who looked at or changed a person's record.
#[derive(Debug)]
pub struct Disclosures {
    /// Newest first.
    pub rows: Vec<AuditRow>,
    /// The people's own names by the user names in the rows.
    pub names: BTreeMap<Box<str>, Box<str>>,
}

/// Who looked at or changed a person's record (requirements Y-5).
pub async fn disclosures(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    arrival: Arrival,
) -> Result<Disclosures, Failure> {
    let disclosed = cx.store.disclose(move |tx| {
        let rows = list::of_person(tx, &granted, id, MOST_DISCLOSURES)?;
        let users: BTreeSet<_> =
            rows.iter().filter(|row| &*row.actor_kind == "account").map(|row| row.actor.clone()).collect();
        let mut names = BTreeMap::new();
        for user in users {
            if let Some(account) = account::by_name(tx, &user)? {
                names.insert(user, account.display_name);
            }
        }
        let looked = AuditEntry::of(&granted, arrival.at).action("view-disclosures").person(id);
        Ok((Disclosures { rows, names }, vec![looked]))
    });
    Ok(disclosed.await?)
}
