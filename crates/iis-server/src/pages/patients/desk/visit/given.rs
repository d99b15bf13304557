//! The doses of a visit as they were filled in, each as the report that a message would make of it.

use super::super::Typed;
use super::super::choices::ELIGIBILITIES;
use super::super::dates::{UNREADABLE, read_day};
use super::super::plain::is_plain;
use super::elsewhere;
use super::give::Desk;
use super::rows::Row;
use super::unfit::Unfit;
use super::view::product_of;
use crate::pages::frame::Problem;
use iis_codes::{CodeSets, Relation, Set, Standing};
use iis_model::event::{Amount, Clinician};
use iis_model::record::PersonRecord;
use iis_model::stock::{Funding, OnHand};
use iis_model::{Coded, Cvx, Date, Given, LotId, PartialDate, ReportedEvent};
use iis_registry::desk::saying::DoseGiven;
use iis_registry::inventory::choose::{Wanted, goes_with};
use iis_registry::recommend::{Schedules, usual_milliliters};

/// The doses that are ticked, each with its row.
pub(super) type Visit = Vec<(String, ReportedEvent)>;

/// What was filled in; what is missing or does not go together is told.
pub(super) fn read(typed: &Typed, rows: &[Row], desk: &Desk) -> Result<Visit, Vec<Problem>> {
    let mut problems = Vec::new();
    let unfit = desk.unfit(typed);
    let given_by = clinician(typed, "given_by", &mut problems);
    let ordered_by = clinician(typed, "ordered_by", &mut problems);
    let eligibility = ELIGIBILITIES.iter().find(|(code, _)| *code == typed.get("eligibility"));
    if eligibility.is_none() {
        problems.push(Problem::of("eligibility-V02", "Choose what the patient qualifies for in this visit."));
    }
    let on = read_day(typed.get("on"), desk.today);
    if on.is_none() {
        problems.push(Problem::of("on", UNREADABLE));
    }
    let mut visit = Visit::new();
    for row in rows.iter().filter(|row| row.is_given) {
        let Some(lot) = row.lot.and_then(|id| desk.lot(id)) else {
            let text = format!("{}: choose the lot that is given.", row.label);
            problems.push(Problem::of(format!("lot_{}", row.id), text));
            continue;
        };
        let (Some((code, word)), Some(on)) = (eligibility, on) else { continue };
        if let Some(problem) = not_paid_so(row, lot, (code, on), (desk, &unfit)) {
            problems.push(problem);
            continue;
        }
        let amount = match read_amount(typed.get(&format!("amount_{}", row.id))) {
            Ok(amount) => amount.or_else(|| desk.usual_amount(lot.lot.cvx, on)),
            Err(text) => {
                problems.push(Problem::of(format!("amount_{}", row.id), format!("{}: {text}", row.label)));
                continue;
            }
        };
        let eligible = Coded::new(code, word, "HL70064");
        let by = (given_by.clone(), ordered_by.clone());
        visit.push((row.id.clone(), dose(typed, row, lot, (on, eligible, amount), by, desk)));
    }
    let eligible = eligibility.map(|(code, word)| Coded::new(code, word, "HL70064"));
    let elsewhere = elsewhere::read(
        typed,
        (on, eligible),
        given_by,
        (&desk.setting.site.code, &desk.sets),
        &mut problems,
    );
    let elsewhere = elsewhere.map(|dose| with_usual_amount(dose, desk));
    visit.extend(elsewhere.map(|dose| (elsewhere::ROW.to_owned(), dose)));
    if visit.is_empty() && problems.is_empty() {
        let first = rows.first().map(|row| format!("give_{}", row.id)).unwrap_or_default();
        problems.push(Problem::of(first, "Tick the doses that are given."));
    }
    if problems.is_empty() { Ok(visit) } else { Err(problems) }
}

/// What is wrong when the funding of a lot does not go with the eligibility, and which lot goes.
fn not_paid_so(
    row: &Row,
    lot: &OnHand,
    (code, on): (&str, Date),
    (desk, unfit): (&Desk, &Unfit),
) -> Option<Problem> {
    let wanted =
        Wanted { lot: &lot.lot.lot, cvx: Some(lot.lot.cvx), on: Some(on), eligibility: code, funding: "" };
    if goes_with(&desk.sets, &wanted, lot.lot.funding) {
        return None;
    }
    let product = product_of(lot);
    let way = match instead_of(row, unfit, desk).and_then(|id| desk.lot(id)) {
        Some(other) => format!(
            "Lot {} ({product}, {}) is chosen instead: compare it with the package, and save again.",
            other.lot.lot,
            other.lot.funding.words()
        ),
        None => {
            format!("No other lot of {product} goes with it. Choose another lot, or correct the eligibility.")
        }
    };
    let funding = lot.lot.funding.words();
    let text = format!(
        "{}: lot {} ({product}) is {funding} vaccine, which does not go with {code}. {way}",
        row.label, lot.lot.lot
    );
    Some(Problem::of(format!("lot_{}", row.id), text))
}

