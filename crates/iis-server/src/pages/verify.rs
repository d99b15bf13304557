//! The public page that confirms a printed document by its code. It says less than stands on the paper.

use super::account::sign_in::give_form_token;
use super::filled::PublicUpload;
use super::format;
use super::frame::Frame;
use super::visitor::{Answer, Stop, Visitor, redirect, rendered};
use crate::rate_limit::address_key;
use askama::Template;
use axum::extract::{ConnectInfo, Path, Query};
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use iis_registry::enrollment::{ConfirmedPaper, PaperKind};
use iis_registry::prints::{self, Code, Confirmed, Proof};
use jiff::tz::TimeZone;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::net::{IpAddr, SocketAddr};

/// The largest file that is looked at, in bytes: our documents have a tenth of it.
pub(super) const LARGEST_FILE: usize = 1024 * 1024;

/// Seconds after which somebody who guessed too often may ask again.
const TRY_AGAIN: u64 = 60;

/// `GET /verify`, `GET /verify/{code}`
#[derive(Debug, Template)]
#[template(path = "verify.html")]
pub(crate) struct VerifyPage {
    pub(super) frame: Frame,
    pub(super) csrf: String,
    /// What was typed; empty at first.
    pub(super) typed: String,
    pub(super) outcome: Outcome,
}

/// What the page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing was asked.
    Asking,
    /// The form came without a code.
    Missing,
    /// No document has this code.
    Unknown,
    /// Too many wrong codes came from this address.
    TooMany,
    /// A document has it.
    Known(Box<Known>),
}

/// A document that the registry issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(super) code: String,
    /// `success`, `warning` or `error`.
    pub(super) kind: &'static str,
    pub(super) heading: &'static str,
    pub(super) heading_es: &'static str,
    /// In English and Spanish, when there is something to add.
    pub(super) remark: String,
    pub(super) remark_es: String,
    /// What to compare with the paper.
    pub(super) facts: Vec<Compared>,
    /// Whether a file that was sent is the one that was issued; none: none was sent.
    pub(super) file: Option<bool>,
}

/// A label in both languages with what stands on the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(super) label: &'static str,
    pub(super) label_es: &'static str,
    pub(super) value: String,
    /// The value in Spanish; empty: it reads the same.
    pub(super) value_es: String,
}

fn compared(label: &'static str, label_es: &'static str, value: impl Into<String>) -> Compared {
    Compared { label, label_es, value: value.into(), value_es: String::new() }
}

impl Compared {
    /// The same with the value in Spanish.
    fn es(self, value_es: impl Into<String>) -> Self {
        Self { value_es: value_es.into(), ..self }
    }
}

/// The initials; of somebody without letters that there are none, in both languages.
fn initials(label: &'static str, label_es: &'static str, letters: &str) -> Compared {
    if letters.is_empty() {
        compared(label, label_es, "none").es("ninguna")
    } else {
        compared(label, label_es, letters)
    }
}

/// Makes what is said of a document or a paper.
pub(super) fn known(code: &Code, proof: &Proof, zone: &TimeZone, file: Option<bool>) -> Known {
    let known = match proof {
        Proof::Document(document) => document_known(document, zone),
        Proof::Paper(paper) => paper_known(paper, zone),
    };
    Known { code: code.to_string(), file, ..known }
}

fn paper_known(paper: &ConfirmedPaper, zone: &TimeZone) -> Known {
    let signed_on = format::date(paper.signed_at.to_zoned(zone.clone()).date());
    let (kind, remark, remark_es) = if paper.is_latest {
        ("success", "It is the latest one that the site signed.", "Es el último que firmó el sitio.")
    } else {
        (
            "warning",
            "It does not hold any more: the site has signed a newer one since, or changed what it says.",
            "Ya no rige: el sitio ha firmado uno más reciente desde entonces, o ha cambiado lo que dice.",
        )
    };
    Known {
        code: String::new(),
        kind,
        heading: "This document was signed here",
        heading_es: "Este documento se firmó aquí",
        remark: remark.to_owned(),
        remark_es: remark_es.to_owned(),
        facts: vec![
            compared("Document", "Documento", paper.kind.title()).es(match paper.kind {
                PaperKind::LetterOfAgreement => "Carta de acuerdo",
                PaperKind::AdministratorForm => "Formulario del administrador del sitio",
            }),
            compared("Signed", "Firmado", signed_on),
            compared("Site", "Sitio", &*paper.site),
            initials("Signer’s initials", "Iniciales de quien firmó", &paper.initials),
        ],
        file: None,
    }
}

