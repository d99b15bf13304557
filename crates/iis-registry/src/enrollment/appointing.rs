//! The site administrator whom the signed form of an enrollment names: gets the account, or the role on the one that is there,
//! when the required training is complete (S-4, S-6); until then the site waits for that.

use super::standing::inside;
use super::{Enrollment, State};
use crate::cases::{By, Keys, NOT_NOW};
use crate::mail::{Letter, Link};
use crate::names::is_same_person;
use crate::requests::link_again;
use crate::requests::provisioning::{Appointed, NO_PASSWORD, appoint, is_closed_by_staff};
use crate::staff::{ADMINISTRATOR, held_at, is_administered, persons};
use crate::training::missing_courses;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Actor, Channel, Granted, Place};
use iis_model::{AccountId, EmailAddress, SiteId, Timestamp};
use iis_store::account::AccountRow;
use iis_store::worker::{self, WorkerRow};
use iis_store::{
    AuditEntry, Lane, StoreError, Tx, account, awaited_administrator, outbox, role_assignment, site,
};
use jiff::SignedDuration;

/// How it stands with the site administrator whom an enrollment names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// There is no site yet, or others answer for it.
    Nobody,
    /// The account waits for the training; titles of the courses that are not complete.
    Trains(Vec<Box<str>>),
    /// Nobody is appointed before this is put in order.
    Hindered(Hindrance),
    /// The account is there, and the link that sets its password was not used.
    NoPassword,
    /// The account is there, or was.
    There,
}

/// What keeps the person whom a form names from becoming the administrator (S-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// The address is on record under another name.
    NamedOtherwise,
    /// The account was closed by staff.
    Closed,
}

impl Hindrance {
    /// What staff do about it while they review the enrollment.
    pub(super) const fn before_approval(self) -> &'static str {
        match self {
            Self::NamedOtherwise => {
                "The e-mail address of the site administrator is on record under another name. Send the enrollment back: the form \
                 names the person as the registry does, or gives an address of their own."
            }
            Self::Closed => {
                "The account of the site administrator whom the form names is closed. The Help Desk opens it first, or send the \
                 enrollment back."
            }
        }
    }

    /// What staff do about it once the site is enrolled.
    pub const fn after_approval(self) -> &'static str {
        match self {
            Self::NamedOtherwise => {
                "The address is on record under another name. If the name on record is wrong, correct the person there; else whoever \
                 is to be the site administrator asks for it on the page Request access, with an address of their own."
            }
            Self::Closed => {
                "The account of this address is closed. Open it on its page, or somebody else asks for Site Administrator on the page \
                 Request access."
            }
        }
    }
}

/// What keeps the person whom a form names from becoming the administrator, if anything does.
pub(super) fn hindrance(tx: &mut Tx<'_>, case: &Enrollment) -> Result<Option<Hindrance>, StoreError> {
    let Some(known) = persons::of_address(tx, &case.body.administrator_email.to_lowercase())? else {
        return Ok(None);
    };
    if !is_same_person(&known.name, &case.body.administrator) {
        return Ok(Some(Hindrance::NamedOtherwise));
    }
    let Some(account) = worker::accounts_of(tx, known.id)?.into_iter().next() else { return Ok(None) };
    let row = account::get(tx, account)?;
    let is_closed = row.map(|row| is_closed_by_staff(tx, &row)).transpose()?.unwrap_or_default();
    Ok(is_closed.then_some(Hindrance::Closed))
}

/// So long whom a form names is waited for: who comes later asks as anybody, since somebody who left before the first day is not to
/// come back as the one who lets everybody in.
const AWAITED: SignedDuration = SignedDuration::from_hours(60 * 24);

/// The contact hears that there is news of the enrollment.
fn tell_contact(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    case: &Enrollment,
    at: Timestamp,
) -> Result<(), StoreError> {
    let letter = Letter::EnrollmentDecided { number: case.number, link: case.link(cx, keys) };
    outbox::insert(tx, &letter.to(cx, &case.email, at).map_err(inside)?)
}

/// Nobody is waited for any more, and the contact hears it.
fn end_wait(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    case: &Enrollment,
    at: Timestamp,
) -> Result<(), StoreError> {
    awaited_administrator::delete(tx, case.number)?;
    let over = "The site administrator whom the form names did not complete the training within 60 days, and is waited for no longer. Whoever is to \
                be the site administrator asks for it on the page Request access.";
    case.say(tx, true, over, By { actor: "openiis", reason: "", at })?;
    tell_contact(tx, (cx, keys), case, at)?;
    if let Ok(named) = case.body.administrator_email.parse::<EmailAddress>() {
        let link = Link::to(cx, &["request-access"]);
        let letter = Letter::AskToAdminister { site: case.body.site.clone(), link };
        outbox::insert(tx, &letter.to(cx, &named, at).map_err(inside)?)?;
    }
    let entry = AuditEntry::by(&Actor::Registry, Channel::Internal, "end-wait-for-administrator", at);
    tx.audit(&entry.detail(format!("enrollment {}", case.number)))
}

