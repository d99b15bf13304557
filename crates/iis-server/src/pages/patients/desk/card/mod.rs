//! Many historical doses at once, from a yellow card: dates by vaccine, one Save.
//!
//! What is on record already is not said again; what may be the same dose with another date is asked once.
//! Source: requirements V-1 to V-4, screens section 3.7.

pub(in crate::pages) mod view;

use super::dates::{UNREADABLE, read_partial};
use super::meanwhile::conflict;
use super::remarks::ToHeed;
use super::same_dose;
use super::{Setting, Token, Typed, set};
use crate::pages::drafts::kept;
use crate::pages::duplicates::answering::deed;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::patients::doses::is_dose;
use crate::pages::patients::strip::Page;
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::access::Permission;
use iis_model::event::InformationSource;
use iis_model::record::ConsolidatedEvent;
use iis_model::{Cvx, Date, PartialDate, ReportedEvent, Submission};
use iis_registry::desk::saying::historical;
use iis_registry::desk::{About, Entry, Outcome, enter};
use view::{CardForm, CardPage, Cell, Line, LineKind, Mark, lines};

/// `GET /patients/{number}/history/new`
pub(crate) async fn form(visitor: Visitor, Path(number): Path<String>) -> Answer {
    let mut setting = open(&visitor, &number).await?;
    let mut typed = Typed::default();
    if let Some(kept) = kept(&visitor, &href(&setting)).await? {
        typed = kept.typed;
        setting.frame = setting.frame.noticed(Some(kept.notice));
    }
    let mut lines = lines(&typed);
    judge(&mut lines, &setting, visitor.arrival.today);
    let form = CardForm::new(Token::new(&visitor, href(&setting)), &typed, &lines);
    Ok(rendered(&CardPage::new(setting, form)))
}

async fn open(visitor: &Visitor, number: &str) -> Result<Setting, crate::pages::visitor::Stop> {
    set(visitor, number, Permission::EnterHistoricalDose, (Page::History, "Add history")).await
}

fn href(setting: &Setting) -> String {
    format!("/patients/{}/history/new", setting.record.registry_number)
}

/// `POST /patients/{number}/history/new`
pub(crate) async fn submit(
    Path(number): Path<String>,
    Filled { visitor, form: typed }: Filled<Typed>,
) -> Answer {
    let deed = deed(&visitor, Permission::EnterHistoricalDose, "", typed.get("once"))?;
    let setting = open(&visitor, &number).await?;
    let mut lines = lines(&typed);
    judge(&mut lines, &setting, visitor.arrival.today);
    let is_mended =
        lines.iter().flat_map(|line| &line.cells).all(|cell| !matches!(cell.mark, Mark::Wrong(_)));
    let asked = alike(&lines);
    let is_decided = asked.is_empty() || asked == typed.get("alike");
    let form = |lines: &[Line]| CardForm::new(Token::new(&visitor, href(&setting)), &typed, lines);
    if setting.is_merged {
        return Ok(conflict(rendered(&CardPage::new(setting.merged_meanwhile(), form(&lines)))));
    }
    if !is_mended {
        let page = CardPage::new_in_error(setting.clone(), form(&lines));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response());
    }
    if !typed.get("check").is_empty() || !is_decided {
        return Ok(rendered(&CardPage::new(setting.clone(), form(&lines))));
    }
    let said = said(&lines, known_from(&typed));
    let record_href = Page::History.href(setting.record.registry_number);
    if said.is_empty() {
        let is_typed = lines.iter().flat_map(|line| &line.cells).any(|cell| !cell.typed.is_empty());
        let done = if is_typed { "nothing" } else { "untyped" };
        return Ok(redirect(&format!("{record_href}?done={done}")));
    }
    let number_said = said.len();
    let events = said.iter().map(|(_, _, event)| event.clone()).collect();
    let entry = Entry {
        deed,
        sees: visitor.granted(Permission::ViewPerson)?,
        site: setting.site.clone(),
        about: About::Person(setting.record.id),
        submission: Submission { events, ..Submission::default() },
        heeded: typed.heeded(),
    };
    let outcome = enter(&visitor.app.registry, entry).await.map_err(|failure| visitor.failed(&failure))?;
    let places: Vec<(usize, usize)> = said.iter().map(|(line, cell, _)| (*line, *cell)).collect();
    match outcome {
        Outcome::Stored(_) => Ok(redirect(&format!("{record_href}?done=history-{number_said}"))),
        Outcome::Moved | Outcome::Alike(_) => {
            Ok(conflict(rendered(&CardPage::new(setting.merged_meanwhile(), form(&lines)))))
        }
        Outcome::Mend(remarks) => {
            for remark in &remarks {
                let at = remark.dose.and_then(|dose| places.get(usize::from(dose).checked_sub(1)?));
                if let Some((line, cell)) = at {
                    lines[*line].cells[*cell].mark = Mark::Wrong(remark.text.to_string());
                }
            }
            let page = CardPage::new_in_error(setting.clone(), form(&lines));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
        }
        Outcome::Heed(remarks) => {
            let called = |dose: u16| {
                let at = usize::from(dose).checked_sub(1).and_then(|at| places.get(at));
                at.map(|(line, cell)| lines[*line].called(*cell)).unwrap_or_default()
            };
            let heed = ToHeed::of(&remarks, called);
            let mut form = form(&lines);
            form.heed = heed;
            Ok(rendered(&CardPage::new(setting.clone(), form)))
        }
    }
}

