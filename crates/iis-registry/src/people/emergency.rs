//! Breaking the glass: somebody opens a record that is withheld, because a patient needs it now (requirements Y-3,
//! reliability D8).
//!
//! It takes a reason, lasts two hours, shows and changes nothing but that one record's pages, stands in the audit with its
//! reason at every look, is told to the site administrators, and waits for a review by another person.

use super::{Criteria, FoundPeople, search};
use crate::access::protection::Veil;
use crate::access::{Caller, authorize, duties, in_emergency};
use crate::accounts::Account;
use crate::enrollment::standing::inside;
use crate::mail::{Letter, Link};
use crate::staff::administrators_of;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Channel, Granted, Permission};
use iis_model::record::PersonSummary;
use iis_model::{AccountId, EmailAddress, PersonId, RegistryNumber, Timestamp};
use iis_store::emergency_opening::{self, NewOpening, OpeningRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx, outbox, person};
use jiff::SignedDuration;

/// So long an opening counts.
pub const HOLDS: SignedDuration = SignedDuration::from_hours(2);

/// So many openings an account makes within [`COUNTED`]: an emergency is an exception.
pub const MOST_OPENINGS: i64 = 10;
const COUNTED: SignedDuration = SignedDuration::from_hours(24);

/// The shortest words of a reason, in characters.
const SHORTEST_WORDS: usize = 10;
/// The longest, in characters.
const LONGEST_WORDS: usize = 300;

/// What may be chosen as a reason, with the word that is kept.
pub const REASONS: &[(&str, &str)] = &[
    ("care", "Emergency care: the patient is here and cannot wait"),
    ("exposure", "An exposure or outbreak: somebody has to be protected today"),
    ("danger", "Danger to the patient or to somebody else"),
];

/// What a review may find, with the word that is kept.
pub const FINDINGS: &[(&str, &str)] = &[
    ("justified", "Justified"),
    ("not-justified", "Not justified"),
    ("asked", "Justified, and the person was told what to do otherwise next time"),
];

/// What an opening gives.
#[derive(Debug, Clone)]
pub struct InForce {
    /// To look at the person whom it was made for.
    pub granted: Granted,
    /// The first moment when it no longer counts.
    pub until: Timestamp,
}

/// The account's opening of this person that counts now. None where it made none, or may make none any more.
pub async fn in_force(
    cx: &Context,
    account: &Account,
    number: RegistryNumber,
    arrival: Arrival,
) -> Result<Option<InForce>, Failure> {
    let asked = |permission, purpose: &str| {
        authorize(&cx.roles, Caller::Account(account), permission, Channel::Web, purpose)
    };
    if asked(Permission::OpenInEmergency, "").is_err() {
        return Ok(None);
    }
    let id = account.id;
    let found = cx.store.read(move |tx| match person::id_of_number(tx, number)? {
        Some(person) => emergency_opening::in_force(tx, id, person, arrival.at),
        None => Ok(None),
    });
    let Some((until, reason)) = found.await? else { return Ok(None) };
    let granted = asked(Permission::ViewPerson, &format!("emergency, {reason}"))?;
    Ok(Some(InForce { granted: in_emergency(granted), until }))
}

/// What somebody says who opens.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Whom: a registry number, or a whole name and birth date.
    pub whom: Criteria,
    /// One of [`REASONS`].
    pub reason: String,
    /// Why, in words.
    pub words: String,
}

/// What is said when the criteria lead to nobody, or to several: the same, so that nobody learns which.
const NOT_ONE: &str =
    "What you typed does not lead to exactly one patient. Check it, or give the registry ID.";

