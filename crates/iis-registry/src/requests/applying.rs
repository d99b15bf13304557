//! What an applicant does: begin, confirm the address, change, send in, take back.

use super::adding::tell_ticket;
use super::facts::facts;
use super::gates::{Gate, Standing, gates, lets_submit};
use super::types::{NOT_OFFERED, is_offered};
use super::{Application, Event, Request, State};
use crate::access::Roles;
use crate::cases::again::NO_MORE_LETTERS;
use crate::cases::once::once;
use crate::cases::{By, Keys, NOT_NOW};
use crate::enrollment::standing::inside;
use crate::mail::{Letter, Link, knock, may_ask};
use crate::names::{is_name_of_person, is_of_license, is_showable};
use crate::sites::site_named;
use crate::{Arrival, Context, Failure};
use iis_model::{EmailAddress, Timestamp};
use iis_store::{Lane, StoreError, Tx};
use std::sync::Arc;

/// What came of sending a request in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// It is in the queue, or waits for its site's enrollment.
    Received(State),
    /// Gates wait: it stays a draft.
    Held(Vec<Gate>),
}

impl Request {
    /// The words that together are this request's alone: for its key.
    pub fn key_words(number: i64, email: &EmailAddress) -> [String; 3] {
        ["request".to_owned(), number.to_string(), email.to_string()]
    }

    /// The link to its status page.
    pub(crate) fn link(&self, cx: &Context, keys: &Keys) -> Link {
        let words = Self::key_words(self.number, &self.email);
        let key = keys.key(&words.each_ref().map(String::as_str));
        Link::to(cx, &["request-access", &self.number.to_string(), key.as_str()])
    }
}

pub(super) fn check(roles: &Roles, application: &Application) -> Result<(), Failure> {
    if !is_offered(roles, &application.role) {
        return Err(Failure::Rule(NOT_OFFERED));
    }
    if !is_name_of_person(&application.name) {
        return Err(Failure::Rule(
            "Enter your first and last name: letters, spaces, dots, dashes, apostrophes.",
        ));
    }
    if !is_showable(&application.site) {
        return Err(Failure::Rule("Enter the name of the clinic, school or office where you work."));
    }
    if !application.administrator.is_empty() && !is_showable(&application.administrator) {
        return Err(Failure::Rule("Enter the site administrator's name in one line."));
    }
    if !application.jurisdiction.is_empty() && !is_showable(&application.jurisdiction) {
        return Err(Failure::Rule("Enter the jurisdiction in one line."));
    }
    if !is_of_license(&application.license_kind) || !is_of_license(&application.license_number) {
        return Err(Failure::Rule("A license's kind and number have at most 40 characters."));
    }
    Ok(())
}

/// Begins a request: the applicant gets the link that confirms the address and opens the status page. Refused when no more
/// letters go to the address within the hour: without the link nobody gets to what was begun.
pub async fn begin(
    cx: &Context,
    email: &EmailAddress,
    application: Application,
    arrival: Arrival,
) -> Result<i64, Failure> {
    check(&cx.roles, &application)?;
    let keys = Keys::of(cx, arrival).await?;
    let (id, cx2, email) = (cx.store.ids().take()?, cx.clone(), email.clone());
    let entry = arrival.by_nobody("begin-request");
    let begun_now = cx.store.write(Lane::Web, move |tx| {
        once(tx, &arrival, |tx| {
            if !may_ask(tx, &cx2, &email, LETTER, arrival.at)? {
                return Ok(Err(NO_MORE_LETTERS));
            }
            let by = By { actor: &application.name, reason: "", at: arrival.at };
            let case = Request::open(tx, id, &email, State::Draft, application.clone(), by)?;
            let number = case.number;
            begun(tx, (&cx2, &keys), case, arrival.at)?;
            tx.audit(&entry.clone().detail(format!("request {number}")))?;
            Ok(Ok(number))
        })
    });
    begun_now.await?
}

/// The kind of the letter with the link to a request.
pub(super) const LETTER: &str = "request";

impl Request {
    /// The letter with its link.
    pub(super) fn letter(cx: &Context, keys: &Keys, case: &Self) -> Letter {
        Letter::Request { number: case.number, link: case.link(cx, keys) }
    }
}

/// What every request begins with: its site, where one of that name is known, and the letter with its link.
pub(super) fn begun(
    tx: &mut Tx<'_>,
    (cx, keys): (&Context, &Keys),
    mut case: Request,
    at: Timestamp,
) -> Result<(), StoreError> {
    name_site(tx, &mut case)?;
    case.save(tx)?;
    knock(tx, &Request::letter(cx, keys, &case).to(cx, &case.email, at).map_err(inside)?).map(drop)
}

fn name_site(tx: &mut Tx<'_>, case: &mut Request) -> Result<(), StoreError> {
    case.site_id = site_named(tx, &case.body.site)?.map(|row| row.site.id);
    Ok(())
}

