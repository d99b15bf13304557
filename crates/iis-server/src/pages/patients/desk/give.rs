//! Recording the doses of today's visit, from the site's lots: the first to expire first, eligibility and funding held
//! against each other, statements filled in.
//!
//! Source: requirements V-1 to V-3, I-3 and I-5; screens section 3.6.

use super::carry;
use super::elsewhere;
use super::give_view::{GiveForm, GivePage, Row, Unfit, rows};
use super::meanwhile::conflict;
use super::remarks::{ToHeed, in_words};
use super::{Setting, Token, Typed, set};
use crate::pages::codes;
use crate::pages::drafts::kept;
use crate::pages::duplicates::answering::only_deed;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::Problem;
use crate::pages::patients::doses::{is_dose, vaccine_name};
use crate::pages::patients::recommendation::Said;
use crate::pages::patients::strip::Page;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use iis_codes::{CodeSets, Relation, Set, Standing};
use iis_model::access::Permission;
use iis_model::event::Clinician;
use iis_model::gs1::Scanned;
use iis_model::recommendation::ForecastStatus;
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::stock::OnHand;
use iis_model::{Coded, Cvx, Date, LotId, PartialDate, ReportedEvent, Submission};
use iis_registry::desk::saying::DoseGiven;
use iis_registry::desk::{About, Entry, Outcome, Stored, became, enter};
use iis_registry::inventory::choose::{Wanted, goes_with};
use iis_registry::inventory::on_hand;
use iis_registry::recommend::prefers_at;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Eligibilities to choose from (HL70064), in the order in which clinics meet them.
pub(super) const ELIGIBILITIES: &[(&str, &str)] = &[
    ("V02", "V02 VFC: Medicaid or managed care"),
    ("V01", "V01 Not VFC eligible"),
    ("V03", "V03 VFC: uninsured"),
    ("V05", "V05 VFC: underinsured"),
    ("V04", "V04 VFC: American Indian or Alaska Native"),
    ("V22", "V22 Children’s Health Insurance Program (CHIP)"),
    ("V23", "V23 Section 317 program"),
    ("V24", "V24 Medicare"),
];

/// `GET /patients/{number}/doses/new`
pub(crate) async fn form(visitor: Visitor, Path(number): Path<String>) -> Answer {
    let mut desk = Desk::open(&visitor, &number).await?;
    let mut typed = Typed::default();
    if let Some(kept) = kept(&visitor, &desk.href()).await? {
        typed = kept.typed;
        desk.setting.frame = desk.setting.frame.noticed(Some(kept.notice));
    } else {
        let said = said_today(&desk.setting, desk.today).map(|coded| coded.code.to_string());
        typed.put("eligibility", said.unwrap_or_default());
        let rows = desk.rows(&typed);
        let unfit = desk.unfit(&typed);
        let filled = carry::fill(&mut typed, &rows, &unfit, &carry::of(&visitor));
        desk.setting.frame = desk.setting.frame.noticed(carry::notice(&filled));
    }
    Ok(desk.show(&visitor, &typed, desk.rows(&typed), Shown::default()))
}

/// All that the page is made of.
struct Desk {
    setting: Setting,
    said: Said,
    lots: Vec<OnHand>,
    /// Lots whose product the schedule does not recommend at the patient's age.
    not_for_age: BTreeSet<LotId>,
    sets: Arc<CodeSets>,
    today: Date,
}

/// What is said above the form.
#[derive(Default)]
struct Shown {
    problems: Vec<Problem>,
    heed: ToHeed,
    /// What became of a scan.
    scan: String,
}

