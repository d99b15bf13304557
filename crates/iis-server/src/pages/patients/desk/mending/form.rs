//! The dose that is corrected: as it was said, as it was typed, and as it shall be said.

use super::super::choices::{ELIGIBILITIES, ROUTES, SITES};
use super::super::dates::{UNREADABLE, read_day, read_partial};
use super::super::from_stock::Stock;
use super::super::remarks::ToHeed;
use super::super::visit::doubts::Doubt;
use super::super::visit::given::{clinician, funding_source, read_amount, statements};
use super::super::{Token, Typed};
use crate::pages::choice::Choice;
use crate::pages::frame::Problem;
use crate::pages::patients::doses::{clinician as named, vaccine_name};
use crate::pages::{codes, format};
use iis_codes::CodeSets;
use iis_model::event::{Amount, NotFromStock, VisGiven};
use iis_model::stock::{Funding, fold_lot};
use iis_model::{Coded, Cvx, Date, EventKind, Given, PartialDate, ReportedEvent};
use iis_registry::desk::REASONS;

/// The form: the dose as it was said.
#[derive(Debug, Clone)]
pub(in crate::pages) struct MendForm {
    pub(in crate::pages) token: Token,
    /// `MMR, 02/10/2025`
    pub(in crate::pages) called: String,
    pub(in crate::pages) is_administered: bool,
    /// It was removed: saving brings it back.
    pub(in crate::pages) is_removed: bool,
    pub(in crate::pages) on: String,
    pub(in crate::pages) vaccines: Vec<Choice>,
    pub(in crate::pages) lot: String,
    pub(in crate::pages) expires: String,
    pub(in crate::pages) amount: String,
    pub(in crate::pages) given_by: String,
    pub(in crate::pages) routes: Vec<Choice>,
    pub(in crate::pages) sites: Vec<Choice>,
    pub(in crate::pages) eligibilities: Vec<Choice>,
    pub(in crate::pages) fundings: Vec<Choice>,
    /// Whether it is from the stock, or why not.
    pub(in crate::pages) stock: Vec<Choice>,
    pub(in crate::pages) reasons: Vec<Choice>,
    pub(in crate::pages) heed: ToHeed,
    pub(in crate::pages) problems: Vec<Problem>,
}

/// Funding sources to choose from: the code, by which a dose is reported, and its word.
pub(in super::super) fn fundings() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<(&str, &str)> = Vec::new();
    for funding in Funding::ALL {
        if !all.iter().any(|(code, _)| *code == funding.reported_as()) {
            all.push((funding.reported_as(), funding.words()));
        }
    }
    all
}

impl MendForm {
    /// The dose as it was said, or as it was typed.
    pub(in crate::pages) fn new(
        token: Token,
        said: &ReportedEvent,
        (typed, products): (Option<&Typed>, &[(Cvx, String)]),
        problems: Vec<Problem>,
    ) -> Self {
        let text = Texts::of(said);
        let or_said = |field: &str, said: String| typed.map_or(said, |typed| typed.get(field).to_owned());
        let chosen: Option<Cvx> = typed.map_or(said.cvx.value, |typed| typed.get("vaccine").parse().ok());
        let vaccine = |(cvx, name): &(Cvx, String)| Choice {
            value: cvx.to_string(),
            label: name.clone(),
            is_chosen: Some(*cvx) == chosen,
        };
        let reason = |(word, text): &(&str, &str)| Choice {
            value: (*word).to_owned(),
            label: (*text).to_owned(),
            is_chosen: typed.is_some_and(|typed| typed.get("reason") == *word),
        };
        let coded = |field: &str, rows: &[(&str, &str)], said: &Given<Coded>| {
            let code = said.get().map(|coded| coded.code.to_string()).unwrap_or_default();
            choices(rows, said.get(), &or_said(field, code))
        };
        Self {
            token,
            called: format!("{}, {}", vaccine_name(said), text.day),
            is_administered: said.kind == EventKind::Administered,
            is_removed: said.is_delete(),
            on: or_said("on", text.day.split(' ').next().unwrap_or_default().to_owned()),
            vaccines: products.iter().map(vaccine).collect(),
            lot: or_said("lot", text.lot),
            expires: or_said("expires", text.expires),
            amount: or_said("amount", text.amount),
            given_by: or_said("given_by", text.given_by),
            routes: coded("route", ROUTES, &said.route),
            sites: coded("site", SITES, &said.body_site),
            eligibilities: coded("eligibility", ELIGIBILITIES, &said.eligibility),
            fundings: coded("funding", &fundings(), &said.funding_source),
            stock: from_stock(&or_said("stock", text.stock), said.leaves_stock_alone),
            reasons: REASONS.iter().map(reason).collect(),
            heed: ToHeed::default(),
            problems,
        }
    }
}