/// The link of the letter was opened: the address is whose it says (S-8).
pub async fn confirm_address(cx: &Context, number: i64, arrival: Arrival) -> Result<(), Failure> {
    let entry = arrival.by_nobody("confirm-address").detail(format!("request {number}"));
    let confirmed = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Request::load(tx, number)? else { return Ok(()) };
        if case.body.confirmed_at.is_none() {
            case.body.confirmed_at = Some(arrival.at);
            case.save(tx)?;
            tx.audit(&entry)?;
        }
        Ok(())
    });
    Ok(confirmed.await?)
}

/// Whether what was asked can be changed: while it is a draft, returned for correction, or waits for the enrollment of a site
/// whose name may be mistyped.
pub const fn can_change(state: State) -> bool {
    matches!(state, State::Draft | State::Returned | State::WaitingEnrollment)
}

/// Changes what was asked.
pub async fn change(
    cx: &Context,
    number: i64,
    application: Application,
    arrival: Arrival,
) -> Result<(), Failure> {
    check(&cx.roles, &application)?;
    let entry = arrival.by_nobody("change-request").detail(format!("request {number}"));
    let changed = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Request::load(tx, number)? else { return Ok(false) };
        if !can_change(case.state) {
            return Ok(false);
        }
        let kept = case.body.clone();
        case.body = Application {
            confirmed_at: kept.confirmed_at,
            enrollment: kept.enrollment,
            // so is that somebody else has the account of this name and license
            another_person: kept.another_person.filter(|_| {
                kept.name == application.name
                    && kept.license_kind == application.license_kind
                    && kept.license_number == application.license_number
            }),
            adds_to: kept.adds_to,
            ticket: kept.ticket,
            reminders: kept.reminders,
            taken_by: kept.taken_by,
            // what was verified is the license of this name, kind and number
            license_verified: kept.license_verified.filter(|_| {
                kept.name == application.name
                    && kept.license_kind == application.license_kind
                    && kept.license_number == application.license_number
            }),
            // so is what was asked of the organization: about this name, role and site
            administrator_verified: kept.administrator_verified.filter(|_| {
                kept.name == application.name
                    && kept.role == application.role
                    && kept.site == application.site
            }),
            // a role that is added goes to whom the account belongs, whatever is sent
            name: if kept.adds_to.is_some() { kept.name } else { application.name.clone() },
            jurisdiction_verified: kept
                .jurisdiction_verified
                .filter(|_| kept.jurisdiction == application.jurisdiction && kept.site == application.site),
            ..application.clone()
        };
        name_site(tx, &mut case)?;
        case.save(tx)?;
        let by = By { actor: &application.name, reason: "", at: arrival.at };
        case.say(tx, false, "Changed the request.", by)?;
        tx.audit(&entry)?;
        Ok(true)
    });
    if changed.await? { Ok(()) } else { Err(NOT_NOW) }
}

/// Sends a request in. Held by its gates it stays a draft, and what waits is told (S-6, S-53). A returned one keeps its
/// place in the queue.
pub async fn submit(cx: &Context, number: i64, arrival: Arrival) -> Result<Asked, Failure> {
    let roles = Arc::clone(&cx.roles);
    let entry = arrival.by_nobody("submit-request");
    let entry = entry.detail(format!("request {number}"));
    let asked = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Request::load(tx, number)? else { return Ok(None) };
        name_site(tx, &mut case)?;
        let known = facts(tx, &roles, &case, arrival.at)?;
        let gates = gates(&known);
        if !lets_submit(&gates) {
            return Ok(Some(Asked::Held(gates)));
        }
        let is_enrolled = gates.iter().all(|gate| gate.rule != "S-15" || gate.standing == Standing::Open);
        let event = match case.state {
            State::Returned => Event::Correct,
            _ if is_enrolled => Event::Submit,
            _ => Event::SubmitUnenrolled,
        };
        case.received_at.get_or_insert(arrival.at);
        let name = case.body.name.clone();
        if !case.act(tx, event, By { actor: &name, reason: "", at: arrival.at })? {
            return Ok(None);
        }
        tx.audit(&entry)?;
        Ok(Some(Asked::Received(case.state)))
    });
    asked.await?.ok_or(NOT_NOW)
}

/// Takes a request back.
pub async fn withdraw(cx: &Context, number: i64, arrival: Arrival) -> Result<(), Failure> {
    let entry = arrival.by_nobody("withdraw-request").detail(format!("request {number}"));
    let (keys, cx2) = (Keys::of(cx, arrival).await?, cx.clone());
    let withdrawn = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Request::load(tx, number)? else { return Ok(false) };
        let name = case.body.name.clone();
        let by = By { actor: &name, reason: "withdrawn by the applicant", at: arrival.at };
        if !case.act(tx, Event::Withdraw, by)? {
            return Ok(false);
        }
        let text =
            format!("Request {number} was withdrawn by whoever asked. The role can be asked for again.");
        tell_ticket(tx, (&cx2, &keys), &case, (false, &text), arrival.at)?;
        tx.audit(&entry)?;
        Ok(true)
    });
    if withdrawn.await? { Ok(()) } else { Err(NOT_NOW) }
}
