//! Whether a dose leaves the stock as whoever types it thinks: one rule for a visit and for a correction (requirements I-3,
//! V-3; screens section 3.6).

use super::visit::doubts::Doubt;
use super::visit::view::product_of;
use crate::pages::patients::doses::vaccine_name;
use crate::pages::{codes, format};
use iis_codes::CodeSets;
use iis_model::stock::{Funding, Missed, OnHand, StockLot, fold_lot};
use iis_model::{LotId, ReportedEvent};
use iis_registry::inventory::choose::{Wanted, choose};

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
        match dose.not_from_stock.get() {
            None if dose.leaves_stock_alone => None,
            Some(_) => self.on_the_shelf(dose),
            None => self.not_taken(dose),
        }
    }

    /// A dose that is said not to be from the stock, of a lot that is there.
    fn on_the_shelf(&self, dose: &ReportedEvent) -> Option<Doubt> {
        let lot = self.named(dose).find(|lot| lot.doses > 0)?;
        let (number, product, on) = (&lot.lot.lot, product_of(lot), format::date(lot.lot.expires_on));
        let text = format!(
            "Lot {number} is on your shelf ({product}, expires {on}). Is the dose from your stock? If it is, record it from there; \
             saved as it stands, it does not leave your stock."
        );
        Some((format!("SHELF-{}", fold_lot(number)), text))
    }

    /// A dose of which the ledger says that it comes out of no lot: of a lot that is not there, or is of another vaccine, or may
    /// not be given. A site without an inventory is not asked.
    fn not_taken(&self, dose: &ReportedEvent) -> Option<Doubt> {
        if self.lots.is_empty() || !dose.is_administered() {
            return None;
        }
        let why = choose(&Wanted::of(dose), self.lots, self.sets).err()?;
        let number = dose.lot.number.get().map(|number| &**number).unwrap_or_default();
        let name = vaccine_name(dose);
        let said = match (why, self.named(dose).next()) {
            (Missed::NoLot, _) => "no lot number is given".to_owned(),
            (Missed::UnknownLot, _) => format!("your inventory has no lot {number}"),
            (Missed::OtherVaccine, Some(lot)) => {
                format!("lot {number} in your inventory is {}", product_of(lot))
            }
            (Missed::Funding, Some(lot)) => {
                format!("lot {number} is {}{}", lot.lot.funding.words(), paid_by(dose, lot.lot.funding))
            }
            (Missed::NotActive, _) => format!("lot {number} is quarantined or recalled"),
            (Missed::Expired, _) => format!("lot {number} had expired on the day of the dose"),
            (Missed::NoStock, _) => format!("no doses of lot {number} are left"),
            (why, _) => why.words().trim_end_matches('.').to_owned(),
        };
        let text = format!(
            "{name}: {said}. If saved, the dose does not leave your stock. Check the package, vaccine and lot number."
        );
        Some((format!("STOCK-{}-{}", fold_lot(number), why.code()), text))
    }

    /// The same of a dose that is corrected: what was so before is not asked again, and the dose that the lot had given is not
    /// missed in it.
    pub(super) fn doubt_of_correction(&self, said: &ReportedEvent, now: &ReportedEvent) -> Option<Doubt> {
        let told = |event: &ReportedEvent| {
            let number = event.lot.number.get().map(|number| fold_lot(number));
            (event.cvx.value, number, event.not_from_stock.get().is_some(), event.leaves_stock_alone)
        };
        let was_from_here = said.not_from_stock.get().is_none() && !said.leaves_stock_alone; // else the lot gave nothing that comes back
        let own: Vec<LotId> = self.named(said).filter(|_| was_from_here).map(|lot| lot.lot.id).collect();
        let back = |lot: &OnHand| OnHand {
            doses: lot.doses + i64::from(own.contains(&lot.lot.id)),
            lot: lot.lot.clone(),
            ..*lot
        };
        let lots: Vec<OnHand> = self.lots.iter().map(back).collect();
        let with_it_back = Stock { lots: &lots, sets: self.sets };
        let before = with_it_back.doubt(said).map(|(code, _)| code).filter(|_| told(said) == told(now));
        with_it_back.doubt(now).filter(|(code, _)| before.as_deref() != Some(code))
    }
}

