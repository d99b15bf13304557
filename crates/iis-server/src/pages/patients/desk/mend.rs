//! Correcting and removing a dose that one's own organization reported (requirements V-5).

use super::card_view::Choice;
use super::dates::{UNREADABLE, read_day, read_partial};
use super::meanwhile::{MeanwhileView, conflict};
use super::remarks::{ToHeed, in_words};
use super::{Setting, Token, Typed, set};
use crate::pages::drafts::kept;
use crate::pages::duplicates::answering::deed;
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::doses::vaccine_name;
use crate::pages::patients::strip::{Page, StripView};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use crate::pages::{codes, format};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::access::Permission;
use iis_model::{Coded, Cvx, Date, EventKind, Given, PartialDate, ReportId, ReportedEvent, SourceRecordId};
use iis_registry::desk::{self, Outcome, OwnReport, REASONS, Replaced, ReportKey};

/// `GET /patients/{number}/reports/{record}-{report}/mend`
#[derive(Debug, Template)]
#[template(path = "patients/desk/mend.html")]
pub(in crate::pages) struct MendPage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) strip: StripView,
    pub(in crate::pages) form: MendForm,
    /// What somebody else made of the dose meanwhile.
    pub(in crate::pages) meanwhile: Option<MeanwhileView>,
    pub(in crate::pages) history_href: String,
    pub(in crate::pages) site: String,
}

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
    pub(in crate::pages) reasons: Vec<Choice>,
    pub(in crate::pages) heed: ToHeed,
    pub(in crate::pages) problems: Vec<Problem>,
}

/// The address of the page about a report.
pub(in crate::pages) fn href(number: iis_model::RegistryNumber, (record, report): ReportKey) -> String {
    format!("/patients/{number}/reports/{}.{}/mend", record.0, report.0)
}

fn key(text: &str) -> Option<ReportKey> {
    let (record, report) = text.split_once('.')?;
    Some((SourceRecordId(record.parse().ok()?), ReportId(report.parse().ok()?)))
}

/// The record, and the report of one's own organization; whatever else looks absent.
async fn open(
    visitor: &Visitor,
    number: &str,
    report: &str,
) -> Result<(Setting, ReportKey, OwnReport), Stop> {
    let setting =
        set(visitor, number, Permission::ChangeDose, (Page::History, "Correct or remove a dose")).await?;
    let granted = visitor.granted(Permission::ChangeDose)?;
    let Some(key) = key(report) else { return Err(visitor.no_page(NoPage::NotFound)) };
    let (id, own) = (setting.record.id, setting.site.organization_id);
    let found = desk::own_report(&visitor.app.registry, granted, id, key, own).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    let is_dose = |found: &OwnReport| match found {
        OwnReport::Stands(said) => said.kind.is_dose(),
        OwnReport::Replaced(replaced) => replaced.now.kind.is_dose(),
    };
    match found.filter(is_dose) {
        Some(found) => Ok((setting, key, found)),
        None => Err(visitor.no_page(NoPage::NotFound)),
    }
}

/// `GET /patients/{number}/reports/{record}.{report}/mend`
pub(crate) async fn form(visitor: Visitor, Path((number, report)): Path<(String, String)>) -> Answer {
    let (mut setting, key, found) = open(&visitor, &number, &report).await?;
    let href_of = |key| href(setting.record.registry_number, key);
    let kept = kept(&visitor, &href_of(key)).await?;
    let said = match found {
        OwnReport::Stands(said) if said.is_delete() => return Err(visitor.no_page(NoPage::NotFound)),
        OwnReport::Stands(said) => said,
        OwnReport::Replaced(replaced) => {
            return match kept {
                Some(kept) => Ok(replaced_meanwhile(&visitor, setting, &replaced, &kept.typed)),
                None if replaced.now.is_delete() => Err(visitor.no_page(NoPage::NotFound)),
                None => Ok(redirect(&href_of(replaced.key))),
            };
        }
    };
    let token = Token::new(&visitor, href_of(key));
    if let Some(kept) = &kept {
        setting.frame = setting.frame.noticed(Some(kept.notice.clone()));
    }
    let typed = kept.as_ref().map(|kept| &kept.typed);
    Ok(rendered(&page(setting, MendForm::new(token, &said, typed, Vec::new()))))
}

