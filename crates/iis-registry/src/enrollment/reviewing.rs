//! What staff decide about enrollments, and what time does: approval makes the site, a year later its renewal is due.

use super::appointing::{appoint_or_wait, hindrance};
use super::renewing::fall_due_now;
use super::{Enrollment, Event, RENEWAL_DAYS, State, closing};
use crate::cases::{By, Keys, NOT_NOW};
use crate::mail::{Letter, Link};
use crate::requests::places::town_of;
use crate::setup::{NewSite, check_codes, site_row};
use crate::staff::{administrators_of, is_administered, who_answers};
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::{EmailAddress, OrganizationId, SiteId, Timestamp};
use iis_store::organization::{self, OrganizationRow};
use iis_store::{AuditEntry, Lane, StoreError, Tx, outbox, site};
use jiff::ToSpan;

/// What staff decide.
#[derive(Debug, Clone)]
pub enum Decision {
    /// The site is enrolled, under this code and with this number at the vaccine program. A first one makes its organization.
    Approve {
        /// The code by which messages name it.
        code: Box<str>,
        /// Its number at the vaccine program; none for sites outside.
        pin: Option<Box<str>>,
    },
    /// The same, as a further site of the organization whose name was written. Whoever types a name becomes nobody there: the
    /// organization's own site administrators answer for the site, and are told.
    Join {
        /// The code by which messages name it.
        code: Box<str>,
        /// Its number at the vaccine program; none for sites outside.
        pin: Option<Box<str>>,
    },
    /// The site that is there is enrolled: again, or for the first time where it was set up without an agreement. Nothing is made.
    Renew,
    /// It is not.
    Deny {
        /// Why, for the site to read.
        reason: Box<str>,
    },
    /// Another document is wanted.
    SendBack {
        /// Which, for the site to read.
        reason: Box<str>,
    },
}

const NAME_IS_TAKEN: Failure = Failure::Rule(
    "An organization of this name exists. Approve the site as a further one of it, if it is; else send the documents back: no two \
     organizations have one name.",
);
const NOBODY_TO_JOIN: Failure =
    Failure::Rule("There is no organization of this name. Approve the site with a new one.");

/// Decides about an enrollment under review.
pub async fn decide(
    cx: &Context,
    granted: &Granted,
    number: i64,
    decision: Decision,
    arrival: Arrival,
) -> Result<(), Failure> {
    if let Decision::Deny { reason } | Decision::SendBack { reason } = &decision
        && reason.trim().is_empty()
    {
        return Err(Failure::Rule("Say why: the site reads it."));
    }
    if let Decision::Approve { code, pin } | Decision::Join { code, pin } = &decision {
        check_codes(code, pin.as_deref())?;
    }
    let new_ids = (OrganizationId(cx.store.ids().take()?), SiteId(cx.store.ids().take()?));
    let keys = Keys::of(cx, arrival).await?;
    let actor: Box<str> = granted.actor().label().1.into();
    let entry = AuditEntry::of(granted, arrival.at)
        .action("decide-enrollment")
        .detail(format!("enrollment {number}: {}", word(&decision)));
    let cx2 = cx.clone();
    let decided = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Enrollment::load(tx, number)? else { return Ok(Some(NOT_NOW)) };
        let (event, reason) = match &decision {
            Decision::Approve { .. } | Decision::Join { .. } | Decision::Renew => (Event::Approve, ""),
            Decision::Deny { reason } => (Event::Deny, &**reason),
            Decision::SendBack { reason } => (Event::SendBack, &**reason),
        };
        if event == Event::Approve && case.state == State::UnderReview {
            let is_first = case.is_first_of_known_site();
            case.body.renew_on = arrival.today.checked_add((365 - RENEWAL_DAYS).days()).ok();
            case.body.renewing_since = None;
            case.body.renewal_letters = 0;
            closing::open(tx, &case, arrival.at)?;
            if case.site_id.is_none() {
                if let Err(refused) = enroll_new(tx, (&cx2, &keys), (&mut case, new_ids), &decision, arrival)?
                {
                    return Ok(Some(refused));
                }
            } else if is_first {
                attach(tx, &cx2, &case, arrival.at)?;
            }
        }
        if event == Event::Deny && case.site_id.is_some() {
            case.body.renewing_since = Some(arrival.at); // what was denied does not count for the next try
        }
        if !case.act(tx, event, By { actor: &actor, reason, at: arrival.at })? {
            return Ok(Some(NOT_NOW));
        }
        if event == Event::Deny {
            closing::close(tx, (&cx2, &keys), &case, arrival)?;
        }
        let letter = Letter::EnrollmentDecided { number, link: case.link(&cx2, &keys) };
        outbox::insert(tx, &letter.to(&cx2, &case.email, arrival.at).map_err(super::standing::inside)?)?;
        tx.audit(&entry)?;
        Ok(None)
    });
    match decided.await {
        Ok(None) => Ok(()),
        Ok(Some(why)) => Err(why),
        Err(error) if error.is_constraint("site_code") => Err(Failure::Rule("A site of this code exists.")),
        Err(error) => Err(error.into()),
    }
}

