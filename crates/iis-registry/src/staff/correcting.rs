//! An entry of a staff list corrected in place, by the coordinator: where the person has no account and stands on no other
//! site's list. What others answer for too, the Help Desk corrects (decision 0059).

use super::persons::{is_of_site_alone, settled};
use crate::names::{is_name_of_person, is_of_license};
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::{EmailAddress, SiteId};
use iis_store::worker::{self, WorkerRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx};

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
    let corrected = cx.store.write(Lane::Web, move |tx| {
        let Some(person) = person_of(tx, site, entry)? else {
            return Ok(Err(Failure::Rule("This person is not on the list.")));
        };
        if !is_of_site_alone(tx, person.id, site)? {
            return Ok(Err(BY_HELP_DESK));
        }
        let email = new.email.as_str();
        if email != &*person.email {
            if settled(tx, email)?.is_some() {
                return Ok(Err(Failure::Rule(NOT_TOGETHER)));
            }
            worker::set_email(tx, person.id, email)?;
        }
        worker::set_name(tx, person.id, new.name.trim())?;
        worker::set_license(tx, person.id, &new.license_kind, &new.license_number)?;
        tx.audit(&audit)?;
        Ok(Ok(()))
    });
    corrected.await?
}
