//! How one vaccination event prints: vaccine, age at dose, source, details, reports behind it.

use crate::pages::frame::Fact;
use crate::pages::status::{Shape, Status};
use crate::pages::{codes, format};
use iis_model::event::{Clinician, Completion, VisGiven};
use iis_model::record::{ConsolidatedEvent, ReportOrigin};
use iis_model::{Date, PartialDate, ReportedEvent};
use iis_registry::desk::reason_in_words;
use jiff::tz::TimeZone;

/// A report behind a dose.
#[derive(Debug, Clone)]
pub(crate) struct ReportLine {
    pub(crate) organization: String,
    /// `given there · at Alder Pediatrics · sent by ALDER-EHR on 03/02/2026 10:14 AM EST`
    pub(crate) what: String,
    /// Where its own organization corrects it; empty: whoever looks may not.
    pub(crate) mend_href: String,
}

/// One dose, formatted.
#[derive(Debug, Clone)]
pub(crate) struct DoseView {
    /// Where the row stands on the history page: `dose-1` is the oldest.
    pub(crate) anchor: String,
    pub(crate) date: String,
    pub(crate) age: String,
    pub(crate) distance: String,
    pub(crate) vaccine: String,
    pub(crate) groups: String,
    pub(crate) statuses: Vec<Status>,
    pub(crate) lot: String,
    pub(crate) expires: String,
    pub(crate) source: String,
    pub(crate) report_count: String,
    pub(crate) reports: Vec<ReportLine>,
    pub(crate) facts: Vec<Fact>,
    /// Where a reaction that followed it is noted; empty: whoever looks may not.
    pub(crate) reaction_href: String,
}

/// What is the same for all doses of a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) born_on: Option<Date>,
    pub(crate) zone: &'a TimeZone,
}

/// Whether the event is a dose, given or historical.
pub(crate) fn is_dose(event: &ConsolidatedEvent) -> bool {
    event.best.kind.is_dose()
}

/// A dose as the history page prints it; `place` counts from the oldest.
pub(crate) fn dose_view(event: &ConsolidatedEvent, place: usize, setting: Setting<'_>) -> DoseView {
    let best = &event.best;
    let number = i64::try_from(event.reports.len()).unwrap_or(i64::MAX);
    DoseView {
        anchor: anchor(place),
        date: best.given_on.get().map_or_else(|| "date not known".to_owned(), format::partial_date),
        age: age_at(best, setting.born_on),
        distance: distance_at(best, setting.born_on),
        vaccine: vaccine_name(best),
        groups: groups(best),
        statuses: statuses(best),
        lot: best.lot.number.get().map(ToString::to_string).unwrap_or_default(),
        expires: best.lot.expires_on.get().map(format::partial_date).unwrap_or_default(),
        source: source(event),
        report_count: format::counted(number, "report"),
        reports: event.reports.iter().map(|report| report_line(report, setting.zone)).collect(),
        facts: facts(best),
        reaction_href: String::new(),
    }
}

/// The address fragment of a dose, by its place from the oldest.
pub(crate) fn anchor(place: usize) -> String {
    format!("dose-{place}")
}

/// `MMR`; without a known CVX the text as coded, else the code.
pub(crate) fn vaccine_name(event: &ReportedEvent) -> String {
    let known = event.cvx.get().and_then(|cvx| codes::vaccine(*cvx));
    let known = known.map(|vaccine| format::sentence_case(&vaccine.short_name));
    let coded = || event.vaccine.get().map(codes::word).filter(|word| !word.is_empty());
    let code = || event.cvx.get().map(|cvx| format!("CVX {cvx}"));
    known.or_else(coded).or_else(code).unwrap_or_else(|| "Vaccine not known".to_owned())
}

/// The groups below the vaccine's name; nothing when the name says the same.
fn groups(event: &ReportedEvent) -> String {
    let labels = group_labels(event).join(" · ");
    if labels.eq_ignore_ascii_case(&vaccine_name(event)) { String::new() } else { labels }
}

/// The labels of the vaccine groups a dose belongs to, in the order of screens.
pub(crate) fn group_labels(event: &ReportedEvent) -> Vec<&'static str> {
    let Some(vaccine) = event.cvx.get().and_then(|cvx| codes::vaccine(*cvx)) else { return Vec::new() };
    let belongs = |group: &str| vaccine.groups().any(|own| own == group);
    codes::groups().filter(|(group, _)| belongs(group)).map(|(_, label)| label).collect()
}

/// The exact age on the day of the dose; a partial date gives the span it allows.
pub(crate) fn age_at(event: &ReportedEvent, born_on: Option<Date>) -> String {
    let (Some(born), Some(given)) = (born_on, event.given_on.get()) else { return String::new() };
    match given.full() {
        Some(day) => format::age(born, day).unwrap_or_else(|| "before birth".to_owned()),
        None => between(born, *given),
    }
}

