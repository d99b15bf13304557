//! The rows of a visit: what is due, and lots of the site to give it from.

use super::card_view::Choice;
use super::dates::day_of_visit;
use super::elsewhere::ElsewhereView;
use super::give::ELIGIBILITIES;
use super::remarks::ToHeed;
use super::scan::AfterScan;
use super::{Setting, Token, Typed};
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::recommendation::needs::{one_a_group, row_id};
use crate::pages::patients::recommendation::words;
use crate::pages::patients::strip::{Page, StripView};
use crate::pages::{codes, format};
use askama::Template;
use iis_model::recommendation::{Recommendation, Standing};
use iis_model::stock::OnHand;
use iis_model::{Cvx, Date, LotId};
use iis_registry::inventory::choose::givable;
use std::collections::{BTreeMap, BTreeSet};

/// Rows for vaccines that are not due.
const ANY: usize = 2;

/// More rows than this no form of ours has.
const MOST: usize = 20;

/// What is said of a row that was due when the form was shown.
const GONE: &str = "no longer due";

/// `GET /patients/{number}/doses/new`
#[derive(Debug, Template)]
#[template(path = "patients/desk/give.html")]
pub(in crate::pages) struct GivePage {
    frame: Frame,
    strip: StripView,
    form: GiveForm,
    record_href: String,
    site: String,
}

/// The form.
#[derive(Debug, Clone)]
pub(in crate::pages) struct GiveForm {
    token: Token,
    eligibilities: Vec<Choice>,
    /// What was said the last time.
    last_eligibility: String,
    on: String,
    given_by: String,
    ordered_by: String,
    scan: AfterScan,
    /// The vaccine groups that no row offers, since they are contraindicated.
    pub(super) held_back: String,
    rows: Vec<RowView>,
    has_lots: bool,
    elsewhere: ElsewhereView,
    vis: bool,
    heed: ToHeed,
    problems: Vec<Problem>,
    save: String,
}

/// A row as it was filled in.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Of the vaccine group, so that a form means the same vaccine when something else is due by the time it is sent.
    pub(super) id: String,
    pub(super) label: String,
    /// `overdue`, `due`, `no longer due`; empty for what is not.
    standing: &'static str,
    /// For any vaccine.
    pub(super) is_any: bool,
    /// It was due when the form was shown, and is no longer.
    pub(super) is_gone: bool,
    pub(super) is_given: bool,
    pub(super) lot: Option<LotId>,
    pub(super) lots: Vec<LotId>,
    pub(super) route: String,
    /// For which lot the route was filled in; none: somebody chose it.
    pub(super) routed: Option<LotId>,
    pub(super) body_site: String,
    amount: String,
}

impl Row {
    /// Whether a lot is among those to choose.
    pub(super) fn offers(&self, id: LotId) -> bool {
        self.lots.contains(&id)
    }
}

/// A row as it is shown.
#[derive(Debug, Clone)]
struct RowView {
    id: String,
    /// The name of the field of its lot.
    field: String,
    label: String,
    standing: &'static str,
    is_given: bool,
    lots: Vec<Choice>,
    routes: Vec<Choice>,
    /// The lot for which the route was filled in.
    routed: String,
    sites: Vec<Choice>,
    /// The name of the field of its amount, and what was typed.
    amount_field: String,
    amount: String,
}

/// Lots that do not go with this patient on the day of the doses. They can be chosen, behind the others and with a warning.
#[derive(Debug, Clone, Default)]
pub(super) struct Unfit {
    /// Something on record contraindicates the product.
    pub(super) forbidden: BTreeSet<LotId>,
    /// The vaccine is live, and an immunocompromise is on record.
    pub(super) live: BTreeSet<LotId>,
    /// The schedule does not recommend the product at this age.
    pub(super) by_age: BTreeSet<LotId>,
    /// The eligibility is not that of who paid.
    pub(super) by_funding: BTreeSet<LotId>,
    /// For the row of each vaccine group: the vaccines that the record names as fitting on that day.
    pub(super) named: BTreeMap<String, Fitting>,
}

/// The vaccines that fit a dose of a vaccine group.
#[derive(Debug, Clone)]
pub(super) struct Fitting {
    /// Whether the dose is recommended on that day, and not only possible.
    pub(super) is_wanted: bool,
    /// The best fit first.
    pub(super) vaccines: Vec<Cvx>,
}

