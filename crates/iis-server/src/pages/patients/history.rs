//! Every dose in detail, one row each, with the reports behind it.

use super::desk::Token;
use super::desk::mending::mend;
use super::desk::mending::take_back::AlsoSaid;
use super::doses::{DoseView, Setting, dose_view, is_dose};
use super::recommendation::verdicts::{VerdictView, notices, verdicts};
use super::record::rests_on;
use super::strip::{Page, StripView, strip};
use crate::pages::format;
use crate::pages::frame::Frame;
use askama::Template;
use iis_model::recommendation::Recommendation;
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::{EventId, OrganizationId};
use jiff::tz::TimeZone;

/// `GET /patients/{number}/history`
#[derive(Debug, Template)]
#[template(path = "patients/history.html")]
pub(crate) struct HistoryPage {
    frame: Frame,
    strip: StripView,
    rests_on: String,
    caption: String,
    sort: SortView,
    doses: Vec<JudgedDose>,
    made_by: String,
    /// Puts a dose back that was just removed; none: none was.
    undo: Option<Token>,
    /// Where a reaction stands that was noted after what was just removed; empty: none does.
    reaction_href: String,
    /// The reports that go on saying what was just corrected.
    others: Vec<AlsoSaid>,
}

impl HistoryPage {
    /// The page with the way to undo what was just removed.
    #[must_use]
    pub(crate) fn undoable(self, undo: Option<Token>) -> Self {
        Self { undo, ..self }
    }

    /// The page with the way to a reaction that stays without its dose.
    #[must_use]
    pub(crate) fn reacted(self, reaction_href: String) -> Self {
        Self { reaction_href, ..self }
    }

    /// The page with the ways to reports that go on saying what was just corrected.
    #[must_use]
    pub(crate) fn contradicted(self, others: Vec<AlsoSaid>) -> Self {
        Self { others, ..self }
    }

    /// The page with the ways on from each dose: to correct what this organization reported, and, for who may, to note a
    /// reaction that followed it.
    #[must_use]
    pub(crate) fn with_ways(
        mut self,
        record: &PersonRecord,
        own: Option<OrganizationId>,
        may_note: bool,
    ) -> Self {
        let number = record.registry_number;
        for judged in &mut self.doses {
            let Some(event) = record.events.iter().find(|event| event.id == judged.event) else { continue };
            for (view, report) in judged.dose.reports.iter_mut().zip(&event.reports) {
                if Some(report.owner_id) == own {
                    view.mend_href = mend::href(number, (report.source_record_id, report.report_id));
                }
            }
            if may_note && event.best.cvx.get().is_some() {
                judged.dose.reaction_href =
                    format!("/patients/{number}/notes/new?kind=reaction&dose={}", event.id.0);
            }
        }
        self
    }
}

/// A dose with what became of it.
#[derive(Debug, Clone)]
struct JudgedDose {
    event: EventId,
    dose: DoseView,
    verdicts: Vec<VerdictView>,
    notices: Vec<String>,
}

/// The order of the rows, and the way to the other order.
#[derive(Debug, Clone, Copy)]
struct SortView {
    state: &'static str,
    offer: &'static str,
    href: &'static str,
    arrow: &'static str,
}

const NEWEST_FIRST: SortView =
    SortView { state: "descending", offer: "show oldest first", href: "?order=oldest", arrow: "▾" };
const OLDEST_FIRST: SortView =
    SortView { state: "ascending", offer: "show newest first", href: "?", arrow: "▴" };

/// Makes the page; the record's events are newest first.
pub(crate) fn history_page(
    frame: Frame,
    record: &PersonRecord,
    oldest_first: bool,
    said: &Recommendation,
    zone: &TimeZone,
) -> HistoryPage {
    let today = said.assessed_on;
    let setting = Setting { born_on: record.demographics.birth_date(), zone };
    let events = record.events.iter().rev().filter(|event| is_dose(event)).enumerate();
    let judged = |(at, event): (usize, &ConsolidatedEvent)| JudgedDose {
        event: event.id,
        dose: dose_view(event, at + 1, setting),
        verdicts: verdicts(said, event.id, record.registry_number),
        notices: notices(said, event.id),
    };
    let mut doses: Vec<JudgedDose> = events.map(judged).collect();
    let (sort, order) =
        if oldest_first { (OLDEST_FIRST, "oldest first") } else { (NEWEST_FIRST, "newest first") };
    if !oldest_first {
        doses.reverse();
    }
    let number = format::counted(i64::try_from(doses.len()).unwrap_or(i64::MAX), "dose");
    HistoryPage {
        strip: strip(record, today, Page::History),
        rests_on: format::sentence_case(&rests_on(record, zone, today)),
        caption: format!("{number}, {order}, judged as of {}", format::date(today)),
        made_by: said.made_by.to_string(),
        undo: None,
        reaction_href: String::new(),
        others: Vec::new(),
        sort,
        doses,
        frame,
    }
}
