//! How far a request came and for whom it waits, in a sentence and in steps.

use super::sheet::Mark;
use crate::pages::format;
use iis_registry::requests::{Opened, State};
use jiff::tz::TimeZone;
use std::cmp::Ordering;

/// Where a request stands, and for whom it waits, in a sentence.
pub(super) fn where_it_stands(opened: &Opened, zone: &TimeZone) -> String {
    let by = opened.due.map(|due| format::moment(due, zone)).unwrap_or_default();
    match opened.case.state {
        State::Draft => {
            "A draft. The Help Desk sees that it waits and for what, and reads it when you send it in."
                .to_owned()
        }
        State::WaitingEnrollment => {
            "Received. It waits for the enrollment of your site, and keeps its place.".to_owned()
        }
        State::InQueue => format!(
            "Received. {} before yours. The Help Desk reads requests in the order received, usually within 2 business days: by {by}.",
            format::sentence_case(&format::counted(i64::try_from(opened.before).unwrap_or(0), "request"))
        ),
        State::InReview => format!("The Help Desk reads it now, usually done by {by}."),
        State::Returned => {
            let kept =
                "Change it below and send it in again. It keeps its place in the queue; the clock stands.";
            format!("Returned for correction{} {kept}", because(opened))
        }
        State::AwaitingAdministrator => "It waits for your site administrator, who got a message.".to_owned(),
        State::Approved | State::Provisioned => {
            "Approved. Your user name and the link that sets your password came in two messages.".to_owned()
        }
        State::Denied => format!("Denied{}", because(opened)),
        State::Expired => {
            "Expired: the site administrator did not answer. Ask again, or ask the Help Desk.".to_owned()
        }
        State::Active => "Done: you can sign in.".to_owned(),
        State::Withdrawn => "You withdrew it.".to_owned(),
    }
}

/// Why it was denied or returned, in the words of whoever did that.
fn because(opened: &Opened) -> String {
    match opened.moves.last().map(|made| made.reason.trim()) {
        Some(reason) if !reason.is_empty() => format!(": “{reason}”"),
        _ => ".".to_owned(),
    }
}

const STEPS: [(&str, &[State]); 5] = [
    ("Sent in", &[State::Draft]),
    ("In the queue", &[State::WaitingEnrollment, State::InQueue, State::Returned]),
    ("Help Desk check", &[State::InReview]),
    ("Site administrator", &[State::AwaitingAdministrator]),
    ("User name, then password link", &[State::Approved, State::Provisioned]),
];

/// The step to which a state belongs.
fn step_of(state: State) -> Option<usize> {
    STEPS.iter().position(|(_, states)| states.contains(&state))
}

/// The steps of the tracker. One that ended has those up to where it ended.
pub(super) fn steps(opened: &Opened) -> Vec<Mark> {
    let state = opened.case.state;
    let is_over = matches!(state, State::Denied | State::Expired | State::Withdrawn);
    let reached = opened.moves.iter().rev().filter_map(|made| State::of_word(&made.to)).find_map(step_of);
    let now = match step_of(state) {
        Some(step) => step,
        None if is_over => reached.unwrap_or(0),
        None => STEPS.len(),
    };
    let mark = |(at, (text, _)): (usize, &(&str, &[State]))| {
        let (look, word) = match at.cmp(&now) {
            Ordering::Less => ("good", "✓ Done"),
            Ordering::Equal if is_over => ("bad", "✗ Ended here"),
            Ordering::Equal => ("now", "● Now"),
            Ordering::Greater => ("later", "◌ Not started"),
        };
        Mark { look, word: word.to_owned(), text: (*text).to_owned() }
    };
    let shown = if is_over { now + 1 } else { STEPS.len() };
    STEPS.iter().enumerate().take(shown).map(mark).collect()
}
