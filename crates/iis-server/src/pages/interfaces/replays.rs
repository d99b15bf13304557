//! `/interfaces/replays`: stored messages against the rules of today, as a dry run in the background.

use super::messages::{acks, midnight};
use super::{Choice, all_senders, choices, frame};
use crate::pages::duplicates::answering::deed;
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Fact, Frame, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::Date;
use iis_model::access::Permission;
use iis_model::organization::Sender;
use iis_registry::exchange::replay::{Difference, Stored};
use iis_registry::messages::KeptFinding;
use iis_registry::messages::replays::{self, Asked, Counts, Replayed, State};
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Differences on one page.
const PAGE: u16 = 100;

/// All replays, and the form for the next one.
#[derive(Debug, Template)]
#[template(path = "interfaces/replays.html")]
pub(crate) struct ReplaysPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) once: String,
    pub(crate) form: ReplayForm,
    pub(crate) rows: Vec<ReplayRow>,
}

/// The form.
#[derive(Debug, Clone, Default)]
pub(crate) struct ReplayForm {
    pub(crate) senders: Vec<Choice>,
    pub(crate) acks: Vec<Choice>,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) code: String,
    pub(crate) problems: Vec<Problem>,
}

/// A replay in the list.
#[derive(Debug, Clone)]
pub(crate) struct ReplayRow {
    pub(crate) href: String,
    pub(crate) begun: String,
    pub(crate) about: String,
    pub(crate) state: String,
    pub(crate) found: String,
}

/// One replay.
#[derive(Debug, Template)]
#[template(path = "interfaces/replay.html")]
pub(crate) struct ReplayPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) once: String,
    pub(crate) stop: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) is_running: bool,
    pub(crate) percent: i64,
    pub(crate) progress: String,
    /// What differs, a line each with the number of messages.
    pub(crate) counts: Vec<(String, i64)>,
    pub(crate) rows: Vec<DifferenceRow>,
    pub(crate) caption: String,
    /// The next differences; empty: there are none.
    pub(crate) more_href: String,
}

/// A message that would be answered otherwise.
#[derive(Debug, Clone)]
pub(crate) struct DifferenceRow {
    pub(crate) href: String,
    pub(crate) received: String,
    pub(crate) sender: String,
    pub(crate) control_id: String,
    pub(crate) answer: String,
    pub(crate) added: String,
    pub(crate) removed: String,
    pub(crate) stored: &'static str,
}

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    sender: String,
    from: String,
    to: String,
    ack: String,
    code: String,
    once: String,
}

/// `GET /interfaces/replays`
pub(crate) async fn list(visitor: Visitor) -> Answer {
    visitor.granted(Permission::ReadMessages)?;
    Ok(rendered(&page(&visitor, &Typed::default(), Vec::new()).await?))
}

async fn page(visitor: &Visitor, typed: &Typed, problems: Vec<Problem>) -> Result<ReplaysPage, Stop> {
    let registry = &visitor.app.registry;
    let senders = all_senders(visitor).await?;
    let listed = replays::list(registry).await.map_err(|failure| visitor.failed(&failure))?;
    let base = frame(visitor, "Replays").below("Messages", "/interfaces/messages").helped_by("replays");
    Ok(ReplaysPage {
        frame: if problems.is_empty() { base } else { base.in_error() },
        csrf: visitor.csrf(),
        once: visitor.once(),
        form: ReplayForm {
            senders: choices(&senders, &typed.sender),
            acks: acks(&typed.ack),
            from: typed.from.clone(),
            to: typed.to.clone(),
            code: typed.code.clone(),
            problems,
        },
        rows: listed.iter().map(|one| row(one, &senders, &registry.identity.zone)).collect(),
    })
}

/// `POST /interfaces/replays`
pub(crate) async fn begin(Filled { visitor, form: typed }: Filled<Typed>) -> Answer {
    let deed = deed(&visitor, Permission::ReadMessages, "", &typed.once)?;
    let senders = all_senders(&visitor).await?;
    let asked = match read(&typed, &senders, &visitor.app.registry.identity.zone) {
        Ok(asked) => asked,
        Err(problems) => {
            let page = page(&visitor, &typed, problems).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response());
        }
    };
    let begun = replays::begin(&visitor.app.registry, deed, asked).await;
    let id = begun.map_err(|failure| visitor.failed(&failure))?;
    Ok(redirect(&format!("/interfaces/replays/{id}")))
}