/// Makes the site that an enrollment is for, as it was decided.
fn enroll_new(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    (case, new_ids): (&mut Enrollment, (OrganizationId, SiteId)),
    decision: &Decision,
    arrival: Arrival,
) -> Result<Result<(), Failure>, StoreError> {
    let known = crate::sites::named(tx, case.body.organization.trim())?;
    let (code, pin) = match (decision, known) {
        (Decision::Join { .. }, None) => return Ok(Err(NOBODY_TO_JOIN)),
        (Decision::Approve { .. }, Some(_)) => return Ok(Err(NAME_IS_TAKEN)),
        (Decision::Approve { code, pin } | Decision::Join { code, pin }, _) => (code, pin.as_deref()),
        _ => return Ok(Err(NOT_NOW)),
    };
    if known.is_none()
        && let Some(why) = hindrance(tx, case)?
    {
        return Ok(Err(Failure::Rule(why.before_approval())));
    }
    case.site_id = Some(make_site(tx, case, (known, new_ids), code, pin)?);
    match known {
        Some(joined) => tell_joined(tx, cx, case, joined, arrival.at)?,
        None => appoint_or_wait(tx, (cx, keys), case, arrival)?,
    }
    Ok(Ok(()))
}

/// The first agreement of a site that is there: the site stays what it is, and its town is kept if it was not known. Whom the form
/// names becomes nobody by it, as with a site that joins.
fn attach(tx: &mut Tx<'_>, cx: &Context, case: &Enrollment, at: Timestamp) -> Result<(), StoreError> {
    let Some(row) = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten() else { return Ok(()) };
    if site::town(tx, row.site.id)?.is_empty() {
        site::set_town(tx, row.site.id, &town_of(&case.body.address))?;
    }
    tell_named(tx, cx, case, row.site.organization_id, at)
}

/// Tells those who answer for the organization that a site joins. Whom the site's form names is not made one of its administrators:
/// where there is none, the person asks for the role like anybody, and the Help Desk asks the organization (S-11).
fn tell_joined(
    tx: &mut Tx<'_>,
    cx: &Context,
    case: &Enrollment,
    joined: OrganizationId,
    at: Timestamp,
) -> Result<(), StoreError> {
    for email in who_answers(tx, joined)? {
        let link = Link::to(cx, &["help", "tickets", "new"]);
        let letter = Letter::SiteJoined { site: case.body.site.clone(), link };
        outbox::insert(tx, &letter.to(cx, &email, at).map_err(super::standing::inside)?)?;
    }
    tell_named(tx, cx, case, joined, at)
}

/// Tells whom the form names, where the organization has no site administrator, how to become one.
fn tell_named(
    tx: &mut Tx<'_>,
    cx: &Context,
    case: &Enrollment,
    joined: OrganizationId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let named = case.body.administrator_email.parse::<EmailAddress>().ok();
    if let Some(email) = named
        && !is_administered(tx, joined, at)?
    {
        let link = Link::to(cx, &["request-access"]);
        let letter = Letter::AskToAdminister { site: case.body.site.clone(), link };
        outbox::insert(tx, &letter.to(cx, &email, at).map_err(super::standing::inside)?)?;
    }
    Ok(())
}

/// The organization that an enrollment would join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joins {
    /// Its name.
    pub organization: Box<str>,
    /// The names of its site administrators.
    pub administrators: Vec<Box<str>>,
}