impl Unfit {
    /// Whether a lot is among them.
    fn has(&self, id: LotId) -> bool {
        [&self.forbidden, &self.live, &self.by_age, &self.by_funding].iter().any(|lots| lots.contains(&id))
    }

    /// Whether a lot goes with the patient and with the dose of a row: what is chosen by itself, filled in and carried on.
    pub(super) fn fits(&self, row: &str, lot: &OnHand) -> bool {
        !self.has(lot.lot.id) && self.is_named(row, lot.lot.cvx)
    }

    /// Whether a vaccine is among those that the record names for a row; where it names none, all are.
    fn is_named(&self, row: &str, cvx: Cvx) -> bool {
        self.named.get(row).is_none_or(|named| named.vaccines.contains(&cvx))
    }

    /// The lots that fit before the others, each in its order.
    fn behind(&self, lots: &[&OnHand], row: Option<&str>) -> Vec<LotId> {
        let is_named = |lot: &OnHand| row.is_none_or(|row| self.is_named(row, lot.lot.cvx));
        let mut lots = lots.to_vec();
        lots.sort_by_key(|lot| (self.has(lot.lot.id), !is_named(lot)));
        lots.iter().map(|lot| lot.lot.id).collect()
    }

    /// What is said of a lot in the list of a row.
    fn words(&self, lot: &OnHand, row: &str) -> String {
        let id = lot.lot.id;
        let age_and_funding = match (self.by_age.contains(&id), self.by_funding.contains(&id)) {
            (true, true) => "not for this age, nor this eligibility",
            (true, false) => "not for this age",
            (false, true) => "not for this eligibility",
            (false, false) => "",
        };
        let on_record = match (self.forbidden.contains(&id), self.live.contains(&id)) {
            (true, _) => "contraindicated by what is on record",
            (false, true) => "live vaccine: immunocompromise on record",
            (false, false) => "",
        };
        let of_dose = if self.has(id) || self.is_named(row, lot.lot.cvx) { "" } else { "not for this dose" };
        let words = [on_record, age_and_funding, of_dose];
        let said = words.into_iter().filter(|words| !words.is_empty());
        said.flat_map(|words| [words, " · "]).collect()
    }
}

fn id_for_any(at: usize) -> String {
    format!("any{at}")
}

/// Whether a row of this id is for any vaccine.
pub(super) fn is_for_any(id: &str) -> bool {
    (1..=ANY).any(|at| id == id_for_any(at))
}

/// What a row is for.
#[derive(Debug, Clone)]
struct Kind {
    id: String,
    label: String,
    standing: &'static str,
    lots: Vec<LotId>,
}

/// The ids of the rows that were ticked.
fn ticked(typed: &Typed) -> impl Iterator<Item = &str> {
    let is_id = |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let ticked = typed.beginning("give_").filter(move |(id, tick)| !tick.is_empty() && is_id(id));
    ticked.map(|(id, _)| id).take(MOST)
}

/// What the rows of a visit are for: what is due today, what was ticked and is no longer due, then any vaccine. `lots` tells
/// the lots of a vaccine group, or of any.
fn kinds(
    said: &Recommendation,
    typed: &Typed,
    today: Date,
    lots: impl Fn(Option<&str>) -> Vec<LotId>,
) -> Vec<Kind> {
    let due = one_a_group(said).into_iter().filter_map(|forecast| {
        let standing = match forecast.standing(today) {
            Standing::Overdue | Standing::Due if words::is_shared(forecast) => "shared decision",
            Standing::Overdue => "overdue",
            Standing::Due => "due",
            _ => return None,
        };
        let dose = forecast.dose_number.map(|number| format!(" dose {number}")).unwrap_or_default();
        let group = &*forecast.group.name;
        let caution = words::caution(forecast.is_cautioned);
        let label = format!("{}{dose}{caution}", codes::schedule_group(group));
        Some(Kind { id: row_id(group), label, standing, lots: lots(Some(group)) })
    });
    let mut kinds: Vec<Kind> = due.collect();
    for id in ticked(typed).filter(|id| !is_for_any(id)) {
        if kinds.iter().any(|kind| kind.id == id) {
            continue;
        }
        let group = codes::schedule_groups().find(|group| row_id(group) == id);
        let label = group.map_or_else(|| "Vaccine that is not listed".to_owned(), codes::schedule_group);
        kinds.push(Kind { id: id.to_owned(), label, standing: GONE, lots: lots(group) });
    }
    kinds.extend((1..=ANY).map(|at| Kind {
        id: id_for_any(at),
        label: format!("Other vaccine {at}"),
        standing: "",
        lots: lots(None),
    }));
    kinds
}

