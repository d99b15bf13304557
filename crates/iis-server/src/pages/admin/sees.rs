//! `/admin/access`: what can this person see? Made from the decisions themselves; nobody's record is opened (screens 3.30).

use crate::pages::format;
use crate::pages::frame::{Fact, Frame, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, percent_encoded, rendered};
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::RegistryNumber;
use iis_model::access::{Area, Permission};
use iis_registry::access::held::{Verdict, sees, would_see};
use iis_registry::access::looking::Look;
use iis_registry::accounts::{self, Account, RoleAssignment, helping, way_back};
use iis_registry::directory::{Directory, directory};
use serde::Deserialize;

/// Whom the page is about.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) user: String,
    #[serde(default)]
    pub(crate) patient: String,
}

/// `GET /admin/access`
#[derive(Debug, Template)]
#[template(path = "admin/sees.html")]
pub(crate) struct SeesPage {
    pub(crate) frame: Frame,
    pub(crate) asked: Asked,
    /// Whether one patient may be asked about: the privacy officer.
    pub(crate) may_ask_patient: bool,
    pub(crate) problems: Vec<Problem>,
    /// The answer about one patient; empty: none was asked.
    pub(crate) verdict: String,
    /// Until when the account is locked after failures; empty: it is not, or that is not this person's business.
    pub(crate) locked: String,
    /// Where the Help Desk helps it; empty: this person does not.
    pub(crate) help: String,
    pub(crate) found: Option<SeesView>,
}

/// What was found.
#[derive(Debug, Clone)]
pub(crate) struct SeesView {
    pub(crate) name: String,
    pub(crate) sentences: Vec<String>,
    /// Role, place, and what the role is for.
    pub(crate) roles: Vec<Fact>,
    pub(crate) areas: Vec<AreaView>,
}

/// A part of the registry.
#[derive(Debug, Clone)]
pub(crate) struct AreaView {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    /// What, verb, how far.
    pub(crate) rows: Vec<[String; 3]>,
}

/// `GET /admin/access`
pub(crate) async fn show(visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    visitor.granted(Permission::ViewAccounts)?;
    let registry = &visitor.app.registry;
    let mut problems = Vec::new();
    let mut account = None;
    if !asked.user.trim().is_empty() {
        account = accounts::find(registry, &asked.user).await.map_err(|failure| visitor.failed(&failure))?;
        if account.is_none() {
            problems.push(Problem::of("user", "There is no account of this user name."));
        }
    }
    if let Some(account) = &account {
        visitor.looks_at(Permission::ViewAccounts, Look::Account(&account.name)).await?;
    }
    let names = directory(registry, &visitor.arrival).await.map_err(|failure| visitor.failed(&failure))?;
    let verdict = match &account {
        Some(account) => about_patient(&visitor, account, &asked.patient, &mut problems).await?,
        None => String::new(),
    };
    let locked = match &account {
        Some(account) if visitor.may(Permission::ManageAccounts) => locked(&visitor, account).await?,
        _ => String::new(),
    };
    let help = account
        .as_ref()
        .filter(|account| visitor.may(helping::needed(&registry.roles, account)))
        .map(|account| format!("/help/accounts/{}", percent_encoded(&account.name)))
        .unwrap_or_default();
    let found = account.map(|account| view(&visitor, &account, &names));
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = visitor.frame("/admin/roles").titled("What can this person see?").helped_by("account");
    let page = SeesPage {
        frame: if problems.is_empty() { frame } else { frame.in_error() }.below("Roles", "/admin/roles"),
        may_ask_patient: visitor.may(Permission::ViewConfidential),
        asked,
        problems,
        verdict,
        locked,
        help,
        found,
    };
    Ok((status, rendered(&page)).into_response())
}

