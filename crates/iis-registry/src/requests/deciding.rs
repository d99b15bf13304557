//! Who may decide a request: a site administrator of its organization and nobody for themselves; the Help Desk for a first site
//! administrator, by two clerks or after a day, and for what the only one asks (S-11, decision 0061).

use super::Request;
use super::applicant::Applicant;
use super::telling::told_of;
use crate::accounts::address::accounts_of_owner;
use crate::names::is_same_person;
use crate::staff::{ADMINISTRATOR, administrators_of, is_administered, persons, who_administer};
use crate::{Context, Failure};
use iis_model::access::Actor;
use iis_model::{AccountId, Timestamp};
use iis_store::{AuditEntry, Lane, StoreError, Tx, account, identity_before, site, worker};
use jiff::SignedDuration;

/// Said to staff who would decide what they asked for themselves (requirements 6.5).
pub(super) const OWN: &str = "This is your own request, or bears your name. A colleague reads it.";
const TOO_SOON: &str = "You noted that the organization was asked, and it was told so. A colleague of the Help Desk approves now, or \
                        you after 24 hours, in which the organization can object.";
const UNHEARD: &str = "Nobody of this organization has an address on record, so that nobody was told and nobody can object. A colleague \
                       of the Help Desk approves, not whoever noted that the organization was asked.";
/// So long the organization has to object, unless another clerk approves.
const OBJECTS_WITHIN: SignedDuration = SignedDuration::from_hours(24);
pub(super) const NOT_OF_THIS_ORGANIZATION: &str = "You are not a site administrator of this organization.";

/// Keeps in the audit what staff, or a site administrator, tried and were refused: whoever tries until it works is to be seen.
pub(super) async fn kept(cx: &Context, entry: AuditEntry, done: Result<(), Failure>) -> Result<(), Failure> {
    if let Err(Failure::Rule(_)) = &done {
        let refused = entry.result("refused");
        cx.store.write(Lane::Web, move |tx| tx.audit(&refused)).await?;
    }
    done
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approver {
    /// A site administrator, by account.
    Administrator(AccountId),
    /// The Help Desk, for a first site administrator and for what the only one asks.
    HelpDesk,
}

/// Why somebody may not answer.
pub(super) fn refusal(
    tx: &mut Tx<'_>,
    case: &Request,
    (approver, asks): (Approver, &Actor),
    now: Timestamp,
) -> Result<Option<&'static str>, StoreError> {
    let organization = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten();
    let administrators = match &organization {
        Some(row) => administrators_of(tx, row.site.organization_id)?,
        None => Vec::new(),
    };
    let alone = administers_alone(tx, case, now)?;
    Ok(match approver {
        Approver::HelpDesk if &*case.body.role != ADMINISTRATOR => {
            let keeps_out = keeps_out(tx, asks, case, now)?;
            match alone {
                _ if keeps_out.is_some() => keeps_out,
                Alone::Administrator => None,
                Alone::Moved => too_soon(tx, case, asks, now)?,
                Alone::No => Some(
                    "The Help Desk approves a first site administrator, and what the only site administrator asks for. Ask the site \
                     administrator.",
                ),
            }
        }
        Approver::HelpDesk => {
            let keeps_out = keeps_out(tx, asks, case, now)?;
            let too_soon = too_soon(tx, case, asks, now)?;
            match &organization {
                _ if keeps_out.is_some() => keeps_out,
                None => Some("The request names no site that is known."),
                Some(row) if alone == Alone::No && is_administered(tx, row.site.organization_id, now)? => {
                    Some(
                        "The organization has a site administrator, who decides. Ask for the approval. Who cannot sign in gets help: see \
                     Accounts.",
                    )
                }
                Some(_) => too_soon,
            }
        }
        Approver::Administrator(account) => {
            if is_left_to_others(tx, account, case, now)? {
                Some(
                    "This is your own request, or bears your name. Another site administrator, or the Help Desk, decides it.",
                )
            } else if administrators.iter().all(|known| known.account != account) {
                Some(NOT_OF_THIS_ORGANIZATION)
            } else {
                None
            }
        }
    })
}

/// Why the clerk who noted that the organization was asked may not approve: within the time that the organization has to object,
/// and ever where nobody of it could be told. Another clerk may: two of them together do not err, and no single one makes
/// somebody who lets others in. Whoever has two accounts is one clerk.
fn too_soon(
    tx: &mut Tx<'_>,
    case: &Request,
    asks: &Actor,
    now: Timestamp,
) -> Result<Option<&'static str>, StoreError> {
    let Some((by, at)) = &case.body.administrator_verified else { return Ok(None) };
    let is_unheard = told_of(tx, case, now)?.is_unheard;
    if !is_unheard && now >= *at + OBJECTS_WITHIN {
        return Ok(None);
    }
    let (noted, own) = (account::by_name(tx, by)?, asks.account_id());
    let is_same_owner = match (noted, own) {
        (Some(noted), Some(own)) => accounts_of_owner(tx, noted.id)?.contains(&own),
        _ => false,
    };
    let is_same = is_same_owner || **by == *asks.label().1;
    Ok(is_same.then_some(if is_unheard { UNHEARD } else { TOO_SOON }))
}