/// The rows of a visit, as they were filled in.
pub(super) fn rows(
    said: &Recommendation,
    (all, unfit): (&[OnHand], &Unfit),
    typed: &Typed,
    today: Date,
) -> Vec<Row> {
    let of_group = |group: Option<&str>| {
        let belongs = |cvx| group.is_none_or(|group| codes::schedule_groups_of(cvx).contains(&group));
        let row = group.map(row_id);
        unfit.behind(&givable(all, belongs, day_of_visit(typed.get("on"), today)), row.as_deref())
    };
    let kinds = kinds(said, typed, today, of_group);
    let due: Vec<String> = kinds.iter().map(|kind| kind.id.clone()).collect();
    let beside = |lot: LotId, own: &str| -> Vec<String> {
        let cvx = all.iter().find(|one| one.lot.id == lot).map(|one| one.lot.cvx);
        let groups = cvx.map(codes::schedule_groups_of).unwrap_or_default().into_iter().map(row_id);
        groups.filter(|id| id != own).collect()
    };
    // A combination also gives what another row is for: that takes somebody's choice.
    let gives_another = |lot: LotId, own: &str| beside(lot, own).iter().any(|id| due.contains(id));
    let row = |Kind { id, label, standing, lots }: Kind| {
        let is_any = is_for_any(&id);
        let chosen = typed.get(&format!("lot_{id}"));
        let chosen = chosen.parse().ok().map(LotId).filter(|id| lots.contains(id));
        let is_sent = !typed.get("once").is_empty();
        // Of those that fit the first to expire is chosen for what is due, until somebody chooses otherwise; one that also
        // holds what is not due only where there is no other.
        let goes = |lot: LotId| all.iter().any(|known| known.lot.id == lot && unfit.fits(&id, known));
        let fits = |lot: &&LotId| goes(**lot) && !gives_another(**lot, &id);
        let alone = |lot: &&LotId| beside(**lot, &id).is_empty();
        let fitting = || lots.iter().filter(fits);
        let first =
            fitting().find(alone).or_else(|| fitting().next()).copied().filter(|_| !is_any && !is_sent);
        Row {
            is_given: !typed.get(&format!("give_{id}")).is_empty() || (is_any && chosen.is_some()),
            lot: chosen.or(first),
            route: typed.get(&format!("route_{id}")).to_owned(),
            routed: typed.get(&format!("routed_{id}")).parse().ok().map(LotId),
            body_site: typed.get(&format!("site_{id}")).to_owned(),
            amount: typed.get(&format!("amount_{id}")).to_owned(),
            is_gone: standing == GONE,
            id,
            label,
            standing,
            is_any,
            lots,
        }
    };
    kinds.into_iter().map(row).collect()
}

pub(in crate::pages::patients) const ROUTES: &[(&str, &str)] = &[
    ("C28161", "intramuscular"),
    ("C38299", "subcutaneous"),
    ("C38288", "oral"),
    ("C38284", "nasal"),
    ("C38238", "intradermal"),
];

pub(in crate::pages::patients) const SITES: &[(&str, &str)] =
    &[("LA", "left arm"), ("RA", "right arm"), ("LT", "left thigh"), ("RT", "right thigh")];

impl GiveForm {
    pub(super) fn new(
        token: Token,
        typed: &Typed,
        (rows, lots, unfit): (Vec<Row>, &[OnHand], &Unfit),
        (products, today): (&[(Cvx, String)], Date),
    ) -> Self {
        let eligibility = typed.get("eligibility");
        let on = if typed.get("on").is_empty() { format::date(today) } else { typed.get("on").to_owned() };
        let given = rows.iter().filter(|row| row.is_given).count();
        Self {
            token,
            eligibilities: choices(ELIGIBILITIES, eligibility, ""),
            last_eligibility: String::new(),
            on,
            given_by: typed.get("given_by").to_owned(),
            ordered_by: typed.get("ordered_by").to_owned(),
            scan: AfterScan::default(),
            held_back: String::new(),
            rows: rows.into_iter().map(|row| row_view(row, (lots, unfit))).collect(),
            has_lots: !lots.is_empty(),
            elsewhere: ElsewhereView::of(typed, products),
            vis: typed.get("once").is_empty() || !typed.get("vis").is_empty(),
            heed: ToHeed::default(),
            problems: Vec::new(),
            save: match given {
                0 => "Save doses".to_owned(),
                1 => "Save 1 dose".to_owned(),
                number => format!("Save {number} doses"),
            },
        }
    }

