//! The first page of a patient: what is needed today, vaccinations by group, what stands beside them, the person, who
//! reported.

use super::desk::Offer;
use super::doses::{ReportLine, Setting, is_dose};
use super::grid::{GridCell, GridView, Mark, grid, legend};
use super::notes::{NoteView, notes, removable_by};
use super::recommendation::Said;
use super::recommendation::groups::{GroupsView, groups};
use super::recommendation::needs::{NeedsView, needs};
use super::recommendation::verdicts::about_doses;
use super::strip::{Band, Page, StripView, strip};
use crate::pages::frame::{Fact, Frame};
use crate::pages::{codes, format};
use askama::Template;
use iis_model::person::NextOfKin;
use iis_model::record::{PersonRecord, Reporter};
use iis_model::{Date, Demographics, OrganizationId, RegistryNumber};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// `GET /patients/{number}`
#[derive(Debug, Template)]
#[template(path = "patients/record.html")]
pub(crate) struct RecordPage {
    frame: Frame,
    strip: StripView,
    /// `Rests on 14 doses, …`
    rests_on: String,
    needs: NeedsView,
    grid: GridView,
    /// What was noticed about single doses.
    noticed: Vec<String>,
    groups: GroupsView,
    legend: [&'static Mark; 3],
    notes: Vec<NoteView>,
    /// Whether the role of whoever looks leaves the notes out.
    hides_notes: bool,
    facts: Vec<Fact>,
    reporters: Vec<ReportLine>,
    history_href: String,
    demographics_href: String,
    reports_href: String,
    duplicate_href: String,
    /// What whoever looks may record.
    offers: Vec<Offer>,
}

impl RecordPage {
    /// The page with what must not be overlooked besides.
    #[must_use]
    pub(crate) fn warning(mut self, bands: Vec<Band>) -> Self {
        self.strip.bands.extend(bands);
        self
    }

    /// The page with the way to remove the notes of this organization; none: whoever looks writes no notes.
    #[must_use]
    pub(crate) fn removable_by(self, record: &PersonRecord, own: Option<OrganizationId>) -> Self {
        match own {
            Some(own) => Self { notes: removable_by(self.notes, record, own), ..self },
            None => self,
        }
    }

    /// The page without the notes, for a role that does not see them. What is due and what is held back stays: a dose that
    /// must not be given is told to everybody who is told of doses.
    #[must_use]
    pub(crate) fn without_notes(self) -> Self {
        let mut needs = self.needs;
        needs.hide_notices();
        Self { notes: Vec::new(), hides_notes: true, needs, ..self }
    }

    /// The page with the way to record a dose of what is due.
    #[must_use]
    pub(crate) fn giving(mut self, said: &Said, number: RegistryNumber) -> Self {
        self.needs.givable(said, number);
        self
    }