/// Who asks, where nobody else who could answer administers the organization: the request would otherwise wait for somebody who is not
/// there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    /// Somebody else administers it, or nobody does.
    No,
    /// The only site administrator, by the account or from the address that is on record.
    Administrator,
    /// The same, from an address that was moved lately, by whomever: the addresses of before are told, and it is decided as about a
    /// first administrator.
    Moved,
}

/// Finds out.
pub(super) fn administers_alone(
    tx: &mut Tx<'_>,
    case: &Request,
    now: Timestamp,
) -> Result<Alone, StoreError> {
    let Some(row) = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten() else {
        return Ok(Alone::No);
    };
    let organization = row.site.organization_id;
    for one in who_administer(tx, organization, now)? {
        if !is_of(tx, one.account, case)? {
            return Ok(Alone::No); // whoever only bears that name is somebody else, who decides: names are public, and clerks write them
        }
    }
    for one in administrators_of(tx, organization)? {
        if !is_of(tx, one.account, case)? {
            continue;
        }
        let owner = worker::of_account(tx, one.account)?;
        let moved = owner.map(|row| persons::moved(tx, row.id, now)).transpose()?.unwrap_or_default();
        return Ok(if moved.is_empty() { Alone::Administrator } else { Alone::Moved });
    }
    Ok(Alone::No)
}

/// Whether a site administrator leaves a request to others: it is their own, or bears their name while somebody else could decide.
pub(super) fn is_left_to_others(
    tx: &mut Tx<'_>,
    account: AccountId,
    case: &Request,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if is_of(tx, account, case)? {
        return Ok(true);
    }
    if !is_own(tx, account, case)? {
        return Ok(false);
    }
    let Some(row) = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten() else { return Ok(true) };
    for other in who_administer(tx, row.site.organization_id, now)? {
        if !is_own(tx, other.account, case)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a request is that of an account's owner: for the account, or from the address that is on record.
fn is_of(tx: &mut Tx<'_>, account: AccountId, case: &Request) -> Result<bool, StoreError> {
    let worker = worker::of_account(tx, account)?;
    Ok(case.body.adds_to == Some(account) || worker.is_some_and(|row| *row.email == *case.email.as_str()))
}

const MOVED: &str = "You changed, or gave, the e-mail address of this person on record within the last 30 days. A colleague reads the request.";

const CORRECTED: &str = "You corrected the name or the license of this person on record within the last 30 days. A colleague reads the request.";

/// Why somebody of the Help Desk does not read a request: it is their own, or they moved the address that it came from, or
/// corrected who it comes from.
pub(super) fn keeps_out(
    tx: &mut Tx<'_>,
    reader: &Actor,
    case: &Request,
    now: Timestamp,
) -> Result<Option<&'static str>, StoreError> {
    let Some(account) = reader.account_id() else { return Ok(None) };
    if is_own(tx, account, case)? {
        return Ok(Some(OWN));
    }
    let applicant = Applicant::of(tx, case)?;
    let Some(person) = applicant.worker().or(applicant.elsewhere()) else { return Ok(None) };
    for row in persons::moved(tx, person, now)? {
        let Some(clerk) = row.clerk_id else { continue };
        if accounts_of_owner(tx, clerk)?.contains(&account) {
            return Ok(Some(MOVED));
        }
    }
    // of whoever is known by the address it is shown to who approves: a typing error that is mended holds nobody up
    let elsewhere = applicant.elsewhere().map(|person| identity_before::of(tx, person)).transpose()?;
    for row in elsewhere.unwrap_or_default() {
        let Some(clerk) = row.clerk_id else { continue };
        if accounts_of_owner(tx, clerk)?.contains(&account) {
            return Ok(Some(CORRECTED));
        }
    }
    Ok(None)
}

/// Whether somebody asks for themselves: by account, by address, or by a name like theirs under another address (S-11).
pub(super) fn is_own(tx: &mut Tx<'_>, account: AccountId, case: &Request) -> Result<bool, StoreError> {
    let worker = worker::of_account(tx, account)?;
    let row = account::get(tx, account)?;
    let names = [worker.as_ref().map(|row| &*row.name), row.as_ref().map(|row| &*row.display_name)];
    Ok(is_of(tx, account, case)?
        || names.into_iter().flatten().any(|name| is_same_person(name, &case.body.name)))
}
