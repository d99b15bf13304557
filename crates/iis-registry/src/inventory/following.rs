//! The ledger follows the record where nobody says a dose anew: two records become one person, or one person two; what a
//! sender sent is withdrawn, or comes back.

use super::giving::Standing;
use super::ledger::Hand;
use super::sayings::Sayings;
use super::settling::Settling;
use crate::Context;
use crate::people::consolidated::SaidTogether;
use iis_model::Timestamp;
use iis_model::access::Granted;
use iis_store::{Plan, StoreError, Tx};

/// Why the ledger follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Two records are one.
    Merged,
    /// They are two again.
    Parted,
    /// What a sender sent counts no more.
    Withdrawn,
    /// It counts again.
    BroughtBack,
}

impl Why {
    /// What the history of a lot tells. Nothing is decided by it.
    const fn words(self) -> &'static str {
        match self {
            Self::Merged => "Two records of one patient were merged: one giving takes one dose",
            Self::Parted => "The merge of two records was taken back: each has its own giving",
            Self::Withdrawn => "What the sender had sent was withdrawn",
            Self::BroughtBack => "What the sender had sent counts again",
        }
    }
}

/// Who does it, when and why.
#[derive(Clone, Copy)]
pub(crate) struct Turn<'a> {
    pub(crate) cx: &'a Context,
    pub(crate) granted: &'a Granted,
    pub(crate) at: Timestamp,
    pub(crate) why: Why,
}

/// Enters into the plan what the ledger needs where the reports of events are others than before. `made` are versions that the
/// plan adds.
pub(crate) fn follow(
    turn: Turn<'_>,
    tx: &mut Tx<'_>,
    said: &SaidTogether,
    made: Vec<Standing>,
    plan: &mut Plan,
) -> Result<(), StoreError> {
    let Turn { cx, granted, at, why } = turn;
    if let Some(sayings) = Sayings::read(tx, granted, said, made)? {
        Settling::settle(tx, &sayings, Hand { cx, granted, at, reason: why.words() }, plan)?;
    }
    Ok(())
}
