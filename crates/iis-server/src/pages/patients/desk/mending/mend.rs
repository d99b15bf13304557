//! Correcting and removing a dose that one's own organization reported (requirements V-5).

use super::super::from_stock::Stock;
use super::super::meanwhile::{MeanwhileView, conflict};
use super::super::remarks::{ToHeed, warnings};
use super::super::visit::doubts::{Doubt, unusual_amount};
use super::super::{Setting, Token, Typed, set};
use super::along::{self, AlongChoice, Noted, STAYS};
use super::form::{MendForm, is_same, other_product, read};
use super::take_back::{AlsoSaid, also};
use super::what_stays;
use crate::pages::codes;
use crate::pages::drafts::kept;
use crate::pages::duplicates::answering::deed;
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::frame::{Frame, Problem};
use crate::pages::patients::strip::{Page, StripView};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::access::Permission;
use iis_model::record::PersonRecord;
use iis_model::{Action, Cvx, EventKind, Given, ReportId, ReportedEvent, SourceRecordId, Submission};
use iis_registry::desk::{self, Outcome, OwnReport, PUT_BACK, REASONS, Remark, Replaced, ReportKey, told};
use iis_registry::inventory::on_hand;
use iis_registry::recommend::Schedules;

/// `GET /patients/{number}/reports/{record}-{report}/mend`
#[derive(Debug, Template)]
#[template(path = "patients/desk/mend.html")]
pub(in crate::pages) struct MendPage {
    pub(in crate::pages) frame: Frame,
    pub(in crate::pages) strip: StripView,
    pub(in crate::pages) form: MendForm,
    /// What somebody else made of the dose meanwhile.
    pub(in crate::pages) meanwhile: Option<MeanwhileView>,
    /// Who else says the dose: it stays as long as they do.
    pub(in crate::pages) also: Vec<AlsoSaid>,
    /// Reactions that were noted after the dose: they stay when it is removed.
    pub(in crate::pages) reactions: Vec<String>,
    /// Those of them that can go along when it is corrected.
    pub(in crate::pages) along: Vec<AlongChoice>,
    pub(in crate::pages) notes_href: String,
    pub(in crate::pages) history_href: String,
    pub(in crate::pages) site: String,
}

/// The address of the page about a report.
pub(in crate::pages) fn href(number: iis_model::RegistryNumber, (record, report): ReportKey) -> String {
    format!("/patients/{number}/reports/{}.{}/mend", record.0, report.0)
}

/// Where the notes of a record stand.
pub(in crate::pages::patients) fn notes_href(number: iis_model::RegistryNumber) -> String {
    format!("{}#notes-heading", Page::Record.href(number))
}

/// The report of an address.
pub(in crate::pages::patients) fn key(text: &str) -> Option<ReportKey> {
    let (record, report) = text.split_once('.')?;
    Some((SourceRecordId(record.parse().ok()?), ReportId(report.parse().ok()?)))
}

/// The record, and what was noted after the dose.
#[derive(Clone)]
struct Desk {
    setting: Setting,
    noted: Noted,
}

/// The record, and the report of one's own organization; whatever else looks absent.
async fn open(visitor: &Visitor, number: &str, report: &str) -> Result<(Desk, ReportKey, OwnReport), Stop> {
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
        Some(found) => {
            let stands = match &found {
                OwnReport::Stands(_) => key,
                OwnReport::Replaced(replaced) => replaced.key,
            };
            let noted = along::noted(visitor, &setting, stands).await?;
            Ok((Desk { setting, noted }, key, found))
        }
        None => Err(visitor.no_page(NoPage::NotFound)),
    }
}

