//! Vaccine comes: one form, by scan or by hand.

use crate::pages::choice::Choice;
use crate::pages::codes;
use crate::pages::duplicates::answering::deed;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::desk::dates::{UNREADABLE, read_day};
use crate::pages::patients::desk::{Token, Typed, site};
use crate::pages::sites;
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use askama::Template;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_codes::{CodeSets, Relation, Set};
use iis_model::access::Permission;
use iis_model::gs1::Scanned;
use iis_model::stock::{Funding, fold_lot};
use iis_model::{Cvx, Date, Mvx, Ndc};
use iis_registry::inventory::{self, Receipt};
use iis_store::stock_lot::StorageUnit;

/// `GET /inventory/receive`
#[derive(Debug, Template)]
#[template(path = "inventory/receive.html")]
pub(in crate::pages) struct ReceivePage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) site: String,
    pub(in crate::pages) token: Token,
    pub(in crate::pages) vaccines: Vec<Choice>,
    pub(in crate::pages) fundings: Vec<Choice>,
    pub(in crate::pages) units: Vec<String>,
    pub(in crate::pages) ndc: String,
    pub(in crate::pages) lot: String,
    pub(in crate::pages) expires: String,
    pub(in crate::pages) doses: String,
    pub(in crate::pages) unit: String,
    pub(in crate::pages) scan: String,
    pub(in crate::pages) problems: Vec<Problem>,
}

/// `GET /inventory/receive`
pub(crate) async fn form(visitor: Visitor) -> Answer {
    visitor.granted(Permission::KeepInventory)?;
    page(&visitor, &Typed::default(), String::new(), Vec::new()).await
}

async fn page(visitor: &Visitor, typed: &Typed, scan: String, problems: Vec<Problem>) -> Answer {
    let site = site(visitor, Permission::KeepInventory).await?;
    let units = inventory::units(&visitor.app.registry, site.id).await;
    let units = units.map_err(|failure| visitor.failed(&failure))?;
    let is_wrong = !problems.is_empty();
    let frame = super::frame(visitor, "Receive vaccine");
    let frame = if is_wrong { frame.in_error() } else { frame };
    let token = Token::new(visitor, "/inventory/receive".to_owned());
    let page = rendered(&ReceivePage::new(frame, &site.name, (token, typed), &units, (scan, problems)));
    Ok(if is_wrong { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page })
}

impl ReceivePage {
    pub(in crate::pages) fn new(
        frame: Frame,
        site: &str,
        (token, typed): (Token, &Typed),
        units: &[StorageUnit],
        (scan, problems): (String, Vec<Problem>),
    ) -> Self {
        let chosen = typed.get("vaccine").parse::<Cvx>().ok();
        let vaccine = |(cvx, name): (Cvx, String)| Choice {
            value: cvx.to_string(),
            label: name,
            is_chosen: Some(cvx) == chosen,
        };
        let in_use = codes::vaccines_by_name().into_iter();
        let known: Vec<Cvx> = codes::vaccines_in_use().collect();
        let funding = |funding: &Funding| Choice {
            value: funding.code().to_owned(),
            label: funding.words().to_owned(),
            is_chosen: funding.code() == typed.get("funding"),
        };
        let first = units.first().map(|unit| unit.name.to_string()).unwrap_or_default();
        let text = |field: &str| typed.get(field).to_owned();
        Self {
            frame,
            site: site.to_owned(),
            token,
            vaccines: in_use.filter(|(cvx, _)| known.contains(cvx)).map(vaccine).collect(),
            fundings: Funding::ALL.iter().map(funding).collect(),
            units: units.iter().map(|unit| unit.name.to_string()).collect(),
            ndc: text("ndc"),
            lot: text("lot"),
            expires: text("expires"),
            doses: text("doses"),
            unit: if typed.get("unit").is_empty() { first } else { text("unit") },
            scan,
            problems,
        }
    }
}

/// `POST /inventory/receive`
pub(crate) async fn submit(Filled { visitor, form: mut typed }: Filled<Typed>) -> Answer {
    let deed = deed(&visitor, Permission::KeepInventory, "", typed.get("once"))?;
    let sets = visitor.app.registry.codes.now();
    if typed.get("do") != "save" {
        let scan = scanned(&mut typed, &sets);
        return page(&visitor, &typed, scan, Vec::new()).await;
    }
    let receipt = match read(&typed, &sets, visitor.arrival.today) {
        Ok(receipt) => receipt,
        Err(problems) => return page(&visitor, &typed, String::new(), problems).await,
    };
    let site = site(&visitor, Permission::KeepInventory).await?;
    match inventory::receive(&visitor.app.registry, deed, &site, receipt).await {
        Ok(received) => {
            let next = format!("/inventory?received={}", received.doses);
            Ok(redirect(&sites::carried(&visitor, next)))
        }
        Err(iis_registry::Failure::Rule(rule)) => {
            page(&visitor, &typed, String::new(), vec![Problem::of("lot", rule)]).await
        }
        Err(failure) => Err(visitor.failed(&failure)),
    }
}

