//! The Help Desk's queue: in the order received, then by number; another than the oldest only with a reason (S-10). The clock
//! counts business days from receipt and stands while a request is returned (S-13).

use super::adding::tell_denied;
use super::applicant::{Applicant, Moved};
use super::approving::{ask, in_full};
use super::deciding::{Alone, administers_alone, keeps_out, kept};
use super::facts::facts;
use super::gates::{ByLicense, Gate, gates};
use super::provisioning::account_of;
use super::telling::{tell_organization, told_of};
use super::{Event, Request, State};
use crate::business_days::{Clock, Standing};
use crate::cases::said::{Move, Said, conversation, moves};
use crate::cases::{By, Keys, NOT_NOW};
use crate::enrollment::standing::{QUEUE, inside};
use crate::mail::{Letter, Link};
use crate::staff::persons;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Actor, Granted};
use iis_model::{EmailAddress, Timestamp};
use iis_store::{AuditEntry, Lane, StoreError, Tx, outbox, site, worker};
use jiff::SignedDuration;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A request with all that its pages show.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The request.
    pub case: Request,
    /// The site's name, where it is known.
    pub site: Box<str>,
    /// Its gates.
    pub gates: Vec<Gate>,
    /// What was said about it.
    pub conversation: Vec<Said>,
    /// What became of it.
    pub moves: Vec<Move>,
    /// How it stands against what was promised; none before it was received.
    pub standing: Option<Standing>,
    /// When it is due.
    pub due: Option<Timestamp>,
    /// Business time without pauses, and with them.
    pub elapsed: Option<(SignedDuration, SignedDuration)>,
    /// How many were received before it and wait for the Help Desk.
    pub before: usize,
    /// How many wait for the Help Desk.
    pub waiting: usize,
    /// The site with its code, its town and its organization: who decides about it sees which one it is.
    pub site_in_full: Box<str>,
    /// The user name of the account that the applicant has, for the Help Desk.
    pub account: Option<Box<str>>,
    /// The address under which the registry knows the applicant, where it is another than the request's.
    pub known_as: Option<Box<str>>,
    /// The addresses of others of the applicant's name on the staff list of the site.
    pub namesakes: Vec<Box<str>>,
    /// The address on record from which that of the applicant was moved lately.
    pub moved: Option<Moved>,
    /// What the person was called until lately, where the Help Desk corrected the name.
    pub called_before: Option<Moved>,
    /// Whether the only site administrator of the organization asks, so that the Help Desk decides.
    pub alone: Alone,
    /// Whether nobody who answers for the organization, besides the applicant, is known to hear what is decided.
    pub is_unheard: bool,
    /// Earlier requests of the same address: number and state.
    pub earlier: Vec<(i64, State)>,
}

/// A request with all that its pages show.
pub async fn opened(cx: &Context, number: i64, now: Timestamp) -> Result<Option<Opened>, Failure> {
    let cx2 = cx.clone();
    let read = cx.store.read(move |tx| {
        let Some(case) = Request::load(tx, number)? else { return Ok(None) };
        view(tx, &cx2, case, now).map(Some)
    });
    Ok(read.await?)
}

/// The same for staff of the Help Desk: what they asked for themselves, or whose address they moved, they do not read here, as they
/// decide nothing of it.
pub async fn opened_by_desk(
    cx: &Context,
    granted: &Granted,
    number: i64,
    now: Timestamp,
) -> Result<Option<Opened>, Failure> {
    let (cx2, who) = (cx.clone(), granted.actor().clone());
    let read = cx.store.read(move |tx| {
        let Some(case) = Request::load(tx, number)? else { return Ok(Ok(None)) };
        if let Some(why) = keeps_out(tx, &who, &case, now)? {
            return Ok(Err(Failure::Rule(why)));
        }
        view(tx, &cx2, case, now).map(|opened| Ok(Some(opened)))
    });
    read.await?
}

