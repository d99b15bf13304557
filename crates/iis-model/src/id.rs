//! Row keys: 64-bit numbers from leased blocks, one type for each noun. They never leave the system.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl From<i64> for $name {
            fn from(key: i64) -> Self {
                Self(key)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A person, as the registry believes: a set of links to source records.
    PersonId;
    /// One medical record number at one reporting organization.
    SourceRecordId;
    /// One row that a sender reported about a dose, refusal or observation.
    ReportId;
    /// A consolidated vaccination event; the id of the first row of its preferred report.
    EventId;
    /// A received message.
    MessageId;
    /// A legal entity that enrolls and owns sites.
    OrganizationId;
    /// A place where vaccine is given or stored.
    SiteId;
    /// A county, health district or town that answers for its residents.
    JurisdictionId;
    /// A connection with a credential of its own.
    SenderId;
    /// A person's account for signing in.
    AccountId;
    /// A refrigerator or freezer of a site.
    StorageUnitId;
    /// A lot of vaccine on hand.
    LotId;
}