/// Fills in what a carton's bar code says; what it is, in a sentence.
fn scanned(typed: &mut Typed, sets: &CodeSets) -> String {
    if typed.get("scan").is_empty() {
        return String::new();
    }
    let Ok(scan) = Scanned::read(typed.get("scan")) else {
        return "This is not the bar code of a vaccine. Scan the two-dimensional code, or fill in the form."
            .to_owned();
    };
    let known = scan.packages().into_iter().find_map(|ndc| Some((product(sets, &ndc)?.0, ndc)));
    if let Some((cvx, ndc)) = &known {
        typed.put("ndc", ndc.to_string());
        typed.put("vaccine", cvx.to_string());
    }
    if let Some(lot) = &scan.lot {
        typed.put("lot", lot.to_string());
    }
    if let Some(on) = scan.expires_on {
        typed.put("expires", format::date(on));
    }
    match known {
        Some(_) => "Filled in from the bar code: add the number of doses and the funding.".to_owned(),
        None => "Lot and expiration are filled in. The package is not in the table of products: choose the vaccine.".to_owned(),
    }
}

/// The vaccine and the maker of a package of use or sale.
fn product(sets: &CodeSets, ndc: &Ndc) -> Option<(Cvx, Option<Mvx>)> {
    let ways = [
        (Set::NdcUse, Relation::UseCvx, Relation::UseMvx),
        (Set::NdcSale, Relation::SaleCvx, Relation::SaleMvx),
    ];
    ways.into_iter().find_map(|(set, to_cvx, to_mvx)| {
        let package = sets.find(set, ndc.as_str())?;
        let cvx = sets.linked(package, to_cvx).find_map(|vaccine| vaccine.code.parse().ok())?;
        Some((cvx, sets.linked(package, to_mvx).find_map(|maker| maker.code.parse().ok())))
    })
}

fn read(typed: &Typed, sets: &CodeSets, today: Date) -> Result<Receipt, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wrong = |field: &'static str, text: &str| problems.push(Problem::of(field, text));
    let ndc: Option<Ndc> = typed.get("ndc").parse().ok();
    let of_package = ndc.as_ref().and_then(|ndc| product(sets, ndc));
    if ndc.is_none() && !typed.get("ndc").is_empty() {
        wrong("ndc", "Enter the NDC with its dashes, for example 49281-0400-58, or leave it empty.");
    }
    let cvx = typed.get("vaccine").parse().ok().filter(|cvx| codes::vaccine(*cvx).is_some());
    match (cvx, &of_package) {
        (None, _) => wrong("vaccine", "Choose the vaccine."),
        (Some(cvx), Some((known, _))) if cvx != *known => {
            wrong("vaccine", "The NDC is that of another vaccine. Correct whichever is wrong.");
        }
        _ => {}
    }
    if fold_lot(typed.get("lot")).is_empty() {
        wrong("lot", "Enter the lot number as it stands on the carton.");
    }
    let expires_on = read_day(typed.get("expires"), Date::MAX);
    match expires_on {
        None => wrong("expires", UNREADABLE),
        Some(on) if on < today => {
            wrong("expires", "The lot has expired. Check the date; do not put it into stock.");
        }
        Some(_) => {}
    }
    let funding = Funding::from_code(typed.get("funding"));
    if funding.is_none() {
        wrong("funding", "Choose whose money bought it.");
    }
    let doses = typed.get("doses").parse::<i64>().ok().filter(|doses| (1..=10_000).contains(doses));
    if doses.is_none() {
        wrong("doses", "Enter the number of doses, from 1 to 10000.");
    }
    if typed.get("unit").is_empty() {
        wrong("unit", "Enter the refrigerator or freezer in which it is kept.");
    }
    match (cvx, expires_on, funding, doses) {
        (Some(cvx), Some(expires_on), Some(funding), Some(doses)) if problems.is_empty() => Ok(Receipt {
            unit: typed.get("unit").into(),
            mvx: of_package.and_then(|(_, mvx)| mvx),
            ndc,
            cvx,
            lot: typed.get("lot").into(),
            expires_on,
            funding,
            doses,
        }),
        _ => Err(problems),
    }
}
