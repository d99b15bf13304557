//! Recording the doses of today's visit, from the site's lots: the first to expire first, eligibility and funding held
//! against each other, statements filled in.
//!
//! Source: requirements V-1 to V-3, I-3 and I-5; screens section 3.6.

use super::super::choices::ROUTES;
use super::super::dates::day_of_visit;
use super::super::meanwhile::conflict;
use super::super::remarks::{ToHeed, is_unread, warnings};
use super::super::{Setting, Token, Typed, set};
use super::carry;
use super::doubts::{GONE, doubts};
use super::elsewhere;
use super::given::{Visit, instead_of, read};
use super::left_reaction::left;
use super::rows::{Row, rows};
use super::scan::{AfterScan, scanned};
use super::unfit::{Fitting, Unfit};
use super::view::{GiveForm, GivePage};
use crate::pages::codes;
use crate::pages::drafts::kept;
use crate::pages::duplicates::answering::only_deed;
use crate::pages::filled::Filled;
use crate::pages::frame::Problem;
use crate::pages::patients::doses::vaccine_name;
use crate::pages::patients::recommendation::Said;
use crate::pages::patients::recommendation::needs::row_id;
use crate::pages::patients::strip::Page;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use iis_codes::{CodeSets, Relation};
use iis_model::access::Permission;
use iis_model::recommendation::{Caveat, ForecastStatus};
use iis_model::record::{ConsolidatedEvent, PersonRecord};
use iis_model::stock::OnHand;
use iis_model::{Coded, Cvx, Date, LotId, Submission};
use iis_registry::desk::{About, Entry, Outcome, Remark, Stored, became, enter, told};
use iis_registry::inventory::choose::{Wanted, goes_with};
use iis_registry::inventory::eligible::may_go;
use iis_registry::inventory::on_hand;
use iis_registry::recommend::{Against, Schedules, prefers_at, visits};
use std::collections::BTreeMap;
use std::sync::Arc;

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
        let wanted = visitor.asked("give");
        if rows.iter().any(|row| row.id == wanted && !row.is_any) {
            typed.put(&format!("give_{wanted}"), "on".to_owned());
        }
        let unfit = desk.unfit(&typed);
        let filled = carry::fill(&mut typed, &rows, (&desk.lots, &unfit), &carry::of(&visitor));
        desk.setting.frame = desk.setting.frame.noticed(carry::notice(&filled));
    }
    let mut rows = desk.rows(&typed);
    desk.fill_in_routes(&mut rows);
    Ok(desk.show(&visitor, &typed, rows, Shown::default()))
}

/// All that the page is made of.
pub(super) struct Desk {
    pub(super) setting: Setting,
    pub(super) said: Said,
    pub(super) lots: Vec<OnHand>,
    pub(super) sets: Arc<CodeSets>,
    pub(super) schedules: Schedules,
    pub(super) today: Date,
}

/// What is said above the form.
#[derive(Default)]
struct Shown {
    problems: Vec<Problem>,
    heed: ToHeed,
    /// What became of a scan.
    scan: AfterScan,
}

impl Desk {
    async fn open(visitor: &Visitor, number: &str) -> Result<Self, Stop> {
        let title = (Page::Record, "Record doses");
        let setting = set(visitor, number, Permission::EnterAdministeredDose, title).await?;
        let registry = &visitor.app.registry;
        let lots = on_hand(registry, setting.site.id).await.map_err(|failure| visitor.failed(&failure))?;
        let today = visitor.arrival.today;
        let said = Said::of(&registry.schedules, &setting.record, today);
        let (sets, schedules) = (registry.codes.now(), registry.schedules.clone());
        Ok(Self { setting, said, lots, sets, schedules, today })
    }

    fn rows(&self, typed: &Typed) -> Vec<Row> {
        rows(&self.said.recommendation, (&self.lots, &self.unfit(typed)), typed, self.today)
    }

