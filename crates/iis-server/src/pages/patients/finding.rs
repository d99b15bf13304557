//! Searching: the form, the search kept on the server, its results.
//!
//! What was typed goes over in the body of a POST and stays on the server; the address of the results is a number.
//! Source: requirements P-7, screens section 3.3.

use super::results::{ResultView, SearchForm, SearchPage, found, nearest, too_many, understood};
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use iis_model::Date;
use iis_model::access::Permission;
use iis_registry::people::typed_date::{is_impossible_date, read_date};
use iis_registry::people::{self, Criteria, FoundPeople, Hit, MOST_SHOWN, Missing};
use serde::Deserialize;

/// The form, or the one box of the header.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Typed {
    /// The one box.
    #[serde(default)]
    text: String,
    #[serde(default)]
    last: String,
    #[serde(default)]
    first: String,
    #[serde(default)]
    born: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    phone: String,
}

/// `GET /patients`
pub(crate) async fn form(visitor: Visitor) -> Answer {
    visitor.granted(Permission::SearchPersons)?;
    let form = SearchForm { csrf: visitor.csrf(), ..SearchForm::default() };
    Ok(show(&visitor, form, None, None))
}

fn show(visitor: &Visitor, form: SearchForm, result: Option<ResultView>, notice: Option<Notice>) -> Response {
    show_adding(visitor, form, result, notice, None)
}

/// The same with the way to add somebody who was not found.
fn show_adding(
    visitor: &Visitor,
    form: SearchForm,
    result: Option<ResultView>,
    notice: Option<Notice>,
    add_href: Option<String>,
) -> Response {
    let title = if result.is_some() { "Search results" } else { "Find a patient" };
    let frame = visitor.frame("/patients").titled(title).helped_by("search").noticed(notice);
    let frame = if form.problems.is_empty() { frame } else { frame.in_error() };
    let frame = if result.is_some() { frame.below("Patients", "/patients") } else { frame };
    let add_href = add_href.unwrap_or_default();
    let may_open = visitor.may(Permission::OpenInEmergency);
    let emergency_href = if may_open { "/patients/emergency" } else { "" };
    rendered(&SearchPage { frame, form, result, add_href, emergency_href })
}

/// `POST /patients/searches`
pub(crate) async fn search(Filled { visitor, form }: Filled<Typed>) -> Answer {
    visitor.granted(Permission::SearchPersons)?;
    match understand(&form, &visitor) {
        Ok(criteria) => {
            let (app, account) = (&visitor.app, visitor.session()?.account.id);
            let kept = people::remember_search(&app.registry, account, &criteria, visitor.arrival).await;
            let id = kept.map_err(|failure| visitor.failed(&failure))?;
            Ok(redirect(&format!("/patients/searches/{id}")))
        }
        Err(form) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&visitor, *form, None, None)).into_response())
        }
    }
}

/// What the search means, or the form with what is missing.
fn understand(typed: &Typed, visitor: &Visitor) -> Result<Criteria, Box<SearchForm>> {
    let today = visitor.arrival.today;
    let from_box = !typed.text.trim().is_empty();
    let born_on = read_date(typed.born.trim(), today);
    if let Some(form) = no_such_date(typed, visitor) {
        return Err(Box::new(form));
    }
    let criteria = if from_box {
        Criteria::understand(&typed.text, today)
    } else {
        let (last, first) = (typed.last.trim().to_owned(), typed.first.trim().to_owned());
        let (number, phone) = (typed.number.trim().to_owned(), typed.phone.trim().to_owned());
        Criteria { last, first, born_on, number, phone, in_any_order: false }.narrowed()
    };
    let unreadable = !from_box && born_on.is_none() && !typed.born.trim().is_empty();
    let mut problems: Vec<Problem> = criteria.missing().into_iter().map(missing_problem).collect();
    if unreadable {
        problems.retain(|problem| problem.field != "born");
        problems.push(Problem::of("born", "Enter the date as MM/DD/YYYY, for example 03/02/2026."));
    }
    if problems.is_empty() {
        return Ok(criteria);
    }
    let mut form = filled_in(&criteria, visitor);
    if unreadable {
        typed.born.clone_into(&mut form.born);
    }
    form.problems = problems;
    Err(Box::new(form))
}

/// The form when a date was typed that does not exist: it is no number to look up, and no word to leave out.
fn no_such_date(typed: &Typed, visitor: &Visitor) -> Option<SearchForm> {
    let words = typed.text.split_whitespace().map(|word| word.trim_matches(','));
    let date = words.chain([typed.born.trim()]).find(|word| is_impossible_date(word))?;
    let said = Typed { born: date.to_owned(), ..typed.without(date, visitor.arrival.today) };
    let form = SearchForm {
        csrf: visitor.csrf(),
        last: said.last,
        first: said.first,
        born: said.born,
        number: said.number,
        phone: said.phone,
        problems: vec![Problem::of("born", "There is no such date: check the month and the day.")],
    };
    Some(form)
}

