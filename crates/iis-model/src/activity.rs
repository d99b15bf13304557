//! Whether a person is somebody's patient: active or inactive, at a site and in the jurisdiction.
//!
//! The two levels do not depend on each other. Source: requirements 4.3, after the guide on patient active/inactive status
//! of AIRA and MIROW (2015); what messages say of it is HL7 table 0441 (PD1-16).

use crate::Date;
use crate::person::{RegistryStatus, text_enum};

text_enum! {
    /// Where somebody is active or not.
    Level {
        /// At one site.
        Site = "site",
        /// In the jurisdiction.
        Jurisdiction = "jurisdiction",
    }
}

text_enum! {
    /// Active, or why not.
    Activity {
        /// Active.
        Active = "active",
        /// Not known.
        Unknown = "unknown",
        /// Inactive: moved, or gone to another site.
        Moved = "moved",
        /// Inactive: could not be reached.
        LostToFollowUp = "lost",
        /// Inactive: came once, and is no patient of the site.
        OneTime = "one-time",
        /// Inactive: lives outside the jurisdiction.
        Outside = "outside",
        /// Inactive: nothing was heard for long.
        NoActivity = "no-activity",
        /// Inactive: no reason was given.
        Unspecified = "unspecified",
        /// Inactive for good, as a sender says.
        ForGood = "for-good",
        /// Has died.
        Deceased = "deceased",
    }
}

impl Activity {
    /// What may be chosen at a level; that somebody has died is said once for all levels.
    pub const fn choices(level: Level) -> &'static [Self] {
        match level {
            Level::Site => {
                &[Self::Active, Self::Moved, Self::LostToFollowUp, Self::OneTime, Self::Unspecified]
            }
            Level::Jurisdiction => {
                &[Self::Active, Self::Outside, Self::NoActivity, Self::Unknown, Self::Unspecified]
            }
        }
    }

    /// Whether somebody of whom this is said is counted and reminded at that level.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Active)
    }

    /// How a message says it of the site (HL7 table 0441).
    pub const fn as_status(self) -> RegistryStatus {
        match self {
            Self::Active => RegistryStatus::Active,
            Self::Unknown => RegistryStatus::Unknown,
            Self::Moved | Self::Outside => RegistryStatus::MovedOrGoneElsewhere,
            Self::LostToFollowUp => RegistryStatus::LostToFollowUp,
            Self::OneTime | Self::NoActivity | Self::Unspecified => RegistryStatus::Inactive,
            Self::ForGood | Self::Deceased => RegistryStatus::PermanentlyInactive,
        }
    }

    /// What a message said of the site.
    pub const fn of_status(status: RegistryStatus) -> Self {
        match status {
            RegistryStatus::Active => Self::Active,
            RegistryStatus::Inactive => Self::Unspecified,
            RegistryStatus::LostToFollowUp => Self::LostToFollowUp,
            RegistryStatus::MovedOrGoneElsewhere => Self::Moved,
            RegistryStatus::PermanentlyInactive => Self::ForGood,
            RegistryStatus::Unknown => Self::Unknown,
        }
    }
}

/// What a site says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivitySaid {
    /// At which level.
    pub level: Level,
    /// What.
    pub activity: Activity,
    /// In words.
    pub note: Box<str>,
    /// From which day on.
    pub effective_on: Date,
}

#[cfg(test)]
mod tests {
    use super::{Activity, Level};
    use crate::person::RegistryStatus;

    #[test]
    fn every_status_of_a_message_comes_back_as_it_was_said() {
        for status in RegistryStatus::ALL {
            assert_eq!(Activity::of_status(*status).as_status(), *status);
        }
    }

    #[test]
    fn each_level_has_its_own_reasons() {
        let site = Activity::choices(Level::Site);
        assert!(site.contains(&Activity::OneTime) && !site.contains(&Activity::Outside));
        let jurisdiction = Activity::choices(Level::Jurisdiction);
        assert!(jurisdiction.contains(&Activity::Outside) && !jurisdiction.contains(&Activity::Moved));
        assert!([site, jurisdiction].iter().all(|choices| !choices.contains(&Activity::Deceased)));
    }
}