impl Desk {
    async fn open(visitor: &Visitor, number: &str) -> Result<Self, Stop> {
        let title = (Page::Record, "Record doses");
        let setting = set(visitor, number, Permission::EnterAdministeredDose, title).await?;
        let registry = &visitor.app.registry;
        let lots = on_hand(registry, setting.site.id).await.map_err(|failure| visitor.failed(&failure))?;
        let today = visitor.arrival.today;
        let said = Said::of(&registry.schedules, &setting.record, today);
        let born = setting.record.demographics.birth_date();
        let is_for_age = |lot: &OnHand| {
            born.and_then(|born| prefers_at(&registry.schedules, lot.lot.cvx, born, today)).unwrap_or(true)
        };
        let not_for_age = lots.iter().filter(|lot| !is_for_age(lot)).map(|lot| lot.lot.id).collect();
        Ok(Self { setting, said, lots, not_for_age, sets: registry.codes.now(), today })
    }

    fn rows(&self, typed: &Typed) -> Vec<Row> {
        rows(&self.said.recommendation, (&self.lots, &self.unfit(typed)), typed, self.today)
    }

    /// The lots that do not go with the patient: by age, and by the eligibility of this visit, or of the last one before
    /// it is chosen.
    fn unfit(&self, typed: &Typed) -> Unfit {
        let last = last_eligibility(&self.setting.record).map(|coded| coded.code.to_string());
        let chosen = typed.get("eligibility");
        let eligibility = if chosen.is_empty() { last.unwrap_or_default() } else { chosen.to_owned() };
        let goes = |lot: &&OnHand| {
            let wanted =
                Wanted { lot: "", cvx: None, on: None, eligibility: eligibility.as_str(), funding: "" };
            !goes_with(&self.sets, &wanted, lot.lot.funding)
        };
        let by_funding = self.lots.iter().filter(goes).map(|lot| lot.lot.id).collect();
        Unfit { by_age: self.not_for_age.clone(), by_funding }
    }

    fn href(&self) -> String {
        format!("/patients/{}/doses/new", self.setting.record.registry_number)
    }

    fn show(&self, visitor: &Visitor, typed: &Typed, rows: Vec<Row>, shown: Shown) -> Response {
        let given_by = visitor.session().map(|session| session.account.display_name.to_string());
        let Shown { problems, heed, scan } = shown;
        let is_wrong = !problems.is_empty();
        let last = last_eligibility(&self.setting.record).map(codes::word).unwrap_or_default();
        let lots = (rows, self.lots.as_slice(), &self.unfit(typed));
        let form = GiveForm::new(Token::new(visitor, self.href()), typed, lots, self.today).with(
            given_by.unwrap_or_default(),
            last,
            scan,
            heed,
            problems,
        );
        let page = rendered(&GivePage::new(self.setting.clone(), form));
        if is_wrong { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page }
    }

    fn lot(&self, id: LotId) -> Option<&OnHand> {
        self.lots.iter().find(|lot| lot.lot.id == id)
    }
}

/// What the patient qualified for when it was last said.
fn last_eligibility(record: &PersonRecord) -> Option<&Coded> {
    record.events.iter().find_map(|event| event.best.eligibility.get())
}

/// What the site itself said today of this patient, with a dose that it gave: a further dose of the visit is not asked again
/// (screens section 1.1, G3). Of another day it is asked, as programs want it.
fn said_today(setting: &Setting, today: Date) -> Option<&Coded> {
    let is_own = |event: &&ConsolidatedEvent| {
        let mut reports = event.reports.iter();
        reports.any(|own| own.is_administered && own.organization_id == setting.site.organization_id)
    };
    let of_today = setting.record.events.iter().filter(|event| event.best.given_date() == Some(today));
    of_today.filter(is_own).find_map(|event| event.best.eligibility.get())
}

