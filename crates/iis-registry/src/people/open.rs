//! Opening a person: the record, the reports that came, and who looked.

use super::record;
use crate::access::protection::Veil;
use crate::directory::{Directory, directory};
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::record::PersonRecord;
use iis_model::{
    AccountId, Demographics, PersonId, RegistryNumber, ReportedEvent, SourceRecordId, Timestamp,
};
use iis_store::audit::{AuditRow, list};
use iis_store::{AuditEntry, StoreError, Tx, account, message, person, report, submission};
use std::collections::{BTreeMap, BTreeSet, HashMap};

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

/// What somebody entered about a person at a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// When.
    pub received_at: Timestamp,
    /// Who: the name of the account.
    pub by: Box<str>,
    /// The site for which it was said; empty: it is not known any more.
    pub site: Box<str>,
    /// What it said of the person apart from vaccinations.
    pub of_person: OfPerson,
    /// The doses, refusals and observations that it said, corrected or took back, as far as they were not withdrawn.
    pub events: Vec<ReportedEvent>,
}

/// What a form said of a person apart from vaccinations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OfPerson {
    /// Nothing.
    Nothing,
    /// The status at the site, and nothing else.
    Status,
    /// Demographics, which may hold a status too.
    Demographics,
}

impl OfPerson {
    fn of(said: Option<Demographics>) -> Self {
        let Some(said) = said.filter(|said| *said != Demographics::default()) else { return Self::Nothing };
        let is_status_alone = said == Demographics { status: said.status.clone(), ..Demographics::default() };
        if is_status_alone { Self::Status } else { Self::Demographics }
    }
}

/// Something that was said about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// By a message.
    Message(Submitted),
    /// By a form.
    Form(Entered),
}

impl Came {
    /// When.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Message(message) => message.received_at,
            Self::Form(form) => form.received_at,
        }
    }
}

/// The most messages, and the most forms, shown of a person.
const MOST_SHOWN: i64 = 200;

/// What was said about a person by messages and by forms, newest first.
pub async fn submissions(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    arrival: Arrival,
) -> Result<Vec<Came>, Failure> {
    let names = directory(cx, &arrival).await?;
    let disclosed = cx.store.disclose(move |tx| {
        let rows = message::of_person(tx, &granted, id, MOST_SHOWN)?;
        let submitted = rows.into_iter().map(|row| {
            Came::Message(Submitted {
                received_at: row.received_at,
                sender: names.sender(row.sender_id).into(),
                facility: row.msh_4,
                control_id: row.control_id,
                channel: row.channel,
                ack: row.ack,
            })
        });
        let mut came: Vec<Came> = submitted.collect();
        came.extend(entered(tx, &granted, &names, id)?.into_iter().map(Came::Form));
        came.sort_by_key(|one| std::cmp::Reverse(one.at()));
        Ok((came, vec![AuditEntry::of(&granted, arrival.at).action("view-reports").person(id)]))
    });
    Ok(disclosed.await?)
}

/// What an account is called; empty: it is not there any more.
fn name_of(tx: &mut Tx<'_>, id: Option<AccountId>) -> Result<Box<str>, StoreError> {
    let Some(id) = id else { return Ok(Box::default()) };
    Ok(account::get(tx, id)?.map(|account| account.display_name).unwrap_or_default())
}

/// What people entered about a person.
fn entered(
    tx: &mut Tx<'_>,
    granted: &Granted,
    names: &Directory,
    id: PersonId,
) -> Result<Vec<Entered>, StoreError> {
    let forms = submission::by_form(tx, granted, id, MOST_SHOWN)?;
    let mut events: HashMap<(SourceRecordId, i64), Vec<ReportedEvent>> = HashMap::new();
    if !forms.is_empty() {
        for row in report::current_of_person(tx, granted, id)? {
            events.entry((row.source_record_id, row.revision)).or_default().push(row.body);
        }
    }
    let mut people: HashMap<AccountId, Box<str>> = HashMap::new();
    let mut entered = Vec::new();
    for form in forms {
        let by = match form.account_id.and_then(|id| people.get(&id)) {
            Some(known) => known.clone(),
            None => name_of(tx, form.account_id)?,
        };
        people.extend(form.account_id.map(|id| (id, by.clone())));
        let site = form.site_id.and_then(|id| names.site(id));
        entered.push(Entered {
            received_at: form.received_at,
            by,
            site: site.map(|site| site.name.clone()).unwrap_or_default(),
            of_person: OfPerson::of(form.demographics),
            events: events.remove(&(form.source_record_id, form.revision)).unwrap_or_default(),
        });
    }
    Ok(entered)
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