/// The parts of a dose as the fields show them.
struct Texts {
    day: String,
    lot: String,
    expires: String,
    amount: String,
    given_by: String,
    stock: String,
}

impl Texts {
    fn of(said: &ReportedEvent) -> Self {
        Self {
            day: said.given_on.get().map(format::partial_date).unwrap_or_default(),
            lot: said.lot.number.get().map(ToString::to_string).unwrap_or_default(),
            expires: said.lot.expires_on.get().map(format::partial_date).unwrap_or_default(),
            amount: said.amount.get().map(|amount| amount.number.to_string()).unwrap_or_default(),
            given_by: said.administered_by.get().map(named).unwrap_or_default(),
            stock: match said.not_from_stock.get() {
                None if said.leaves_stock_alone => LEFT_ALONE.to_owned(),
                why => why.map(|why| why.code().to_owned()).unwrap_or_default(),
            },
        }
    }
}

/// The value of the choice that says no more of the stock than was said.
pub(in super::super) const LEFT_ALONE: &str = "not-said";

/// What is called so.
pub(in super::super) const LEFT_ALONE_WORDS: &str = "Not said: it leaves our stock alone";

/// Whether a dose is from the stock: it is, or why not; or nobody said so, and it may stay like that.
fn from_stock(chosen: &str, is_left_alone: bool) -> Vec<Choice> {
    let choice =
        |value: &str, label: String| Choice { is_chosen: value == chosen, value: value.to_owned(), label };
    let not = NotFromStock::ALL.iter().map(|why| choice(why.code(), format!("No: {}", why.words())));
    let unsaid = is_left_alone.then(|| choice(LEFT_ALONE, LEFT_ALONE_WORDS.to_owned()));
    unsaid.into_iter().chain([choice("", "Yes, from our stock".to_owned())]).chain(not).collect()
}

/// The codes to choose from: those of the form, that which was said where it is another, and none.
fn choices(rows: &[(&str, &str)], said: Option<&Coded>, chosen: &str) -> Vec<Choice> {
    let choice =
        |value: &str, label: String| Choice { is_chosen: value == chosen, value: value.to_owned(), label };
    let mut all = vec![choice("", "Not said".to_owned())];
    all.extend(rows.iter().map(|(code, word)| choice(code, (*word).to_owned())));
    if let Some(other) = said.filter(|said| !rows.iter().any(|(code, _)| **code == *said.code)) {
        all.push(choice(&other.code, codes::word(other)));
    }
    all
}