/// Until when the account is locked after failures; empty: it is not.
async fn locked(visitor: &Visitor, account: &Account) -> Result<String, Stop> {
    let until = way_back::locked(&visitor.app.registry, account, visitor.arrival.at).await;
    let until = until.map_err(|failure| visitor.failed(&failure))?;
    Ok(until.map(|at| format::moment(at, &visitor.app.registry.identity.zone)).unwrap_or_default())
}

/// Whether the account would see this patient: for the privacy officer alone, for others nothing was asked.
async fn about_patient(
    visitor: &Visitor,
    account: &Account,
    patient: &str,
    problems: &mut Vec<Problem>,
) -> Result<String, Stop> {
    if patient.trim().is_empty() || !visitor.may(Permission::ViewConfidential) {
        return Ok(String::new());
    }
    let Ok(number) = patient.trim().parse::<RegistryNumber>() else {
        problems.push(Problem::of("patient", "That is not a registry ID."));
        return Ok(String::new());
    };
    let granted = visitor.granted(Permission::ViewConfidential)?;
    let asked = would_see(&visitor.app.registry, granted, account, number, visitor.arrival).await;
    let tail = format::number_tail(number);
    Ok(match asked.map_err(|failure| visitor.failed(&failure))? {
        Verdict::NoSuchPatient => "No patient has this registry ID.".to_owned(),
        Verdict::NoPermission => {
            format!("No, not {tail}: no role of this account opens records, or it is locked.")
        }
        Verdict::OptedOut => {
            format!(
                "No, not {tail}: the person opted out, and the record is as if absent for every role of this account."
            )
        }
        Verdict::OutOfReach => {
            format!("No, not {tail}: the patient lies outside of how far the roles reach.")
        }
        Verdict::Protected => {
            format!(
                "No, not {tail}: the record is protected, and none of the account’s organizations reports about the patient."
            )
        }
        Verdict::InEmergency => format!("Yes, {tail}: opened in an emergency, for a short while."),
        Verdict::Sees => format!("Yes, {tail}: within how far the roles reach, and not protected from them."),
    })
}

fn view(visitor: &Visitor, account: &Account, names: &Directory) -> SeesView {
    let registry = &visitor.app.registry;
    let sees = sees(&registry.roles, account, names, visitor.app.config.access.purpose_asked);
    let role = |held: &RoleAssignment| {
        let role = registry.roles.get(&held.role);
        let place = names.place(held.place);
        let at = if place.is_empty() { String::new() } else { format!(" at {place}") };
        Fact {
            label: format!("{}{at}", role.map_or(&*held.role, |role| &role.title)),
            value: role.map_or_else(|| "no such role in the policy".to_owned(), |role| role.purpose.clone()),
        }
    };
    let area = |(area, id, title): &(Area, &'static str, &'static str)| {
        let of_area = sees.may.iter().filter(|may| may.area == *area);
        let mut rows: Vec<[String; 3]> = Vec::new();
        for may in of_area {
            match rows.last_mut() {
                Some([what, verb, reach]) if *what == may.function && *reach == may.reach => {
                    verb.push_str(" and ");
                    verb.push_str(&may.verb);
                }
                _ => rows.push([may.function.to_owned(), may.verb.clone(), may.reach.clone()]),
            }
        }
        (!rows.is_empty()).then_some(AreaView { id, title, rows })
    };
    SeesView {
        name: format!("{} ({})", account.display_name, account.name),
        sentences: sees.sentences.clone(),
        roles: account.roles.iter().map(role).collect(),
        areas: AREAS.iter().filter_map(area).collect(),
    }
}

/// The parts of the registry as headings.
const AREAS: [(Area, &str, &str); 7] = [
    (Area::Patients, "patients", "Patient Management"),
    (Area::Inventory, "inventory", "Inventory Management"),
    (Area::Clinic, "clinic", "Clinic Tools"),
    (Area::Reports, "reports", "Reports"),
    (Area::People, "people", "Accounts and help"),
    (Area::State, "state", "What the state does"),
    (Area::Machines, "machines", "Interfaces"),
];