/// `; this dose is V01`: what the funding of a lot does not go with.
fn paid_by(dose: &ReportedEvent, of_lot: Funding) -> String {
    let eligibility = dose.eligibility.get().map(|coded| &*coded.code).filter(|code| !code.is_empty());
    let funding = dose.funding_source.get().filter(|coded| *coded.code != *of_lot.reported_as());
    let funding = funding.map(codes::funding);
    match (eligibility, funding) {
        (Some(code), Some(word)) => format!("; this dose is {code}, bought by: {word}"),
        (Some(code), None) => format!("; this dose is {code}"),
        (None, Some(word)) => format!("; this dose is bought by: {word}"),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::Stock;
    use iis_codes::CodeSets;
    use iis_model::event::NotFromStock;
    use iis_model::stock::Funding;
    use iis_model::testing::{dose, on_hand};
    use iis_model::{Coded, Given, InformationSource, ReportedEvent};

    /// MMR on a day.
    fn mmr(number: &str) -> ReportedEvent {
        dose(InformationSource::NewImmunization).vaccine(3).lot(number)
    }

    fn elsewhere(number: &str) -> ReportedEvent {
        ReportedEvent { not_from_stock: Given::of(NotFromStock::Brought), ..mmr(number) }
    }

    #[test]
    fn a_dose_whose_lot_is_not_what_it_says_is_asked_about_and_so_is_a_correction_to_it() {
        let sets = CodeSets::built_in().expect("tables");
        let lots = [on_hand(1, "M-1", 3, 5), on_hand(2, "T-1", 115, 5), on_hand(3, "M-2", 3, 0)];
        let stock = Stock { lots: &lots, sets: &sets };
        #[rustfmt::skip]
        let table = [
            // the dose           asked of a new one           and of a correction from lot M-1
            (mmr("m1"),           None,                        None),
            (mmr("T-1"),          Some("STOCK-T1-other-vaccine"), Some("STOCK-T1-other-vaccine")),
            (mmr("<img src=x>"),  Some("STOCK-IMGSRCX-unknown-lot"), Some("STOCK-IMGSRCX-unknown-lot")),
            (mmr("M-2"),          Some("STOCK-M2-no-stock"),   Some("STOCK-M2-no-stock")),
            (mmr(""),             Some("STOCK--no-lot"),       Some("STOCK--no-lot")),
            (mmr("-"),            Some("STOCK--no-lot"),       Some("STOCK--no-lot")),
            (elsewhere("M-1"),    Some("SHELF-M1"),            Some("SHELF-M1")),
            (elsewhere("M-2"),    None,                        None),
            (elsewhere("Z-9"),    None,                        None),
        ];
        for (dose, asked, of_correction) in table {
            let code = |doubt: Option<(String, String)>| doubt.map(|(code, _)| code);
            let lot = dose.lot.number.value.clone();
            assert_eq!(code(stock.doubt(&dose)).as_deref(), asked, "{lot:?}");
            let corrected = stock.doubt_of_correction(&mmr("M-1"), &dose);
            assert_eq!(code(corrected).as_deref(), of_correction, "{lot:?}");
            assert_eq!(stock.doubt_of_correction(&dose, &dose), None, "{lot:?}: it was so before");
            let from_here = ReportedEvent { not_from_stock: Given::default(), ..dose.clone() };
            let before = ReportedEvent { not_from_stock: Given::of(NotFromStock::Other), ..dose };
            let corrected = stock.doubt_of_correction(&before, &from_here);
            assert_eq!(code(corrected), code(stock.doubt(&from_here)), "{lot:?}: as of a new dose");
        }
        let said = |dose: &ReportedEvent| stock.doubt(dose).map(|(_, text)| text).unwrap_or_default();
        for (dose, words) in [
            (mmr("M-2"), "MMR: no doses of lot M-2 are left. If saved, the dose does not leave your stock."),
            (mmr("Z-9"), "MMR: your inventory has no lot Z-9. If saved, the dose does not leave your stock."),
            (mmr(""), "MMR: no lot number is given. If saved, the dose does not leave your stock."),
        ] {
            assert!(said(&dose).starts_with(words), "{}", said(&dose));
        }
        let mut of_program = on_hand(4, "P-1", 3, 5);
        of_program.lot.funding = Funding::PublicVfc;
        let eligibility = Given::of(Coded::new("V01", "Not VFC eligible", "HL70064"));
        let dose = ReportedEvent { eligibility, ..mmr("P-1") };
        let (_, text) = Stock { lots: &[of_program], sets: &sets }.doubt(&dose).expect("a doubt");
        assert!(text.starts_with("MMR: lot P-1 is Public VFC; this dose is V01. If saved, "), "{text}");
        let none = Stock { lots: &[], sets: &sets };
        assert_eq!(none.doubt(&mmr("T-1")), None, "a site without an inventory is not asked");
        // the last dose of the lot was this one
        let last = [on_hand(1, "M-1", 3, 0)];
        let stock = Stock { lots: &last, sets: &sets };
        assert_eq!(stock.doubt_of_correction(&mmr("M1"), &mmr("M-1").given("2021-01-21")), None);
    }
}
