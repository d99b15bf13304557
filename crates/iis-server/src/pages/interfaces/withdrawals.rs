//! `/interfaces/withdrawals`: all that a sender sent between two moments is rehearsed, withdrawn, and brought back.

use super::{Choice, all_senders, choices, frame};
use crate::commands::withdraw::moment;
use crate::pages::duplicates::answering::deed;
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Fact, Frame, Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::access::Permission;
use iis_model::organization::Sender;
use iis_registry::withdrawal::{self, Extent, Withdraw, Withdrawal, can_be_taken_back};
use jiff::tz::TimeZone;
use serde::Deserialize;

/// All withdrawals, and the form for the next one.
#[derive(Debug, Template)]
#[template(path = "interfaces/withdrawals.html")]
pub(crate) struct WithdrawalsPage {
    pub(crate) frame: Frame,
    pub(crate) form: WithdrawalForm,
    pub(crate) rows: Vec<WithdrawalRow>,
}

/// The form.
#[derive(Debug, Clone, Default)]
pub(crate) struct WithdrawalForm {
    pub(crate) senders: Vec<Choice>,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) reason: String,
    pub(crate) problems: Vec<Problem>,
}

/// A withdrawal in the list.
#[derive(Debug, Clone)]
pub(crate) struct WithdrawalRow {
    pub(crate) href: String,
    pub(crate) decided: String,
    pub(crate) sender: String,
    pub(crate) time: String,
    pub(crate) about: String,
    pub(crate) state: &'static str,
}

/// What a withdrawal would be about.
#[derive(Debug, Template)]
#[template(path = "interfaces/rehearsal.html")]
pub(crate) struct RehearsalPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) once: String,
    pub(crate) typed: Typed,
    pub(crate) facts: Vec<Fact>,
    pub(crate) is_empty: bool,
}

/// One withdrawal.
#[derive(Debug, Template)]
#[template(path = "interfaces/withdrawal.html")]
pub(crate) struct WithdrawalPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) once: String,
    pub(crate) action: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) is_running: bool,
    pub(crate) percent: i64,
    /// How far it came, in words.
    pub(crate) progress: String,
    pub(crate) can_be_taken_back: bool,
}

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    pub(crate) sender: String,
    #[serde(default)]
    pub(crate) from: String,
    #[serde(default)]
    pub(crate) to: String,
    #[serde(default)]
    pub(crate) reason: String,
    #[serde(default)]
    pub(crate) once: String,
}

/// `GET /interfaces/withdrawals`
pub(crate) async fn list(visitor: Visitor) -> Answer {
    visitor.granted(Permission::WithdrawReports)?;
    Ok(rendered(&page(&visitor, &Typed::default(), Vec::new()).await?))
}

async fn page(visitor: &Visitor, typed: &Typed, problems: Vec<Problem>) -> Result<WithdrawalsPage, Stop> {
    let registry = &visitor.app.registry;
    let senders = all_senders(visitor).await?;
    let listed = withdrawal::list(registry).await.map_err(|failure| visitor.failed(&failure))?;
    let title = if problems.is_empty() { "Withdrawals" } else { "Error: Withdrawals" };
    let zone = &registry.identity.zone;
    Ok(WithdrawalsPage {
        frame: frame(visitor, title).below("Messages", "/interfaces/messages").helped_by("withdrawals"),
        form: WithdrawalForm {
            senders: choices(&senders, &typed.sender),
            from: typed.from.clone(),
            to: typed.to.clone(),
            reason: typed.reason.clone(),
            problems,
        },
        rows: listed.iter().map(|one| row(one, &senders, zone)).collect(),
    })
}

