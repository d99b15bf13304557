//! Requests that wait for somebody else than the Help Desk: for whom, for what, and since when.

use super::deciding::is_left_to_others;
use super::facts::facts;
use super::gates::{Gate, Party, Standing, gates};
use super::{Request, State};
use crate::staff::administrators_of;
use crate::{Context, Failure};
use iis_model::Timestamp;
use iis_store::{StoreError, Tx, site};
use jiff::SignedDuration;

/// Drafts begun longer ago are not shown: nobody goes on with them.
const DRAFTS: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The most that are shown of one state, the oldest first.
const SHOWN: i64 = 100;

/// A request that waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// Its number.
    pub number: i64,
    /// Where it stands.
    pub state: State,
    /// Who asks.
    pub name: Box<str>,
    /// The role that is asked for, by its name in the policy.
    pub role: Box<str>,
    /// The site, as the registry has it; as it was typed where none is known.
    pub site: Box<str>,
    /// For whom it waits.
    pub on: String,
    /// For what.
    pub what: String,
    /// Since when.
    pub since: Timestamp,
}

/// What waits, by state: drafts of the last days, then as a request goes on.
pub async fn waiting_elsewhere(cx: &Context, now: Timestamp) -> Result<Vec<Waits>, Failure> {
    const STATES: [State; 5] = [
        State::Draft,
        State::WaitingEnrollment,
        State::Returned,
        State::AwaitingAdministrator,
        State::Provisioned,
    ];
    let cx2 = cx.clone();
    let read = cx.store.read(move |tx| {
        let mut all = Vec::new();
        for state in STATES {
            let held = if state == State::Draft {
                let since = now.saturating_sub(DRAFTS).unwrap_or(Timestamp::MIN);
                Request::opened_since(tx, state, since, SHOWN)?
            } else {
                Request::in_state(tx, state, SHOWN)?
            };
            for case in held {
                all.push(waits(tx, &cx2, &case, now)?);
            }
        }
        Ok(all)
    });
    Ok(read.await?)
}

fn waits(tx: &mut Tx<'_>, cx: &Context, case: &Request, now: Timestamp) -> Result<Waits, StoreError> {
    let row = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten();
    let (on, what, since) = match case.state {
        State::Draft => draft(tx, cx, case, now)?,
        State::AwaitingAdministrator => {
            let all = match &row {
                Some(row) => administrators_of(tx, row.site.organization_id)?,
                None => Vec::new(),
            };
            let mut names = Vec::new();
            for one in all {
                // nobody answers what they asked for themselves
                if !is_left_to_others(tx, one.account, case, now)? {
                    names.push(one.name.into_string());
                }
            }
            let on =
                if names.is_empty() { "nobody: no site administrator".to_owned() } else { names.join(", ") };
            (on, "the site administrator’s answer".to_owned(), case.state_since)
        }
        State::WaitingEnrollment => {
            ("the site".to_owned(), "the site’s enrollment".to_owned(), case.state_since)
        }
        State::Provisioned => {
            ("the applicant".to_owned(), "a password to be set".to_owned(), case.state_since)
        }
        _ => ("the applicant".to_owned(), "the correction that was asked for".to_owned(), case.state_since),
    };
    Ok(Waits {
        number: case.number,
        state: case.state,
        name: case.body.name.clone(),
        role: case.body.role.clone(),
        site: row.map_or_else(|| case.body.site.clone(), |row| row.site.name),
        on,
        what,
        since,
    })
}

/// For whom and what a draft waits: its first gate that holds it back, or that it is sent in.
fn draft(
    tx: &mut Tx<'_>,
    cx: &Context,
    case: &Request,
    now: Timestamp,
) -> Result<(String, String, Timestamp), StoreError> {
    let since = case.body.confirmed_at.unwrap_or(case.opened_at);
    let gates = gates(&facts(tx, &cx.roles, case, now)?);
    let held = gates.iter().find(|gate| !super::lets_submit(std::slice::from_ref(gate)));
    let (on, what) =
        held.map_or(("the applicant", "that it is sent in"), |gate| (party(gate), matter(gate.rule)));
    Ok((on.to_owned(), what.to_owned(), since))
}

fn party(gate: &Gate) -> &'static str {
    match gate.standing {
        Standing::Waits(Party::Applicant) | Standing::Refuses | Standing::Open => "the applicant",
        Standing::Waits(other) => other.title(),
    }
}

/// What a rule is about, in a few words.
fn matter(rule: &str) -> &'static str {
    match rule {
        "S-8" => "the e-mail address to be confirmed",
        "S-6" => "required training",
        "S-7" | "S-61" => "a type of access that fits",
        "S-9" => "the name of the site administrator",
        "S-49" => "the place of the primary coordinator",
        "S-53" => "the staff list of the site",
        "S-55" | "S-56" => "a license, or another type of access",
        "S-60" => "the name of the jurisdiction",
        _ => "a correction",
    }
}
