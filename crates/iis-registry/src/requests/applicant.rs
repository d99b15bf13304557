//! Who asks: found in one way for the gates, for the account that is made, and for whoever approves.

use super::gates::ByLicense;
use super::{Application, Request};
use crate::names::is_same_person;
use crate::staff::persons;
use iis_model::Timestamp;
use iis_store::{StoreError, Tx, site, worker};
use std::collections::BTreeSet;

/// The address from which that of a person on record was moved lately, or the name that was corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The address, or the name, of before.
    pub before: Box<str>,
    /// When it was moved, or corrected.
    pub at: Timestamp,
    /// Whether the Help Desk did so; otherwise the person, or the coordinator of the list.
    pub is_by_desk: bool,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Applicant {
    /// Nobody whom a staff list or an account knows.
    New,
    /// Somebody known by the address, with the same name.
    Known(i64),
    /// Somebody of whose name and license an account is there, under another address. Names and licenses are public, and nobody may
    /// have looked that license up: it tells nothing of who the applicant is. Whose account it is signs in and asks by a ticket;
    /// that it is somebody else the Help Desk finds out, and notes.
    KnownElsewhere(i64),
    /// Somebody without an account, with the same name and license under another address on a staff list of the organization where
    /// access is asked for. One of the two addresses is wrong, and staff who may correct a list are not to decide to whom the first
    /// link goes: the applicant asks with the address of the list, or its coordinator corrects the list. What a list of another
    /// organization says is nobody's word about this applicant.
    ListedElsewhere(i64),
    /// The address is that of somebody with another name.
    NamedOtherwise,
}

impl Applicant {
    /// Finds out.
    pub(super) fn of(tx: &mut Tx<'_>, request: &Request) -> Result<Self, StoreError> {
        if let Some(account) = request.body.adds_to
            && let Some(owner) = worker::of_account(tx, account)?
        {
            return Ok(Self::Known(owner.id)); // whoever was signed in, whatever address holds by now
        }
        let name = &request.body.name;
        if let Some(row) = persons::of_address(tx, request.email.as_str())? {
            let is_same = is_same_person(&row.name, name);
            return Ok(if is_same { Self::Known(row.id) } else { Self::NamedOtherwise });
        }
        let mut found = Self::New;
        for person in licensed(tx, request)? {
            if !worker::accounts_of(tx, person)?.is_empty() {
                return Ok(Self::KnownElsewhere(person));
            }
            if is_listed_here(tx, request, person)? {
                found = Self::ListedElsewhere(person);
            }
        }
        Ok(found)
    }

    /// Everybody whom the registry may know as this person, by whatever list: for what keeps somebody out.
    pub(super) fn possibly(self, tx: &mut Tx<'_>, request: &Request) -> Result<BTreeSet<i64>, StoreError> {
        let mut persons: BTreeSet<_> = licensed(tx, request)?.into_iter().collect();
        persons.extend(self.worker().or(self.elsewhere()));
        Ok(persons)
    }

    /// People of the applicant's name on the staff list of the site who are somebody else as far as the registry knows, each with
    /// the address there: whoever decides asks whether it is the same person (S-59).
    pub(super) fn namesakes(self, tx: &mut Tx<'_>, request: &Request) -> Result<Vec<Box<str>>, StoreError> {
        let Some(site) = request.site_id else { return Ok(Vec::new()) };
        let listed = worker::of_site(tx, site)?.into_iter();
        let others = listed.filter(|row| {
            Some(row.worker_id) != self.worker().or(self.elsewhere())
                && is_same_person(&row.name, &request.body.name)
        });
        let mut addresses: Vec<_> = others.map(|row| row.email).collect();
        addresses.sort();
        addresses.dedup();
        Ok(addresses)
    }