/// `GET /patients/{number}/reports/{record}.{report}/mend`
pub(crate) async fn form(visitor: Visitor, Path((number, report)): Path<(String, String)>) -> Answer {
    let (mut desk, key, found) = open(&visitor, &number, &report).await?;
    let number = desk.setting.record.registry_number;
    let href_of = |key| href(number, key);
    let kept = kept(&visitor, &href_of(key)).await?;
    let said = match found {
        OwnReport::Stands(said) if said.is_delete() => return Err(visitor.no_page(NoPage::NotFound)),
        OwnReport::Stands(said) => said,
        OwnReport::Replaced(replaced) => {
            return match kept {
                Some(kept) => Ok(replaced_meanwhile(&visitor, desk, &replaced, &kept.typed)),
                None if replaced.now.is_delete() => Err(visitor.no_page(NoPage::NotFound)),
                None => Ok(redirect(&href_of(replaced.key))),
            };
        }
    };
    let token = Token::new(&visitor, href_of(key));
    if let Some(kept) = &kept {
        desk.setting.frame = desk.setting.frame.noticed(Some(kept.notice.clone()));
    }
    let typed = kept.as_ref().map(|kept| &kept.typed);
    let products = products(&visitor, &said);
    let along = desk.noted.boxes(&said, typed);
    Ok(rendered(&page(desk, key, (MendForm::new(token, &said, (typed, &products), Vec::new()), along))))
}

/// The vaccines to choose from: what a site gave is a product that was in use that day.
fn products(visitor: &Visitor, said: &ReportedEvent) -> Vec<(Cvx, String)> {
    let mut all = codes::vaccines_by_name();
    if said.kind == EventKind::Administered {
        let (sets, today) = (visitor.app.registry.codes.now(), visitor.arrival.today);
        let on = said.given_date().unwrap_or(today);
        all.retain(|(cvx, _)| Some(*cvx) == said.cvx.value || codes::may_be_given(&sets, *cvx, on));
    }
    all
}