/// `GET /interfaces/withdrawals/rehearsal`
pub(crate) async fn rehearse(visitor: Visitor, Query(typed): Query<Typed>) -> Answer {
    let granted = visitor.granted(Permission::WithdrawReports)?;
    let senders = all_senders(&visitor).await?;
    let zone = &visitor.app.registry.identity.zone;
    let withdraw = match read(&typed, &senders, zone) {
        Ok(withdraw) => withdraw,
        Err(problems) => {
            let page = page(&visitor, &typed, problems).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response());
        }
    };
    let extent = withdrawal::rehearse(&visitor.app.registry, granted, withdraw, visitor.arrival).await;
    let extent = extent.map_err(|failure| visitor.failed(&failure))?;
    let mut facts = vec![
        Fact { label: "Sender".to_owned(), value: typed.sender.clone() },
        Fact { label: "Received".to_owned(), value: time(withdraw.from, withdraw.until, zone) },
        Fact { label: "Why".to_owned(), value: typed.reason.clone() },
    ];
    facts.extend(counts(extent));
    let frame = frame(&visitor, "Withdraw these messages?");
    Ok(rendered(&RehearsalPage {
        frame: frame.below("Withdrawals", "/interfaces/withdrawals").helped_by("withdrawals"),
        csrf: visitor.csrf(),
        once: visitor.once(),
        typed,
        facts,
        is_empty: extent.messages == 0,
    }))
}

/// `POST /interfaces/withdrawals`
pub(crate) async fn begin(Filled { visitor, form: typed }: Filled<Typed>) -> Answer {
    let deed = deed(&visitor, Permission::WithdrawReports, &typed.reason, &typed.once)?;
    let senders = all_senders(&visitor).await?;
    let Ok(withdraw) = read(&typed, &senders, &visitor.app.registry.identity.zone) else {
        return Err(visitor.no_page(NoPage::NotFound)); // the rehearsal would have told
    };
    let begun = withdrawal::begin(&visitor.app.registry, deed, withdraw).await;
    let id = begun.map_err(|failure| visitor.failed(&failure))?;
    Ok(redirect(&format!("/interfaces/withdrawals/{id}?done=withdrawn")))
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    done: String,
}

/// `GET /interfaces/withdrawals/{id}`
pub(crate) async fn show(visitor: Visitor, Path(id): Path<String>, Query(shown): Query<Shown>) -> Answer {
    visitor.granted(Permission::WithdrawReports)?;
    let registry = &visitor.app.registry;
    let found = match id.parse() {
        Ok(id) => withdrawal::get(registry, id).await.map_err(|failure| visitor.failed(&failure))?,
        Err(_) => None,
    };
    let Some(one) = found else { return Err(visitor.no_page(NoPage::NotFound)) };
    let (senders, zone) = (all_senders(&visitor).await?, &registry.identity.zone);
    let title = if one.inverse_of.is_some() { "Withdrawal taken back" } else { "Withdrawal" };
    let frame =
        frame(&visitor, title).below("Withdrawals", "/interfaces/withdrawals").helped_by("withdrawals");
    Ok(rendered(&WithdrawalPage {
        frame: frame.noticed(notice(&shown.done)),
        csrf: visitor.csrf(),
        once: visitor.once(),
        action: format!("/interfaces/withdrawals/{}/take-back", one.id),
        facts: facts(&one, &senders, zone),
        is_running: &*one.state == "running",
        percent: withdrawal::percent(&one),
        progress: progress(&one),
        can_be_taken_back: can_be_taken_back(&one),
    }))
}

/// `POST /interfaces/withdrawals/{id}/take-back`
pub(crate) async fn take_back(
    Path(id): Path<String>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let deed = deed(&visitor, Permission::WithdrawReports, &typed.reason, &typed.once)?;
    let Ok(id) = id.parse::<i64>() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let back = withdrawal::take_back(&visitor.app.registry, deed, id).await;
    Ok(match back.map_err(|failure| visitor.failed(&failure))? {
        Some(back) => redirect(&format!("/interfaces/withdrawals/{back}?done=taken-back")),
        None => redirect(&format!("/interfaces/withdrawals/{id}?done=changed")),
    })
}

