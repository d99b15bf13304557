//! Vaccine on hand: lots, the entries of their ledger, and why a dose did not come out of it (requirements I-1 to I-3).

use crate::person::text_enum;
use crate::{Cvx, Date, LotId, SiteId, StorageUnitId};
use serde::{Deserialize, Serialize};

text_enum! {
    /// Whose money bought a lot.
    Funding {
        /// Public: Vaccines for Children.
        PublicVfc = "public-vfc",
        /// Public: section 317.
        Public317 = "public-317",
        /// Bought by the state.
        State = "state",
        /// Bought by the practice.
        Private = "private",
        /// A special program.
        Special = "special",
    }
}

impl Funding {
    /// The code with which a dose of the lot is reported (CDCPHINVS, OBX 30963-3).
    pub const fn reported_as(self) -> &'static str {
        match self {
            Self::PublicVfc => "VXC51",
            Self::Public317 | Self::State => "VXC52",
            Self::Private => "PHC70",
            Self::Special => "VXC50",
        }
    }

    /// What it is called on a screen.
    pub const fn words(self) -> &'static str {
        match self {
            Self::PublicVfc => "Public VFC",
            Self::Public317 => "Public 317",
            Self::State => "State",
            Self::Private => "Private",
            Self::Special => "Special program",
        }
    }
}

text_enum! {
    /// Whether a lot may be given.
    LotStanding {
        /// It may.
        Active = "active",
        /// Held back until somebody decided.
        Quarantined = "quarantined",
        /// Called back by its manufacturer.
        Recalled = "recalled",
    }
}

text_enum! {
    /// What an entry of the ledger is.
    EntryKind {
        /// Doses came.
        Received = "received",
        /// A dose was given.
        Administered = "administered",
        /// What an entry for a dose had taken comes back: the dose was corrected or withdrawn.
        GivenBack = "given-back",
        /// Somebody corrected the number.
        Adjusted = "adjusted",
    }
}

text_enum! {
    /// Why a dose did not come out of the stock.
    Missed {
        /// The report names no lot.
        NoLot = "no-lot",
        /// The site has no such lot.
        UnknownLot = "unknown-lot",
        /// The lot of this number is of another vaccine.
        OtherVaccine = "other-vaccine",
        /// The lot may not be given: quarantined or recalled.
        NotActive = "not-active",
        /// The lot had expired on the day of the dose.
        Expired = "expired",
        /// The funding of the lot does not go with the eligibility or the funding that was reported.
        Funding = "funding",
        /// No doses are left of it.
        NoStock = "no-stock",
        /// The site says that it is not from its stock.
        Elsewhere = "elsewhere",
    }
}

impl Missed {
    /// The reason, in a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoLot => "The report names no lot.",
            Self::UnknownLot => "This lot is not in the site’s inventory.",
            Self::OtherVaccine => "The lot of this number is another vaccine.",
            Self::NotActive => "The lot is quarantined or recalled.",
            Self::Expired => "The lot had expired on the day of the dose.",
            Self::Funding => "The lot’s funding does not go with the eligibility of the dose.",
            Self::NoStock => "No doses of the lot were left.",
            Self::Elsewhere => "It was not from the site’s stock, as the site says.",
        }
    }
}

/// A lot on hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockLot {
    /// Row key.
    pub id: LotId,
    /// The site that has it.
    pub site_id: SiteId,
    /// The refrigerator or freezer in which it lies.
    pub unit_id: StorageUnitId,
    /// Its package; empty when that is not known.
    pub ndc: Box<str>,
    /// The vaccine.
    pub cvx: Cvx,
    /// Its manufacturer; empty when that is not known.
    pub mvx: Box<str>,
    /// The lot number, as it is printed.
    pub lot: Box<str>,
    /// The last day on which it may be given.
    pub expires_on: Date,
    /// Whose money bought it.
    pub funding: Funding,
    /// Whether it may be given.
    pub standing: LotStanding,
}

/// A lot with what is left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnHand {
    /// The lot.
    pub lot: StockLot,
    /// How many doses are left: the sum of the ledger.
    pub doses: i64,
    /// The number of its last entry; 0: there is none.
    pub last_entry: i64,
}

/// A lot number as it is compared: upper case, letters and digits only.
pub fn fold_lot(lot: &str) -> String {
    lot.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::fold_lot;

    #[test]
    fn a_lot_is_the_same_in_either_case_and_with_signs() {
        assert_eq!(fold_lot(" c5829-ao "), "C5829AO");
        assert_eq!(fold_lot("***"), "");
    }
}