    pub(super) fn with(
        self,
        given_by: String,
        last_eligibility: String,
        scan: AfterScan,
        heed: ToHeed,
        problems: Vec<Problem>,
    ) -> Self {
        let given_by = if self.given_by.is_empty() { given_by } else { self.given_by };
        Self { last_eligibility, given_by, scan, heed, problems, ..self }
    }
}

impl GivePage {
    pub(super) fn new(setting: Setting, form: GiveForm) -> Self {
        let frame = if form.problems.is_empty() { setting.frame } else { setting.frame.in_error() };
        Self {
            record_href: Page::Record.href(setting.record.registry_number),
            site: setting.site.name.to_string(),
            strip: setting.strip,
            frame,
            form,
        }
    }

    /// The page as the goldens make it.
    #[cfg(test)]
    pub(in crate::pages) fn for_golden(
        setting: Setting,
        said: &Recommendation,
        lots: &[OnHand],
        (typed, today): (&Typed, Date),
    ) -> Self {
        let unfit = Unfit { by_age: lots.iter().skip(2).map(|lot| lot.lot.id).collect(), ..Unfit::default() };
        let rows = rows(said, (lots, &unfit), typed, today);
        let token =
            Token { action: "/patients/1/doses/new".into(), csrf: "token".into(), once: "0".repeat(64) };
        let form = GiveForm::new(token, typed, (rows, lots, &unfit), (&codes::vaccines_by_name(), today));
        let form = form.with(
            "Ana Reyes".to_owned(),
            "VFC: Medicaid or managed care".to_owned(),
            AfterScan::default(),
            ToHeed::default(),
            Vec::new(),
        );
        Self::new(setting, form)
    }
}

fn choices(rows: &[(&str, &str)], chosen: &str, none: &str) -> Vec<Choice> {
    let choice = |(value, label): (&str, &str)| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        is_chosen: value == chosen,
    };
    let nothing = (!none.is_empty()).then_some(("", none));
    nothing.into_iter().chain(rows.iter().copied()).map(choice).collect()
}

fn row_view(row: Row, (all, unfit): (&[OnHand], &Unfit)) -> RowView {
    let lots = row.lots.iter().filter_map(|id| all.iter().find(|lot| lot.lot.id == *id));
    let lot = |lot: &OnHand| Choice {
        value: lot.lot.id.to_string(),
        label: format!("{}{}", unfit.words(lot, &row.id), lot_label(lot)),
        is_chosen: Some(lot.lot.id) == row.lot,
    };
    RowView {
        lots: lots.map(lot).collect(),
        routes: choices(ROUTES, &row.route, "Route"),
        routed: row.routed.map(|id| id.to_string()).unwrap_or_default(),
        sites: choices(SITES, &row.body_site, "Body site"),
        field: format!("lot_{}", row.id),
        amount_field: format!("amount_{}", row.id),
        amount: row.amount,
        id: row.id,
        label: row.label,
        standing: row.standing,
        is_given: row.is_given,
    }
}

/// `lot C5829AO · MMR · exp 08/31/2026 · 14 left · Public VFC`: the lot that is held against the vial comes first, since lists are cut
/// and names of vaccines are long.
pub(in crate::pages) fn lot_label(lot: &OnHand) -> String {
    let (expires, funding) = (format::date(lot.lot.expires_on), lot.lot.funding.words());
    format!("lot {} · {} · exp {expires} · {} left · {funding}", lot.lot.lot, product_of(lot), lot.doses)
}

/// The vaccine of a lot, as short as people call it.
pub(super) fn product_of(lot: &OnHand) -> String {
    codes::short_name(lot.lot.cvx)
}