impl Typed {
    /// What is left without a date: of the one box its names.
    fn without(&self, date: &str, today: Date) -> Self {
        let trimmed = |text: &str| text.trim().to_owned();
        if self.text.trim().is_empty() {
            let (last, first) = (trimmed(&self.last), trimmed(&self.first));
            let (number, phone) = (trimmed(&self.number), trimmed(&self.phone));
            return Self { last, first, number, phone, ..Self::default() };
        }
        let names = self.text.replace(date, "");
        let Criteria { last, first, number, phone, .. } = Criteria::understand(names.trim(), today);
        Self { last, first, number, phone, ..Self::default() }
    }
}

fn filled_in(criteria: &Criteria, visitor: &Visitor) -> SearchForm {
    SearchForm {
        csrf: visitor.csrf(),
        last: criteria.last.clone(),
        first: criteria.first.clone(),
        born: criteria.born_on.map(format::date).unwrap_or_default(),
        number: criteria.number.clone(),
        phone: criteria.phone.clone(),
        problems: Vec::new(),
    }
}

fn missing_problem(missing: Missing) -> Problem {
    match missing {
        Missing::Everything => Problem::of(
            "last",
            "Enter a last name, a first name and a birth date, or a registry ID or record number.",
        ),
        Missing::Last => Problem::of("last", "Enter the last name too, or a registry ID or record number."),
        Missing::First => Problem::of(
            "first",
            "Enter the first name or its initial too, or a registry ID or record number.",
        ),
        Missing::BornOn | Missing::BesideNumber => {
            Problem::of("born", "Enter the birth date too, or a registry ID or record number.")
        }
        Missing::BesidePhone => Problem::of(
            "born",
            "A household shares its telephone number: enter the birth date or the first name too.",
        ),
    }
}

/// The same for who searches with full criteria only.
fn missing_of_full(missing: Missing) -> Problem {
    match missing {
        Missing::Everything | Missing::BesidePhone => {
            Problem::of("last", "Enter the last name, the whole first name and the birth date.")
        }
        Missing::Last => Problem::of("last", "Enter the last name too."),
        Missing::First => Problem::of("first", "Enter the whole first name: an initial is not enough here."),
        Missing::BornOn => Problem::of("born", "Enter the birth date too."),
        Missing::BesideNumber => {
            Problem::of("born", "Enter the birth date too: your role looks nobody up by a number alone.")
        }
    }
}

/// `GET /patients/searches/{id}`: only for whoever made the search.
pub(crate) async fn results(visitor: Visitor, Path(id): Path<String>) -> Answer {
    let granted = visitor.granted(Permission::SearchPersons)?;
    let Ok(id) = id.parse::<i64>() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let registry = &visitor.app.registry;
    let account = visitor.session()?.account.id;
    let failed = |failure| visitor.failed(&failure);
    let Some(criteria) = people::recall_search(registry, account, id).await.map_err(failed)? else {
        return Ok(expired(&visitor));
    };
    let people =
        people::search(registry, granted, criteria.clone(), visitor.arrival).await.map_err(failed)?;
    let may_add = visitor.may(Permission::AddPerson);
    let add_href = may_add.then(|| format!("/patients/new?search={id}"));
    Ok(answer(&visitor, &criteria, people, add_href))
}

/// Whether the first who was found bears two names that were typed in an open order the other way round.
fn is_turned(criteria: &Criteria, hits: &[Hit]) -> bool {
    let name = hits.first().and_then(|hit| hit.person.demographics.legal_name());
    let same = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
    criteria.in_any_order
        && name.is_some_and(|name| same(&name.family, &criteria.first) && same(&name.given, &criteria.last))
}

/// The results. A number that belongs to one person opens that person.
fn answer(visitor: &Visitor, criteria: &Criteria, people: FoundPeople, add_href: Option<String>) -> Response {
    let mut form = filled_in(criteria, visitor);
    let today = visitor.arrival.today;
    let result = match people {
        FoundPeople::People(hits) => match hits.as_slice() {
            [only] if !criteria.number.trim().is_empty() && only.reasons.is_empty() => {
                return redirect(&format!("/patients/{}", only.person.registry_number));
            }
            hits => {
                if is_turned(criteria, hits) {
                    std::mem::swap(&mut form.last, &mut form.first);
                }
                Some(found(hits, understood(criteria), today))
            }
        },
        FoundPeople::Nearest(hits) => Some(nearest(&hits, criteria, today)),
        FoundPeople::TooMany => Some(too_many(MOST_SHOWN, criteria)),
        FoundPeople::NotEnough(missing) => {
            form.problems.extend(missing.into_iter().map(missing_of_full));
            return show(visitor, form, None, None);
        }
    };
    show_adding(visitor, form, result, None, add_href)
}

fn expired(visitor: &Visitor) -> Response {
    let text =
        "That search is over: results are kept for 30 minutes, for the person who searched. Search again.";
    let notice = Notice { kind: "info", text: text.to_owned() };
    let form = SearchForm { csrf: visitor.csrf(), ..SearchForm::default() };
    (StatusCode::GONE, show(visitor, form, None, Some(notice))).into_response()
}
