//! The site administrator's answer (S-11): by the link of a letter, after signing in, or in the application. A link is made
//! for one asking and holds until it is answered; nobody approves their own request, except that the Help Desk may approve a
//! first site administrator.

use super::adding::{tell_denied, tell_ticket};
use super::applicant::{Applicant, Moved};
use super::deciding::{
    Alone, Approver, NOT_OF_THIS_ORGANIZATION, administers_alone, is_left_to_others, kept, refusal,
};
use super::facts::facts;
use super::gates::{ByLicense, Gate, gates};
use super::provisioning::{is_locked, provision};
use super::telling::{tell_administrators, tell_organization};
use super::{Event, Request, State};
use crate::access::Refused;
use crate::cases::said::moves;
use crate::cases::{By, Keys, NOT_NOW};
use crate::enrollment::standing::{QUEUE, inside};
use crate::mail::{Letter, Link};
use crate::staff::administrators_of;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Granted, Permission};
use iis_model::{AccountId, SiteId, Timestamp};
use iis_store::outbox::NewMail;
use iis_store::site::SiteRow;
use iis_store::{AuditEntry, Lane, StoreError, Tx, organization, outbox, site};
use std::collections::BTreeMap;

const NO_LONGER_OPEN: &str = "Something that this access needs is no longer there, such as the place on the staff list or the \
                              site’s enrollment. The applicant’s status page says what; it can be approved when that is mended.";
const LOCKED: &str = "This person has an account that is locked. The Help Desk opens it first.";
/// The words that together are this asking's alone: a later one has another key.
fn words(number: i64, asked_at: Timestamp) -> [String; 3] {
    ["approve".to_owned(), number.to_string(), asked_at.as_microsecond().to_string()]
}

/// Whom a letter of approval could reach, and how many were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct AskedOf {
    /// Site administrators besides the applicant.
    administrators: usize,
    with_address: usize,
    /// Letters that were written.
    pub(super) letters: usize,
}

impl AskedOf {
    pub(super) fn has_nobody_an_address(self) -> bool {
        self.with_address == 0
    }
}

/// Asks the site administrators of the request's site, by a letter where an address is known; all see it in the
/// application. Says how many there are besides the applicant.
pub(super) fn ask(
    tx: &mut Tx<'_>,
    cx: &Context,
    keys: &Keys,
    case: &Request,
    at: Timestamp,
) -> Result<usize, StoreError> {
    let always = |tx: &mut Tx<'_>, mail: &NewMail| outbox::insert(tx, mail).map(|()| true);
    Ok(ask_with(tx, (cx, keys), case, at, always)?.administrators)
}

/// The same by a way of writing that may leave letters out.
pub(super) fn ask_with(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    case: &Request,
    at: Timestamp,
    write: impl Fn(&mut Tx<'_>, &NewMail) -> Result<bool, StoreError>,
) -> Result<AskedOf, StoreError> {
    let mut asked = AskedOf::default();
    let Some(row) = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten() else { return Ok(asked) };
    let words = words(case.number, case.state_since);
    let key = keys.key(&words.each_ref().map(String::as_str));
    for administrator in administrators_of(tx, row.site.organization_id)? {
        if is_left_to_others(tx, administrator.account, case, at)? {
            continue;
        }
        asked.administrators += 1;
        let Some(email) = administrator.email else { continue };
        asked.with_address += 1;
        let link = Link::to(cx, &["approve", &case.number.to_string(), key.as_str()]);
        let letter = Letter::Approval { number: case.number, site: row.site.name.clone(), link };
        if write(tx, &letter.to(cx, &email, at).map_err(inside)?)? {
            asked.letters += 1;
        }
    }
    Ok(asked)
}

/// What the link of a letter finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Approval {
    /// The request.
    pub request: Request,
    /// Its site, with code, town and organization.
    pub site: Box<str>,
    /// The address under which the registry knows the applicant, where it is another than the request's.
    pub known_as: Option<Box<str>>,
    /// When the Help Desk noted that the account of the applicant's name and license is somebody else's.
    pub is_another_since: Option<Timestamp>,
    /// The addresses of others of the applicant's name on the staff list of the site.
    pub namesakes: Vec<Box<str>>,
    /// The address on record from which that of the applicant was moved lately.
    pub moved: Option<Moved>,
    /// What the person was called until lately, where the Help Desk corrected the name.
    pub called_before: Option<Moved>,
}

impl Approval {
    /// Whether it still waits for an answer; otherwise somebody answered, or it was taken back.
    pub fn is_open(&self) -> bool {
        self.request.state == State::AwaitingAdministrator
    }
}

