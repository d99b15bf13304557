//! Adding a person: only after a search of one's own, and after whoever looks alike was shown (requirements P-5, P-6).

use super::super::remarks::ToHeed;
use super::super::{Token, Typed, site};
use super::alike::{AlikeView, alike};
use super::change::{problem, submission, typed_values};
use super::fields::{Part, all};
use super::form::PersonForm;
use super::person::{Here, Values, said};
use crate::pages::drafts::kept;
use crate::pages::duplicates::answering::deed;
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Frame, Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::access::Permission;
use iis_model::{Demographics, RegistryNumber};
use iis_registry::desk::{About, Entry, Outcome, enter};
use iis_registry::people::{self, Criteria};
use serde::Deserialize;

/// `GET /patients/new`
#[derive(Debug, Template)]
#[template(path = "patients/desk/add.html")]
pub(in crate::pages) struct AddPage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) form: PersonForm,
    /// The search that found nobody acceptable.
    pub(in crate::pages) search: String,
    pub(in crate::pages) search_href: String,
    /// Who looks like the new person.
    pub(in crate::pages) alike: Option<AlikeView>,
    pub(in crate::pages) site: String,
}

/// After which search.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    search: String,
}

/// `GET /patients/new?search={id}`
pub(crate) async fn form(visitor: Visitor, Query(after): Query<After>) -> Answer {
    visitor.granted(Permission::AddPerson)?;
    let Some(criteria) = searched(&visitor, &after.search).await? else {
        return Ok(redirect("/patients"));
    };
    if let Some(kept) = kept(&visitor, "/patients/new").await? {
        let token = Token::new(&visitor, "/patients/new".to_owned());
        let form = PersonForm::new(token, &typed_values(&kept.typed), true, Vec::new());
        let page = page(&visitor, form, &after.search, None).await?;
        let frame = page.frame.clone().noticed(Some(kept.notice));
        return Ok(rendered(&AddPage { frame, ..page }));
    }
    let values = looked_for(&criteria);
    let form = PersonForm::new(Token::new(&visitor, "/patients/new".to_owned()), &values, true, Vec::new());
    let page = page(&visitor, form, &after.search, None).await?;
    let is_open = criteria.in_any_order && !criteria.first.trim().is_empty();
    let text =
        "The search did not say which of the names is the last name: look at it before you save.".to_owned();
    let frame = page.frame.clone().noticed(is_open.then_some(Notice { kind: "info", text }));
    Ok(rendered(&AddPage { frame, ..page }))
}

/// The search, if the same person made it a short time ago.
async fn searched(visitor: &Visitor, id: &str) -> Result<Option<Criteria>, Stop> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let account = visitor.session()?.account.id;
    let found = people::recall_search(&visitor.app.registry, account, id).await;
    found.map_err(|failure| visitor.failed(&failure))
}

/// What was looked for, in the fields of the form: it is seen once more before it is stored.
fn looked_for(criteria: &Criteria) -> Values {
    let name = |text: &str| format::sentence_case(text.trim());
    let mut values = Values::new();
    values.insert("last", name(&criteria.last));
    values.insert("first", name(&criteria.first).chars().take(100).collect());
    if criteria.first.trim().chars().count() < 2 {
        values.remove("first"); // an initial is no name
    }
    if let Some(born) = criteria.born_on {
        values.insert("born", format::date(born));
    }
    values.retain(|_, text| !text.is_empty());
    values
}

async fn page(
    visitor: &Visitor,
    form: PersonForm,
    search: &str,
    alike: Option<AlikeView>,
) -> Result<AddPage, Stop> {
    let frame =
        visitor.frame("/patients").titled("Add a patient").helped_by("desk").below("Patients", "/patients");
    let frame = if form.problems.is_empty() { frame } else { frame.in_error() };
    Ok(AddPage {
        frame,
        form,
        search: search.to_owned(),
        search_href: format!("/patients/searches/{search}"),
        alike,
        site: site(visitor, Permission::AddPerson).await?.name.to_string(),
    })
}

/// `POST /patients/new`
pub(crate) async fn submit(Filled { visitor, form: typed }: Filled<Typed>) -> Answer {
    let deed = deed(&visitor, Permission::AddPerson, "", typed.get("once"))?;
    let site = site(&visitor, Permission::AddPerson).await?;
    let search = typed.get("search");
    if searched(&visitor, search).await?.is_none() {
        return Ok(redirect("/patients"));
    }
    let mut wanted = typed_values(&typed);
    if typed.get("decided") == "twin" {
        wanted.insert("multiple", "Y".to_owned());
    }
    let form = |problems: Vec<Problem>| {
        PersonForm::new(Token::new(&visitor, "/patients/new".to_owned()), &wanted, true, problems)
    };
    let here = Here {
        today: visitor.arrival.today,
        site_code: &site.code,
        state: &visitor.app.config.identity.state,
    };
    let read = said(&wanted, &parts(&wanted), &Demographics::default(), here);
    let person = match read {
        Ok(person) => person,
        Err(problems) => {
            let page = page(&visitor, form(problems), search, None).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response());
        }
    };
    let heeded = typed.heeded();
    let decided = !typed.get("decided").is_empty();
    let shown = if decided { numbers(typed.get("shown")) } else { Vec::new() };
    let entry = Entry {
        deed,
        sees: visitor.granted(Permission::ViewPerson)?,
        site,
        about: About::Nobody(shown),
        submission: submission(person),
        heeded: heeded.clone(),
    };
    let outcome = enter(&visitor.app.registry, entry).await.map_err(|failure| visitor.failed(&failure))?;
    match outcome {
        Outcome::Stored(stored) => Ok(redirect(&format!("/patients/{}?done=added", stored.number))),
        Outcome::Alike(numbers) => {
            let mut view = alike(&visitor, numbers).await?;
            if wanted.contains_key("mrn") {
                view.heading.push_str(", by what is known or by the record number");
            }
            let mut form = form(Vec::new());
            form.heed = ToHeed::default().and(&heeded); // what was read is not asked again
            Ok(rendered(&page(&visitor, form, search, Some(view)).await?))
        }
        Outcome::Mend(remarks) => {
            let form = form(remarks.iter().map(problem).collect());
            let page = page(&visitor, form, search, None).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
        }
        Outcome::Heed(remarks) => {
            let mut form = form(Vec::new());
            form.heed = ToHeed::of(&remarks, |_| String::new()).and(&heeded);
            Ok(rendered(&page(&visitor, form, search, None).await?))
        }
        Outcome::Moved => Err(visitor.no_page(NoPage::NotFound)),
    }
}

/// The parts of which something is said, and those that every new person needs.
fn parts(wanted: &Values) -> Vec<Part> {
    let said = all().filter(|field| wanted.contains_key(field.id)).map(|field| field.part);
    let mut parts: Vec<Part> = said.chain([Part::Name, Part::Birth, Part::Sex]).collect();
    parts.sort_unstable();
    parts.dedup();
    parts
}

fn numbers(text: &str) -> Vec<RegistryNumber> {
    text.split(' ').filter_map(|number| number.parse().ok()).collect()
}
