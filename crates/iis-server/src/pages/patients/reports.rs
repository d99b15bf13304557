//! Every message that said something about the person.

use super::strip::StripView;
use crate::pages::format;
use crate::pages::frame::Frame;
use askama::Template;
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