/// The request that a link asks about, for an administrator of its organization; none: the link is wrong, or it is another
/// organization's.
pub async fn approval(
    cx: &Context,
    granted: &Granted,
    number: i64,
    key: &str,
    arrival: Arrival,
) -> Result<Option<Approval>, Failure> {
    let Some(account) = granted.actor().account_id() else { return Ok(None) };
    let keys = Keys::of(cx, arrival).await?;
    let (key, who) = (key.to_owned(), granted.actor().clone());
    let read = cx.store.read(move |tx| {
        let Some(case) = Request::load(tx, number)? else { return Ok(None) };
        let asked =
            moves(tx, case.id)?.into_iter().filter(|one| *one.to == *State::AwaitingAdministrator.word());
        let is_of_letter = asked.into_iter().any(|one| {
            let words = words(number, one.at);
            keys.opens(&words.each_ref().map(String::as_str), &key)
        });
        if !is_of_letter {
            return Ok(None);
        }
        let refused = refusal(tx, &case, (Approver::Administrator(account), &who), arrival.at)?;
        if refused == Some(NOT_OF_THIS_ORGANIZATION) {
            return Ok(None);
        }
        let row = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten();
        let site = row.map(|row| in_full(tx, &row)).transpose()?.unwrap_or_default();
        let applicant = Applicant::of(tx, &case)?;
        let (known_as, namesakes) = (applicant.known_as(tx, &case)?, applicant.namesakes(tx, &case)?);
        let is_another = applicant.by_license(&case) == ByLicense::SomebodyElse;
        let (moved, called_before) = if is_another {
            (None, None) // that address and that name are somebody else's business
        } else {
            (applicant.moved(tx, arrival.at)?, applicant.called_before(tx)?)
        };
        let noted = case.body.another_person.as_ref().filter(|_| is_another);
        let is_another_since = noted.map(|(_, at, _)| *at);
        Ok(Some(Approval {
            request: case,
            site,
            known_as,
            is_another_since,
            namesakes,
            moved,
            called_before,
        }))
    });
    Ok(read.await?)
}

/// A request that waits for somebody's approval, with the address of its page below `/approve`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToApprove {
    /// The number.
    pub number: i64,
    /// Who asks.
    pub name: Box<str>,
    /// The role that is asked for.
    pub role: Box<str>,
    /// The site that the request is for.
    pub site: Box<str>,
    /// When approval was asked for.
    pub since: Timestamp,
    /// What the letter's link carries.
    pub key: String,
}

/// The requests that an administrator may answer, the oldest first: the letter may be lost.
pub async fn to_approve(
    cx: &Context,
    granted: &Granted,
    account: AccountId,
    arrival: Arrival,
) -> Result<Vec<ToApprove>, Failure> {
    if granted.permission() != Permission::ApproveAccounts {
        return Err(Refused.into());
    }
    let keys = Keys::of(cx, arrival).await?;
    let who = granted.actor().clone();
    let read = cx.store.read(move |tx| {
        let mut waiting = Vec::new();
        // whether a site is of this administrator is asked once, however many wait for it
        let mut own: BTreeMap<Option<SiteId>, bool> = BTreeMap::new();
        for case in Request::in_state(tx, State::AwaitingAdministrator, QUEUE)? {
            if own.get(&case.site_id) == Some(&false) {
                continue;
            }
            let refused = refusal(tx, &case, (Approver::Administrator(account), &who), arrival.at)?;
            own.insert(case.site_id, refused != Some(NOT_OF_THIS_ORGANIZATION));
            if refused.is_some() {
                continue;
            }
            let key = keys.key(&words(case.number, case.state_since).each_ref().map(String::as_str));
            waiting.push(ToApprove {
                number: case.number,
                name: case.body.name.clone(),
                role: case.body.role.clone(),
                site: site_name(tx, &case)?,
                since: case.state_since,
                key: key.as_str().to_owned(),
            });
        }
        Ok(waiting)
    });
    Ok(read.await?)
}

/// A site with its code, its town and its organization.
pub(super) fn in_full(tx: &mut Tx<'_>, row: &SiteRow) -> Result<Box<str>, StoreError> {
    let organization = organization::get(tx, row.site.organization_id)?.map(|row| row.name);
    let town = site::town(tx, row.site.id)?;
    let parts = [Some(town).filter(|town| !town.is_empty()), organization];
    let site = format!("{} ({})", row.site.name, row.site.code);
    let parts: Vec<Box<str>> = std::iter::once(site.into()).chain(parts.into_iter().flatten()).collect();
    Ok(parts.join(", ").into())
}

