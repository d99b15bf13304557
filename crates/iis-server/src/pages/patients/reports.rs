//! Every message that said something about the person, and everybody who looked.

use super::strip::StripView;
use crate::pages::format;
use crate::pages::frame::Frame;
use askama::Template;
use iis_registry::audit::AuditRow;
use iis_registry::people::Submitted;
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

/// One message.
#[derive(Debug, Clone)]
pub(crate) struct ReportRow {
    pub(crate) received: String,
    pub(crate) site: String,
    pub(crate) channel: String,
    pub(crate) sender: String,
    pub(crate) control_id: String,
    pub(crate) answer: String,
}

/// `GET /patients/{number}/disclosures`
#[derive(Debug, Template)]
#[template(path = "patients/disclosures.html")]
pub(crate) struct DisclosuresPage {
    pub(crate) frame: Frame,
    pub(crate) strip: StripView,
    pub(crate) caption: String,
    pub(crate) rows: Vec<DisclosureRow>,
}

/// One look or change.
#[derive(Debug, Clone)]
pub(crate) struct DisclosureRow {
    pub(crate) at: String,
    pub(crate) who: String,
    /// What kind of actor that is.
    pub(crate) kind: String,
    pub(crate) what: String,
    pub(crate) purpose: String,
    pub(crate) channel: String,
}

/// A message as the page prints it.
pub(super) fn report_row(report: &Submitted, zone: &TimeZone) -> ReportRow {
    ReportRow {
        received: format::moment(report.received_at, zone),
        site: report.facility.to_string(),
        channel: channel(&report.channel).to_owned(),
        sender: report.sender.to_string(),
        control_id: report.control_id.to_string(),
        answer: answer(&report.ack).to_owned(),
    }
}

/// An audit row as the page prints it.
pub(super) fn disclosure_row(row: &AuditRow, zone: &TimeZone) -> DisclosureRow {
    let done = action(&row.action);
    let what =
        if matches!(&*row.result, "" | "done") { done.to_owned() } else { format!("{done}: {}", row.result) };
    DisclosureRow {
        at: format::moment(row.at, zone),
        who: if row.actor.is_empty() { "nobody signed in".to_owned() } else { row.actor.to_string() },
        kind: actor_kind(&row.actor_kind).to_owned(),
        what,
        purpose: if row.purpose.is_empty() { "not stated".to_owned() } else { row.purpose.to_string() },
        channel: channel(&row.channel).to_owned(),
    }
}

fn actor_kind(kind: &str) -> &str {
    match kind {
        "account" => "person",
        "sender" => "sending system",
        "registry" => "the registry itself",
        "nobody" => "",
        other => other,
    }
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

/// What was done, in words; the words of permissions, and those of single pages.
fn action(word: &str) -> &str {
    match word {
        "view-person" => "opened the record",
        "view-demographics" => "looked at the demographics",
        "view-reports" => "looked at the reports",
        "view-disclosures" => "looked at the disclosures",
        "list-duplicates" => "saw the name in the list of possible duplicates",
        "review-duplicate" => "looked at a possible duplicate",
        "flag-duplicate" => "flagged a suspected duplicate",
        "leave-to-second-reviewer" => "left a possible duplicate to a second reviewer",
        "keep-apart" => "decided that it is somebody else than another person",
        "merge" => "merged two records",
        "unmerge" => "took a merge back",
        "choose-value" => "chose whose value counts",
        "take-back-chosen-value" => "took a choice of a value back",
        "take-back-answer" => "took a decision about a duplicate back",
        "print-official-record" => "printed",
        "issue-document" => "printed a document",
        "revoke-document" => "revoked a printed document",
        "confirm-document" => "looked up the code of a printed document",
        "search-persons" => "searched",
        "view-message" => "looked at a message about the record",
        "withdraw-reports" => "withdrew what a sender had sent",
        "take-back-withdrawal" => "brought back what had been withdrawn",
        "submit-reports" | "submit" => "reported",
        "query-records" | "query" => "asked for the record over an interface",
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
