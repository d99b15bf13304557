//! What the registry believes about a person, computed from all reports.

use crate::person::Identifier;
use crate::{
    Date, Demographics, EventId, OrganizationId, PersonId, RegistryNumber, ReportId, ReportedEvent,
    SourceRecordId, Timestamp,
};

/// One report behind a consolidated event: who said it, and when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportOrigin {
    /// The report.
    pub report_id: ReportId,
    /// The source record it belongs to.
    pub source_record_id: SourceRecordId,
    /// The reporting organization; 0 when the number's authority is shared.
    pub organization_id: OrganizationId,
    /// The organization that may correct the report: where the number is shared, that of the responsible site.
    pub owner_id: OrganizationId,
    /// Its name.
    pub organization: Box<str>,
    /// The responsible site's name, when known.
    pub site: Box<str>,
    /// The sender's name: how it came.
    pub sender: Box<str>,
    /// When it came.
    pub received_at: Timestamp,
    /// Whether the reporter gave the dose.
    pub is_administered: bool,
}

/// A vaccination event as the registry believes it: one giving, however often reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsolidatedEvent {
    /// Stable id.
    pub id: EventId,
    /// The best value of each field.
    pub best: ReportedEvent,
    /// The reports behind it; the preferred one first.
    pub reports: Vec<ReportOrigin>,
}

/// A person as the registry believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// Row key.
    pub id: PersonId,
    /// The number by which the outside knows the person.
    pub registry_number: RegistryNumber,
    /// The version that was read.
    pub version: i64,
    /// Demographics.
    pub demographics: Demographics,
    /// The asker's own medical record numbers for the person, as it reported them.
    pub own_identifiers: Vec<Identifier>,
    /// Events, newest first.
    pub events: Vec<ConsolidatedEvent>,
    /// The organizations that reported, with their latest report.
    pub reporters: Vec<Reporter>,
}

impl PersonRecord {
    /// Puts those of the asker's own numbers first by which it asked; `is_asked` tells them.
    pub fn put_first(&mut self, is_asked: impl Fn(&Identifier) -> bool) {
        self.own_identifiers.sort_by_key(|own| !is_asked(own));
    }
}

/// An organization that reported about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reporter {
    /// The organization's name.
    pub organization: Box<str>,
    /// The medical record number there.
    pub mrn: Box<str>,
    /// The sender of its latest report.
    pub sender: Box<str>,
    /// When its latest report came.
    pub latest_at: Timestamp,
    /// How many reports came.
    pub submissions: i64,
}

/// One line of a search result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonSummary {
    /// Row key.
    pub id: PersonId,
    /// Registry number.
    pub registry_number: RegistryNumber,
    /// Demographics.
    pub demographics: Demographics,
    /// The day of the latest dose.
    pub latest_dose_on: Option<Date>,
    /// How many doses are known.
    pub doses: i64,
}