/// The dose as it shall be said.
pub(super) fn read(
    typed: &Typed,
    said: &ReportedEvent,
    today: Date,
    stock: &Stock<'_>,
) -> Result<ReportedEvent, Vec<Problem>> {
    let mut problems = Vec::new();
    let is_administered = said.kind == EventKind::Administered;
    let mut now = said.clone();
    let on = if is_administered {
        read_day(typed.get("on"), today).map(PartialDate::day)
    } else {
        read_partial(typed.get("on"), today)
    };
    match on {
        Some(on) => now.given_on = Given::of(on),
        None => problems.push(Problem::of("on", UNREADABLE)),
    }
    let day = on.map_or(today, |on| on.last_day().min(today));
    let is_known = |cvx: Cvx| codes::vaccines_by_name().iter().any(|(known, _)| *known == cvx);
    let is_product = |cvx: Cvx| codes::may_be_given(stock.sets, cvx, day);
    let is_offered = |cvx: Cvx| if is_administered { is_product(cvx) } else { is_known(cvx) };
    let may = |cvx: &Cvx| said.cvx.value == Some(*cvx) || is_offered(*cvx);
    match typed.get("vaccine").parse::<Cvx>().ok().filter(may) {
        Some(cvx) if said.cvx.value == Some(cvx) => {}
        Some(cvx) => {
            now.cvx = Given::of(cvx);
            now.vaccine = Given::of(Coded::new(&cvx.to_string(), "", "CVX"));
            now.ndc = Given::default(); // it named the other product
        }
        None if is_administered => {
            problems.push(Problem::of("vaccine", "Choose a product that was in use on that day."));
        }
        None => problems.push(Problem::of("vaccine", "Choose the vaccine.")),
    }
    if is_administered {
        read_lot(typed, &mut now, &mut problems);
        read_given(typed, said, &mut now, (stock.sets, &mut problems));
        goes_with_its_lot(said, &mut now, stock);
    }
    if problems.is_empty() { Ok(now) } else { Err(problems) }
}

fn read_lot(typed: &Typed, now: &mut ReportedEvent, problems: &mut Vec<Problem>) {
    let (lot, expires) = (typed.get("lot"), typed.get("expires"));
    let is_missing = lot.is_empty() && now.lot.number.get().is_some();
    if is_missing || lot.chars().count() > 60 || lot.chars().any(char::is_control) {
        problems.push(Problem::of("lot", "Enter the lot number as it stands on the package."));
    }
    if !lot.is_empty() {
        now.lot.number = Given::of(lot.into()); // what was reported without one stays so until somebody knows it
    }
    match read_partial(expires, Date::MAX) {
        Some(on) => now.lot.expires_on = Given::of(on),
        None if expires.is_empty() => now.lot.expires_on = Given::default(),
        None => problems.push(Problem::of("expires", UNREADABLE)),
    }
}

/// How it was given, by whom, for whom it was paid. What was not touched stays as it was said, with its system of codes.
fn read_given(
    typed: &Typed,
    said: &ReportedEvent,
    now: &mut ReportedEvent,
    (sets, problems): (&CodeSets, &mut Vec<Problem>),
) {
    let was = Texts::of(said);
    if typed.get("amount") != was.amount {
        match read_amount(typed.get("amount")) {
            Ok(amount) => {
                let amount = amount.map(|number| Given::of(Amount { number, unit: "mL".into() }));
                now.amount = amount.unwrap_or_default();
            }
            Err(text) => problems.push(Problem::of("amount", format!("Amount: {text}"))),
        }
    }
    now.not_from_stock = NotFromStock::from_code(typed.get("stock")).map(Given::of).unwrap_or_default();
    now.leaves_stock_alone = said.leaves_stock_alone && typed.get("stock") == LEFT_ALONE;
    if typed.get("given_by") != was.given_by {
        now.administered_by = clinician(typed, "given_by", problems).map(Given::of).unwrap_or_default();
    }
    let mut coded = |field: &'static str, rows: &[(&str, &str)], system: &str, was: &Given<Coded>| {
        let code = typed.get(field);
        if was.get().map_or("", |coded| &*coded.code) == code {
            return was.clone();
        }
        match rows.iter().find(|(known, _)| *known == code) {
            Some((code, word)) => Given::of(Coded::new(code, word, system)),
            None if code.is_empty() => Given::default(),
            None => {
                problems.push(Problem::of(field, "Choose one of the list."));
                was.clone()
            }
        }
    };
    now.route = coded("route", ROUTES, "NCIT", &said.route);
    now.body_site = coded("site", SITES, "HL70163", &said.body_site);
    now.eligibility = coded("eligibility", ELIGIBILITIES, "HL70064", &said.eligibility);
    now.funding_source = coded("funding", &fundings(), "CDCPHINVS", &said.funding_source);
    if now.funding_source != said.funding_source
        && let Some(funding) = Funding::ALL
            .iter()
            .find(|one| now.funding_source.get().is_some_and(|coded| *coded.code == *one.reported_as()))
    {
        now.funding_source = Given::of(funding_source(sets, *funding));
    }
}

