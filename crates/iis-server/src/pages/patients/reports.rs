//! Every message that said something about the person, and everybody who looked.

use super::strip::StripView;
use crate::pages::frame::Frame;
use askama::Template;

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
    pub(crate) organization: String,
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
    pub(crate) organization: String,
    pub(crate) what: String,
    pub(crate) purpose: String,
    pub(crate) channel: String,
}