/// Opens the record of the one person whom the criteria mean, and returns its number. Nothing is opened, and the number
/// returned, where the account may look without it.
pub async fn open(
    cx: &Context,
    account: &Account,
    said: Said,
    arrival: Arrival,
) -> Result<RegistryNumber, Failure> {
    let asked =
        |permission| authorize(&cx.roles, Caller::Account(account), permission, Channel::Web, "emergency");
    let opens = asked(Permission::OpenInEmergency)?;
    let views = asked(Permission::ViewPerson)?;
    let reason = reason(&said)?;
    if !said.whom.missing_of_full().is_empty() && said.whom.registry_number().is_none() {
        return Err(Failure::Rule("Give the registry ID, or last name, first name and birth date."));
    }
    let searches = in_emergency(asked(Permission::SearchPersons)?);
    let found = match search(cx, searches, said.whom, arrival).await? {
        FoundPeople::People(hits) | FoundPeople::Nearest(hits) => hits,
        FoundPeople::TooMany | FoundPeople::NotEnough(_) => Vec::new(),
    };
    // nobody's record opens because they resemble
    let exact: Vec<&PersonSummary> =
        found.iter().filter(|hit| hit.reasons.is_empty()).map(|hit| &hit.person).collect();
    let [one] = &*exact else { return Err(Failure::Rule(NOT_ONE)) };
    let opening = NewOpening {
        id: cx.store.ids().take()?,
        account_id: account.id,
        person_id: one.id,
        at: arrival.at,
        until: arrival.at.saturating_add(HOLDS).unwrap_or(Timestamp::MAX),
        reason: reason.into(),
    };
    let is_protected = one.demographics.protection.value.value == Some(true);
    let (cx2, account) = (cx.clone(), account.clone());
    let kept = cx.store.write(Lane::Web, move |tx| {
        if Veil::of(&views).shows(tx, opening.person_id, is_protected)? {
            return Ok(Kept::NotNeeded);
        }
        let since = arrival.at.saturating_sub(COUNTED).unwrap_or(Timestamp::MIN);
        if emergency_opening::made_since(tx, account.id, since)? >= MOST_OPENINGS {
            tx.audit(&entry(&opens, &opening, arrival).result("refused"))?;
            return Ok(Kept::TooMany);
        }
        emergency_opening::insert(tx, &opening)?;
        tell(&cx2, tx, &account, arrival)?;
        tx.audit(&entry(&opens, &opening, arrival))?;
        Ok(Kept::Opened)
    });
    match kept.await? {
        Kept::TooMany => Err(Failure::Rule(
            "You opened many records in an emergency within a day. Call the privacy officer of the registry.",
        )),
        Kept::Opened | Kept::NotNeeded => Ok(one.registry_number),
    }
}

enum Kept {
    Opened,
    NotNeeded,
    TooMany,
}

fn entry(granted: &Granted, opening: &NewOpening, arrival: Arrival) -> AuditEntry {
    let entry = AuditEntry::of(granted, arrival.at).person(opening.person_id);
    AuditEntry { purpose: format!("emergency, {}", opening.reason).into(), ..entry }
}

/// The chosen reason with its words.
fn reason(said: &Said) -> Result<String, Failure> {
    if !REASONS.iter().any(|(code, _)| *code == said.reason) {
        return Err(Failure::Rule("Choose why the record is needed now."));
    }
    let words: String =
        said.words.trim().chars().filter(|letter| !letter.is_control()).take(LONGEST_WORDS).collect();
    if words.chars().count() < SHORTEST_WORDS {
        return Err(Failure::Rule("Say in a sentence why the record is needed now."));
    }
    Ok(format!("{}: {words}", said.reason))
}

/// Tells the site administrators of the account, who may know whether there was an emergency.
fn tell(cx: &Context, tx: &mut Tx<'_>, account: &Account, arrival: Arrival) -> Result<(), StoreError> {
    let letter = Letter::EmergencyOpening {
        user: account.name.clone(),
        link: Link::to(cx, &["help", "tickets", "new"]),
    };
    let mut told: Vec<EmailAddress> = Vec::new();
    let mut organizations: Vec<_> = account.roles.iter().filter_map(|held| held.organization_id).collect();
    organizations.sort_unstable();
    organizations.dedup();
    for organization in organizations {
        let administrators = administrators_of(tx, organization)?;
        let others = administrators.into_iter().filter(|one| one.account != account.id);
        told.extend(others.filter_map(|one| one.email));
    }
    for email in told {
        outbox::insert(tx, &letter.to(cx, &email, arrival.at).map_err(inside)?)?;
    }
    Ok(())
}