    /// The usual route of the lot of each row, where nobody chose one: none was chosen, or it stands there since it was filled in
    /// for another lot. Of a product without a usual route what stands there stays.
    fn fill_in_routes(&self, rows: &mut [Row]) {
        let usual = |id: LotId| self.lot(id).and_then(|lot| usual_route(&self.sets, lot.lot.cvx));
        for row in rows {
            let was_filled_in = row.routed.and_then(usual).is_some_and(|route| route == row.route);
            if let Some(route) = row.lot.and_then(usual)
                && (row.route.is_empty() || was_filled_in)
            {
                route.clone_into(&mut row.route);
                row.routed = row.lot;
            }
        }
    }

    /// The lots that do not go with the patient on the day of the doses: by what is on record, by age, and by the eligibility of this visit, or of
    /// the last one before it is chosen.
    pub(super) fn unfit(&self, typed: &Typed) -> Unfit {
        let on = day_of_visit(typed.get("on"), self.today);
        let born = self.setting.record.demographics.birth_date();
        let last = last_eligibility(&self.setting.record).map_or("", |coded| &*coded.code);
        let goes = |lot: &OnHand| match typed.get("eligibility") {
            "" => may_go(&self.sets, last, (born, on), lot.lot.funding),
            eligibility => {
                let wanted = Wanted { lot: "", cvx: None, on: None, eligibility, funding: "" };
                goes_with(&self.sets, &wanted, lot.lot.funding)
            }
        };
        let of = |is_unfit: &dyn Fn(&OnHand) -> bool| {
            self.lots.iter().filter(|lot| is_unfit(lot)).map(|lot| lot.lot.id).collect()
        };
        let against = Against::of(&self.schedules, &self.setting.record, on);
        Unfit {
            forbidden: of(&|lot| !against.forbidding(lot.lot.cvx).is_empty()),
            live: of(&|lot| !against.immunocompromise(lot.lot.cvx).is_empty()),
            by_age: of(&|lot| !self.is_for_age(lot.lot.cvx, on)),
            by_funding: of(&|lot| !goes(lot)),
            named: self.named(on),
        }
    }

    /// For the row of each vaccine group of which a dose can be given on a day: the vaccines that fit it then.
    pub(super) fn named(&self, on: Date) -> BTreeMap<String, Fitting> {
        let of_that_day;
        let visit = if on == self.today {
            &self.said.visits.today
        } else {
            of_that_day = visits(&self.schedules, &self.setting.record, &[], on).today;
            &of_that_day
        };
        let named = visit.offers.iter().filter(|offer| !offer.vaccines.is_empty()).map(|offer| {
            let vaccines = offer.vaccines.iter().map(|vaccine| vaccine.cvx).collect();
            (row_id(&offer.group.name), Fitting { is_wanted: offer.is_wanted(), vaccines })
        });
        named.collect()
    }

    /// Whether the schedule recommends a product at the patient's age on a day, or says nothing of it.
    pub(super) fn is_for_age(&self, cvx: Cvx, on: Date) -> bool {
        let born = self.setting.record.demographics.birth_date();
        born.and_then(|born| prefers_at(&self.schedules, cvx, born, on)).unwrap_or(true)
    }

    /// The vaccine groups that are contraindicated, in words.
    fn held_back(&self) -> String {
        let out = self.said.recommendation.forecasts.iter().filter(|one| {
            one.status == ForecastStatus::Contraindicated && one.caveat != Some(Caveat::TdMayBeGiven)
        });
        let mut groups: Vec<String> = out.map(|one| codes::schedule_group(&one.group.name)).collect();
        groups.dedup();
        groups.join(", ")
    }

    fn href(&self) -> String {
        format!("/patients/{}/doses/new", self.setting.record.registry_number)
    }

