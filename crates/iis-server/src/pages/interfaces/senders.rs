//! `/interfaces/senders`: who sends, and what is agreed with each.

use super::{all_senders, frame};
use crate::agreement_text::{mappings, read_mappings, read_severities, severities};
use crate::audit_key::hex;
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Frame, Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::access::Permission;
use iis_model::organization::{Sender, SenderProfile};
use iis_registry::Failure;
use iis_registry::senders::{self, Agreement, Difference, Wrong, differences};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The most differences that are told after a conflict.
const MOST_TOLD: usize = 50;

/// All senders.
#[derive(Debug, Template)]
#[template(path = "interfaces/senders.html")]
pub(crate) struct SendersPage {
    pub(crate) frame: Frame,
    pub(crate) rows: Vec<SenderRow>,
}

/// A sender in the list.
#[derive(Debug, Clone)]
pub(crate) struct SenderRow {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) sites: String,
    pub(crate) may: &'static str,
    pub(crate) state: &'static str,
    pub(crate) agreed: String,
}

/// What is agreed with one sender.
#[derive(Debug, Template)]
#[template(path = "interfaces/sender.html")]
pub(crate) struct SenderPage {
    pub(crate) frame: Frame,
    pub(crate) csrf: String,
    pub(crate) action: String,
    pub(crate) messages_href: String,
    pub(crate) form: AgreementForm,
}

/// The agreement as the form shows it.
#[derive(Debug, Clone, Default)]
pub(crate) struct AgreementForm {
    pub(crate) switches: Vec<Switch>,
    pub(crate) sites: String,
    pub(crate) pace: String,
    pub(crate) zone: String,
    pub(crate) severities: String,
    pub(crate) mappings: String,
    pub(crate) problems: Vec<Problem>,
    /// Where it differs from what somebody else agreed meanwhile.
    pub(crate) differs: Vec<Difference>,
    /// Of the agreement that the form was filled from.
    pub(crate) seen: String,
}

/// Something that is agreed or not.
#[derive(Debug, Clone)]
pub(crate) struct Switch {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) is_on: bool,
}

/// The form as it is sent: a box that is not ticked is not sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    active: String,
    submit: String,
    query: String,
    completions: String,
    test: String,
    decrement: String,
    unknown_sites: String,
    erase: String,
    older: String,
    certain: String,
    keep: String,
    sites: String,
    pace: String,
    zone: String,
    severities: String,
    mappings: String,
    seen: String,
}

/// `GET /interfaces/senders`
pub(crate) async fn list(visitor: Visitor) -> Answer {
    visitor.granted(Permission::ManageSenders)?;
    let mut rows = Vec::new();
    for sender in all_senders(&visitor).await? {
        let agreement = agreement(&visitor, &sender.name).await?;
        rows.push(row(&sender, &agreement));
    }
    let frame = frame(&visitor, "Senders").below("Messages", "/interfaces/messages").helped_by("senders");
    Ok(rendered(&SendersPage { frame, rows }))
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    done: String,
}

/// `GET /interfaces/senders/{name}`
pub(crate) async fn show(visitor: Visitor, Path(name): Path<String>, Query(shown): Query<Shown>) -> Answer {
    visitor.granted(Permission::ManageSenders)?;
    let agreement = agreement(&visitor, &name).await?;
    let notice = (shown.done == "changed").then(|| Notice {
        kind: "success",
        text: "Changed. It holds for the next message; the audit log tells what changed.".to_owned(),
    });
    let form = filled(&agreement, &agreement, Vec::new());
    Ok(rendered(&page(&visitor, &name, form, notice)))
}

/// `POST /interfaces/senders/{name}`
pub(crate) async fn change(Path(name): Path<String>, Filled { visitor, form: sent }: Filled<Sent>) -> Answer {
    let granted = visitor.granted(Permission::ManageSenders)?;
    let known = agreement(&visitor, &name).await?;
    let (new, mut problems) = read(&sent, &known);
    problems.extend(told(new.wrongs(&known, &visitor.app.registry.codes.now())));
    let was_changed = sent.seen != hash_of(&known);
    if was_changed {
        let text = "Somebody else changed the agreement while you did. Nothing of yours is stored yet.";
        problems.insert(0, Problem::of("", text));
    }
    if problems.is_empty() {
        let both = (known.clone(), new.clone());
        match senders::agree(&visitor.app.registry, &granted, &name, both, visitor.arrival).await {
            Ok(()) => return Ok(redirect(&format!("/interfaces/senders/{name}?done=changed"))),
            Err(Failure::Rule(text)) => problems.push(Problem::of("sites", text)),
            Err(failure) => return Err(visitor.failed(&failure)),
        }
    }
    let mut form = filled(&new, &known, problems);
    if was_changed {
        form.differs = differences(&known, &new);
        form.differs.truncate(MOST_TOLD);
    }
    form.severities.clone_from(&sent.severities);
    form.mappings.clone_from(&sent.mappings);
    form.pace.clone_from(&sent.pace);
    let mut page = page(&visitor, &name, form, None);
    page.frame = page.frame.in_error();
    Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
}

async fn agreement(visitor: &Visitor, name: &str) -> Result<Agreement, Stop> {
    let found = senders::agreement(&visitor.app.registry, name).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    found.ok_or_else(|| visitor.no_page(NoPage::NotFound))
}

fn page(visitor: &Visitor, name: &str, form: AgreementForm, notice: Option<Notice>) -> SenderPage {
    let frame = frame(visitor, &format!("Sender {name}")).below("Messages", "/interfaces/messages");
    SenderPage {
        frame: frame.below("Senders", "/interfaces/senders").helped_by("senders").noticed(notice),
        csrf: visitor.csrf(),
        action: format!("/interfaces/senders/{name}"),
        messages_href: format!("/interfaces/messages?sender={name}"),
        form,
    }
}