/// An opening for its reviewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// By what it is reviewed.
    pub id: i64,
    /// Who opened.
    pub account: AccountId,
    /// User name.
    pub user: Box<str>,
    /// The name on screens.
    pub display_name: Box<str>,
    /// Whose record.
    pub number: RegistryNumber,
    /// When.
    pub at: Timestamp,
    /// The first moment when it no longer counts.
    pub until: Timestamp,
    /// Why.
    pub reason: Box<str>,
    /// Its review, when there was one.
    pub review: Option<Review>,
}

/// What a review found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Box<str>,
    /// One of [`FINDINGS`].
    pub finding: Box<str>,
    /// In the reviewer's words; may be empty.
    pub note: Box<str>,
}

impl From<OpeningRow> for Opening {
    fn from(row: OpeningRow) -> Self {
        let (by, finding, note) = (row.reviewed_by, row.finding, row.note);
        Self {
            id: row.id,
            account: row.account_id,
            user: row.account,
            display_name: row.display_name,
            number: row.registry_number,
            at: row.at,
            until: row.until,
            reason: row.reason,
            review: row.reviewed_at.map(|at| Review { at, by, finding, note }),
        }
    }
}

/// The most openings listed of those that wait, and of those that were reviewed.
pub const MOST_LISTED: i64 = 100;

/// The openings that wait for their review, the oldest first, and the latest that were reviewed.
pub async fn list(
    cx: &Context,
    granted: Granted,
    arrival: Arrival,
) -> Result<(Vec<Opening>, Vec<Opening>), Failure> {
    let listed = cx.store.disclose(move |tx| {
        let due: Vec<Opening> =
            emergency_opening::due(tx, &granted, MOST_LISTED)?.into_iter().map(Opening::from).collect();
        let reviewed = emergency_opening::reviewed(tx, &granted, MOST_LISTED)?;
        let entry = AuditEntry::of(&granted, arrival.at).action("list-emergencies");
        let entry = entry.detail(format!("{} wait", due.len()));
        Ok(((due, reviewed.into_iter().map(Opening::from).collect()), vec![entry]))
    });
    Ok(listed.await?)
}

/// How many openings wait for their review.
pub async fn waiting(cx: &Context) -> Result<i64, Failure> {
    Ok(cx.store.read(emergency_opening::count_due).await?)
}

/// Keeps what the review of an opening found; nobody reviews their own.
pub async fn review(
    cx: &Context,
    granted: Granted,
    id: i64,
    (finding, note): (&str, &str),
    arrival: Arrival,
) -> Result<(), Failure> {
    if !FINDINGS.iter().any(|(code, _)| *code == finding) {
        return Err(Failure::Rule("Choose what you found."));
    }
    let note: String =
        note.trim().chars().filter(|letter| !letter.is_control()).take(LONGEST_WORDS).collect();
    if finding != "justified" && note.is_empty() {
        return Err(Failure::Rule("Say in a sentence what you found."));
    }
    let read = granted.clone();
    let opening = cx.store.read(move |tx| emergency_opening::get(tx, &read, id)).await?;
    let Some(opening) = opening else { return Err(Failure::Rule("There is no such opening.")) };
    duties::another_person(&granted, opening.account_id)?;
    let finding = finding.to_owned();
    let number = opening.registry_number;
    let reviewed = cx.store.write(Lane::Web, move |tx| {
        let (_, by) = granted.actor().label();
        if !emergency_opening::review(tx, id, arrival.at, by, (&finding, &note))? {
            return Ok(false);
        }
        let entry = AuditEntry::of(&granted, arrival.at).detail(format!("opening {id}: {finding}"));
        let person: Option<PersonId> = person::id_of_number(tx, number)?;
        tx.audit(&person.map_or(entry.clone(), |person| entry.person(person)))?;
        Ok(true)
    });
    if reviewed.await? { Ok(()) } else { Err(Failure::Rule("Somebody else reviewed it meanwhile.")) }
}