    fn show(&self, visitor: &Visitor, typed: &Typed, rows: Vec<Row>, shown: Shown) -> Response {
        let given_by = visitor.session().map(|session| session.account.display_name.to_string());
        let Shown { problems, heed, scan } = shown;
        let is_wrong = !problems.is_empty();
        let last = last_eligibility(&self.setting.record).map(codes::word).unwrap_or_default();
        let products = codes::products_by_name(&self.sets, self.today);
        let lots = (rows, self.lots.as_slice(), &self.unfit(typed));
        let mut form = GiveForm::new(Token::new(visitor, self.href()), typed, lots, (&products, self.today))
            .with(given_by.unwrap_or_default(), last, scan, heed, problems);
        form.held_back = self.held_back();
        let page = rendered(&GivePage::new(self.setting.clone(), form));
        if is_wrong { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page }
    }

    pub(super) fn lot(&self, id: LotId) -> Option<&OnHand> {
        self.lots.iter().find(|lot| lot.lot.id == id)
    }
}

/// The one route by which a product is given; none: its packages name none, or more than one (CDC's table of packages).
fn usual_route(sets: &CodeSets, cvx: Cvx) -> Option<&'static str> {
    let vaccine = sets.vaccine(cvx)?;
    let is_of = |code: &str| {
        sets.linked(vaccine, Relation::CvxRoute).any(|route| route.code.eq_ignore_ascii_case(code))
    };
    let mut routes = ROUTES.iter().map(|(code, _)| *code).filter(|code| is_of(code));
    routes.next().filter(|_| routes.next().is_none())
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
        reports.any(|own| own.is_administered && own.owner_id == setting.site.organization_id)
    };
    let of_today = setting.record.events.iter().filter(|event| event.best.given_date() == Some(today));
    of_today.filter(is_own).find_map(|event| event.best.eligibility.get())
}

/// `POST /patients/{number}/doses/new`
pub(crate) async fn submit(
    Path(number): Path<String>,
    Filled { visitor, form: mut typed }: Filled<Typed>,
) -> Answer {
    let deed = only_deed(&visitor, Permission::EnterAdministeredDose, "", typed.get("once"))?;
    let mut desk = Desk::open(&visitor, &number).await?;
    // Asked after the record was read: a form that is seen in the record is told as saved, not as somebody else's.
    let before = became(&visitor.app.registry, deed.key).await.map_err(|failure| visitor.failed(&failure))?;
    if let Some(Outcome::Stored(stored)) = before {
        return Ok(saved(&visitor, &stored, &typed));
    }
    let mut rows = desk.rows(&typed);
    if desk.setting.is_merged {
        desk.setting = desk.setting.merged_meanwhile();
        return Ok(conflict(desk.show(&visitor, &typed, rows, Shown::default())));
    }
    // Enter is the way a scanner ends, and the way a keyboard saves: a scan is looked up first, whatever was pressed.
    let (scan, pressed) = (typed.get("scan"), typed.get("do"));
    if !scan.is_empty() || !matches!(pressed, "scan" | "save") {
        let on = day_of_visit(typed.get("on"), desk.today);
        let scan = scanned(&mut rows, (&desk, on), scan);
        desk.fill_in_routes(&mut rows);
        return Ok(desk.show(&visitor, &typed, rows, Shown { scan, ..Shown::default() }));
    }
    desk.fill_in_routes(&mut rows);
    for row in &rows {
        typed.put(&format!("route_{}", row.id), row.route.clone()); // what is saved is what is carried on
    }
    let visit = match read(&typed, &rows, &desk) {
        Ok(visit) => visit,
        Err(problems) => {
            let unfit = desk.unfit(&typed);
            let is_told = |row: &Row| problems.iter().any(|one| *one.field == format!("lot_{}", row.id));
            for row in rows.iter_mut().filter(|row| is_told(row)) {
                row.lot = instead_of(row, &unfit, &desk).or(row.lot);
            }
            desk.fill_in_routes(&mut rows);
            return Ok(desk.show(&visitor, &typed, rows, Shown { problems, ..Shown::default() }));
        }
    };
    let heeded = typed.heeded();
    let events = visit.iter().map(|(_, dose)| dose.clone()).collect();
    let submission = Submission { events, ..Submission::default() };
    let called = |dose: u16| {
        let at = usize::from(dose).checked_sub(1).and_then(|at| visit.get(at));
        at.map(|(_, dose)| vaccine_name(dose)).unwrap_or_default()
    };
    let refused = |remarks: &[Remark]| Shown { problems: problems(remarks, &visit), ..Shown::default() };
    // What refuses the form is said before anything is asked, and all questions are asked at once.
    let told = told(&visitor.app.registry, &submission, (&desk.setting.record.demographics, desk.today));
    if !told.mend.is_empty() {
        return Ok(desk.show(&visitor, &typed, rows, refused(&told.mend)));
    }
    let mut own = doubts(&visit, &rows, &desk);
    own.extend(left(&visit, &desk));
    own.extend(warnings(&told.heed, called));
    if let Some(heed) = ToHeed::unread(&own, &heeded) {
        let is_changed = own.iter().any(|(code, _)| code.starts_with(GONE) && is_unread(code, &heeded));
        let page = desk.show(&visitor, &typed, rows, Shown { heed, ..Shown::default() });
        return Ok(if is_changed { conflict(page) } else { page });
    }
    let entry = Entry {
        deed,
        sees: visitor.granted(Permission::ViewPerson)?,
        site: desk.setting.site.clone(),
        about: About::Person(desk.setting.record.id),
        submission,
        heeded: heeded.clone(),
    };
    let outcome = enter(&visitor.app.registry, entry).await.map_err(|failure| visitor.failed(&failure))?;
    match outcome {
        Outcome::Stored(stored) => Ok(saved(&visitor, &stored, &typed)),
        Outcome::Moved | Outcome::Alike(_) => {
            desk.setting = desk.setting.merged_meanwhile();
            Ok(conflict(desk.show(&visitor, &typed, rows, Shown::default())))
        }
        Outcome::Mend(remarks) => Ok(desk.show(&visitor, &typed, rows, refused(&remarks))),
        Outcome::Heed(remarks) => {
            let heed = ToHeed::of(&remarks, called).and(&heeded);
            Ok(desk.show(&visitor, &typed, rows, Shown { heed, ..Shown::default() }))
        }
    }
}

