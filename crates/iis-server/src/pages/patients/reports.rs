//! Every message and every form that said something about the person.

use super::doses::vaccine_name;
use super::strip::StripView;
use crate::pages::format;
use crate::pages::frame::Frame;
use askama::Template;
use iis_model::{Action, EventKind, ReportedEvent};
use iis_registry::people::{Came, Entered, OfPerson};
use jiff::tz::TimeZone;

/// `GET /patients/{number}/reports`
#[derive(Debug, Template)]
#[template(path = "patients/reports.html")]
pub(crate) struct ReportsPage {
    pub(crate) frame: Frame,
    pub(crate) strip: StripView,
    pub(crate) caption: String,
    pub(crate) reports: Vec<ReportRow>,
}

/// One message, or one form.
#[derive(Debug, Clone)]
pub(crate) struct ReportRow {
    pub(crate) received: String,
    pub(crate) site: String,
    pub(crate) channel: String,
    pub(crate) sender: String,
    /// The control id of a message; empty: it was a form.
    pub(crate) control_id: String,
    /// What a form said.
    pub(crate) said: String,
    pub(crate) answer: String,
}

/// A message or a form as the page prints it; of what was noted only that it was, where notes are not shown.
pub(super) fn report_row(came: &Came, shows_notes: bool, zone: &TimeZone) -> ReportRow {
    let received = format::moment(came.at(), zone);
    match came {
        Came::Message(report) => ReportRow {
            received,
            site: report.facility.to_string(),
            channel: channel(&report.channel).to_owned(),
            sender: report.sender.to_string(),
            control_id: report.control_id.to_string(),
            said: String::new(),
            answer: answer(&report.ack).to_owned(),
        },
        Came::Form(form) => ReportRow {
            received,
            site: form.site.to_string(),
            channel: "form".to_owned(),
            sender: if form.by.is_empty() { "Account not known".to_owned() } else { form.by.to_string() },
            control_id: String::new(),
            said: entered(form, shows_notes),
            answer: "Saved".to_owned(),
        },
    }
}

/// More vaccines than this of one form are counted, not named.
const NAMED: usize = 3;

/// `Given here: MMR, hepatitis A. Demographics.`
fn entered(form: &Entered, shows_notes: bool) -> String {
    let mut said: Vec<(&'static str, Vec<String>)> = Vec::new();
    let mut has_hidden = false;
    for event in &form.events {
        if !shows_notes && !event.kind.is_dose() {
            has_hidden = true;
            continue;
        }
        let (heading, name) = (deed(event), called(event));
        match said.iter_mut().find(|(known, _)| *known == heading) {
            Some((_, names)) => names.push(name),
            None => said.push((heading, vec![name])),
        }
    }
    let line = |(heading, names): (&str, Vec<String>)| {
        let named = if names.len() > NAMED { names.len().to_string() } else { names.join(", ") };
        format!("{heading}: {named}")
    };
    let mut lines: Vec<String> = said.into_iter().map(line).collect();
    if has_hidden {
        lines.push("A note that your role does not show".to_owned());
    }
    match form.of_person {
        OfPerson::Nothing => {}
        OfPerson::Status => lines.push("Status".to_owned()),
        OfPerson::Demographics => lines.push("Demographics".to_owned()),
    }
    if lines.is_empty() { "Withdrawn since".to_owned() } else { lines.join(" · ") }
}

fn deed(event: &ReportedEvent) -> &'static str {
    match (event.action.value, event.kind) {
        (Some(Action::Delete), _) => "Removed",
        (Some(Action::Update), _) => "Corrected",
        (_, EventKind::Administered) => "Given here",
        (_, EventKind::Historical) => "History",
        (_, EventKind::Refusal) => "Refused",
        (_, EventKind::Observation) => "Noted",
    }
}

/// The vaccine; of an observation what was observed.
fn called(event: &ReportedEvent) -> String {
    let noted = || super::notes::said(event).join(", ");
    if event.kind == EventKind::Observation { noted() } else { vaccine_name(event) }
}

/// How something came in, in words.
pub(crate) fn channel(word: &str) -> &str {
    match word {
        "web" => "web pages",
        "http" => "HL7 over HTTP",
        "soap" => "CDC web service",
        "mllp" => "HL7 over MLLP",
        "batch" => "batch file",
        "command-line" => "command line",
        "internal" => "inside the registry",
        other => other,
    }
}

/// The acknowledgment code of HL7 table 0008 with its meaning.
pub(crate) fn answer(ack: &str) -> &str {
    match ack {
        "AA" => "AA: accepted",
        "AE" => "AE: accepted with findings, or partly",
        "AR" => "AR: rejected",
        other => other,
    }
}