/// `POST /patients/{number}/doses/new`
pub(crate) async fn submit(
    Path(number): Path<String>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let deed = only_deed(&visitor, Permission::EnterAdministeredDose, "", typed.get("once"))?;
    let mut desk = Desk::open(&visitor, &number).await?;
    // Asked after the record was read: a form that is seen in the record is told as saved, not as somebody else's.
    let before = became(&visitor.app.registry, deed.key).await.map_err(|failure| visitor.failed(&failure))?;
    if let Some(Outcome::Stored(stored)) = before {
        return Ok(saved(&stored, &typed));
    }
    let mut rows = desk.rows(&typed);
    if desk.setting.is_merged {
        desk.setting = desk.setting.merged_meanwhile();
        return Ok(conflict(desk.show(&visitor, &typed, rows, Shown::default())));
    }
    if typed.get("do") != "save" {
        let scan = scanned(&mut rows, &desk, typed.get("scan"));
        return Ok(desk.show(&visitor, &typed, rows, Shown { scan, ..Shown::default() }));
    }
    let sets = visitor.app.registry.codes.now();
    let visit = match read(&typed, &rows, &desk, &sets) {
        Ok(visit) => visit,
        Err(problems) => {
            return Ok(desk.show(&visitor, &typed, rows, Shown { problems, ..Shown::default() }));
        }
    };
    let heeded = typed.heeded();
    let own = doubts(&visit, &rows, &desk);
    let is_unread = |code: &str| !heeded.iter().any(|known| **known == *code);
    if own.iter().any(|(code, _)| is_unread(code)) {
        let is_changed = own.iter().any(|(code, _)| code.starts_with(GONE) && is_unread(code));
        let heed = ToHeed::said(&own, &heeded);
        let page = desk.show(&visitor, &typed, rows, Shown { heed, ..Shown::default() });
        return Ok(if is_changed { conflict(page) } else { page });
    }
    let entry = Entry {
        deed,
        sees: visitor.granted(Permission::ViewPerson)?,
        site: desk.setting.site.clone(),
        about: About::Person(desk.setting.record.id),
        submission: Submission {
            events: visit.iter().map(|(_, dose)| dose.clone()).collect(),
            ..Submission::default()
        },
        heeded: heeded.clone(),
    };
    let outcome = enter(&visitor.app.registry, entry).await.map_err(|failure| visitor.failed(&failure))?;
    match outcome {
        Outcome::Stored(stored) => Ok(saved(&stored, &typed)),
        Outcome::Moved | Outcome::Alike(_) => {
            desk.setting = desk.setting.merged_meanwhile();
            Ok(conflict(desk.show(&visitor, &typed, rows, Shown::default())))
        }
        Outcome::Mend(remarks) => {
            let problem = |remark: &iis_registry::desk::Remark| {
                let row = remark.dose.and_then(|dose| visit.get(usize::from(dose).checked_sub(1)?));
                let field = row.map(|(row, _)| match &**row {
                    elsewhere::ROW => "elsewhere_lot".to_owned(),
                    row => format!("lot_{row}"),
                });
                let field = field.unwrap_or_default();
                Problem::of(field, in_words(&remark.text))
            };
            let problems = remarks.iter().map(problem).collect();
            Ok(desk.show(&visitor, &typed, rows, Shown { problems, ..Shown::default() }))
        }
        Outcome::Heed(remarks) => {
            let called = |dose: u16| {
                let at = usize::from(dose).checked_sub(1).and_then(|at| visit.get(at));
                at.map(|(_, dose)| vaccine_name(dose)).unwrap_or_default()
            };
            let heed = ToHeed::of(&remarks, called).and(&heeded);
            Ok(desk.show(&visitor, &typed, rows, Shown { heed, ..Shown::default() }))
        }
    }
}

/// On to what became of the doses that were saved.
fn saved(stored: &Stored, typed: &Typed) -> Response {
    let (number, carried) = (stored.number, carry::written(typed));
    redirect(&format!("/patients/{number}/doses/saved?form={}&doses={carried}", typed.get("once")))
}