/// The name of the site that a request is for, as the registry has it; as it was typed where none is known.
fn site_name(tx: &mut Tx<'_>, case: &Request) -> Result<Box<str>, StoreError> {
    let row = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten();
    Ok(row.map_or_else(|| case.body.site.clone(), |row| row.site.name))
}

/// Approves a request: the account is made, or the role added, in the same transaction, and two letters leave (S-12).
/// `token` is a secret that the server drew for the link that sets the password.
pub async fn approve(
    cx: &Context,
    granted: &Granted,
    number: i64,
    approver: Approver,
    token: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    let account_id = AccountId(cx.store.ids().take()?);
    let worker_id = cx.store.ids().take()?;
    let keys = Keys::of(cx, arrival).await?;
    let (actor, token, cx2): (Box<str>, Box<str>, _) =
        (granted.actor().label().1.into(), token.into(), cx.clone());
    let who = granted.actor().clone();
    let entry =
        AuditEntry::of(granted, arrival.at).action("approve-request").detail(format!("request {number}"));
    let refused = entry.clone();
    let approved = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Request::load(tx, number)? else { return Ok(Err(NOT_NOW)) };
        Applicant::held(tx, &case)?;
        if let Some(why) = refusal(tx, &case, (approver, &who), arrival.at)? {
            return Ok(Err(Failure::Rule(why)));
        }
        let is_moved = administers_alone(tx, &case, arrival.at)? == Alone::Moved;
        let expected = match approver {
            Approver::Administrator(_) => State::AwaitingAdministrator,
            Approver::HelpDesk => State::InReview,
        };
        if case.state == expected {
            // what was open when the question was asked may have closed since
            let gates = gates(&facts(tx, &cx2.roles, &case, arrival.at)?);
            if gates.iter().any(Gate::holds_approval) {
                return Ok(Err(Failure::Rule(NO_LONGER_OPEN)));
            }
            if is_locked(tx, &case)? {
                return Ok(Err(Failure::Rule(LOCKED)));
            }
        }
        let by = By { actor: &actor, reason: "", at: arrival.at };
        if case.state != expected || !case.act(tx, Event::Approve, by)? {
            return Ok(Err(NOT_NOW));
        }
        tx.audit(&entry)?;
        provision(tx, &cx2, &mut case, (account_id, worker_id), &token, arrival)?;
        match approver {
            Approver::HelpDesk if case.body.administrator_verified.is_some() => {
                tell_organization(tx, &cx2, &case, (true, is_moved), arrival.at)?;
            }
            Approver::HelpDesk => tell_administrators(tx, &cx2, &case, arrival.at)?,
            Approver::Administrator(_) => {}
        }
        let text = format!("Request {number} was approved: the role is on the account. Sign in as always.");
        tell_ticket(tx, (&cx2, &keys), &case, (true, &text), arrival.at)?;
        Ok(Ok(()))
    });
    kept(cx, refused, approved.await?).await
}

/// Denies a request that waits for the site administrator.
pub async fn deny(
    cx: &Context,
    granted: &Granted,
    number: i64,
    approver: Approver,
    why: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    if why.trim().is_empty() {
        return Err(Failure::Rule("Say why: the applicant reads it."));
    }
    let keys = Keys::of(cx, arrival).await?;
    let (actor, why, cx2): (Box<str>, Box<str>, _) =
        (granted.actor().label().1.into(), why.trim().into(), cx.clone());
    let who = granted.actor().clone();
    let entry =
        AuditEntry::of(granted, arrival.at).action("deny-request").detail(format!("request {number}"));
    let refused = entry.clone();
    let denied = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Request::load(tx, number)? else { return Ok(Err(NOT_NOW)) };
        if let Some(why) = refusal(tx, &case, (approver, &who), arrival.at)? {
            return Ok(Err(Failure::Rule(why)));
        }
        let by = By { actor: &actor, reason: &why, at: arrival.at };
        if case.state != State::AwaitingAdministrator || !case.act(tx, Event::Deny, by)? {
            return Ok(Err(NOT_NOW));
        }
        case.say(tx, true, &why, by)?;
        tell_denied(tx, (&cx2, &keys), &case, arrival.at)?;
        let letter = Letter::RequestNews { number, link: case.link(&cx2, &keys) };
        outbox::insert(tx, &letter.to(&cx2, &case.email, arrival.at).map_err(inside)?)?;
        tx.audit(&entry)?;
        Ok(Ok(()))
    });
    kept(cx, refused, denied.await?).await
}
