//! Which lots go with a patient before anybody says for this visit what the patient qualifies for.
//!
//! The Vaccines for Children program ends with the 19th birthday: what qualified a child says nothing of the adult, and its
//! vaccine is for nobody of that age.

use super::choose::{Wanted, goes_with};
use iis_codes::CodeSets;
use iis_model::Date;
use iis_model::stock::Funding;
use jiff::ToSpan;

/// What qualifies for vaccine of the Vaccines for Children program.
const CHILDREN: [&str; 4] = ["V02", "V03", "V04", "V05"];

/// Whether a lot may go with a patient born on a day, for a dose on another, by what was said the last time (empty: nothing).
pub fn may_go(
    sets: &CodeSets,
    last_eligibility: &str,
    (born, on): (Option<Date>, Date),
    funding: Funding,
) -> bool {
    let ends = born.and_then(|born| born.checked_add(19.years()).ok());
    let is_child = ends.is_none_or(|birthday| on < birthday);
    let holds = is_child || !CHILDREN.contains(&last_eligibility);
    let eligibility = if holds { last_eligibility } else { "" };
    let wanted = Wanted { lot: "", cvx: None, on: None, eligibility, funding: "" };
    goes_with(sets, &wanted, funding) && (is_child || funding != Funding::PublicVfc)
}

#[cfg(test)]
mod tests {
    use super::may_go;
    use iis_codes::CodeSets;
    use iis_model::stock::Funding::{Private, Public317, PublicVfc};
    use jiff::civil::date;

    #[test]
    fn vaccine_for_children_ends_with_the_nineteenth_birthday_whatever_was_said_before() {
        let sets = CodeSets::built_in().expect("tables");
        let born = Some(date(2007, 3, 2));
        let (child, adult) = (date(2026, 3, 1), date(2026, 3, 2));
        #[rustfmt::skip]
        let table = [
            // last   born  on     VFC    317    private
            ("V02",   born, child, [true,  true,  false]),
            ("V02",   born, adult, [false, true,  true]),
            ("V05",   born, adult, [false, true,  true]),
            ("V01",   born, child, [false, true,  true]),
            ("V01",   born, adult, [false, true,  true]),
            ("",      born, child, [true,  true,  true]),
            ("",      born, adult, [false, true,  true]),
            ("V23",   born, adult, [false, true,  false]),
            ("V02",   None, adult, [true,  true,  false]),
        ];
        for (last, born, on, goes) in table {
            let funds = [PublicVfc, Public317, Private];
            let found = funds.map(|funding| may_go(&sets, last, (born, on), funding));
            assert_eq!(found, goes, "{last} {on}");
        }
    }
}