/// What another lot or product brings with it: manufacturer, package and statements are those of the lot, and where the site
/// has no such lot nothing is said of them. Its last day and funding are taken where nobody touched those of the old one.
fn goes_with_its_lot(said: &ReportedEvent, now: &mut ReportedEvent, stock: &Stock<'_>) {
    let number = |event: &ReportedEvent| event.lot.number.get().map(|number| fold_lot(number));
    let is_other_product = now.cvx.value != said.cvx.value;
    if !is_other_product && number(now) == number(said) {
        return;
    }
    let lot = stock.lot(now);
    now.ndc = lot.and_then(|lot| lot.ndc.parse().ok()).map(Given::of).unwrap_or_default();
    now.lot.manufacturer = lot.and_then(|lot| lot.mvx.parse().ok()).map(Given::of).unwrap_or_default();
    if let Some(lot) = lot {
        if now.lot.expires_on.value == said.lot.expires_on.value {
            now.lot.expires_on = Given::of(PartialDate::day(lot.expires_on));
        }
        if now.funding_source == said.funding_source {
            now.funding_source = Given::of(funding_source(stock.sets, lot.funding));
        }
    }
    if is_other_product {
        let statement = |(document, edition): (Coded, Option<PartialDate>)| VisGiven {
            document: Given::of(document),
            edition_on: edition.map(Given::of).unwrap_or_default(),
            given_on: now.given_on.clone(),
        };
        let handed_out = lot.filter(|_| !said.vis.is_empty());
        let of_lot = handed_out.map(|lot| statements(stock.sets, lot.cvx)).unwrap_or_default();
        now.vis = of_lot.into_iter().map(statement).collect();
    }
}

/// What is asked of a dose that becomes one of another product: the code under which it counts as read, and the text.
pub(super) fn other_product(said: &ReportedEvent, now: &ReportedEvent, stock: &Stock<'_>) -> Vec<Doubt> {
    let Some(cvx) = now.cvx.value.filter(|cvx| said.cvx.value != Some(*cvx)) else { return Vec::new() };
    if now.kind != EventKind::Administered {
        return Vec::new();
    }
    let number = now.lot.number.get().map(|number| &**number).unwrap_or_default();
    let taken = match stock.lot(now) {
        Some(_) => format!("are those of lot {number} in your inventory"),
        None => format!("are emptied, since your inventory has no such lot {number}"),
    };
    let text = format!(
        "{} instead of {}: manufacturer, package and information statement {taken}. Check lot, amount, route and funding \
         below: they stay as they stand there.",
        vaccine_name(now),
        vaccine_name(said)
    );
    vec![(format!("PRODUCT-{cvx}"), text)]
}

/// Whether two say the same of what the form can change.
pub(super) fn is_same(one: &ReportedEvent, other: &ReportedEvent) -> bool {
    let code = |given: &Given<Coded>| given.get().map(|coded| coded.code.clone());
    let said = |event: &ReportedEvent| {
        let lot = (event.lot.number.value.clone(), event.lot.expires_on.value);
        let codes = [&event.route, &event.body_site, &event.eligibility, &event.funding_source].map(code);
        let text = Texts::of(event);
        (event.given_on.value, event.cvx.value, lot, codes, (text.amount, text.given_by, text.stock))
    };
    said(one) == said(other)
}
