//! Printing: what, in which language, for what; then the document. Reading roles print too (requirements S-66).

pub(in crate::pages) mod document;
mod given;
mod noted;
pub(crate) mod revoking;
mod rows;
pub(in crate::pages) mod view;

use super::showing::{is_within, open, shows_notes};
use super::strip::Page;
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::press::{issuer, printed, verification};
use crate::pages::visitor::{Answer, Stop, Visitor, rendered};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use document::Wanted;
use iis_model::access::Permission;
use iis_model::record::PersonRecord;
use iis_print::{Form, Language};
use iis_registry::Failure;
use iis_registry::prints::{self, Code, Issued};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use view::{Choice, PrintPage};

/// What was done, in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: String,
    /// Which page of what was printed before, from 0.
    #[serde(default)]
    page: u16,
}

/// `GET /patients/{number}/print`
pub(crate) async fn form(visitor: Visitor, Path(number): Path<String>, Query(done): Query<Done>) -> Answer {
    let record = printable(&visitor, &number).await?;
    let revoked = || Notice {
        kind: "success",
        text: "The document is revoked: whoever looks up its code is told so.".to_owned(),
    };
    let notice = (done.done == "revoked").then(revoked);
    let listed = (done.page, notice);
    Ok(rendered(&page(&visitor, &record, &Choice::of(&record), Vec::new(), listed).await?))
}

/// Opens a record that may be printed: seen, and within the reach of printing.
async fn printable(visitor: &Visitor, number: &str) -> Result<PersonRecord, Stop> {
    let record = open(visitor, number, Page::Record).await?;
    let granted = visitor.granted(Permission::PrintOfficialRecord)?;
    if is_within(visitor, granted, &record).await? {
        Ok(record)
    } else {
        Err(visitor.no_page(NoPage::NotFound))
    }
}

async fn page(
    visitor: &Visitor,
    record: &PersonRecord,
    choice: &Choice,
    problems: Vec<Problem>,
    (nth, notice): (u16, Option<Notice>),
) -> Result<PrintPage, Stop> {
    let granted = visitor.granted(Permission::PrintOfficialRecord)?;
    let listed = prints::of_person(&visitor.app.registry, granted.clone(), record.id, nth).await;
    let (listed, has_older) = listed.map_err(|failure| visitor.failed(&failure))?;
    let settles = visitor.may(Permission::ResolveDuplicates);
    let may_revoke = |document: &_| prints::may_revoke(&granted, document, settles);
    let title = format!("Print · patient {}", format::number_tail(record.registry_number));
    let frame = visitor.frame("/patients").titled(&title).helped_by("printing").noticed(notice);
    let frame =
        frame.below("Patients", "/patients").below("Record", &Page::Record.href(record.registry_number));
    let frame = if problems.is_empty() { frame } else { frame.in_error() };
    let zone = &visitor.app.registry.identity.zone;
    let printed = listed.iter().map(|one| view::printed_row(one, zone, may_revoke(one))).collect();
    Ok(view::print_page(frame, record, choice, (visitor.csrf(), visitor.arrival.today), problems)
        .offering_conditions(shows_notes(visitor, record).await?)
        .listing(printed, has_older.then_some(nth.saturating_add(1))))
}

/// `POST /patients/{number}/print`: the document itself.
pub(crate) async fn submit(
    Path(number): Path<String>,
    Filled { visitor, form: choice }: Filled<Choice>,
) -> Answer {
    let wanted = choice.wanted().ok_or_else(|| visitor.no_page(NoPage::NotFound));
    let purpose = match prints::purpose(&choice.purpose, &choice.words) {
        Ok(purpose) => purpose,
        Err(Failure::Rule(text)) => {
            let record = printable(&visitor, &number).await?;
            let field = if choice.purpose == "other" { "words" } else { "purpose" };
            let page = page(&visitor, &record, &choice, vec![Problem::of(field, text)], (0, None)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response());
        }
        Err(failure) => return Err(visitor.failed(&failure)),
    };
    // the look stands in the audit before anything is made of the record
    let record = printable(&visitor, &number).await?;
    let shows_notes = shows_notes(&visitor, &record).await?;
    if let (true, Err(Failure::Rule(text))) =
        (choice.conditions(), prints::may_tell_conditions(&choice.purpose, shows_notes))
    {
        let problems = vec![Problem::of("conditions", text)];
        let page = page(&visitor, &record, &choice, problems, (0, None)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response());
    }
    let wanted = Wanted { immunity: shows_notes, ..wanted? };
    let said = document::judged(&visitor.app.registry.schedules, &record, &wanted, visitor.arrival.today);
    let code = Code::of_random(visitor.arrival.random[1]);
    let blank = document::blank(&wanted, issuer(&visitor), &visitor.arrival);
    let proof = verification(&visitor.app.public_url(), &code);
    let document = document::document(&record, &said, &wanted, proof, blank);
    let doses = document::doses(&document, &record);
    let pdf = printed(&visitor, document).await?;
    let issued = Issued {
        code,
        form: wanted.form.code(),
        language: wanted.language.code(),
        initials: document::initials(&record.demographics).into(),
        birth_year: record.demographics.born_on.get().map(|on| on.first_day().year()),
        doses,
        tells_conditions: wanted.conditions,
        purpose: purpose.clone(),
        pdf_sha256: Sha256::digest(&pdf).into(),
    };
    let granted = visitor.granted_for(Permission::PrintOfficialRecord, &purpose)?;
    let kept = prints::issue(&visitor.app.registry, granted, &record, issued, visitor.arrival).await;
    if kept.map_err(|failure| visitor.failed(&failure))? {
        Ok(as_pdf(pdf, wanted.form))
    } else {
        Err(visitor.no_page(NoPage::NotFound))
    }
}

/// What was asked for in an address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct InLanguage {
    #[serde(default)]
    language: String,
}

/// `GET /patients/forms/{form}`: a form to fill in by hand. It is about nobody.
pub(crate) async fn blank(
    visitor: Visitor,
    Path(form): Path<String>,
    Query(asked): Query<InLanguage>,
) -> Answer {
    let form = Form::of_code(&form).filter(|form| form.is_blank());
    let form = form.ok_or_else(|| visitor.no_page(NoPage::NotFound))?;
    let language = Language::of_code(&asked.language).unwrap_or(Language::En);
    let wanted = Wanted { form, language, lots: false, conditions: false, immunity: false };
    let document = document::blank(&wanted, issuer(&visitor), &visitor.arrival);
    Ok(as_pdf(printed(&visitor, document).await?, form))
}

/// The file is named for what it is, never for whom. What every page says of storing and sniffing holds for it too.
fn as_pdf(pdf: Vec<u8>, form: Form) -> Response {
    let disposition = format!("inline; filename=\"immunization-{}.pdf\"", form.code());
    ([(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, disposition)], pdf).into_response()
}
