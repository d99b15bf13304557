//! The page of a visit: its rows, and lots of the site to give them from.

use super::super::choices::{ELIGIBILITIES, ROUTES, SITES, choices};
use super::super::remarks::ToHeed;
use super::super::{Setting, Token, Typed};
use super::elsewhere::ElsewhereView;
use super::rows::Row;
use super::scan::AfterScan;
use super::unfit::Unfit;
use crate::pages::choice::Choice;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::strip::{Page, StripView};
use crate::pages::{codes, format};
use askama::Template;
use iis_model::stock::OnHand;
use iis_model::{Cvx, Date};

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
        said: &iis_model::recommendation::Recommendation,
        lots: &[OnHand],
        (typed, today): (&Typed, Date),
    ) -> Self {
        let unfit = Unfit { by_age: lots.iter().skip(2).map(|lot| lot.lot.id).collect(), ..Unfit::default() };
        let rows = super::rows::rows(said, (lots, &unfit), typed, today);
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
pub(in super::super) fn product_of(lot: &OnHand) -> String {
    codes::short_name(lot.lot.cvx)
}