/// What refuses a visit, each at its field.
fn problems(remarks: &[Remark], visit: &Visit) -> Vec<Problem> {
    let problem = |remark: &Remark| {
        let row = remark.dose.and_then(|dose| visit.get(usize::from(dose).checked_sub(1)?));
        let field = row.map(|(row, _)| match &**row {
            _ if &*remark.place == "RXA-3" => "on".to_owned(),
            elsewhere::ROW => "elsewhere_lot".to_owned(),
            row => format!("lot_{row}"),
        });
        Problem::of(field.unwrap_or_default(), &*remark.text)
    };
    remarks.iter().map(problem).collect()
}

/// On to what became of the doses that were saved.
fn saved(visitor: &Visitor, stored: &Stored, typed: &Typed) -> Response {
    let (number, carried) = (stored.number, carry::written(typed));
    let once = typed.get("once");
    let mut response = redirect(&format!("/patients/{number}/doses/saved?form={once}&doses={carried}"));
    response.headers_mut().extend(carry::after(visitor, &carried).map(|cookie| (SET_COOKIE, cookie)));
    response
}

#[cfg(test)]
mod tests {
    use super::usual_route;
    use iis_codes::CodeSets;
    use iis_model::Cvx;

    #[test]
    fn a_route_is_filled_in_where_a_product_has_one_only() {
        let sets = CodeSets::built_in().expect("the tables of this program");
        #[rustfmt::skip]
        let table = [
            (106, Some("C28161")), // DTaP: intramuscular
            (119, Some("C38288")), // rotavirus: oral
            (8,   None),           // hepatitis B: two in the table
            (10,  None),           // and polio
            (110, Some("C28161")), // the two in a combination: one
            (189, Some("C28161")), // a hepatitis B that is given one way
            (999, None),
        ];
        for (cvx, route) in table {
            assert_eq!(usual_route(&sets, Cvx::new(cvx)), route, "{cvx}");
        }
    }
}