fn view(tx: &mut Tx<'_>, cx: &Context, case: Request, now: Timestamp) -> Result<Opened, StoreError> {
    let (target, calendar) = (cx.settled.request_target(), cx.settled.calendar(&cx.identity.zone));
    let gates = gates(&facts(tx, &cx.roles, &case, now)?);
    let moves = moves(tx, case.id)?;
    let clock = case.received_at.map(|received| clock(received, &moves));
    let open = open_in_order(tx)?;
    let earlier = Request::of(tx, &case.email, 20)?;
    let applicant = Applicant::of(tx, &case)?;
    let site = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten();
    Ok(Opened {
        site_in_full: site.as_ref().map(|row| in_full(tx, row)).transpose()?.unwrap_or_default(),
        site: site.map(|row| row.site.name).unwrap_or_default(),
        account: account_of(tx, &case)?.map(|row| row.name),
        known_as: applicant.known_as(tx, &case)?,
        namesakes: applicant.namesakes(tx, &case)?,
        alone: administers_alone(tx, &case, now)?,
        is_unheard: told_of(tx, &case, now)?.is_unheard,
        moved: applicant.moved(tx, now)?,
        called_before: applicant.called_before(tx)?,
        gates,
        conversation: conversation(tx, case.id)?,
        standing: clock.as_ref().map(|clock| clock.standing(&calendar, target, now)),
        due: clock.as_ref().map(|clock| clock.due(&calendar, target, now)),
        elapsed: clock.as_ref().map(|clock| (clock.counted(&calendar, now), clock.unpaused(&calendar, now))),
        before: open.iter().take_while(|other| other.number != case.number).count(),
        waiting: open.len(),
        earlier: earlier
            .into_iter()
            .filter(|other| other.number != case.number)
            .map(|other| (other.number, other.state))
            .collect(),
        case,
        moves,
    })
}

/// The clock of a request: it stands while it is returned, and ends when the Help Desk has done its part.
fn clock(received: Timestamp, moves: &[Move]) -> Clock {
    let mut clock = Clock::started(received);
    for made in moves.iter().filter(|made| made.at >= received) {
        match State::of_word(&made.to) {
            Some(State::Returned | State::WaitingEnrollment) => clock.pause(made.at),
            Some(State::InQueue | State::InReview) => clock.resume(made.at),
            _ => clock.stop(made.at),
        }
    }
    clock
}

/// What waits for the Help Desk, in the order received, then by number.
pub async fn queue(cx: &Context, now: Timestamp) -> Result<Vec<Opened>, Failure> {
    let cx2 = cx.clone();
    let read = cx.store.read(move |tx| {
        open_in_order(tx)?.into_iter().map(|case| view(tx, &cx2, case, now)).collect::<Result<Vec<_>, _>>()
    });
    Ok(read.await?)
}

/// How many requests wait for the Help Desk.
pub async fn waiting(cx: &Context) -> Result<usize, Failure> {
    Ok(cx.store.read(|tx| Ok(open_in_order(tx)?.len())).await?)
}

fn open_in_order(tx: &mut Tx<'_>) -> Result<Vec<Request>, StoreError> {
    let mut open = Request::in_state(tx, State::InQueue, QUEUE)?;
    open.extend(Request::in_state(tx, State::InReview, QUEUE)?);
    open.sort_by_key(|case| (case.received_at, case.number));
    Ok(open)
}

/// The oldest request that nobody reads yet, for this clerk: its number.
pub async fn next(cx: &Context, granted: &Granted, now: Timestamp) -> Result<Option<i64>, Failure> {
    let who = granted.actor().clone();
    Ok(cx.store.read(move |tx| oldest(tx, &who, now)).await?)
}

/// The oldest request that nobody reads yet; a clerk's own waits for a colleague and holds nobody else up.
fn oldest(tx: &mut Tx<'_>, reader: &Actor, now: Timestamp) -> Result<Option<i64>, StoreError> {
    for case in open_in_order(tx)?.into_iter().filter(|case| case.state == State::InQueue) {
        if keeps_out(tx, reader, &case, now)?.is_none() {
            return Ok(Some(case.number));
        }
    }
    Ok(None)
}

/// A request for the staff who would do something with it: not their own.
fn load_for(
    tx: &mut Tx<'_>,
    reader: &Actor,
    number: i64,
    now: Timestamp,
) -> Result<Result<Request, Failure>, StoreError> {
    let Some(case) = Request::load(tx, number)? else { return Ok(Err(NOT_NOW)) };
    Ok(match keeps_out(tx, reader, &case, now)? {
        Some(why) => Err(Failure::Rule(why)),
        None => Ok(case),
    })
}

