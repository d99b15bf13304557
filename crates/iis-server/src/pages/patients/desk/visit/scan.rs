//! A scanned package: the row that it is given in, or why none is.

use super::doubts::of_package;
use super::give::Desk;
use super::rows::Row;
use crate::pages::format;
use iis_model::gs1::Scanned;
use iis_model::stock::{OnHand, fold_lot};
use iis_model::{Cvx, Date};

/// What became of a scan.
#[derive(Debug, Clone, Default)]
pub(super) struct AfterScan {
    pub(super) text: String,
    /// Nothing was chosen, or something speaks against what was: it is not to look like a scan that went well.
    pub(super) is_warning: bool,
}

/// Puts a scanned package into its row, and says what became of it, and what speaks against the vaccine before it is drawn up.
pub(super) fn scanned(rows: &mut [Row], (desk, day): (&Desk, Date), text: &str) -> AfterScan {
    if text.is_empty() {
        return AfterScan::default();
    }
    let warning = |text: String| AfterScan { text, is_warning: true };
    let lot = match usable(desk, day, text) {
        Ok(lot) => lot,
        Err(text) => return warning(text),
    };
    let Some(at) = row_for(rows, lot) else {
        return warning("All rows are filled. Save these doses first.".to_owned());
    };
    let others = rows.iter().enumerate().filter(|(other, row)| *other != at && row.is_given);
    let others = others.filter_map(|(_, row)| row.lot.and_then(|id| desk.lot(id)));
    let others: Vec<Cvx> = others.map(|other| other.lot.cvx).collect();
    let row = &mut rows[at];
    row.is_given = true;
    row.lot = Some(lot.lot.id);
    let left = format::counted(lot.doses, "dose");
    let chosen = format!("Lot {} is chosen for {}: {left} left.", lot.lot.lot, row.label);
    let against = of_package(row, (lot.lot.cvx, day), &others, desk);
    if against.is_empty() {
        AfterScan { text: chosen, is_warning: false }
    } else {
        warning(format!("Do not draw it up yet. {} {chosen}", against.join(" ")))
    }
}

/// The place of the row that needs what a lot holds; else of the first that is free for any vaccine.
fn row_for(rows: &[Row], lot: &OnHand) -> Option<usize> {
    let needs = rows.iter().position(|row| row.offers(lot.lot.id) && !row.is_any);
    needs.or_else(|| rows.iter().position(|row| row.is_any && row.lot.is_none()))
}

/// The lot of a scanned package, if it can be given on a day; the error says why not, and what to do.
fn usable<'a>(desk: &'a Desk, day: Date, text: &str) -> Result<&'a OnHand, String> {
    let none = "This is not the bar code of a vaccine. Scan the two-dimensional code, or choose the lot.";
    let scan = Scanned::read(text).map_err(|_| none.to_owned())?;
    if let Some(on) = scan.expires_on.filter(|on| day > *on) {
        return Err(format!("The package says that it expired on {}. Do not give it.", format::date(on)));
    }
    let lot = lot_of(&scan, &desk.lots).ok_or_else(|| {
        let named = scan.lot.as_ref().map(|lot| format!("Lot {lot} is not in your inventory. "));
        let named = named.unwrap_or_default();
        format!("{named}Choose the lot that stands on the carton, or receive it first.")
    })?;
    let (number, expires_on) = (&lot.lot.lot, lot.lot.expires_on);
    if day > expires_on {
        return Err(format!("Lot {number} expired on {}. Do not give it.", format::date(expires_on)));
    }
    if let Some(said) = scan.expires_on.filter(|on| *on != expires_on) {
        let (said, on) = (format::date(said), format::date(expires_on));
        return Err(format!(
            "The package says that it expires on {said}; lot {number} is in your inventory with {on}. Nothing is chosen: look \
             at the package, and correct the inventory if that is wrong."
        ));
    }
    if lot.doses <= 0 {
        return Err(format!("No doses of lot {number} are left in your inventory."));
    }
    Ok(lot)
}

/// Of the lots with the number and the product of a package, one with doses, the first to expire.
fn lot_of<'a>(scan: &Scanned, lots: &'a [OnHand]) -> Option<&'a OnHand> {
    let number = scan.lot.as_deref().map(fold_lot).unwrap_or_default();
    let packages = scan.packages();
    let is_it = |lot: &&OnHand| {
        let is_package = lot.lot.ndc.is_empty() || packages.iter().any(|ndc| *ndc.as_str() == *lot.lot.ndc);
        fold_lot(&lot.lot.lot) == number && (is_package || packages.is_empty())
    };
    lots.iter().filter(is_it).min_by_key(|lot| (lot.doses <= 0, lot.lot.expires_on))
}
