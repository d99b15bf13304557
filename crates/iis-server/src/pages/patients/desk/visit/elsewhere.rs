//! A dose of this visit that is not from the site's stock: an explicit choice with its reason, never the easy way
//! (screens section 1.1). It is stored as it was given, stays out of the stock whatever is on the shelf, and stands among the
//! doses that did not leave it (decision 0058).

use super::super::Typed;
use super::super::dates::{UNREADABLE, read_partial};
use super::given::funding_source;
use crate::pages::choice::Choice;
use crate::pages::codes;
use crate::pages::frame::Problem;
use iis_codes::CodeSets;
use iis_model::event::{Clinician, NotFromStock};
use iis_model::stock::Funding;
use iis_model::{Coded, Cvx, Date, Given, ReportedEvent};
use iis_registry::desk::saying::DoseGiven;

/// The row of such doses in a visit.
pub(super) const ROW: &str = "elsewhere";

/// The fields, as filled in.
#[derive(Debug, Clone)]
pub(in crate::pages) struct ElsewhereView {
    pub(in crate::pages) is_open: bool,
    pub(in crate::pages) vaccines: Vec<Choice>,
    pub(in crate::pages) lot: String,
    pub(in crate::pages) expires: String,
    pub(in crate::pages) fundings: Vec<Choice>,
    pub(in crate::pages) reasons: Vec<Choice>,
}

impl ElsewhereView {
    pub(super) fn of(typed: &Typed, products: &[(Cvx, String)]) -> Self {
        let choice = |value: String, label: String, field: &str| Choice {
            is_chosen: value == typed.get(field),
            value,
            label,
        };
        let fundings = Funding::ALL.iter().map(|one| (one.code(), one.words()));
        let reasons = NotFromStock::ALL.iter().map(|one| (one.code(), one.words()));
        let owned =
            |(value, label): (&str, &str), field: &str| choice(value.to_owned(), label.to_owned(), field);
        Self {
            is_open: !typed.get("elsewhere_vaccine").is_empty(),
            vaccines: products
                .iter()
                .map(|(cvx, name)| choice(cvx.to_string(), name.clone(), "elsewhere_vaccine"))
                .collect(),
            lot: typed.get("elsewhere_lot").to_owned(),
            expires: typed.get("elsewhere_expires").to_owned(),
            fundings: fundings.map(|one| owned(one, "elsewhere_funding")).collect(),
            reasons: reasons.map(|one| owned(one, "elsewhere_reason")).collect(),
        }
    }
}

/// The dose, if one was filled in; what is missing goes to `problems`.
pub(super) fn read(
    typed: &Typed,
    (on, eligible): (Option<Date>, Option<Coded>),
    given_by: Option<Clinician>,
    (site, sets): (&str, &CodeSets),
    problems: &mut Vec<Problem>,
) -> Option<ReportedEvent> {
    let chosen = typed.get("elsewhere_vaccine");
    if chosen.is_empty() {
        return None;
    }
    let before = problems.len();
    let mut wants = |field: &'static str, text: &str| problems.push(Problem::of(field, text));
    let may = |cvx: &Cvx| on.is_none_or(|on| codes::may_be_given(sets, *cvx, on));
    let cvx: Option<Cvx> = chosen.parse().ok().filter(may);
    if cvx.is_none() {
        wants("elsewhere_vaccine", "Choose the product that was given, as the package names it.");
    }
    let lot = typed.get("elsewhere_lot");
    if lot.is_empty() || lot.chars().count() > 60 || lot.chars().any(char::is_control) {
        wants("elsewhere_lot", "Enter the lot number as it stands on the package.");
    }
    // a month without a day means its last day
    let expires = read_partial(typed.get("elsewhere_expires"), Date::MAX).map(|on| on.last_day());
    if expires.is_none() {
        wants("elsewhere_expires", UNREADABLE);
    }
    let funding = Funding::from_code(typed.get("elsewhere_funding"));
    if funding.is_none() {
        wants("elsewhere_funding", "Choose whose money bought it.");
    }
    let reason = NotFromStock::from_code(typed.get("elsewhere_reason"));
    if reason.is_none() {
        wants("elsewhere_reason", "Choose why it is not from your stock.");
    }
    if problems.len() > before {
        return None;
    }
    let funding = funding?;
    let dose = DoseGiven {
        on: on?,
        cvx: cvx?,
        ndc: None,
        lot: (lot.into(), expires?, None),
        amount_ml: None,
        where_given: (None, None),
        given_by,
        ordered_by: None,
        paid: (eligible?, funding_source(sets, funding)),
        statements: Vec::new(),
    };
    let mut report = dose.report(site);
    report.not_from_stock = Given::of(reason?);
    Some(report)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::pages::patients::desk::Typed;
    use iis_codes::CodeSets;
    use iis_model::event::NotFromStock;
    use iis_model::{Coded, PartialDate};
    use jiff::civil::date;

    #[test]
    fn a_dose_that_is_not_from_the_stock_says_lot_and_reason() {
        let all = [
            ("elsewhere_vaccine", "03"),
            ("elsewhere_lot", "X9"),
            ("elsewhere_expires", "12/2026"),
            ("elsewhere_funding", "private"),
            ("elsewhere_reason", "borrowed"),
        ];
        let given = || (Some(date(2026, 3, 2)), Some(Coded::new("V01", "", "HL70064")));
        let mut problems = Vec::new();
        let sets = CodeSets::built_in().expect("tables");
        let by = ("ALDER", &sets);
        let dose = read(&Typed::of(&all), given(), None, by, &mut problems).expect("a dose");
        let funding = dose.funding_source.get().expect("said");
        assert_eq!((&*funding.code, &*funding.text), ("PHC70", "Private funds"), "as messages say it");
        assert_eq!((dose.not_from_stock.value, problems.len()), (Some(NotFromStock::Borrowed), 0));
        assert_eq!(dose.lot.expires_on.value, Some(PartialDate::day(date(2026, 12, 31))));
        for (missing, _) in &all[1..] {
            let some: Vec<_> = all.iter().copied().filter(|(field, _)| field != missing).collect();
            let mut problems = Vec::new();
            assert_eq!(read(&Typed::of(&some), given(), None, by, &mut problems), None, "{missing}");
            assert_eq!(problems[0].field, *missing);
        }
        assert_eq!(read(&Typed::of(&[]), given(), None, by, &mut Vec::new()), None);
        // DTaP without a formulation, varicella zoster no longer made, nothing given, no code at all
        for product in ["107", "121", "998", "99999"] {
            let mut wrong = all;
            wrong[0].1 = product;
            let mut problems = Vec::new();
            assert_eq!(read(&Typed::of(&wrong), given(), None, by, &mut problems), None, "{product}");
            assert_eq!(problems[0].field, "elsewhere_vaccine");
        }
    }
}