/// Takes a request for reading. Another than the oldest is taken with a reason only, which is kept (S-10).
pub async fn take(
    cx: &Context,
    granted: &Granted,
    number: i64,
    reason: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    const OUT_OF_ORDER: &str =
        "Requests are read in the order received. To take another than the oldest, say why.";
    let (actor, reason): (Box<str>, Box<str>) = (granted.actor().label().1.into(), reason.trim().into());
    let who = granted.actor().clone();
    let entry = AuditEntry::of(granted, arrival.at).action("take-request");
    let refused = entry.clone().detail(format!("request {number}"));
    let taken = cx.store.write(Lane::Web, move |tx| {
        let oldest = oldest(tx, &who, arrival.at)?;
        let mut case = match load_for(tx, &who, number, arrival.at)? {
            Ok(case) => case,
            Err(refused) => return Ok(Err(refused)),
        };
        let is_oldest = oldest == Some(number);
        if case.state == State::InQueue && !is_oldest && reason.is_empty() {
            return Ok(Err(Failure::Rule(OUT_OF_ORDER)));
        }
        case.body.taken_by = actor.clone();
        if !case.act(tx, Event::Take, By { actor: &actor, reason: &reason, at: arrival.at })? {
            return Ok(Err(NOT_NOW));
        }
        let order = if is_oldest { "the oldest" } else { "out of order" };
        tx.audit(&entry.clone().detail(format!("request {number}, {order}")))?;
        Ok(Ok(()))
    });
    kept(cx, refused, taken.await?).await
}

/// Returns a request for correction: the clock stands, and the place in the queue is kept.
pub async fn return_to(
    cx: &Context,
    granted: &Granted,
    number: i64,
    what: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    decide(cx, granted, number, (Event::Return, what), "return-request", arrival).await
}

/// Denies a request.
pub async fn deny_as_desk(
    cx: &Context,
    granted: &Granted,
    number: i64,
    why: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    decide(cx, granted, number, (Event::Deny, why), "deny-request", arrival).await
}

async fn decide(
    cx: &Context,
    granted: &Granted,
    number: i64,
    (event, why): (Event, &str),
    action: &'static str,
    arrival: Arrival,
) -> Result<(), Failure> {
    if why.trim().is_empty() {
        return Err(Failure::Rule("Say what has to be corrected, or why: the applicant reads it."));
    }
    let keys = Keys::of(cx, arrival).await?;
    let (actor, why, cx2): (Box<str>, Box<str>, _) =
        (granted.actor().label().1.into(), why.trim().into(), cx.clone());
    let who = granted.actor().clone();
    let entry = AuditEntry::of(granted, arrival.at).action(action).detail(format!("request {number}"));
    let refused = entry.clone();
    let decided = cx.store.write(Lane::Web, move |tx| {
        let mut case = match load_for(tx, &who, number, arrival.at)? {
            Ok(case) => case,
            Err(refused) => return Ok(Err(refused)),
        };
        let by = By { actor: &actor, reason: &why, at: arrival.at };
        if case.state != State::InReview || !case.act(tx, event, by)? {
            return Ok(Err(NOT_NOW));
        }
        case.say(tx, true, &why, by)?;
        if event == Event::Deny {
            tell_denied(tx, (&cx2, &keys), &case, arrival.at)?;
        }
        let letter = Letter::RequestNews { number, link: case.link(&cx2, &keys) };
        outbox::insert(tx, &letter.to(&cx2, &case.email, arrival.at).map_err(inside)?)?;
        tx.audit(&entry)?;
        Ok(Ok(()))
    });
    kept(cx, refused, decided.await?).await
}

/// What the Help Desk looks up outside of the registry and notes on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// The license, at the licensing board (S-55).
    License,
    /// That the office answers for the jurisdiction, at the health department (S-60).
    Jurisdiction,
    /// That the organization wants the applicant as its first site administrator, or though the only one bears that name (S-11).
    Administrator,
    /// That the account of the applicant's name and license, under another address, is somebody else's (S-59). Its owner is told.
    AnotherPerson,
}