fn page(desk: Desk, key: ReportKey, (form, along): (MendForm, Vec<AlongChoice>)) -> MendPage {
    let Desk { setting, noted } = desk;
    let also = also(&setting, key, href);
    let reactions = noted.texts();
    let notes_href = notes_href(setting.record.registry_number);
    let frame = if form.problems.is_empty() { setting.frame } else { setting.frame.in_error() };
    MendPage {
        frame,
        also,
        reactions,
        along,
        notes_href,
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
    desk: Desk,
    replaced: &Replaced,
    typed: &Typed,
) -> axum::response::Response {
    let token = Token::new(visitor, href(desk.setting.record.registry_number, replaced.key));
    let zone = &visitor.app.registry.identity.zone;
    let meanwhile = Some(MeanwhileView::of(replaced, typed, zone));
    let typed = Some(typed).filter(|typed| typed.get("do") != "remove"); // who removes types nothing
    let form = MendForm::new(token, &replaced.now, (typed, &products(visitor, &replaced.now)), Vec::new());
    let along = desk.noted.boxes(&replaced.now, typed);
    conflict(rendered(&MendPage { meanwhile, ..page(desk, replaced.key, (form, along)) }))
}

/// Undoes a removal by one press, as long as nobody said something else meanwhile; where there is something to read or to
/// mend first, the dose is shown as it was.
async fn undo(visitor: &Visitor, desk: Desk, (key, found): (ReportKey, &OwnReport), typed: &Typed) -> Answer {
    let setting = &desk.setting;
    let history = Page::History.href(setting.record.registry_number);
    let OwnReport::Replaced(replaced) = found else {
        return Ok(redirect(&format!("{history}?done=nothing")));
    };
    if !replaced.now.is_delete() {
        return Ok(redirect(&format!("{history}?done=nothing")));
    }
    let deed = deed(visitor, Permission::ChangeDose, PUT_BACK.0, typed.get("once"))?;
    let by = (deed, setting.site.clone());
    let outcome = desk::put_back(&visitor.app.registry, by, (setting.record.id, key)).await;
    match outcome.map_err(|failure| visitor.failed(&failure))? {
        Outcome::Stored(_) => Ok(redirect(&format!("{history}?done=undone"))),
        Outcome::Mend(remarks) | Outcome::Heed(remarks) => {
            let token = Token::new(visitor, href(setting.record.registry_number, replaced.key));
            let products = products(visitor, &replaced.now);
            let form = MendForm::new(token, &replaced.now, (None, &products), problems(&remarks));
            let page = page(desk, replaced.key, (form, Vec::new()));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
        }
        Outcome::Moved | Outcome::Alike(_) => Ok(redirect(&format!("{history}?done=nothing"))),
    }
}

/// The corrected dose as it is said, also where it was removed before.
fn as_said(now: &ReportedEvent) -> Submission {
    let said = ReportedEvent { action: Given::of(Action::Add), ..now.clone() };
    Submission { events: vec![said], ..Submission::default() }
}

/// What speaks against a correction, by the rules for new doses. What was so before is not asked again.
fn doubts(
    said: &ReportedEvent,
    now: &ReportedEvent,
    stock: &Stock<'_>,
    (schedules, record): (&Schedules, &PersonRecord),
) -> Vec<Doubt> {
    let mut doubts = other_product(said, now, stock);
    let amount = |event| unusual_amount(event, schedules, record);
    let before = amount(said);
    doubts.extend(amount(now).filter(|doubt| before.as_ref() != Some(doubt)));
    doubts.extend(stock.doubt_of_correction(said, now));
    doubts
}

/// `POST /patients/{number}/reports/{record}.{report}/mend`
pub(crate) async fn submit(
    Path((number, report)): Path<(String, String)>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let (desk, key, found) = open(&visitor, &number, &report).await?;
    if typed.get("do") == "undo" {
        return undo(&visitor, desk, (key, &found), &typed).await;
    }
    let Desk { setting, noted } = &desk;
    let (today, removes) = (visitor.arrival.today, typed.get("do") == "remove");
    let history = Page::History.href(setting.record.registry_number);
    let registry = &visitor.app.registry;
    let lots = on_hand(registry, setting.site.id).await.map_err(|failure| visitor.failed(&failure))?;
    let sets = registry.codes.now();
    let stock = Stock { lots: &lots, sets: &sets };
    let said = match found {
        OwnReport::Replaced(replaced) => {
            let is_there = match read(&typed, &replaced.now, today, &stock) {
                Ok(wanted) => !removes && !replaced.now.is_delete() && is_same(&wanted, &replaced.now),
                Err(_) => false,
            };
            if is_there || (removes && replaced.now.is_delete()) {
                return Ok(redirect(&format!("{history}?done=nothing")));
            }
            return Ok(replaced_meanwhile(&visitor, desk, &replaced, &typed));
        }
        OwnReport::Stands(said) => said,
    };
    if said.is_delete() && (removes || typed.get("again").is_empty()) {
        return Ok(redirect(&format!("{history}?done=nothing")));
    }
    let token = || Token::new(&visitor, href(setting.record.registry_number, key));
    let shown = |problems, heed| {
        let mut form = MendForm::new(token(), &said, (Some(&typed), &products(&visitor, &said)), problems);
        form.heed = heed;
        rendered(&page(desk.clone(), key, (form, noted.boxes(&said, Some(&typed)))))
    };
    let again =
        |problems| (StatusCode::UNPROCESSABLE_ENTITY, shown(problems, ToHeed::default())).into_response();
    let Some((reason, _)) = REASONS.iter().find(|(word, _)| *word == typed.get("reason")) else {
        return Ok(again(vec![Problem::of("reason-other-person", "Choose what was wrong.")]));
    };
    let deed = deed(&visitor, Permission::ChangeDose, reason, typed.get("once"))?;
    let (by, about) = ((deed, setting.site.clone()), (setting.record.id, key));
    let to_heed = |heed| shown(Vec::new(), heed);
    let heeded = typed.heeded();
    let others =
        desk::beside(registry, visitor.granted(Permission::ChangeDose)?, setting.record.id, key).await;
    let others = others.map_err(|failure| visitor.failed(&failure))?;
    let mut done = "corrected".to_owned();
    let mut corrected = None;
    let outcome = if removes {
        desk::remove(registry, by, about).await
    } else {
        if let Some(text) = of_removal(reason, &said) {
            return Ok(again(vec![Problem::of("reason-other-person", text)]));
        }
        match read(&typed, &said, today, &stock) {
            Ok(now) if !said.is_delete() && is_same(&now, &said) => {
                let text = "Nothing was changed: correct the dose below, or go back without saving.";
                return Ok(again(vec![Problem::of("reason-other-person", text)]));
            }
            Ok(now) => {
                let told = told(registry, &as_said(&now), (&setting.record.demographics, today));
                if !told.mend.is_empty() {
                    return Ok(again(problems(&told.mend)));
                }
                let misfits = noted.problems((&said, &now), &typed);
                if !misfits.is_empty() {
                    return Ok(again(misfits));
                }
                let mut doubts = doubts(&said, &now, &stock, (&registry.schedules, &setting.record));
                doubts.extend(noted.left_behind((&said, &now), &typed));
                doubts.extend(warnings(&told.heed, |_| String::new()));
                if let Some(heed) = ToHeed::unread(&doubts, &heeded) {
                    return Ok(to_heed(heed));
                }
                if !said.is_delete() {
                    done = what_stays::done((&said, &now), setting.site.organization_id, &others);
                }
                let outcome = desk::correct(registry, by, about, now.clone(), heeded.clone()).await;
                corrected = Some(now);
                outcome
            }
            Err(problems) => return Ok(again(problems)),
        }
    };
    match outcome.map_err(|failure| visitor.failed(&failure))? {
        Outcome::Stored(_) => {
            if let Some(now) = corrected {
                let about = (&*said, &now);
                done.push_str(noted.follow(&visitor, setting, about, (&typed, reason)).await?);
                return Ok(redirect(&format!("{history}?done={done}")));
            }
            let vaccine = said.cvx.get().map(|cvx| format!("-{cvx}")).unwrap_or_default();
            let (stays, reacted) = match (others.is_empty(), noted.is_empty()) {
                (false, true) => ("-stays", ""),
                (false, false) => ("-stays", STAYS),
                (true, false) => ("-reaction", ""),
                (true, true) => (&*vaccine, ""),
            };
            Ok(redirect(&format!("{history}?done=removed{stays}{reacted}&undo={}.{}", key.0.0, key.1.0)))
        }
        Outcome::Moved | Outcome::Alike(_) => match open(&visitor, &number, &report).await? {
            (desk, _, OwnReport::Replaced(replaced)) => {
                Ok(replaced_meanwhile(&visitor, desk, &replaced, &typed))
            }
            _ => Ok(redirect(&history)),
        },
        Outcome::Mend(remarks) => Ok(again(problems(&remarks))),
        Outcome::Heed(remarks) => Ok(to_heed(ToHeed::of(&remarks, |_| String::new()).and(&heeded))),
    }
}

/// Reasons for which a dose leaves the record: a correction would leave it where it is.
const OF_REMOVAL: [&str; 3] = ["other-person", "not-given", "twice"];

/// What is told to whoever would correct a dose for a reason of a removal.
fn of_removal(reason: &str, said: &ReportedEvent) -> Option<&'static str> {
    OF_REMOVAL.contains(&reason).then(|| {
        if said.is_delete() {
            "This reason takes the dose off the record, and it is removed already. Nothing was changed."
        } else {
            "This reason takes the dose off the record: press “Remove this dose from the record”. Nothing was changed."
        }
    })
}

/// What refuses a correction, each at its field.
fn problems(remarks: &[Remark]) -> Vec<Problem> {
    let field = |place: &str| match place {
        "RXA-5" => "vaccine",
        "RXA-15" => "lot",
        "RXA-16" => "expires",
        _ => "on",
    };
    remarks.iter().map(|remark| Problem::of(field(&remark.place), &*remark.text)).collect()
}