/// Staff take back that somebody is waited for: the person has left, or the organization wants somebody else, who asks for it.
pub async fn wait_no_longer(
    cx: &Context,
    granted: &Granted,
    number: i64,
    reason: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    if reason.trim().is_empty() {
        return Err(Failure::Rule("Say why: the site reads it."));
    }
    let (keys, cx2, reason) = (Keys::of(cx, arrival).await?, cx.clone(), Box::<str>::from(reason.trim()));
    let actor: Box<str> = granted.actor().label().1.into();
    let entry = AuditEntry::of(granted, arrival.at)
        .action("end-wait-for-administrator")
        .detail(format!("enrollment {number}"));
    let ended = cx.store.write(Lane::Web, move |tx| {
        let Some(case) = Enrollment::hold(tx, number)? else { return Ok(Err(NOT_NOW)) };
        if awaited_administrator::since(tx, number)?.is_none() {
            return Ok(Err(NOT_NOW));
        }
        awaited_administrator::delete(tx, number)?;
        case.say(tx, true, &reason, By { actor: &actor, reason: "", at: arrival.at })?;
        tell_contact(tx, (&cx2, &keys), &case, arrival.at)?;
        tx.audit(&entry)?;
        Ok(Ok(()))
    });
    ended.await?
}

/// Gives the role, or waits for the training and says so by a letter.
pub(super) fn appoint_or_wait(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    case: &Enrollment,
    arrival: Arrival,
) -> Result<(), StoreError> {
    let Ok(email) = case.body.administrator_email.parse::<EmailAddress>() else { return Ok(()) };
    if missing_courses(tx, &email, ADMINISTRATOR)?.is_empty() {
        return appoint_administrator(tx, (cx, keys), case, &email, arrival);
    }
    awaited_administrator::put(tx, case.number, arrival.at)?;
    let link = Link::to(cx, &["training"]);
    let letter = Letter::AdministratorTraining { site: case.body.site.clone(), link };
    outbox::insert(tx, &letter.to(cx, &email, arrival.at).map_err(inside)?)
}

/// Gives the role to everybody who waited for the training and has completed it; says to how many. Whose site is closed meanwhile
/// waits on; whose organization got somebody else who administers it is named by nobody any more, as in a decision.
pub async fn appoint_trained(cx: &Context, arrival: Arrival) -> Result<usize, Failure> {
    let keys = Keys::of(cx, arrival).await?;
    let cx2 = cx.clone();
    let appointed = cx.store.write(Lane::Bulk, move |tx| {
        let (mut appointed, mut after) = (0, i64::MIN);
        loop {
            let page = awaited_administrator::list(tx, after)?;
            let Some(last) = page.last() else { return Ok(appointed) };
            after = *last;
            for number in page {
                let Some(case) = Enrollment::hold(tx, number)? else { continue };
                // staff may have taken it back while this waited
                let Some(since) = awaited_administrator::since(tx, number)? else { continue };
                let email = case.body.administrator_email.parse::<EmailAddress>().ok();
                let is_over = arrival.at > since.saturating_add(AWAITED).unwrap_or(Timestamp::MAX);
                if case.state == State::Withdrawn || has_administrator(tx, &case, arrival.at)? {
                    awaited_administrator::delete(tx, number)?;
                } else if is_over {
                    end_wait(tx, (&cx2, &keys), &case, arrival.at)?;
                } else if let Some(email) = email
                    && matches!(case.state, State::Approved | State::RenewalDue)
                    && missing_courses(tx, &email, ADMINISTRATOR)?.is_empty()
                    && hindrance(tx, &case)?.is_none()
                {
                    appoint_administrator(tx, (&cx2, &keys), &case, &email, arrival)?;
                    awaited_administrator::delete(tx, number)?;
                    tell_contact(tx, (&cx2, &keys), &case, arrival.at)?;
                    appointed += 1;
                }
            }
        }
    });
    Ok(appointed.await?)
}

/// Whether the organization of an enrollment's site has a site administrator, be it one whose first link is on its way.
fn has_administrator(tx: &mut Tx<'_>, case: &Enrollment, now: Timestamp) -> Result<bool, StoreError> {
    let Some(row) = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten() else { return Ok(false) };
    is_administered(tx, row.site.organization_id, now)
}

