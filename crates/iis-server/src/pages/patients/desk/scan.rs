//! A scanned package: the row that it is given in, or why none is.

use super::doubts::of_package;
use super::give::Desk;
use super::give_view::Row;
use crate::pages::{codes, format};
use iis_model::Date;
use iis_model::gs1::Scanned;
use iis_model::stock::{OnHand, fold_lot};

/// Puts a scanned package into its row, and says what became of it, and what speaks against the vaccine before it is drawn up.
/// On the day of the doses it must not have expired.
pub(super) fn scanned(rows: &mut [Row], (desk, day): (&Desk, Date), text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let Ok(scan) = Scanned::read(text) else {
        return "This is not the bar code of a vaccine. Scan the two-dimensional code, or choose the lot."
            .to_owned();
    };
    if let Some(on) = scan.expires_on.filter(|on| day > *on) {
        return format!("The package says that it expired on {}. Do not give it.", format::date(on));
    }
    let number = scan.lot.as_deref().map(fold_lot).unwrap_or_default();
    let packages = scan.packages();
    let is_it = |lot: &&OnHand| {
        let is_package = lot.lot.ndc.is_empty() || packages.iter().any(|ndc| *ndc.as_str() == *lot.lot.ndc);
        fold_lot(&lot.lot.lot) == number && (is_package || packages.is_empty())
    };
    let Some(lot) = desk.lots.iter().filter(is_it).min_by_key(|lot| (lot.doses <= 0, lot.lot.expires_on))
    else {
        let named = scan.lot.map(|lot| format!("Lot {lot} is not in your inventory.")).unwrap_or_default();
        return format!("{named} Choose the lot that stands on the carton, or receive it first.")
            .trim()
            .to_owned();
    };
    if day > lot.lot.expires_on {
        let on = format::date(lot.lot.expires_on);
        return format!("Lot {} expired on {on}. Do not give it.", lot.lot.lot);
    }
    if let Some(said) = scan.expires_on.filter(|on| *on != lot.lot.expires_on) {
        let (said, on) = (format::date(said), format::date(lot.lot.expires_on));
        return format!(
            "The package says that it expires on {said}; lot {} is in your inventory with {on}. Nothing is chosen: look at \
             the package, and correct the inventory if that is wrong.",
            lot.lot.lot
        );
    }
    if lot.doses <= 0 {
        return format!("No doses of lot {} are left in your inventory.", lot.lot.lot);
    }
    // A row that needs this vaccine; else the first that is free for any.
    let row = rows.iter().position(|row| row.offers(lot.lot.id) && !row.is_any);
    let row = row.or_else(|| rows.iter().position(|row| row.is_any && row.lot.is_none()));
    match row.and_then(|at| rows.get_mut(at)) {
        Some(row) => {
            row.is_given = true;
            row.lot = Some(lot.lot.id);
            let left = format::counted(lot.doses, "dose");
            let chosen = format!("Lot {} is chosen for {}: {left} left.", lot.lot.lot, row.label);
            let name = codes::vaccine(lot.lot.cvx).map(|vaccine| format::sentence_case(&vaccine.short_name));
            let against = of_package(&name.unwrap_or_default(), lot.lot.cvx, day, desk);
            if against.is_empty() {
                chosen
            } else {
                format!("Do not draw it up yet. {} {chosen}", against.join(" "))
            }
        }
        None => "All rows are filled. Save these doses first.".to_owned(),
    }
}