/// Reads what was typed, or says what has to be mended.
fn read(typed: &Typed, senders: &[Sender], zone: &TimeZone) -> Result<Withdraw, Vec<Problem>> {
    let mut problems = Vec::new();
    let sender = senders.iter().find(|sender| *sender.name == *typed.sender);
    if sender.is_none() {
        problems.push(Problem::of("sender", "Choose the sender."));
    }
    let mut at = |field, text: &str| {
        let read = moment(text.trim(), zone).ok();
        if read.is_none() {
            problems.push(Problem::of(field, "Enter a day and time."));
        }
        read
    };
    let (from, until) = (at("from", &typed.from), at("to", &typed.to));
    if from.is_some() && until.is_some() && from >= until {
        problems.push(Problem::of("to", "The end must be after the beginning."));
    }
    if typed.reason.trim().is_empty() {
        problems.push(Problem::of("reason", "Say why: it stands in the audit log."));
    }
    match (sender, from, until) {
        (Some(sender), Some(from), Some(until)) if problems.is_empty() => {
            Ok(Withdraw { sender_id: sender.id, from, until })
        }
        _ => Err(problems),
    }
}

fn row(one: &Withdrawal, senders: &[Sender], zone: &TimeZone) -> WithdrawalRow {
    WithdrawalRow {
        href: format!("/interfaces/withdrawals/{}", one.id),
        decided: format!("{} by {}", format::moment(one.at, zone), one.actor),
        sender: name(one, senders).to_owned(),
        time: time(one.sent_from, one.sent_until, zone),
        about: format!(
            "{}, {}, {}",
            format::counted(one.messages, "message"),
            format::counted(one.persons, "person"),
            format::counted(one.doses, "dose")
        )
        .replace("persons", "people"),
        state: state(one),
    }
}

fn state(one: &Withdrawal) -> &'static str {
    match (&*one.state, one.inverse_of, one.taken_back_by) {
        ("running", Some(_), _) => "being taken back",
        ("running", ..) => "under way",
        (_, Some(_), _) => "takes another one back",
        (_, _, Some(_)) => "taken back",
        _ => "withdrawn",
    }
}

fn progress(one: &Withdrawal) -> String {
    let looked_at = one.looked_at.unwrap_or(0).min(one.messages);
    let percent = withdrawal::percent(one);
    format!("{percent} % done: {looked_at} of {}", format::counted(one.messages, "message"))
}

fn facts(one: &Withdrawal, senders: &[Sender], zone: &TimeZone) -> Vec<Fact> {
    let Withdrawal { messages, records, persons, doses, .. } = *one;
    let facts = [
        Fact::some("State", state(one)),
        Fact::some("Sender", name(one, senders)),
        Fact::some("Received", time(one.sent_from, one.sent_until, zone)),
        Fact::some("Decided", format!("{} by {}", format::moment(one.at, zone), one.actor)),
        Fact::some("Why", &*one.reason),
    ];
    let mut facts: Vec<_> = facts.into_iter().flatten().collect();
    facts.extend(counts(Extent { messages, records, persons, doses }));
    facts
}

fn counts(extent: Extent) -> [Fact; 4] {
    [
        ("Messages", extent.messages),
        ("Patient records", extent.records),
        ("People", extent.persons),
        ("Doses, refusals and observations", extent.doses),
    ]
    .map(|(label, count)| Fact { label: label.to_owned(), value: count.to_string() })
}

fn name<'a>(one: &Withdrawal, senders: &'a [Sender]) -> &'a str {
    senders.iter().find(|sender| sender.id == one.sender_id).map_or("", |sender| &sender.name)
}

fn time(from: iis_model::Timestamp, until: iis_model::Timestamp, zone: &TimeZone) -> String {
    format!("{} to before {}", format::moment(from, zone), format::moment(until, zone))
}

/// What was done, in a sentence.
fn notice(done: &str) -> Option<Notice> {
    let (kind, text) = match done {
        "withdrawn" => ("success", "Withdrawn. It can be taken back on this page when it is carried out."),
        "taken-back" => ("success", "Taken back: what was withdrawn counts again."),
        "changed" => ("warning", "Nothing was done: it was taken back already, or is still under way."),
        _ => return None,
    };
    Some(Notice { kind, text: text.to_owned() })
}