/// Where in the differences the page begins.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    after: String,
}

/// `GET /interfaces/replays/{id}`
pub(crate) async fn show(visitor: Visitor, Path(id): Path<String>, Query(shown): Query<Shown>) -> Answer {
    let granted = visitor.granted(Permission::ReadMessages)?;
    let one = replay(&visitor, &id).await?;
    let after = shown.after.parse().unwrap_or(0);
    let registry = &visitor.app.registry;
    let found = replays::differences(registry, granted, (one.id, after, PAGE), visitor.arrival).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    let (senders, zone) = (all_senders(&visitor).await?, &registry.identity.zone);
    let is_full = found.len() == usize::from(PAGE);
    let more_href = match found.last().filter(|_| is_full) {
        Some((n, _)) => format!("/interfaces/replays/{}?after={n}", one.id),
        None => String::new(),
    };
    let frame = frame(&visitor, "Replay").below("Messages", "/interfaces/messages");
    Ok(rendered(&ReplayPage {
        frame: frame.below("Replays", "/interfaces/replays").helped_by("replays"),
        csrf: visitor.csrf(),
        once: visitor.once(),
        stop: format!("/interfaces/replays/{}/stop", one.id),
        facts: facts(&one, &senders, zone),
        is_running: one.state == State::Running,
        percent: one.percent(),
        progress: progress(&one),
        counts: counts(&one.told),
        caption: format!(
            "{} that would be answered otherwise today",
            format::sentence_case(&format::counted(one.differing, "message"))
        ),
        rows: found.iter().map(|(_, difference)| difference_row(difference, zone)).collect(),
        more_href,
    }))
}

/// What is sent with the button that ends a replay.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Stopping {
    #[serde(default)]
    once: String,
}

/// `POST /interfaces/replays/{id}/stop`
pub(crate) async fn stop(Path(id): Path<String>, Filled { visitor, form }: Filled<Stopping>) -> Answer {
    let deed = deed(&visitor, Permission::ReadMessages, "", &form.once)?;
    let one = replay(&visitor, &id).await?;
    let stopped = replays::stop(&visitor.app.registry, deed, one.id).await;
    stopped.map_err(|failure| visitor.failed(&failure))?;
    Ok(redirect(&format!("/interfaces/replays/{}", one.id)))
}

async fn replay(visitor: &Visitor, id: &str) -> Result<Replayed, Stop> {
    let found = match id.parse() {
        Ok(id) => {
            replays::get(&visitor.app.registry, id).await.map_err(|failure| visitor.failed(&failure))?
        }
        Err(_) => None,
    };
    found.ok_or_else(|| visitor.no_page(NoPage::NotFound))
}

/// Reads what was typed, or says what has to be mended.
fn read(typed: &Typed, senders: &[Sender], zone: &TimeZone) -> Result<Asked, Vec<Problem>> {
    let mut problems = Vec::new();
    let sender = senders.iter().find(|sender| *sender.name == *typed.sender);
    if sender.is_none() && !typed.sender.is_empty() {
        problems.push(Problem::of("sender", "Choose a sender, or any."));
    }
    let mut day = |field, text: &str| {
        let day = text.trim().parse::<Date>().ok();
        if day.is_none() {
            problems.push(Problem::of(field, "Enter a day as YYYY-MM-DD."));
        }
        day
    };
    let days = day("from", &typed.from).zip(day("to", &typed.to));
    if days.is_some_and(|(from, to)| from > to) {
        problems.push(Problem::of("to", "The last day must not be before the first."));
    }
    let text = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(Into::into);
    match days {
        Some((from, to)) if problems.is_empty() => Ok(Asked {
            sender_id: sender.map(|sender| sender.id),
            ack: text(&typed.ack),
            code: text(&typed.code.to_uppercase()),
            from: midnight(from, zone),
            before: midnight(to.tomorrow().unwrap_or(to), zone),
        }),
        _ => Err(problems),
    }
}