/// The site administrator whom the signed form names gets an account, or the role to the one that is there: so the site has
/// somebody who approves the others.
fn appoint_administrator(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    case: &Enrollment,
    email: &EmailAddress,
    arrival: Arrival,
) -> Result<(), StoreError> {
    let Some(site) = case.site_id else { return Ok(()) };
    let account_id = AccountId(cx.store.ids().take()?);
    let worker = if let Some(known) = persons::settled(tx, email.as_str())? {
        known.id
    } else {
        let row = WorkerRow {
            id: cx.store.ids().take()?,
            name: case.body.administrator.clone(),
            email: email.as_str().into(),
            license_kind: "".into(),
            license_number: "".into(),
            created_at: arrival.at,
        };
        worker::insert(tx, &row)?;
        row.id
    };
    let appointed = Appointed {
        name: &case.body.administrator,
        email,
        worker,
        role: (ADMINISTRATOR.into(), held_at(tx, ADMINISTRATOR, Place::Site(site))?),
        adds_to: None,
        known: &Letter::AdministratorNamed { site: case.body.site.clone() },
    };
    let token = keys.key(&["first-password", &case.number.to_string(), &account_id.0.to_string()]);
    let (account, _) = appoint(tx, cx, appointed, account_id, token.as_str(), arrival)?;
    let entry = AuditEntry::by(&Actor::Registry, Channel::Internal, "appoint-administrator", arrival.at);
    tx.audit(&entry.detail(format!("account {}, enrollment {}", account.0, case.number)))
}

/// How it stands with the site administrator whom an enrollment names.
pub async fn named(cx: &Context, case: &Enrollment) -> Result<Named, Failure> {
    let case = case.clone();
    Ok(cx.store.read(move |tx| named_in(tx, &case)).await?)
}

fn named_in(tx: &mut Tx<'_>, case: &Enrollment) -> Result<Named, StoreError> {
    let email = case.body.administrator_email.parse::<EmailAddress>().ok();
    let (Some(site), Some(email)) = (case.site_id, email) else { return Ok(Named::Nobody) };
    if awaited_administrator::since(tx, case.number)?.is_some() {
        let missing = missing_courses(tx, &email, ADMINISTRATOR)?;
        return Ok(match hindrance(tx, case)? {
            Some(why) if missing.is_empty() => Named::Hindered(why),
            _ => Named::Trains(missing),
        });
    }
    Ok(match account_of(tx, &email, site)? {
        None => Named::Nobody,
        Some(row) if &*row.password_hash == NO_PASSWORD => Named::NoPassword,
        Some(_) => Named::There,
    })
}

/// The enrolled sites whose site administrator is not there yet, with what each waits for, the oldest first: at most 500, for staff.
pub async fn awaited(cx: &Context) -> Result<Vec<(Enrollment, Named)>, Failure> {
    let read = cx.store.read(|tx| {
        let mut waiting = Vec::new();
        for number in awaited_administrator::list(tx, i64::MIN)? {
            let Some(case) = Enrollment::load(tx, number)? else { continue };
            if matches!(case.state, State::Approved | State::RenewalDue) {
                let named = named_in(tx, &case)?;
                waiting.push((case, named));
            }
        }
        Ok(waiting)
    });
    Ok(read.await?)
}

/// The account of this address that administers a site.
fn account_of(tx: &mut Tx<'_>, email: &EmailAddress, site: SiteId) -> Result<Option<AccountRow>, StoreError> {
    let Some(known) = worker::by_email(tx, email.as_str())? else { return Ok(None) };
    let place = held_at(tx, ADMINISTRATOR, Place::Site(site))?;
    for account in worker::accounts_of(tx, known.id)? {
        let held = role_assignment::of_account(tx, account)?;
        if held.iter().any(|held| &*held.role == ADMINISTRATOR && held.place == place) {
            return account::get(tx, account);
        }
    }
    Ok(None)
}

/// Mails the link that sets the first password of the administrator again, to the administrator's own address: for whoever has
/// the link of the enrollment, as often as letters to strangers go.
pub async fn mail_link_again(
    cx: &Context,
    number: i64,
    token: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let whose = move |tx: &mut Tx<'_>| {
        let Some(case) = Enrollment::load(tx, number)? else { return Ok(None) };
        let email = case.body.administrator_email.parse::<EmailAddress>().ok();
        let Some((site, email)) = case.site_id.zip(email) else { return Ok(None) };
        Ok(account_of(tx, &email, site)?.map(|row| row.id))
    };
    link_again(cx, (format!("enrollment {number}"), NOT_NOW), whose, token, arrival).await
}