fn between(born: Date, given: PartialDate) -> String {
    let first = format::age(born, given.first_day().max(born));
    let last = format::age(born, given.last_day());
    match (first, last) {
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "before birth".to_owned(),
    }
}

/// The distance to a near birthday, or nothing.
pub(crate) fn distance_at(event: &ReportedEvent, born_on: Option<Date>) -> String {
    let day = born_on.zip(event.given_date());
    day.and_then(|(born, day)| format::birthday_distance(born, day)).unwrap_or_default()
}

fn statuses(event: &ReportedEvent) -> Vec<Status> {
    match event.completion.value {
        Some(Completion::Partial) => vec![Status::new(Shape::Extra, "Partly administered")],
        Some(Completion::NotAdministered) => vec![Status::new(Shape::Bad, "Not administered")],
        _ => Vec::new(),
    }
}

/// Who stands behind a dose, in a few words: the preferred report, and whether it gave the dose.
fn source(event: &ConsolidatedEvent) -> String {
    let Some(first) = event.reports.first() else { return "not known".to_owned() };
    let place = if first.site.is_empty() { &first.organization } else { &first.site };
    if first.is_administered { format!("given at {place}") } else { format!("reported by {place}") }
}

fn report_line(report: &ReportOrigin, zone: &TimeZone) -> ReportLine {
    let how = if report.is_administered { "gave the dose" } else { "reported it as historical" };
    let at = if report.site.is_empty() { String::new() } else { format!(" · {}", report.site) };
    let at_moment = format::moment(report.received_at, zone);
    let came = match &*report.sender {
        "" => format!("entered here on {at_moment}"),
        sender => format!("sent by {sender} on {at_moment}"),
    };
    ReportLine {
        organization: report.organization.to_string(),
        what: format!("{how}{at} · {came}"),
        mend_href: String::new(),
    }
}

fn facts(event: &ReportedEvent) -> Vec<Fact> {
    let code = |system: &str, code: Option<String>| code.map(|code| format!("{system} {code}"));
    let cvx = code("CVX", event.cvx.get().map(ToString::to_string));
    let ndc = code("NDC", event.ndc.get().map(ToString::to_string));
    let full_name =
        event.cvx.get().and_then(|cvx| codes::vaccine(*cvx)).map(|vaccine| vaccine.full_name.clone());
    let coded = |given: &iis_model::Given<iis_model::Coded>| given.get().map(codes::word).unwrap_or_default();
    let amount =
        event.amount.get().map(|amount| format!("{} {}", amount.number, amount.unit)).unwrap_or_default();
    let person = |given: &iis_model::Given<Clinician>| given.get().map(clinician).unwrap_or_default();
    let known = event.source.get().map(|source| codes::source(*source)).unwrap_or_default();
    let vis = event.vis.iter().map(vis_given).collect::<Vec<_>>().join("; ");
    [
        Fact::some("Vaccine", full_name.unwrap_or_default()),
        Fact::some("Codes", [cvx, ndc].into_iter().flatten().collect::<Vec<_>>().join(" · ")),
        Fact::some("Manufacturer", event.lot.manufacturer.get().map(codes::manufacturer).unwrap_or_default()),
        Fact::some("Amount", amount.trim()),
        Fact::some("Route", coded(&event.route)),
        Fact::some("Body site", coded(&event.body_site)),
        Fact::some("Given by", person(&event.administered_by)),
        Fact::some("Ordered by", person(&event.ordered_by)),
        Fact::some("Known from", known),
        Fact::some("Eligibility", coded(&event.eligibility)),
        Fact::some("Funding", event.funding_source.get().map(codes::funding).unwrap_or_default()),
        Fact::some("Not from the site’s stock", event.not_from_stock.get().map_or("", |why| why.words())),
        Fact::some("VIS given", vis),
        Fact::some("Comment", comments(event)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The comments; the reason of a correction by its words.
pub(super) fn comments(event: &ReportedEvent) -> String {
    event.comments.iter().map(|comment| reason_in_words(comment)).collect::<Vec<_>>().join(" · ")
}

/// `Ana M. Reyes`; without a name the identifier.
pub(super) fn clinician(clinician: &Clinician) -> String {
    let name = [&*clinician.given, &*clinician.middle, &*clinician.family];
    let name = name.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    if name.is_empty() { clinician.id.to_string() } else { name }
}

fn vis_given(vis: &VisGiven) -> String {
    let document = vis.document.get().map_or_else(|| "document not named".to_owned(), codes::word);
    let edition =
        vis.edition_on.get().map(|on| format!(", edition {}", format::partial_date(on))).unwrap_or_default();
    let given =
        vis.given_on.get().map(|on| format!(", given {}", format::partial_date(on))).unwrap_or_default();
    format!("{document}{edition}{given}")
}