/// The organization that is known by the name that was written, for a site that is none yet: for staff who decide.
pub async fn joins(cx: &Context, case: &Enrollment) -> Result<Option<Joins>, Failure> {
    if case.site_id.is_some() {
        return Ok(None);
    }
    let organization = case.body.organization.clone();
    let read = cx.store.read(move |tx| {
        let Some(id) = crate::sites::named(tx, organization.trim())? else { return Ok(None) };
        let administrators = administrators_of(tx, id)?.into_iter().map(|one| one.name).collect();
        let known = organization::get(tx, id)?.map_or_else(|| organization.clone(), |row| row.name);
        Ok(Some(Joins { organization: known, administrators }))
    });
    Ok(read.await?)
}

fn word(decision: &Decision) -> &'static str {
    match decision {
        Decision::Approve { .. } | Decision::Renew => "approve",
        Decision::Join { .. } => "approve as a further site",
        Decision::Deny { .. } => "deny",
        Decision::SendBack { .. } => "send back",
    }
}

/// The site with its organization: the one that it joins, or a new one.
fn make_site(
    tx: &mut Tx<'_>,
    case: &Enrollment,
    (known, (new_organization, site_id)): (Option<OrganizationId>, (OrganizationId, SiteId)),
    code: &str,
    pin: Option<&str>,
) -> Result<SiteId, StoreError> {
    let owner = if let Some(owner) = known {
        owner
    } else {
        let row = OrganizationRow {
            id: new_organization,
            name: case.body.organization.clone(),
            status: "active".into(),
        };
        organization::put(tx, &row)?;
        new_organization
    };
    let new = NewSite {
        code: code.into(),
        name: case.body.site.clone(),
        kind: case.body.kind,
        pin: pin.map(Into::into),
    };
    site::put(tx, &site_row(site_id, owner, new))?;
    site::set_town(tx, site_id, &town_of(&case.body.address))?;
    Ok(site_id)
}

/// What becomes of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspension {
    /// It is closed; its people read for a while.
    Reading,
    /// It is closed, and its people are locked out of it at once: who misuses what they read is not to read on.
    Locked,
    /// It is open again.
    Lifted,
}

/// Suspends a site that is open, or lifts its suspension; one whose year ended meanwhile has lapsed and stays closed.
pub async fn suspend(
    cx: &Context,
    granted: &Granted,
    number: i64,
    what: Suspension,
    reason: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    if reason.trim().is_empty() {
        return Err(Failure::Rule("Say why: the site reads it."));
    }
    let (actor, reason): (Box<str>, Box<str>) = (granted.actor().label().1.into(), reason.into());
    let is_suspended = what != Suspension::Lifted;
    let event = if is_suspended { Event::Suspend } else { Event::Lift };
    let entry = AuditEntry::of(granted, arrival.at)
        .action(if is_suspended { "suspend-site" } else { "lift-suspension" })
        .detail(format!("enrollment {number}"));
    let (keys, cx2) = (Keys::of(cx, arrival).await?, cx.clone());
    let done = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Enrollment::load(tx, number)? else { return Ok(false) };
        if is_suspended && !closing::is_open(tx, &case)? {
            return Ok(false);
        }
        if !case.act(tx, event, By { actor: &actor, reason: &reason, at: arrival.at })? {
            return Ok(false);
        }
        if is_suspended {
            let close = if what == Suspension::Locked { closing::close_and_lock } else { closing::close };
            close(tx, (&cx2, &keys), &case, arrival)?;
        } else if case.ends_on().is_some_and(|day| day <= arrival.today) {
            // its year ended meanwhile: the suspension is lifted, and what is left is a site that lapsed
            fall_due_now(tx, (&cx2, &keys), &mut case, arrival)?;
            case.act(
                tx,
                Event::Lapse,
                By { actor: "openiis", reason: "the year ended meanwhile", at: arrival.at },
            )?;
            let letter = Letter::EnrollmentDecided { number, link: case.link(&cx2, &keys) };
            outbox::insert(tx, &letter.to(&cx2, &case.email, arrival.at).map_err(super::standing::inside)?)?;
        } else {
            closing::open(tx, &case, arrival.at)?;
        }
        tx.audit(&entry)?;
        Ok(true)
    });
    if done.await? { Ok(()) } else { Err(NOT_NOW) }
}