/// Puts a scanned package into its row, and says what became of it.
fn scanned(rows: &mut [Row], desk: &Desk, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let Ok(scan) = Scanned::read(text) else {
        return "This is not the bar code of a vaccine. Scan the two-dimensional code, or choose the lot."
            .to_owned();
    };
    let number = scan.lot.as_deref().map(iis_model::stock::fold_lot).unwrap_or_default();
    let packages = scan.packages();
    let is_it = |lot: &&OnHand| {
        let is_package = lot.lot.ndc.is_empty() || packages.iter().any(|ndc| *ndc.as_str() == *lot.lot.ndc);
        iis_model::stock::fold_lot(&lot.lot.lot) == number && (is_package || packages.is_empty())
    };
    let Some(lot) = desk.lots.iter().filter(is_it).min_by_key(|lot| (lot.doses <= 0, lot.lot.expires_on))
    else {
        let named = scan.lot.map(|lot| format!("Lot {lot} is not in your inventory.")).unwrap_or_default();
        return format!("{named} Choose the lot that stands on the carton, or receive it first.")
            .trim()
            .to_owned();
    };
    if desk.today > lot.lot.expires_on {
        let on = format::date(lot.lot.expires_on);
        return format!("Lot {} expired on {on}. Do not give it.", lot.lot.lot);
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
            format!("Lot {} is chosen for {}: {left} left.", lot.lot.lot, row.label)
        }
        None => "All rows are filled. Save these doses first.".to_owned(),
    }
}

/// The doses that are ticked, each with its row.
type Visit = Vec<(String, ReportedEvent)>;

fn read(typed: &Typed, rows: &[Row], desk: &Desk, sets: &CodeSets) -> Result<Visit, Vec<Problem>> {
    let mut problems = Vec::new();
    let eligibility = ELIGIBILITIES.iter().find(|(code, _)| *code == typed.get("eligibility"));
    if eligibility.is_none() {
        problems.push(Problem::of("eligibility-V02", "Choose what the patient qualifies for in this visit."));
    }
    let on = super::dates::read_day(typed.get("on"), desk.today);
    if on.is_none() {
        problems.push(Problem::of("on", super::dates::UNREADABLE));
    }
    let mut visit = Visit::new();
    for row in rows.iter().filter(|row| row.is_given) {
        let Some(lot) = row.lot.and_then(|id| desk.lot(id)) else {
            let text = format!("{}: choose the lot that is given.", row.label);
            problems.push(Problem::of(format!("lot_{}", row.id), text));
            continue;
        };
        let (Some((code, word)), Some(on)) = (eligibility, on) else { continue };
        let wanted = Wanted {
            lot: &lot.lot.lot,
            cvx: Some(lot.lot.cvx),
            on: Some(on),
            eligibility: code,
            funding: "",
        };
        if !goes_with(sets, &wanted, lot.lot.funding) {
            let funding = lot.lot.funding.words();
            let text = format!(
                "{}: lot {} is {funding} vaccine, which does not go with {code}. Choose another lot, or correct the eligibility.",
                row.label, lot.lot.lot
            );
            problems.push(Problem::of(format!("lot_{}", row.id), text));
            continue;
        }
        let eligible = Coded::new(code, word, "HL70064");
        visit.push((row.id.clone(), dose(typed, row, lot, (on, eligible), (sets, &desk.setting.site.code))));
    }
    let eligible = eligibility.map(|(code, word)| Coded::new(code, word, "HL70064"));
    let elsewhere = elsewhere::read(typed, (on, eligible), &desk.setting.site.code, &mut problems);
    visit.extend(elsewhere.map(|dose| (elsewhere::ROW.to_owned(), dose)));
    if visit.is_empty() && problems.is_empty() {
        let first = rows.first().map(|row| format!("give_{}", row.id)).unwrap_or_default();
        problems.push(Problem::of(first, "Tick the doses that are given."));
    }
    if problems.is_empty() { Ok(visit) } else { Err(problems) }
}

/// A dose from a lot, as the report of the site.
fn dose(
    typed: &Typed,
    row: &Row,
    lot: &OnHand,
    (on, eligible): (Date, Coded),
    (sets, site): (&CodeSets, &str),
) -> ReportedEvent {
    let lot = &lot.lot;
    let coded = |field: &str, system: &str| {
        let code = typed.get(&format!("{field}_{}", row.id));
        (!code.is_empty()).then(|| Coded::new(code, "", system))
    };
    let name = typed.get("given_by");
    let (given, family) = name.rsplit_once(' ').unwrap_or(("", name));
    let given_by = Clinician { family: family.into(), given: given.into(), ..Clinician::default() };
    let is_handed_out = !typed.get("vis").is_empty();
    let funding = lot.funding;
    DoseGiven {
        on,
        cvx: lot.cvx,
        ndc: lot.ndc.parse().ok(),
        lot: (lot.lot.clone(), lot.expires_on, lot.mvx.parse().ok()),
        amount_ml: None,
        where_given: (coded("route", "NCIT"), coded("site", "HL70163")),
        given_by: (!name.is_empty()).then_some(given_by),
        paid: (eligible, Coded::new(funding.reported_as(), funding.words(), "CDCPHINVS")),
        statements: if is_handed_out { statements(sets, lot.cvx) } else { Vec::new() },
    }
    .report(site)
}