/// Notes what the Help Desk has verified.
pub async fn verify(
    cx: &Context,
    granted: &Granted,
    number: i64,
    what: Verified,
    arrival: Arrival,
) -> Result<(), Failure> {
    let (actor, who): (Box<str>, _) = (granted.actor().label().1.into(), granted.actor().clone());
    let action = match what {
        Verified::License => "verify-license",
        Verified::Jurisdiction => "verify-jurisdiction",
        Verified::Administrator => "verify-administrator",
        Verified::AnotherPerson => "verify-another-person",
    };
    let entry = AuditEntry::of(granted, arrival.at).action(action).detail(format!("request {number}"));
    let refused = entry.clone();
    let cx2 = cx.clone();
    let verified = cx.store.write(Lane::Web, move |tx| {
        let mut case = match load_for(tx, &who, number, arrival.at)? {
            Ok(case) => case,
            Err(refused) => return Ok(Err(refused)),
        };
        let is_asked = facts(tx, &cx2.roles, &case, arrival.at)?.asks_organization;
        if what == Verified::AnotherPerson {
            let is_noted = note_another(tx, (&cx2, &actor), &mut case, arrival.at)?;
            return if is_noted { tx.audit(&entry).map(Ok) } else { Ok(Err(NOT_NOW)) };
        }
        let body = &mut case.body;
        let (is_given, mark) = match what {
            Verified::License => (!body.license_number.is_empty(), &mut body.license_verified),
            Verified::Jurisdiction => (!body.jurisdiction.is_empty(), &mut body.jurisdiction_verified),
            Verified::Administrator | Verified::AnotherPerson => (is_asked, &mut body.administrator_verified),
        };
        if case.state != State::InReview || !is_given {
            return Ok(Err(NOT_NOW));
        }
        *mark = Some((actor.clone(), arrival.at));
        case.save(tx)?;
        if what == Verified::Administrator {
            let is_moved = administers_alone(tx, &case, arrival.at)? == Alone::Moved;
            tell_organization(tx, &cx2, &case, (false, is_moved), arrival.at)?;
        }
        tx.audit(&entry)?;
        Ok(Ok(()))
    });
    kept(cx, refused, verified.await?).await
}

/// Notes that the account of the applicant's name and license is somebody else's, and tells its owner; false: there is none.
fn note_another(
    tx: &mut Tx<'_>,
    (cx, actor): (&Context, &str),
    case: &mut Request,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let found = Applicant::of(tx, case)?;
    let Some(person) = found.elsewhere().filter(|_| found.by_license(case) == ByLicense::Unanswered) else {
        return Ok(false);
    };
    if case.state != State::InReview {
        return Ok(false);
    }
    case.body.another_person = Some((actor.into(), at, person));
    case.save(tx)?;
    let now = worker::get(tx, person)?.map(|row| row.email);
    let before = persons::moved(tx, person, at)?.into_iter().map(|row| row.email_before);
    let told: BTreeSet<EmailAddress> =
        now.into_iter().chain(before).filter_map(|to| to.parse().ok()).collect();
    for email in told {
        let link = Link::to(cx, &["help", "tickets", "new"]);
        let letter = Letter::SameNameAndLicense { site: case.body.site.clone(), link };
        outbox::insert(tx, &letter.to(cx, &email, at).map_err(inside)?)?;
    }
    Ok(true)
}

/// Asks the site administrator for approval (S-11): when every gate is open.
pub async fn ask_administrator(
    cx: &Context,
    granted: &Granted,
    number: i64,
    arrival: Arrival,
) -> Result<(), Failure> {
    const NOT_OPEN: &str = "Not every check is passed. Return the request, or mend what is missing first.";
    const NOBODY: &str = "No site administrator of this organization is on record. Somebody of it asks for Site Administrator on the \
                          same form: the Help Desk approves a first one. Return this request until then.";
    const ALONE: &str =
        "The only site administrator of this organization asks. You decide: approve, return or deny.";
    let keys = Keys::of(cx, arrival).await?;
    let (actor, cx2, roles): (Box<str>, _, _) =
        (granted.actor().label().1.into(), cx.clone(), Arc::clone(&cx.roles));
    let who = granted.actor().clone();
    let entry =
        AuditEntry::of(granted, arrival.at).action("ask-administrator").detail(format!("request {number}"));
    let refused = entry.clone();
    let asked = cx.store.write(Lane::Web, move |tx| {
        let mut case = match load_for(tx, &who, number, arrival.at)? {
            Ok(case) => case,
            Err(refused) => return Ok(Err(refused)),
        };
        let gates = gates(&facts(tx, &roles, &case, arrival.at)?);
        if gates.iter().any(Gate::holds_approval) {
            return Ok(Err(Failure::Rule(NOT_OPEN)));
        }
        if administers_alone(tx, &case, arrival.at)? != Alone::No {
            return Ok(Err(Failure::Rule(ALONE)));
        }
        let by = By { actor: &actor, reason: "", at: arrival.at };
        if case.state != State::InReview || !case.act(tx, Event::AskAdministrator, by)? {
            return Ok(Err(NOT_NOW));
        }
        if ask(tx, &cx2, &keys, &case, arrival.at)? == 0 {
            // nothing is written when a closure fails; the case stays where it was
            return Err(StoreError::Constraint(NOBODY.into()));
        }
        tx.audit(&entry)?;
        Ok(Ok(()))
    });
    let asked = match asked.await {
        Err(error) if error.is_constraint(NOBODY) => Err(Failure::Rule(NOBODY)),
        other => other?,
    };
    kept(cx, refused, asked).await
}
