//! An entry of a staff list corrected in place, by the coordinator: where the person has no account and stands on no other
//! site's list. What others answer for too, the Help Desk corrects (decision 0059).

use super::persons::{is_of_site_alone, move_address, note_before, of_address, settled};
use super::who_answers;
use crate::accounts::address::write;
use crate::mail::OnRecord;
use crate::names::{composed, is_name_of_person, is_of_license, is_showable};
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::{EmailAddress, SiteId, Timestamp};
use iis_store::worker::{self, WorkerRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx, site};
use std::collections::BTreeSet;

/// What is right about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Name.
    pub name: Box<str>,
    /// Address for mail.
    pub email: EmailAddress,
    /// Kind of license; empty: none.
    pub license_kind: Box<str>,
    /// Its number.
    pub license_number: Box<str>,
}

/// An entry that somebody would correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToCorrect {
    /// What is known, which the coordinator corrects.
    Here(Correction),
    /// The person's name: has an account, or stands on another site's list.
    ByHelpDesk(Box<str>),
}

pub(super) const BAD_NAME: Failure =
    Failure::Rule("Enter first and last name: letters, spaces, dots, dashes, apostrophes.");
pub(super) const BAD_LICENSE: Failure =
    Failure::Rule("A license’s kind and number have at most 40 characters.");
const BY_HELP_DESK: Failure = Failure::Rule(
    "This person has an account, or is known elsewhere too: the Help Desk corrects what is on record. Open a ticket.",
);
/// Said of a name and an address that do not go together, whatever is known of them elsewhere.
pub(super) const NOT_TOGETHER: &str = "This name and this e-mail address cannot be put on record together. Check both with the person; \
                                       if they are right, open a ticket: the Help Desk corrects what is on record.";

/// What may be written about a person on record.
pub(crate) fn check(name: &str, license_kind: &str, license_number: &str) -> Result<(), Failure> {
    if !is_name_of_person(name) {
        return Err(BAD_NAME);
    }
    if !is_of_license(license_kind) || !is_of_license(license_number) {
        return Err(BAD_LICENSE);
    }
    Ok(())
}

/// What can be corrected of an entry; none: there is no such entry.
pub async fn to_correct(cx: &Context, site: SiteId, entry: i64) -> Result<Option<ToCorrect>, Failure> {
    let read = cx.store.read(move |tx| {
        let Some(person) = person_of(tx, site, entry)? else { return Ok(None) };
        let email = person.email.parse().ok();
        Ok(Some(match email {
            Some(email) if is_of_site_alone(tx, person.id, site)? => ToCorrect::Here(Correction {
                name: person.name,
                email,
                license_kind: person.license_kind,
                license_number: person.license_number,
            }),
            _ => ToCorrect::ByHelpDesk(person.name),
        }))
    });
    Ok(read.await?)
}

fn person_of(tx: &mut Tx<'_>, site: SiteId, entry: i64) -> Result<Option<WorkerRow>, StoreError> {
    let listed = worker::of_site(tx, site)?.into_iter().find(|row| row.id == entry);
    Ok(listed.map(|row| worker::get(tx, row.worker_id)).transpose()?.flatten())
}

/// Corrects what is known of whom an entry lists.
pub async fn correct(
    cx: &Context,
    granted: &Granted,
    site: SiteId,
    entry: i64,
    new: Correction,
    arrival: Arrival,
) -> Result<(), Failure> {
    check(&new.name, &new.license_kind, &new.license_number)?;
    let audit = AuditEntry::of(granted, arrival.at)
        .action("correct-staff")
        .at_site(site)
        .detail(format!("site {}, entry {entry}", site.0));
    let cx2 = cx.clone();
    let corrected = cx.store.write(Lane::Web, move |tx| {
        let Some(person) = person_of(tx, site, entry)? else {
            return Ok(Err(Failure::Rule("This person is not on the list.")));
        };
        worker::hold(tx, person.id)?;
        let Some(person) = worker::get(tx, person.id)? else { return Ok(Err(BY_HELP_DESK)) };
        if !is_of_site_alone(tx, person.id, site)? {
            return Ok(Err(BY_HELP_DESK));
        }
        let email = new.email.as_str();
        if email != &*person.email {
            if settled(tx, email)?.is_some() {
                return Ok(Err(Failure::Rule(NOT_TOGETHER)));
            }
            move_address(tx, &cx2, (&person, &new.email), None, arrival.at)?;
        }
        worker::set_name(tx, person.id, &composed(&new.name))?;
        worker::set_license(tx, person.id, &new.license_kind, &new.license_number)?;
        tx.audit(&audit)?;
        Ok(Ok(()))
    });
    corrected.await?
}

