//! The words of the field as types: people, vaccination events, organizations, codes, dates, findings.
//!
//! This crate has no I/O and does not know that HL7 messages, SQL or HTML exist. What one room of the house hands
//! to the next is a type of this crate.

pub mod access;
pub mod activity;
pub mod beginning;
pub mod codes;
pub mod country;
pub mod date;
pub mod email;
pub mod erasure;
pub mod event;
pub mod finding;
pub mod gist;
pub mod given;
pub mod gs1;
pub mod id;
pub mod loinc;
pub mod network;
pub mod organization;
pub mod person;
pub mod place;
pub mod placeholder;
pub mod postal;
pub mod query;
pub mod reasons;
pub mod recognition;
pub mod recommendation;
pub mod record;
pub mod registry_number;
pub mod sent;
pub mod short_text;
pub mod social_security;
pub mod stock;
pub mod submission;
pub mod telephone;
pub mod testing;
pub mod vaers;

pub use beginning::Beginning;
pub use codes::{Coded, Cpt, Cvx, Mvx, Ndc};
pub use date::PartialDate;
pub use email::EmailAddress;
pub use event::{Action, Completion, EventKind, InformationSource, ReportedEvent};
pub use finding::{ApplicationError, Effect, ErrorCode, Finding, Findings, Severity};
pub use gist::Gist;
pub use given::{Given, Said};
pub use id::{
    AccountId, EventId, JurisdictionId, LotId, MessageId, OrganizationId, PersonId, ReportId, SenderId,
    SiteId, SourceRecordId, StorageUnitId,
};
pub use jiff::{Timestamp, civil::Date};
pub use person::Demographics;
pub use place::Place;
pub use registry_number::RegistryNumber;
pub use submission::{Header, Submission};
