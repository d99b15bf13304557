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
    /// Uses sites that are not its own: a warning and its default site instead of error 204.
    pub accept_unknown_sites: bool,
    /// Erases a stored value when the message says `""`.
    pub erase_on_empty_quotes: bool,
    /// Accepts MSH-12 of 2.3.1 and 2.4 as well.
    pub accept_older_versions: bool,
    /// The sender's time zone (IANA), for MSH-7 without an offset; empty: the jurisdiction's.
    pub time_zone: String,
    /// Severities of data-quality checks that differ for this sender: code and word (silent, information, warning, error).
    pub severities: BTreeMap<Box<str>, Box<str>>,
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