    /// The page with what whoever looks may record.
    #[must_use]
    pub(crate) fn offering(self, offers: Vec<Offer>) -> Self {
        Self { offers, ..self }
    }
}

/// Makes the page.
pub(crate) fn record_page(frame: Frame, record: &PersonRecord, said: &Said, zone: &TimeZone) -> RecordPage {
    let number = record.registry_number;
    let today = said.recommendation.assessed_on;
    let setting = Setting { born_on: record.demographics.birth_date(), zone };
    RecordPage {
        strip: strip(record, today, Page::Record),
        rests_on: if record.events.iter().any(is_dose) {
            format!("Rests on {}", rests_on(record, zone, today))
        } else {
            format::sentence_case(&rests_on(record, zone, today))
        },
        needs: needs(said, number, today),
        grid: grid(&record.events, said, number, setting),
        noticed: about_doses(&said.recommendation, &record.events),
        groups: groups(&said.recommendation, number),
        legend: legend(),
        notes: notes(&record.events),
        hides_notes: false,
        facts: facts(record, today),
        reporters: record.reporters.iter().map(|reporter| reporter_line(reporter, zone)).collect(),
        history_href: Page::History.href(number),
        demographics_href: Page::Demographics.href(number),
        reports_href: Page::Reports.href(number),
        duplicate_href: format!("/patients/{number}/duplicate"),
        offers: Vec::new(),
        frame,
    }
}

/// `14 doses, from 17 reports of 2 organizations; the last report came on 05/20/2025 (9 months ago).`, in a sentence.
pub(crate) fn rests_on(record: &PersonRecord, zone: &TimeZone, today: Date) -> String {
    let count = |number: usize, noun: &str| format::counted(i64::try_from(number).unwrap_or(i64::MAX), noun);
    let doses = record.events.iter().filter(|event| is_dose(event));
    let (number, reports) = doses.fold((0, 0), |(n, reports), event| (n + 1, reports + event.reports.len()));
    let latest = record.reporters.iter().map(|reporter| reporter.latest_at).max();
    let latest = latest.map(|at| at.to_zoned(zone.clone()).date());
    let last = latest
        .map(|on| format!("; the last report came on {} ({})", format::date(on), format::ago(on, today)));
    let from = if number == 0 {
        " on record".to_owned()
    } else {
        let origins = record.events.iter().filter(|event| is_dose(event)).flat_map(|event| &event.reports);
        let organizations: BTreeSet<_> = origins.map(|origin| origin.organization_id).collect();
        let organizations = count(organizations.len(), "organization");
        format!(", from {} of {organizations}", count(reports, "report"))
    };
    format!("{}{from}{}.", count(number, "dose"), last.unwrap_or_default())
}

/// A reporter with its record number there and its latest report.
pub(crate) fn reporter_line(reporter: &Reporter, zone: &TimeZone) -> ReportLine {
    let reports = format::counted(reporter.submissions, "report");
    let at = format::moment(reporter.latest_at, zone);
    let by = match &*reporter.sender {
        "" => "entered here".to_owned(),
        sender => format!("by {sender}"),
    };
    let what = format!("record no. {} · {reports}, last {by} on {at}", reporter.mrn);
    ReportLine { organization: reporter.organization.to_string(), what, mend_href: String::new() }
}

fn facts(record: &PersonRecord, today: Date) -> Vec<Fact> {
    let person = &record.demographics;
    let aliases = person.names.iter().skip(1).filter_map(|name| name.get());
    let aliases = aliases.map(format::name_in_sentence).collect::<Vec<_>>().join("; ");
    let telecoms = person.telecoms.iter().filter_map(|t| t.get()).map(format::telecom);
    let own: Vec<_> = record.own_identifiers.iter().map(|own| &*own.value).collect();
    [
        Fact::some("Registry ID", record.registry_number.to_string()),
        Fact::some("Record no. here", own.join(", ")),
        Fact::some("Also known as", aliases),
        Fact::some("Born", born(person, today)),
        Fact::some("Address", person.home().map(format::address).unwrap_or_default()),
        Fact::some("Contact", telecoms.collect::<Vec<_>>().join("; ")),
        Fact::some("Mother’s maiden name", mother(person)),
        Fact::some("Family", person.next_of_kin.iter().map(kin).collect::<Vec<_>>().join("; ")),
        Fact::some("Language", person.language.get().map(codes::word).unwrap_or_default()),
        Fact::some(
            "Status",
            person.status.value.get().map(|status| codes::status(*status)).unwrap_or_default(),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn born(person: &Demographics, today: Date) -> String {
    let date = person.born_on.get().map(format::partial_date).unwrap_or_default();
    let age = super::strip::age(person, today);
    let sex = person.sex.get().map(|sex| codes::sex(*sex)).unwrap_or_default();
    [date, age, sex.to_owned()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn mother(person: &Demographics) -> String {
    person.mother_maiden_name.get().map(format::name_in_sentence).unwrap_or_default()
}

/// `Ana Lopez (mother)`
pub(crate) fn kin(kin: &NextOfKin) -> String {
    let name = kin.name.get().map_or_else(|| "name not known".to_owned(), format::name_in_sentence);
    match kin.relationship.get() {
        Some(relationship) => format!("{name} ({})", codes::word(relationship)),
        None => name,
    }
}