fn page(setting: Setting, form: MendForm) -> MendPage {
    let frame = if form.problems.is_empty() { setting.frame } else { setting.frame.in_error() };
    MendPage {
        frame,
        strip: setting.strip,
        form,
        meanwhile: None,
        history_href: Page::History.href(setting.record.registry_number),
        site: setting.site.name.to_string(),
    }
}

/// Somebody else was first: what they said beside what was typed, to be saved over it or dropped.
fn replaced_meanwhile(
    visitor: &Visitor,
    setting: Setting,
    replaced: &Replaced,
    typed: &Typed,
) -> axum::response::Response {
    let token = Token::new(visitor, href(setting.record.registry_number, replaced.key));
    let zone = &visitor.app.registry.identity.zone;
    let meanwhile = Some(MeanwhileView::of(replaced, typed, zone));
    let typed = Some(typed).filter(|typed| typed.get("do") != "remove"); // who removes types nothing
    let form = MendForm::new(token, &replaced.now, typed, Vec::new());
    conflict(rendered(&MendPage { meanwhile, ..page(setting, form) }))
}

impl MendForm {
    /// The dose as it was said, or as it was typed.
    pub(in crate::pages) fn new(
        token: Token,
        said: &ReportedEvent,
        typed: Option<&Typed>,
        problems: Vec<Problem>,
    ) -> Self {
        let day = said.given_on.get().map(format::partial_date).unwrap_or_default();
        let expires = said.lot.expires_on.get().map(format::partial_date).unwrap_or_default();
        let lot = said.lot.number.get().map(ToString::to_string).unwrap_or_default();
        let or_said = |field: &str, said: String| typed.map_or(said, |typed| typed.get(field).to_owned());
        let chosen: Option<Cvx> = typed.map_or(said.cvx.value, |typed| typed.get("vaccine").parse().ok());
        let vaccine = |(cvx, name): (Cvx, String)| Choice {
            value: cvx.to_string(),
            label: name,
            is_chosen: Some(cvx) == chosen,
        };
        let reason = |(word, text): &(&str, &str)| Choice {
            value: (*word).to_owned(),
            label: (*text).to_owned(),
            is_chosen: typed.is_some_and(|typed| typed.get("reason") == *word),
        };
        Self {
            token,
            called: format!("{}, {day}", vaccine_name(said)),
            is_administered: said.kind == EventKind::Administered,
            is_removed: said.is_delete(),
            on: or_said("on", day.split(' ').next().unwrap_or_default().to_owned()),
            vaccines: codes::vaccines_by_name().into_iter().map(vaccine).collect(),
            lot: or_said("lot", lot),
            expires: or_said("expires", expires),
            reasons: REASONS.iter().map(reason).collect(),
            heed: ToHeed::default(),
            problems,
        }
    }
}

/// The dose as it shall be said.
fn read(typed: &Typed, said: &ReportedEvent, today: Date) -> Result<ReportedEvent, Vec<Problem>> {
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
    match typed.get("vaccine").parse::<Cvx>().ok().filter(|cvx| codes::vaccine(*cvx).is_some()) {
        Some(cvx) if said.cvx.value == Some(cvx) => {}
        Some(cvx) => {
            now.cvx = Given::of(cvx);
            now.vaccine = Given::of(Coded::new(&cvx.to_string(), "", "CVX"));
            now.ndc = Given::default(); // it named the other product
        }
        None => problems.push(Problem::of("vaccine", "Choose the vaccine.")),
    }
    if is_administered {
        let (lot, expires) = (typed.get("lot"), typed.get("expires"));
        if lot.is_empty() || lot.chars().count() > 60 || lot.chars().any(char::is_control) {
            problems.push(Problem::of("lot", "Enter the lot number as it stands on the package."));
        }
        now.lot.number = Given::of(lot.into());
        match read_partial(expires, Date::MAX) {
            Some(on) => now.lot.expires_on = Given::of(on),
            None if expires.is_empty() => now.lot.expires_on = Given::default(),
            None => problems.push(Problem::of("expires", UNREADABLE)),
        }
    }
    if problems.is_empty() { Ok(now) } else { Err(problems) }
}