    /// From where the address of the person was moved lately: whoever decides asks there, or calls.
    pub(super) fn moved(self, tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Moved>, StoreError> {
        let Some(person) = self.worker().or(self.elsewhere()) else { return Ok(None) };
        let latest = persons::moved(tx, person, now)?.into_iter().next();
        Ok(latest.map(|row| Moved {
            before: row.email_before,
            at: row.moved_at,
            is_by_desk: row.clerk_id.is_some(),
        }))
    }

    /// What the person was called until lately, where the Help Desk corrected the name.
    pub(super) fn called_before(self, tx: &mut Tx<'_>) -> Result<Option<Moved>, StoreError> {
        let Some(person) =
            self.worker().or(self.elsewhere()).map(|id| worker::get(tx, id)).transpose()?.flatten()
        else {
            return Ok(None);
        };
        let before = persons::stood_before(tx, person.id)?.into_iter().rfind(|row| row.name != person.name);
        Ok(before.map(|row| Moved { before: row.name, at: row.changed_at, is_by_desk: true }))
    }

    /// The address under which the registry knows somebody of the applicant's name and license, where it is another than the request's.
    pub(super) fn known_as(self, tx: &mut Tx<'_>, request: &Request) -> Result<Option<Box<str>>, StoreError> {
        if self.by_license(request) == ByLicense::SomebodyElse {
            return Ok(None); // that address is somebody else's business
        }
        let known = self.worker().or(self.elsewhere());
        let known = known.map(|id| worker::get(tx, id)).transpose()?.flatten();
        Ok(known.filter(|row| *row.email != *request.email.as_str()).map(|row| row.email))
    }

    /// Whether the Help Desk knows whose the account of the applicant's name and license is, if there is one under another address.
    pub(super) fn by_license(self, request: &Request) -> ByLicense {
        let Self::KnownElsewhere(found) = self else { return ByLicense::Nobody };
        match &request.body.another_person {
            Some((_, _, noted)) if *noted == found => ByLicense::SomebodyElse,
            _ => ByLicense::Unanswered,
        }
    }

    /// Finds out, and holds what is known of the person until the transaction ends: a correction that is being made is waited for, and
    /// one that comes later finds what was decided.
    pub(super) fn held(tx: &mut Tx<'_>, request: &Request) -> Result<Self, StoreError> {
        let found = Self::of(tx, request)?;
        if let Some(person) = found.worker().or(found.elsewhere()) {
            worker::hold(tx, person)?;
        }
        Self::of(tx, request)
    }

    /// The person, where known by the address or by an account.
    pub(super) fn worker(self) -> Option<i64> {
        if let Self::Known(id) = self { Some(id) } else { None }
    }

    /// Whoever has the applicant's name and license under another address.
    pub(super) fn elsewhere(self) -> Option<i64> {
        match self {
            Self::KnownElsewhere(id) | Self::ListedElsewhere(id) => Some(id),
            Self::Known(_) | Self::New | Self::NamedOtherwise => None,
        }
    }
}

/// People of the applicant's name and license.
fn licensed(tx: &mut Tx<'_>, request: &Request) -> Result<Vec<i64>, StoreError> {
    let Application { name, license_kind, license_number, .. } = &request.body;
    if worker::plain(license_number).is_empty() {
        return Ok(Vec::new());
    }
    let mut licensed = Vec::new();
    for row in persons::of_license(tx, license_kind, license_number)? {
        if persons::is_or_was_called(tx, &row, name)? {
            licensed.push(row.id);
        }
    }
    Ok(licensed)
}

/// Whether a person stands on a staff list of the organization where access is asked for.
fn is_listed_here(tx: &mut Tx<'_>, request: &Request, person: i64) -> Result<bool, StoreError> {
    let Some(asked) = request.site_id.map(|id| site::get(tx, id)).transpose()?.flatten() else {
        return Ok(false);
    };
    for entry in worker::of_worker(tx, person)? {
        let there = site::get(tx, entry.site_id)?;
        if there.is_some_and(|row| row.site.organization_id == asked.site.organization_id) {
            return Ok(true);
        }
    }
    Ok(false)
}
