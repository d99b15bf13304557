//! Whether a dose leaves the stock as whoever types it thinks: one rule for a visit and for a correction (requirements I-3,
//! V-3; screens section 3.6).

use super::doubts::Doubt;
use super::give_view::product_of;
use crate::pages::format;
use iis_codes::CodeSets;
use iis_model::ReportedEvent;
use iis_model::stock::{OnHand, StockLot, fold_lot};

/// What the site has on hand, and the codes in force.
pub(super) struct Stock<'a> {
    pub(super) lots: &'a [OnHand],
    pub(super) sets: &'a CodeSets,
}

impl Stock<'_> {
    /// The lot of the number and the product of a dose.
    pub(super) fn lot(&self, dose: &ReportedEvent) -> Option<&StockLot> {
        let mut lots = self.named(dose).map(|on_hand| &on_hand.lot);
        lots.find(|lot| Some(lot.cvx) == dose.cvx.value)
    }

    /// The lots of the number of a dose.
    fn named(&self, dose: &ReportedEvent) -> impl Iterator<Item = &OnHand> {
        let number = dose.lot.number.get().map(|number| fold_lot(number));
        self.lots.iter().filter(move |lot| number.as_deref() == Some(&*fold_lot(&lot.lot.lot)))
    }

    /// What of a dose and the shelf does not go together, if anything: the code under which it counts as read, and the text.
    pub(super) fn doubt(&self, dose: &ReportedEvent) -> Option<Doubt> {
        dose.not_from_stock.get()?;
        let lot = self.named(dose).find(|lot| lot.doses > 0)?;
        let (number, product, on) = (&lot.lot.lot, product_of(lot), format::date(lot.lot.expires_on));
        let text = format!(
            "Lot {number} is on your shelf ({product}, expires {on}). Is the dose from your stock? If it is, record it from there; \
             saved as it stands, it does not leave your stock."
        );
        Some((format!("SHELF-{}", fold_lot(number)), text))
    }

    /// The same of a dose that is corrected: what was so before is not asked again.
    pub(super) fn doubt_of_correction(&self, said: &ReportedEvent, now: &ReportedEvent) -> Option<Doubt> {
        let told = |event: &ReportedEvent| {
            let number = event.lot.number.get().map(|number| fold_lot(number));
            (event.cvx.value, number, event.not_from_stock.get().is_some())
        };
        let before = self.doubt(said).map(|(code, _)| code).filter(|_| told(said) == told(now));
        self.doubt(now).filter(|(code, _)| before.as_deref() != Some(code))
    }
}