/// Where the card says that it knows the doses from.
fn known_from(typed: &Typed) -> InformationSource {
    InformationSource::from_code(typed.get("source"))
        .filter(|source| *source != InformationSource::NewImmunization)
        .unwrap_or(InformationSource::ParentWritten)
}

/// Marks each date that was typed.
fn judge(lines: &mut [Line], setting: &Setting, today: Date) {
    let born = setting.record.demographics.birth_date();
    for line in &mut *lines {
        let cvx = line.cvx;
        for cell in line.cells.iter_mut().filter(|cell| !cell.typed.is_empty()) {
            let Some(on) = read_partial(&cell.typed, today) else {
                cell.mark = Mark::Wrong(UNREADABLE.to_owned());
                continue;
            };
            cell.on = Some(on);
            cell.mark = match cvx {
                None => Mark::Wrong("Choose the vaccine of this line.".to_owned()),
                Some(_) if on.first_day() > today => {
                    Mark::Wrong("The date is in the future. Check the year or the month.".to_owned())
                }
                Some(_) if born.is_some_and(|born| on.last_day() < born) => {
                    Mark::Wrong("The date is before the birth. Check the year or the month.".to_owned())
                }
                Some(cvx) => on_record(cvx, on, setting),
            };
        }
        refuse_twice(&mut line.cells);
        if line.kind == LineKind::Named
            && line.cvx.is_some()
            && line.cells.iter().all(|cell| cell.typed.is_empty())
        {
            line.cells[0].mark =
                Mark::Wrong("Enter the date of this dose, or choose no vaccine in this line.".to_owned());
        }
    }
    ask_within(lines);
}

/// Asks of two new dates of a card that may be one dose: of the later of them.
fn ask_within(lines: &mut [Line]) {
    let mut seen: Vec<ReportedEvent> = Vec::new();
    for line in lines {
        let Some(cvx) = line.cvx else { continue };
        for cell in line.cells.iter_mut().filter(|cell| cell.mark == Mark::New) {
            let Some(on) = cell.on else { continue };
            let said = historical(cvx, on, InformationSource::Historical);
            let near = seen.iter().find(|other| same_dose::may_be_one(&said, other));
            if let Some(other) = near.and_then(|other| other.given_on.value) {
                cell.mark = Mark::Near(format::partial_date(&other));
            }
            seen.push(said);
        }
    }
}

/// The same date twice in a line is one slip of the pen, not two doses.
fn refuse_twice(cells: &mut [Cell]) {
    let mut seen: Vec<PartialDate> = Vec::new();
    for cell in cells {
        let Some(on) = cell.on else { continue };
        if seen.contains(&on) {
            cell.mark = Mark::Wrong("This date stands in the line already.".to_owned());
        }
        seen.push(on);
    }
}

/// Whether a dose is on record, or may be.
fn on_record(cvx: Cvx, on: PartialDate, setting: &Setting) -> Mark {
    let said = historical(cvx, on, InformationSource::Historical);
    let is_near = |event: &&ConsolidatedEvent| {
        is_dose(event) && same_dose::may_be(&said, setting.site.organization_id, event)
    };
    let near = setting.record.events.iter().filter(is_near).filter_map(|event| event.best.given_on.value);
    let days: Vec<PartialDate> = near.collect();
    match days.last() {
        _ if days.contains(&on) => Mark::Known,
        Some(known) => Mark::Alike(format::partial_date(known)),
        None => Mark::New,
    }
}

/// The doses that may be on record with another date, as one word that a form carries once they were seen.
fn alike(lines: &[Line]) -> String {
    let cells = lines.iter().flat_map(|line| line.cells.iter().map(move |cell| (line, cell)));
    let alike = cells.filter(|(_, cell)| cell.mark.asks());
    let words = alike.filter_map(|(line, cell)| Some(format!("{}.{}", line.cvx?, cell.on?)));
    words.collect::<Vec<_>>().join("-")
}

/// The doses to be reported, each with its line and its cell.
fn said(lines: &[Line], known_from: InformationSource) -> Vec<(usize, usize, ReportedEvent)> {
    let mut said = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(cvx) = line.cvx else { continue };
        for (place, cell) in line.cells.iter().enumerate() {
            if let (Some(on), true) = (cell.on, cell.mark == Mark::New || cell.mark.asks()) {
                said.push((at, place, historical(cvx, on, known_from)));
            }
        }
    }
    said
}
