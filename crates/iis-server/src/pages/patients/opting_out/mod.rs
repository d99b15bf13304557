//! Opting out of the registry, and rescinding that: the signed form is entered by whom handles it (requirements Y-1, 6.4).

pub(crate) mod scan;

use crate::pages::drafts::kept;
use crate::pages::duplicates::answering::deed;
use crate::pages::errors::NoPage;
use crate::pages::filled::FilledWithFile;
use crate::pages::format;
use crate::pages::frame::{Frame, Notice, Problem};
use crate::pages::patients::desk::dates::{UNREADABLE, read_day};
use crate::pages::patients::desk::meanwhile::{conflict, merged};
use crate::pages::patients::desk::{Token, Typed};
use crate::pages::patients::showing::open_merged;
use crate::pages::patients::strip::{Band, Page, StripView, strip};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect, rendered};
use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_model::access::Permission;
use iis_model::record::PersonRecord;
use iis_model::{Date, PartialDate};
use iis_registry::Failure;
use iis_registry::opting_out::{self, Entered, FormRow, FormScan, RELATIONS, RESEMBLES, SignedForm};
use jiff::tz::TimeZone;
use serde::Deserialize;

/// The longest name or reference that is kept, in letters.
const LONGEST: usize = 120;

/// What is said of a file that came with a form that was not taken.
const CHOOSE_AGAIN: &str = "Choose the file of the scan again: it was not kept.";

/// `GET /patients/{number}/opt-out`
#[derive(Debug, Template)]
#[template(path = "patients/opting_out.html")]
pub(crate) struct OptingPage {
    pub(crate) frame: Frame,
    pub(crate) strip: StripView,
    pub(crate) form: OptingForm,
    /// The forms that were entered, the last first.
    pub(crate) entered: Vec<EnteredRow>,
    pub(crate) record_href: String,
}

/// The signed form as it is typed in.
#[derive(Debug, Clone)]
pub(crate) struct OptingForm {
    pub(crate) token: Token,
    /// What is entered: `out`, or `back` for who has opted out.
    pub(crate) what: &'static str,
    pub(crate) signed_on: String,
    pub(crate) signed_by: String,
    /// Code, label, and whether it is chosen.
    pub(crate) relations: Vec<(&'static str, &'static str, bool)>,
    pub(crate) reference: String,
    pub(crate) problems: Vec<Problem>,
}

/// A form that was entered.
#[derive(Debug, Clone)]
pub(crate) struct EnteredRow {
    pub(crate) signed_on: String,
    pub(crate) what: &'static str,
    pub(crate) signer: String,
    pub(crate) reference: String,
    pub(crate) entered: String,
    /// `Scan (PDF)`; empty: there is none.
    pub(crate) scan: String,
    pub(crate) scan_href: String,
}

impl OptingForm {
    /// The form for somebody who has opted out, or has not. What was typed into the other one is not filled in: a form that
    /// locks never becomes one that unlocks.
    pub(crate) fn new(token: Token, is_out: bool, typed: &Typed, problems: Vec<Problem>) -> Self {
        let what = if is_out { "back" } else { "out" };
        let nothing = Typed::default();
        let typed = if typed.get("what") == what { typed } else { &nothing };
        let chosen = typed.get("relation");
        Self {
            token,
            what,
            signed_on: typed.get("signed_on").to_owned(),
            signed_by: typed.get("signed_by").to_owned(),
            relations: RELATIONS.iter().map(|(code, label)| (*code, *label, *code == chosen)).collect(),
            reference: typed.get("reference").to_owned(),
            problems,
        }
    }
}

/// A form as the page at this address lists it.
pub(crate) fn entered_row(row: &FormRow, scan: Option<&FormScan>, at: &str, zone: &TimeZone) -> EnteredRow {
    let is_signed = &*row.relation != RESEMBLES;
    let relation = RELATIONS.iter().find(|(code, _)| *code == &*row.relation).map_or("", |(_, label)| *label);
    EnteredRow {
        signed_on: format::date(row.signed_on),
        what: if row.opts_out { "Opted out" } else { "Takes part again" },
        signer: if is_signed {
            format!("{} ({})", row.signed_by, relation.to_lowercase())
        } else {
            "Nobody: resembles somebody who opted out, until somebody has looked".to_owned()
        },
        reference: row.reference.to_string(),
        entered: format!("{}, {}", row.actor, format::moment(row.at, zone)),
        scan: scan.map(scan::label).unwrap_or_default(),
        scan_href: format!("{at}/{}/scan", row.id),
    }
}