fn row(one: &Replayed, senders: &[Sender], zone: &TimeZone) -> ReplayRow {
    ReplayRow {
        href: format!("/interfaces/replays/{}", one.id),
        begun: format!("{} by {}", format::moment(one.at, zone), one.actor),
        about: about(&one.asked, senders, zone),
        state: match one.state {
            State::Running => format!("{} % done", one.percent()),
            State::Done => "done".to_owned(),
            State::Stopped => format!("ended at {} %", one.percent()),
        },
        found: format!("{} of {} differ", one.differing, format::counted(one.looked_at, "message")),
    }
}

fn about(asked: &Asked, senders: &[Sender], zone: &TimeZone) -> String {
    let Asked { sender_id, ack, code, from, before } = asked;
    let sender = sender_id.and_then(|id| senders.iter().find(|sender| sender.id == id));
    let parts = [
        Some(sender.map_or_else(|| "all senders".to_owned(), |sender| sender.name.to_string())),
        Some(format!("{} to before {}", format::moment(*from, zone), format::moment(*before, zone))),
        ack.as_ref().map(|ack| format!("answered {ack}")),
        code.as_ref().map(|code| format!("with {code}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn facts(one: &Replayed, senders: &[Sender], zone: &TimeZone) -> Vec<Fact> {
    let state = match one.state {
        State::Running => "under way",
        State::Done => "done",
        State::Stopped => "ended before its end",
    };
    let facts = [
        Fact::some("State", state),
        Fact::some("Messages", about(&one.asked, senders, zone)),
        Fact::some("Begun", format!("{} by {}", format::moment(one.at, zone), one.actor)),
        Fact::some("Looked at", format!("{} of {}", one.looked_at, one.messages)),
        Fact::some("Differ", one.differing.to_string()),
    ];
    facts.into_iter().flatten().collect()
}

fn progress(one: &Replayed) -> String {
    let of = format::counted(one.messages, "message");
    format!("{} % done: {} of {of}, {} differ", one.percent(), one.looked_at, one.differing)
}

/// What differs, each with the number of messages: answers first, then codes, then what would be stored.
fn counts(told: &Counts) -> Vec<(String, i64)> {
    let acks = told
        .acks
        .iter()
        .map(|(acks, count)| (format!("answered {}", acks.replace(' ', ", would be ")), *count));
    let added = told.added.iter().map(|(code, count)| (format!("{code} would be found"), *count));
    let removed =
        told.removed.iter().map(|(code, count)| (format!("{code} would no longer be found"), *count));
    let stored = [
        ("refused, would be stored", told.stored_now),
        ("stored, would be refused", told.no_longer),
        ("would go to another person", told.elsewhere),
    ];
    let stored =
        stored.into_iter().filter(|(_, count)| *count > 0).map(|(what, count)| (what.to_owned(), count));
    acks.chain(added).chain(removed).chain(stored).collect()
}

fn difference_row(difference: &Difference, zone: &TimeZone) -> DifferenceRow {
    let Difference { id, received_at, control_id, sender, acks, added, removed, stored } = difference;
    DifferenceRow {
        href: format!("/interfaces/messages/{}", id.0),
        received: format::moment(*received_at, zone),
        sender: sender.to_string(),
        control_id: if control_id.is_empty() { "none".to_owned() } else { control_id.to_string() },
        answer: if acks.0 == acks.1 { acks.0.to_string() } else { format!("{} now {}", acks.0, acks.1) },
        added: findings(added),
        removed: findings(removed),
        stored: match stored {
            Stored::Alike => "",
            Stored::Now => "would be stored",
            Stored::NoLonger => "would be refused",
            Stored::Elsewhere => "would go to another person",
        },
    }
}

/// Codes with their places.
fn findings(findings: &[KeptFinding]) -> String {
    let told = |finding: &KeptFinding| format!("{} {}", finding.code, finding.place).trim_end().to_owned();
    findings.iter().map(told).collect::<Vec<_>>().join(", ")
}