/// Somebody on staff lists who has no account, as the Help Desk sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What is known.
    pub known: Correction,
    /// The sites that list the person.
    pub sites: Vec<Box<str>>,
}

/// The number of whoever of this address stands on staff lists and has no account.
pub async fn without_account(cx: &Context, email: &EmailAddress) -> Result<Option<i64>, Failure> {
    let email = email.clone();
    let read = cx.store.read(move |tx| {
        let Some(row) = of_address(tx, email.as_str())? else { return Ok(None) };
        Ok(worker::accounts_of(tx, row.id)?.is_empty().then_some(row.id))
    });
    Ok(read.await?)
}

/// Whoever of this number stands on staff lists and has no account.
pub async fn person(cx: &Context, id: i64) -> Result<Option<Person>, Failure> {
    let read = cx.store.read(move |tx| {
        let Some(row) = listed_alone(tx, id)? else { return Ok(None) };
        let mut sites = Vec::new();
        for entry in worker::of_worker(tx, id)? {
            sites.extend(site::get(tx, entry.site_id)?.map(|row| row.site.name));
        }
        sites.dedup();
        let WorkerRow { name, email, license_kind, license_number, .. } = row;
        let known = |email| Correction { name, email, license_kind, license_number };
        Ok(email.parse().ok().map(|email| Person { known: known(email), sites }))
    });
    Ok(read.await?)
}

fn listed_alone(tx: &mut Tx<'_>, id: i64) -> Result<Option<WorkerRow>, StoreError> {
    let is_listed = !worker::of_worker(tx, id)?.is_empty();
    let has_account = !worker::accounts_of(tx, id)?.is_empty();
    if is_listed && !has_account { worker::get(tx, id) } else { Ok(None) }
}

/// The Help Desk corrects whoever is listed and has no account, on all lists. Both addresses are told.
pub async fn correct_person(
    cx: &Context,
    granted: &Granted,
    id: i64,
    (new, reason): (Correction, &str),
    arrival: Arrival,
) -> Result<(), Failure> {
    if !is_showable(reason) {
        return Err(crate::accounts::helping::SAY_WHY);
    }
    check(&new.name, &new.license_kind, &new.license_number)?;
    let (cx2, clerk) = (cx.clone(), granted.actor().account_id());
    let what = format!("person {id}: {}", reason.trim());
    let audit = AuditEntry::of(granted, arrival.at).action("correct-person");
    let corrected = cx.store.write(Lane::Web, move |tx| {
        worker::hold(tx, id)?;
        let Some(row) = listed_alone(tx, id)? else { return Ok(Err(crate::access::Refused.into())) };
        let email = new.email.as_str();
        if email != &*row.email {
            if settled(tx, email)?.is_some() {
                return Ok(Err(OF_ANOTHER));
            }
            move_address(tx, &cx2, (&row, &new.email), clerk, arrival.at)?;
        }
        let license = (&*new.license_kind, &*new.license_number);
        note_before(tx, &cx2, (&row, &composed(&new.name), license), clerk, arrival.at)?;
        worker::set_name(tx, id, &composed(&new.name))?;
        worker::set_license(tx, id, &new.license_kind, &new.license_number)?;
        let before = row.email.parse::<EmailAddress>().ok().filter(|before| *before != new.email);
        for to in before.iter().chain([&new.email]) {
            write(tx, &cx2, to, OnRecord::Corrected, arrival.at)?;
        }
        tell_whose_list(tx, &cx2, &row, arrival.at)?;
        let before = format!("{what}; before: {}, {} {}", row.name, row.license_kind, row.license_number);
        tx.audit(&audit.clone().detail(before.trim_end().trim_end_matches(',')))?;
        Ok(Ok(()))
    });
    corrected.await?
}

/// Those who answer for the organizations whose lists have a person hear that the Help Desk corrected an entry.
fn tell_whose_list(
    tx: &mut Tx<'_>,
    cx: &Context,
    person: &WorkerRow,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut told = BTreeSet::new();
    for entry in worker::of_worker(tx, person.id)? {
        let Some(listing) = site::get(tx, entry.site_id)? else { continue };
        for email in who_answers(tx, listing.site.organization_id)? {
            if *email.as_str() != *person.email && told.insert(email.clone()) {
                let site = listing.site.name.clone();
                write(tx, cx, &email, OnRecord::EntryCorrected { name: person.name.clone(), site }, at)?;
            }
        }
    }
    Ok(())
}

const OF_ANOTHER: Failure =
    Failure::Rule("This e-mail address stands on record for somebody else. Look for it first.");