/// What was just done.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
}

/// `GET /patients/{number}/opt-out`
pub(crate) async fn form(visitor: Visitor, Path(number): Path<String>, Query(done): Query<Done>) -> Answer {
    let record = open_merged(&visitor, &number).await?;
    let kept = kept(&visitor, &href(&record)).await?;
    let typed = kept.as_ref().map(|kept| kept.typed.clone()).unwrap_or_default();
    let notice = kept.map(|kept| kept.notice).or_else(|| notice(&done.done));
    Ok(rendered(&page(&visitor, &record, (&typed, Vec::new()), notice).await?))
}

fn href(record: &PersonRecord) -> String {
    format!("/patients/{}/opt-out", record.registry_number)
}

fn notice(done: &str) -> Option<Notice> {
    let text = match done {
        "out" => "Saved: the record is locked. Nobody but privacy officers finds it from now on.",
        "back" => "Saved: the record is there again, with what was reported while it was locked.",
        _ => return None,
    };
    Some(Notice { kind: "success", text: text.to_owned() })
}

async fn forms(visitor: &Visitor, record: &PersonRecord) -> Result<Vec<FormRow>, Stop> {
    let granted = visitor.granted(Permission::LockPersons)?;
    let forms = opting_out::forms(&visitor.app.registry, granted, record.id).await;
    forms.map_err(|failure| visitor.failed(&failure))
}

async fn page(
    visitor: &Visitor,
    record: &PersonRecord,
    (typed, problems): (&Typed, Vec<Problem>),
    notice: Option<Notice>,
) -> Result<OptingPage, Stop> {
    let rows = forms(visitor, record).await?;
    let is_out = rows.first().is_some_and(|last| last.opts_out);
    let number = record.registry_number;
    let title = format!("Taking part · patient {}", format::number_tail(number));
    let frame = visitor.frame("/patients").titled(&title).helped_by("record").noticed(notice);
    let frame = frame.below("Patients", "/patients").below("Record", &Page::Record.href(number));
    let mut strip = strip(record, visitor.arrival.today, Page::Record);
    strip.bands.extend(rows.first().and_then(band));
    let zone = &visitor.app.registry.identity.zone;
    let granted = visitor.granted(Permission::LockPersons)?;
    let scans = opting_out::scans(&visitor.app.registry, granted, record.id).await;
    let scans = scans.map_err(|failure| visitor.failed(&failure))?;
    let of = |row: &FormRow| scans.iter().find(|scan| scan.form_id == row.id);
    let at = href(record);
    Ok(OptingPage {
        frame: if problems.is_empty() { frame } else { frame.in_error() },
        strip,
        form: OptingForm::new(Token::new(visitor, at.clone()), is_out, typed, problems),
        entered: rows.iter().map(|row| entered_row(row, of(row), &at, zone)).collect(),
        record_href: Page::Record.href(number),
    })
}

/// What stands above every page of somebody who has opted out.
pub(crate) fn band(last: &FormRow) -> Option<Band> {
    let on = format::date(last.signed_on);
    let text =
        format!("Opted out by the form signed on {on}: nobody but privacy officers finds this record.");
    last.opts_out.then_some(Band { kind: "warning", icon: "lock", text })
}

/// The same for the record's own page; nothing for who may not handle it, who does not see such a record at all.
pub(in crate::pages::patients) async fn bands(
    visitor: &Visitor,
    record: &PersonRecord,
) -> Result<Vec<Band>, Stop> {
    if !visitor.may(Permission::LockPersons) {
        return Ok(Vec::new());
    }
    Ok(forms(visitor, record).await?.first().and_then(band).into_iter().collect())
}

/// The signed form as it was typed.
fn read(typed: &Typed, born_on: Option<PartialDate>, today: Date) -> Result<SignedForm, Vec<Problem>> {
    let mut problems = Vec::new();
    let on = read_day(typed.get("signed_on"), today);
    match on {
        None => problems.push(Problem::of("signed_on", UNREADABLE)),
        Some(on) if on > today => {
            problems
                .push(Problem::of("signed_on", "The date is in the future. Check the year or the month."));
        }
        Some(on) if born_on.is_some_and(|born| on < born.first_day()) => {
            let text = "The form is signed before the birth date on record. Check the year, or correct the birth date.";
            problems.push(Problem::of("signed_on", text));
        }
        Some(_) => {}
    }
    let text = |field: &str| -> Box<str> {
        typed.get(field).chars().filter(|letter| !letter.is_control()).take(LONGEST).collect()
    };
    let (by, reference) = (text("signed_by"), text("reference"));
    if by.trim().is_empty() {
        problems.push(Problem::of("signed_by", "Enter the name of who signed the form."));
    }
    if reference.trim().is_empty() {
        problems.push(Problem::of("reference", "Enter where the paper is filed."));
    }
    let relation = RELATIONS.iter().find(|(code, _)| *code == typed.get("relation")).map(|(code, _)| *code);
    if relation.is_none() {
        problems.push(Problem::of("relation-self", "Choose who signed."));
    }
    match (on, relation) {
        (Some(on), Some(relation)) if problems.is_empty() => {
            Ok(SignedForm { opts_out: typed.get("what") == "out", on, by, relation, reference })
        }
        _ => Err(problems),
    }
}