fn row(sender: &Sender, agreement: &Agreement) -> SenderRow {
    let profile = &agreement.profile;
    let count = |number: usize, what: &str| {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        (number > 0).then(|| format::counted(number, what))
    };
    let pace = i64::from(profile.messages_a_minute);
    let agreed = [
        (pace > 0).then(|| format!("at most {} a minute", format::counted(pace, "message"))),
        count(profile.mappings.len(), "own code"),
        count(profile.severities.len(), "changed severity")
            .map(|text| text.replace("severitys", "severities")),
    ];
    SenderRow {
        href: format!("/interfaces/senders/{}", sender.name),
        name: sender.name.to_string(),
        sites: agreement.site_codes.join(", "),
        may: match (profile.may_submit, profile.may_query) {
            (true, true) => "submit and query",
            (true, false) => "submit",
            (false, true) => "query",
            (false, false) => "nothing",
        },
        state: match (agreement.is_active, profile.is_test) {
            (false, _) => "not let in",
            (true, true) => "under test",
            (true, false) => "in production",
        },
        agreed: agreed.into_iter().flatten().collect::<Vec<_>>().join(", "),
    }
}

fn filled(agreement: &Agreement, known: &Agreement, problems: Vec<Problem>) -> AgreementForm {
    let profile = &agreement.profile;
    let pace = profile.messages_a_minute;
    AgreementForm {
        switches: switches(agreement),
        sites: agreement.site_codes.join(" "),
        pace: if pace == 0 { String::new() } else { pace.to_string() },
        zone: profile.time_zone.clone(),
        severities: severities(&profile.severities),
        mappings: mappings(&profile.mappings),
        problems,
        differs: Vec::new(),
        seen: hash_of(known),
    }
}

#[rustfmt::skip]
fn switches(agreement: &Agreement) -> Vec<Switch> {
    let profile = &agreement.profile;
    let switch = |name, label, is_on, hint| Switch { name, label, hint, is_on };
    vec![
        switch("active", "Is let in", agreement.is_active, "Otherwise it is as if the sender did not exist."),
        switch("submit", "May submit", profile.may_submit, "Messages of type VXU."),
        switch("query", "May query", profile.may_query, "Messages of type QBP."),
        switch("completions", "May report completions of training", profile.may_report_completions, "A system outside, at the address /training/completions."),
        switch("test", "Is under test", profile.is_test, "Its messages are answered wholly and change nothing of the registry; its queries find only whom its own organization reports about."),
        switch("decrement", "Doses it gives come out of the inventory", profile.decrements, ""),
        switch("unknown_sites", "Other sites than its own are accepted", profile.accept_unknown_sites, "The default site stands in for them, with a note."),
        switch("erase", "Two quotes erase", profile.erase_on_empty_quotes, "A stored value is erased when a message says \"\" in its place."),
        switch("older", "Versions 2.3.1 and 2.4 are accepted", profile.accept_older_versions, ""),
        switch("certain", "A forecast is given only of whom the query certainly means", profile.forecast_only_when_certain, "A query for a forecast (Z44) is never answered with candidates."),
        switch("keep", "Doses that others gave keep the source 00 in answers", profile.keep_new_immunization, "Otherwise they are history to the asker."),
    ]
}

/// The agreement as the form says it; what cannot be read stays as it was, and is told.
fn read(sent: &Sent, known: &Agreement) -> (Agreement, Vec<Problem>) {
    let is_on = |sent: &str| sent == "yes";
    let mut problems = Vec::new();
    let mut profile = SenderProfile {
        may_submit: is_on(&sent.submit),
        may_query: is_on(&sent.query),
        may_report_completions: is_on(&sent.completions),
        is_test: is_on(&sent.test),
        decrements: is_on(&sent.decrement),
        accept_unknown_sites: is_on(&sent.unknown_sites),
        erase_on_empty_quotes: is_on(&sent.erase),
        accept_older_versions: is_on(&sent.older),
        forecast_only_when_certain: is_on(&sent.certain),
        keep_new_immunization: is_on(&sent.keep),
        time_zone: sent.zone.trim().to_owned(),
        ..known.profile.clone()
    };
    match sent.pace.trim() {
        "" => profile.messages_a_minute = 0,
        pace => match pace.parse() {
            Ok(pace) => profile.messages_a_minute = pace,
            Err(_) => problems.push(Problem::of("pace", "Write a number, or nothing.")),
        },
    }
    match read_severities(&sent.severities) {
        Ok(read) => profile.severities = read,
        Err(text) => problems.push(Problem::of("severities", text)),
    }
    match read_mappings(&sent.mappings) {
        Ok(read) => profile.mappings = read,
        Err(text) => problems.push(Problem::of("mappings", text)),
    }
    let codes = sent.sites.split([' ', ',', ';', '\n', '\r']).filter(|code| !code.is_empty());
    let site_codes = codes.map(Into::into).collect();
    (Agreement { is_active: is_on(&sent.active), site_codes, profile }, problems)
}

/// What is wrong, one problem a field.
fn told(wrongs: Vec<Wrong>) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for Wrong { part, text } in wrongs {
        match problems.iter_mut().find(|problem| problem.field == part) {
            Some(problem) => problem.text = format!("{} {text}", problem.text),
            None => problems.push(Problem::of(part, text)),
        }
    }
    problems
}

/// By which it is known whether somebody changed it since.
fn hash_of(agreement: &Agreement) -> String {
    let lines = agreement.lines().into_iter().map(|(name, value)| format!("{name}\t{value}\n"));
    hex(&Sha256::digest(lines.collect::<String>()))
}
