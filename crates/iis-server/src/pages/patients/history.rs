//! Every dose in detail, one row each, with the reports behind it.

use super::doses::{DoseView, Setting, dose_view, is_dose};
use super::record::rests_on;
use super::strip::{Page, StripView, strip};
use crate::pages::format;
use crate::pages::frame::Frame;
use askama::Template;
use iis_model::Date;
use iis_model::record::PersonRecord;
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
    doses: Vec<DoseView>,
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
    today: Date,
    zone: &TimeZone,
) -> HistoryPage {
    let setting = Setting { born_on: record.demographics.birth_date(), zone };
    let events = record.events.iter().rev().filter(|event| is_dose(event)).enumerate();
    let mut doses: Vec<DoseView> = events.map(|(at, event)| dose_view(event, at + 1, setting)).collect();
    let (sort, order) =
        if oldest_first { (OLDEST_FIRST, "oldest first") } else { (NEWEST_FIRST, "newest first") };
    if !oldest_first {
        doses.reverse();
    }
    let number = format::counted(i64::try_from(doses.len()).unwrap_or(i64::MAX), "dose");
    HistoryPage {
        strip: strip(&record.demographics, record.registry_number, doses.len(), today, Page::History),
        rests_on: rests_on(record, zone, today),
        caption: format!("{number}, {order}. Listed as reported; whether a dose counts is not judged here."),
        sort,
        doses,
        frame,
    }
}