/// The lot that is chosen in the place of one whose funding does not go with the eligibility: of the row's lots of the same
/// vaccine, the first to expire that goes with the patient. None: the row's own does, or there is no other.
pub(super) fn instead_of(row: &Row, unfit: &Unfit, desk: &Desk) -> Option<LotId> {
    let chosen = row.lot.filter(|lot| unfit.by_funding.contains(lot))?;
    let vaccine = desk.lot(chosen)?.lot.cvx;
    let is_same = |lot: &LotId| desk.lot(*lot).is_some_and(|other| other.lot.cvx == vaccine);
    let fits = |lot: &LotId| desk.lot(*lot).is_some_and(|other| unfit.fits(&row.id, other));
    row.lots.iter().copied().find(|lot| fits(lot) && is_same(lot))
}

/// How much of a product is given at the age of the patient, as far as the schedule says.
pub(super) fn usual_amount(
    schedules: &Schedules,
    record: &PersonRecord,
    (cvx, on): (Cvx, Date),
) -> Option<Box<str>> {
    usual_milliliters(schedules, cvx, record.demographics.birth_date()?, on)
}

impl Desk {
    fn usual_amount(&self, cvx: Cvx, on: Date) -> Option<Box<str>> {
        usual_amount(&self.schedules, &self.setting.record, (cvx, on))
    }
}

fn with_usual_amount(mut dose: ReportedEvent, desk: &Desk) -> ReportedEvent {
    let usual = dose.cvx.value.zip(dose.given_date()).and_then(|(cvx, on)| desk.usual_amount(cvx, on));
    dose.amount = usual.map(|number| Given::of(Amount { number, unit: "mL".into() })).unwrap_or_default();
    dose
}

/// Milliliters as they were typed; none: nothing was.
pub(in super::super) fn read_amount(text: &str) -> Result<Option<Box<str>>, &'static str> {
    const WRONG: &str = "enter the amount in milliliters, for example 0.5.";
    if text.is_empty() {
        return Ok(None);
    }
    let is_number = text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    match text.parse::<f32>() {
        Ok(amount) if is_number && amount > 0.0 && amount <= 20.0 => Ok(Some(text.into())),
        _ => Err(WRONG),
    }
}

/// Somebody by the name that was typed; none: nobody was named.
pub(in super::super) fn clinician(
    typed: &Typed,
    field: &'static str,
    problems: &mut Vec<Problem>,
) -> Option<Clinician> {
    const MOST: usize = 100;
    let name = typed.get(field);
    if name.is_empty() {
        return None;
    }
    if !is_plain(name, MOST) {
        let text = format!(
            "Enter the name in one line of at most {MOST} letters, without signs that cannot be seen."
        );
        problems.push(Problem::of(field, text));
        return None;
    }
    let (given, family) = name.rsplit_once(' ').unwrap_or(("", name));
    Some(Clinician { family: family.into(), given: given.into(), ..Clinician::default() })
}

/// Whose money bought a dose, by the code and the words of its table.
pub(in super::super) fn funding_source(sets: &CodeSets, funding: Funding) -> Coded {
    let code = funding.reported_as();
    let label = sets.find(Set::FundingSource, code).map_or(funding.words(), |known| &*known.label);
    Coded::new(code, label, "CDCPHINVS")
}

/// A dose from a lot, as the report of the site.
fn dose(
    typed: &Typed,
    row: &Row,
    lot: &OnHand,
    (on, eligible, amount_ml): (Date, Coded, Option<Box<str>>),
    (given_by, ordered_by): (Option<Clinician>, Option<Clinician>),
    desk: &Desk,
) -> ReportedEvent {
    let lot = &lot.lot;
    let coded = |code: &str, system: &str| (!code.is_empty()).then(|| Coded::new(code, "", system));
    let is_handed_out = !typed.get("vis").is_empty();
    DoseGiven {
        on,
        cvx: lot.cvx,
        ndc: lot.ndc.parse().ok(),
        lot: (lot.lot.clone(), lot.expires_on, lot.mvx.parse().ok()),
        amount_ml,
        where_given: (coded(&row.route, "NCIT"), coded(&row.body_site, "HL70163")),
        given_by,
        ordered_by,
        paid: (eligible, funding_source(&desk.sets, lot.funding)),
        statements: if is_handed_out { statements(&desk.sets, lot.cvx) } else { Vec::new() },
    }
    .report(&desk.setting.site.code)
}

/// The statements in force about a vaccine, each with the day of its edition.
pub(in super::super) fn statements(sets: &CodeSets, cvx: Cvx) -> Vec<(Coded, Option<PartialDate>)> {
    let about = |code: &&iis_codes::Code| {
        code.standing == Standing::Active
            && sets.linked(code, Relation::VisCvx).any(|vaccine| vaccine.code.parse() == Ok(cvx))
    };
    let current = sets.all(Set::Vis).iter().filter(about).max_by_key(|code| code.window.valid_from);
    let statement = |code: &iis_codes::Code| {
        (Coded::new(&code.code, &code.label, "cdcgs1vis"), code.window.valid_from.map(PartialDate::day))
    };
    current.map(statement).into_iter().collect()
}