/// The statements in force about a vaccine, each with the day of its edition.
fn statements(sets: &CodeSets, cvx: Cvx) -> Vec<(Coded, Option<PartialDate>)> {
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

/// Two doses of one visit that hold the same vaccine, as a combination and its part do.
fn twice(visit: &Visit) -> Vec<(String, String)> {
    let mut doubts = Vec::new();
    for (at, (_, dose)) in visit.iter().enumerate() {
        for (_, other) in visit.iter().skip(at + 1) {
            let (Some(a), Some(b)) = (dose.cvx.value, other.cvx.value) else { continue };
            let groups = codes::schedule_groups_of(b);
            let Some(group) = codes::schedule_groups_of(a).into_iter().find(|group| groups.contains(group))
            else {
                continue;
            };
            let text = format!(
                "{} and {}: both hold {}. Untick one, unless both were injected.",
                vaccine_name(dose),
                vaccine_name(other),
                codes::schedule_group(group)
            );
            doubts.push((format!("TWICE-{a}-{b}"), text));
        }
    }
    doubts
}

/// What begins the codes of doses that are no longer due.
const GONE: &str = "GONE-";

/// What speaks against a dose and has to be read first: another one holds the same vaccine, it is no longer due, is for another age, was given today already, or
/// is contraindicated. Each with the code under which it counts as read.
fn doubts(visit: &Visit, rows: &[Row], desk: &Desk) -> Vec<(String, String)> {
    let mut doubts = twice(visit);
    for (row, dose) in visit {
        let Some(cvx) = dose.cvx.value else { continue };
        let name = vaccine_name(dose);
        let row = rows.iter().find(|one| one.id == *row);
        if let Some(row) = row.filter(|row| row.is_gone) {
            let lot = dose.lot.number.get().map(|lot| format!(", lot {lot}")).unwrap_or_default();
            let text = format!(
                "{}{lot}: it was due when you ticked it, and is no longer: something was recorded meanwhile. Untick it if \
                 the dose is on record already.",
                row.label
            );
            doubts.push((format!("{GONE}{}", row.id), text));
        }
        let lot = row.and_then(|row| row.lot);
        if lot.is_some_and(|lot| desk.not_for_age.contains(&lot)) {
            let text = format!(
                "{name}: the schedule does not recommend this product at the patient’s age. Check the package."
            );
            doubts.push((format!("AGE-{cvx}"), text));
        }
        let groups = codes::schedule_groups_of(cvx);
        let same_day = desk.setting.record.events.iter().any(|event| {
            let of_group =
                |known: &Cvx| codes::schedule_groups_of(*known).iter().any(|group| groups.contains(group));
            is_dose(event)
                && event.best.given_on == dose.given_on
                && event.best.cvx.get().is_some_and(of_group)
        });
        if same_day {
            doubts.push((
                format!("TODAY-{cvx}"),
                format!("{name}: a dose of this group is on record for this day already."),
            ));
        }
        let forecasts = desk.said.recommendation.forecasts.iter();
        let is_out = |forecast: &&iis_model::recommendation::Forecast| {
            forecast.status == ForecastStatus::Contraindicated && groups.contains(&&*forecast.group.name)
        };
        if forecasts.filter(is_out).count() > 0 {
            doubts.push((format!("OUT-{cvx}"), format!("{name}: contraindicated by what is on record.")));
        }
    }
    doubts
}
