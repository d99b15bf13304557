//! Lots that do not go with the patient.

use iis_model::stock::OnHand;
use iis_model::{Cvx, LotId};
use std::collections::{BTreeMap, BTreeSet};

/// Lots that do not go with this patient on the day of the doses. They can be chosen, behind the others and with a warning.
#[derive(Debug, Clone, Default)]
pub(super) struct Unfit {
    /// Something on record contraindicates the product.
    pub(super) forbidden: BTreeSet<LotId>,
    /// The vaccine is live, and an immunocompromise is on record.
    pub(super) live: BTreeSet<LotId>,
    /// The schedule does not recommend the product at this age.
    pub(super) by_age: BTreeSet<LotId>,
    /// The eligibility is not that of who paid.
    pub(super) by_funding: BTreeSet<LotId>,
    /// For the row of each vaccine group: the vaccines that the record names as fitting on that day.
    pub(super) named: BTreeMap<String, Fitting>,
}

/// The vaccines that fit a dose of a vaccine group.
#[derive(Debug, Clone)]
pub(super) struct Fitting {
    /// Whether the dose is recommended on that day, and not only possible.
    pub(super) is_wanted: bool,
    /// The best fit first.
    pub(super) vaccines: Vec<Cvx>,
}

impl Unfit {
    /// Whether a lot is among them.
    fn has(&self, id: LotId) -> bool {
        [&self.forbidden, &self.live, &self.by_age, &self.by_funding].iter().any(|lots| lots.contains(&id))
    }

    /// Whether a lot goes with the patient and with the dose of a row: what is chosen by itself, filled in and carried on.
    pub(super) fn fits(&self, row: &str, lot: &OnHand) -> bool {
        !self.has(lot.lot.id) && self.is_named(row, lot.lot.cvx)
    }

    /// Whether a vaccine is among those that the record names for a row; where it names none, all are.
    fn is_named(&self, row: &str, cvx: Cvx) -> bool {
        self.named.get(row).is_none_or(|named| named.vaccines.contains(&cvx))
    }

    /// The lots that fit before the others, each in its order.
    pub(super) fn behind(&self, lots: &[&OnHand], row: Option<&str>) -> Vec<LotId> {
        let is_named = |lot: &OnHand| row.is_none_or(|row| self.is_named(row, lot.lot.cvx));
        let mut lots = lots.to_vec();
        lots.sort_by_key(|lot| (self.has(lot.lot.id), !is_named(lot)));
        lots.iter().map(|lot| lot.lot.id).collect()
    }

    /// What is said of a lot in the list of a row.
    pub(super) fn words(&self, lot: &OnHand, row: &str) -> String {
        let id = lot.lot.id;
        let age_and_funding = match (self.by_age.contains(&id), self.by_funding.contains(&id)) {
            (true, true) => "not for this age, nor this eligibility",
            (true, false) => "not for this age",
            (false, true) => "not for this eligibility",
            (false, false) => "",
        };
        let on_record = match (self.forbidden.contains(&id), self.live.contains(&id)) {
            (true, _) => "contraindicated by what is on record",
            (false, true) => "live vaccine: immunocompromise on record",
            (false, false) => "",
        };
        let of_dose = if self.has(id) || self.is_named(row, lot.lot.cvx) { "" } else { "not for this dose" };
        let words = [on_record, age_and_funding, of_dose];
        let said = words.into_iter().filter(|words| !words.is_empty());
        said.flat_map(|words| [words, " · "]).collect()
    }
}