fn document_known(confirmed: &Confirmed, zone: &TimeZone) -> Known {
    let day = |at: iis_model::Timestamp| format::date(at.to_zoned(zone.clone()).date());
    let (kind, heading, heading_es, remark, remark_es) = match (confirmed.revoked_at, confirmed.is_current) {
        (Some(at), _) => (
            "error",
            "This document was revoked",
            "Este documento fue anulado",
            format!("Do not rely on it since {}. Ask for a new one.", day(at)),
            format!("No lo use desde el {}. Pida uno nuevo.", day(at)),
        ),
        // the same words where nobody is told what the record says now: of who opted out or is protected nothing is said, and
        // nobody learns that this is so
        (None, Some(false) | None) => (
            "warning",
            "We issued this document; it may be out of date",
            "Emitimos este documento; puede no estar al día",
            "Whether the record still says the same is not confirmed. Ask for a new one if it matters."
                .to_owned(),
            "No se confirma si el registro aún dice lo mismo. Pida uno nuevo si importa.".to_owned(),
        ),
        (None, Some(true)) => (
            "success",
            "We issued this document",
            "Emitimos este documento",
            "The record says the same today.".to_owned(),
            "El registro dice hoy lo mismo.".to_owned(),
        ),
    };
    let (what, what_es) = match &*confirmed.form {
        "record" => ("Official immunization record", "Registro oficial de vacunación"),
        "school" => ("School immunization record", "Registro de vacunación para la escuela"),
        _ => ("Vaccine administration record", "Registro de vacunas aplicadas"),
    };
    let (label, label_es) = ("Year of birth", "Año de nacimiento");
    let born = match confirmed.birth_year {
        Some(year) => compared(label, label_es, year.to_string()),
        None => compared(label, label_es, "not recorded").es("no consta"),
    };
    let held_es = format!("{} dosis", confirmed.doses);
    Known {
        code: String::new(),
        kind,
        heading,
        heading_es,
        remark,
        remark_es,
        facts: vec![
            compared("Document", "Documento", what).es(what_es),
            compared("Issued", "Emitido", day(confirmed.issued_at)),
            initials("Initials", "Iniciales", &confirmed.initials),
            born,
            compared(
                "Record then held",
                "El registro tenía entonces",
                format::counted(confirmed.doses, "dose"),
            )
            .es(held_es),
        ],
        file: None,
    }
}

/// The code in the address of the form; none: nothing was asked yet.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    code: Option<String>,
}

/// `GET /verify`: the form; with a code in it, the page of that code.
pub(crate) async fn form(visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    match asked.code.as_deref().and_then(Code::read) {
        Some(code) => Ok(redirect(&format!("/verify/{code}"))),
        None if asked.code.as_deref().is_none_or(|code| code.trim().is_empty()) => {
            let outcome = if asked.code.is_some() { Outcome::Missing } else { Outcome::Asking };
            Ok(shown(visitor, String::new(), outcome))
        }
        None => Ok(shown(visitor, asked.code.unwrap_or_default(), Outcome::Unknown)),
    }
}

/// `GET /verify/{code}`
pub(crate) async fn show(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Answer {
    let outcome = look_up(&visitor, &text, peer.ip(), None).await?;
    Ok(shown(visitor, text, outcome))
}

/// `POST /verify/{code}/file`: whether a file is the one that was issued. It is not kept.
pub(crate) async fn compare(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(text): Path<String>,
    PublicUpload { visitor, content, .. }: PublicUpload,
) -> Answer {
    let outcome = look_up(&visitor, &text, peer.ip(), Some(Sha256::digest(&content).into())).await?;
    Ok(shown(visitor, text, outcome))
}

/// Looks a code up. Wrong ones are counted by address, as failed sign-ins are, in a count of their own; a good one is answered
/// however many wrong ones came from there, since a school has one address (docs/printing.md).
async fn look_up(
    visitor: &Visitor,
    text: &str,
    from: IpAddr,
    file: Option<[u8; 32]>,
) -> Result<Outcome, Stop> {
    let (app, arrival) = (&visitor.app, visitor.arrival);
    let key = format!("verify {}", address_key(from));
    let confirmed = match Code::read(text) {
        Some(code) => {
            let confirmed = prints::confirm(&app.registry, code.clone(), arrival).await;
            confirmed.map_err(|failure| visitor.failed(&failure))?.map(|confirmed| (code, confirmed))
        }
        None => None,
    };
    let Some((code, confirmed)) = confirmed else {
        if app.failures.exhausted(&key, arrival.at) {
            return Ok(Outcome::TooMany);
        }
        app.failures.failed(&key, arrival.at);
        return Ok(Outcome::Unknown);
    };
    let file = file.map(|sent| sent == confirmed.pdf_sha256());
    let known = known(&code, &confirmed, &app.registry.identity.zone, file);
    Ok(Outcome::Known(Box::new(known)))
}

fn shown(mut visitor: Visitor, typed: String, outcome: Outcome) -> Response {
    let status = match outcome {
        Outcome::Asking | Outcome::Known(_) => StatusCode::OK,
        Outcome::Missing => StatusCode::UNPROCESSABLE_ENTITY,
        Outcome::Unknown => StatusCode::NOT_FOUND,
        Outcome::TooMany => StatusCode::TOO_MANY_REQUESTS,
    };
    let fresh = if visitor.has_session() { None } else { give_form_token(&mut visitor) };
    let frame = visitor.frame("").titled("Confirm a document");
    let frame = if status == StatusCode::OK { frame } else { frame.in_error() };
    let page = VerifyPage { frame, csrf: visitor.csrf(), typed, outcome };
    let mut response = (status, rendered(&page)).into_response();
    if let Some(cookie) = fresh {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(TRY_AGAIN));
    }
    response
}