/// `POST /patients/{number}/opt-out`
pub(crate) async fn submit(
    Path(number): Path<String>,
    FilledWithFile { visitor, form: typed, file }: FilledWithFile,
) -> Answer {
    let typed = Typed::from(typed);
    let deed = deed(&visitor, Permission::LockPersons, "", typed.get("once"))?;
    if !matches!(typed.get("what"), "out" | "back") {
        return Err(visitor.no_page(NoPage::ForeignForm));
    }
    let record = open_merged(&visitor, &number).await?;
    if number.parse() != Ok(record.registry_number) {
        let page = page(&visitor, &record, (&typed, Vec::new()), Some(merged())).await?;
        return Ok(conflict(rendered(&page)));
    }
    let born_on = record.demographics.born_on.value;
    let form = match read(&typed, born_on, visitor.arrival.today) {
        Ok(form) => form,
        Err(mut problems) => {
            problems.extend(file.map(|_| Problem::of("file", CHOOSE_AGAIN)));
            return refused(&visitor, &record, &typed, problems).await;
        }
    };
    let done = if form.opts_out { "out" } else { "back" };
    let scan = scan::looked_at(&visitor, file).await;
    let entered = match opting_out::enter(&visitor.app.registry, deed, record.id, form, scan).await {
        Ok(entered) => entered,
        Err(Failure::Rule(sentence)) => {
            return refused(&visitor, &record, &typed, vec![Problem::of("file", sentence)]).await;
        }
        Err(failure) => return Err(visitor.failed(&failure)),
    };
    match entered {
        Entered::Done => Ok(redirect(&format!("{}?done={done}", href(&record)))),
        Entered::Already => {
            let page = page(&visitor, &record, (&typed, Vec::new()), Some(entered_meanwhile())).await?;
            Ok(conflict(rendered(&page)))
        }
        Entered::Absent => Err(visitor.no_page(NoPage::NotFound)),
    }
}

/// The form again, with what is wrong at its fields.
async fn refused(visitor: &Visitor, record: &PersonRecord, typed: &Typed, problems: Vec<Problem>) -> Answer {
    let page = page(visitor, record, (typed, problems), None).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response())
}

fn entered_meanwhile() -> Notice {
    let text = "A form was entered meanwhile, and stands first in the list below. Nothing of yours is saved. The fields are \
                for the next form.";
    Notice { kind: "warning", text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::pages::patients::desk::Typed;
    use jiff::civil::date;

    #[test]
    fn a_form_wants_its_day_its_signer_and_its_place() {
        let full = [
            ("what", "out"),
            ("signed_on", "t"),
            ("signed_by", "Sue Moss"),
            ("relation", "parent"),
            ("reference", "F-1"),
        ];
        let today = date(2026, 3, 2);
        let born_on = "2024-02-11".parse().ok();
        let form = read(&Typed::of(&full), born_on, today);
        assert!(form.is_ok_and(|form| form.opts_out && form.on == today && form.relation == "parent"));
        #[rustfmt::skip]
        let table = [
            ("signed_on", "03/03/2026", "signed_on"),
            ("signed_on", "",           "signed_on"),
            ("signed_on", "02/10/2024", "signed_on"),
            ("signed_by", " ",          "signed_by"),
            ("relation",  "neighbor",   "relation-self"),
            ("reference", "",           "reference"),
        ];
        for (field, text, wrong) in table {
            let mut typed = Typed::of(&full);
            typed.put(field, text.to_owned());
            let problems = read(&typed, born_on, today).err().expect("something is wrong");
            assert_eq!(problems.iter().map(|one| &*one.field).collect::<Vec<_>>(), [wrong], "{field} {text}");
        }
    }
}
