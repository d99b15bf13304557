//! Organizations, sites and senders.

use crate::{OrganizationId, SenderId, SiteId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A legal entity that enrolls and owns sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Row key.
    pub id: OrganizationId,
    /// Name.
    pub name: Box<str>,
}

/// A place where vaccine is given or stored, or a school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Row key.
    pub id: SiteId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// The code by which messages name it (MSH-4, MSH-22, RXA-11.4).
    pub code: Box<str>,
    /// Name.
    pub name: Box<str>,
    /// Number at the vaccine program, for sites that receive public vaccine.
    pub pin: Option<Box<str>>,
    /// What kind of place it is.
    pub kind: SiteKind,
}

crate::person::text_enum! {
    /// What kind of place a site is.
    SiteKind {
        /// A clinic or practice.
        Clinic = "clinic",
        /// A hospital.
        Hospital = "hospital",
        /// A pharmacy.
        Pharmacy = "pharmacy",
        /// A health department.
        HealthDepartment = "health-department",
        /// A school-based health center.
        SchoolHealthCenter = "school-health-center",
        /// A school: gives no vaccine.
        School = "school",
        /// A childcare: gives no vaccine.
        Childcare = "childcare",
        /// A Head Start: gives no vaccine.
        HeadStart = "head-start",
        /// A college or university.
        College = "college",
    }
}

impl SiteKind {
    /// Whether it is a place of learning, where people have students and no vaccine is given. A school-based health center
    /// is a clinic.
    pub const fn is_school(self) -> bool {
        matches!(self, Self::School | Self::Childcare | Self::HeadStart | Self::College)
    }
}

/// What is agreed with a sender (requirements X-3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the agreement")]
pub struct SenderProfile {
    /// May send VXU.
    pub may_submit: bool,
    /// May send QBP.
    pub may_query: bool,
    /// May report which courses people completed in a system of training outside.
    #[serde(skip_serializing_if = "is_false")]
    pub may_report_completions: bool,
    /// Uses sites that are not its own: a warning and its default site instead of error 204.
    pub accept_unknown_sites: bool,
    /// Erases a stored value when the message says `""`.
    pub erase_on_empty_quotes: bool,
    /// Accepts MSH-12 of 2.3.1 and 2.4 as well.
    pub accept_older_versions: bool,
    /// The sender's time zone (IANA), for MSH-7 without an offset; empty: the jurisdiction's.
    pub time_zone: String,
    /// A connection under test: its messages are answered and kept, and change nothing of the registry; its queries find
    /// only whom its own organization reports about.
    #[serde(skip_serializing_if = "is_false")]
    pub is_test: bool,
    /// The doses that it gives come out of the inventory.
    #[serde(skip_serializing_if = "is_false")]
    pub decrements: bool,
    /// A query for a forecast (Z44) is answered with a record or with nobody, never with candidates.
    #[serde(skip_serializing_if = "is_false")]
    pub forecast_only_when_certain: bool,
    /// Doses that others gave keep the source "new immunization" (00) in answers.
    #[serde(skip_serializing_if = "is_false")]
    pub keep_new_immunization: bool,
    /// The most messages a minute; beyond it the sender is made to wait. 0: as many as it sends.
    #[serde(skip_serializing_if = "is_zero")]
    pub messages_a_minute: u32,
    /// Its own codes, and the standard ones as which they are read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mappings: Vec<CodeMapping>,
    /// Severities of data-quality checks that differ for this sender: code and word (silent, information, warning, error).
    pub severities: BTreeMap<Box<str>, Box<str>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(switch: &bool) -> bool {
    !switch
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A code of a sender's own, and the standard one as which it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CodeMapping {
    /// The field in which it is translated, as people write it: `RXA-5`.
    pub field: Box<str>,
    /// The sender's code; upper and lower case are the same.
    pub code: Box<str>,
    /// The coding system that it must stand with; empty: any, or none.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub system: Box<str>,
    /// The standard code.
    pub standard: Box<str>,
    /// The coding system of the standard code; empty: the one that was sent stays.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub standard_system: Box<str>,
}

/// A connection with a credential of its own: the credential is the sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Row key.
    pub id: SenderId,
    /// The organization it reports for.
    pub organization_id: OrganizationId,
    /// The name it signs in with.
    pub name: Box<str>,
    /// The site meant when a message names none.
    pub default_site_id: SiteId,
    /// The sites it may submit for.
    pub sites: Vec<Site>,
    /// What is agreed with it.
    pub profile: SenderProfile,
}