/// Whether two say the same of what the form can change.
fn is_same(one: &ReportedEvent, other: &ReportedEvent) -> bool {
    let said = |event: &ReportedEvent| {
        let lot = (event.lot.number.value.clone(), event.lot.expires_on.value);
        (event.given_on.value, event.cvx.value, lot)
    };
    said(one) == said(other)
}

/// `POST /patients/{number}/reports/{record}.{report}/mend`
pub(crate) async fn submit(
    Path((number, report)): Path<(String, String)>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let (setting, key, found) = open(&visitor, &number, &report).await?;
    let (today, removes) = (visitor.arrival.today, typed.get("do") == "remove");
    let history = Page::History.href(setting.record.registry_number);
    let said = match found {
        OwnReport::Replaced(replaced) => {
            let is_there = match read(&typed, &replaced.now, today) {
                Ok(wanted) => !removes && !replaced.now.is_delete() && is_same(&wanted, &replaced.now),
                Err(_) => false,
            };
            if is_there || (removes && replaced.now.is_delete()) {
                return Ok(redirect(&format!("{history}?done=nothing")));
            }
            return Ok(replaced_meanwhile(&visitor, setting, &replaced, &typed));
        }
        OwnReport::Stands(said) => said,
    };
    if said.is_delete() && (removes || typed.get("again").is_empty()) {
        return Ok(redirect(&format!("{history}?done=nothing")));
    }
    let token = || Token::new(&visitor, href(setting.record.registry_number, key));
    let again = |problems| {
        let page = page(setting.clone(), MendForm::new(token(), &said, Some(&typed), problems));
        (StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response()
    };
    let Some((reason, _)) = REASONS.iter().find(|(word, _)| *word == typed.get("reason")) else {
        return Ok(again(vec![Problem::of("reason-other-person", "Choose what was wrong.")]));
    };
    let deed = deed(&visitor, Permission::ChangeDose, reason, typed.get("once"))?;
    let (registry, by, about) =
        (&visitor.app.registry, (deed, setting.site.clone()), (setting.record.id, key));
    let outcome = if removes {
        desk::remove(registry, by, about).await
    } else {
        match read(&typed, &said, today) {
            Ok(now) => desk::correct(registry, by, about, now, typed.heeded()).await,
            Err(problems) => return Ok(again(problems)),
        }
    };
    match outcome.map_err(|failure| visitor.failed(&failure))? {
        Outcome::Stored(_) => {
            Ok(redirect(&format!("{history}?done={}", if removes { "removed" } else { "corrected" })))
        }
        Outcome::Moved | Outcome::Alike(_) => match open(&visitor, &number, &report).await? {
            (setting, _, OwnReport::Replaced(replaced)) => {
                Ok(replaced_meanwhile(&visitor, setting, &replaced, &typed))
            }
            _ => Ok(redirect(&history)),
        },
        Outcome::Mend(remarks) => {
            let field = |place: &str| match place {
                "RXA-5" => "vaccine",
                "RXA-15" => "lot",
                "RXA-16" => "expires",
                _ => "on",
            };
            let problem = |remark: &desk::Remark| Problem::of(field(&remark.place), in_words(&remark.text));
            Ok(again(remarks.iter().map(problem).collect()))
        }
        Outcome::Heed(remarks) => {
            let mut form = MendForm::new(token(), &said, Some(&typed), Vec::new());
            form.heed = ToHeed::of(&remarks, |_| String::new());
            Ok(rendered(&page(setting.clone(), form)))
        }
    }
}
