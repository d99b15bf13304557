//! Documents to PDF.

use crate::document::{Document, Form};
use crate::letters::printable;
use crate::qr;
use crate::sample::sample;
use crate::templates::{TemplateFault, Templates};
use crate::world::{DATA, Desk, QR, Shop, id};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::OnceLock;
use typst::WorldExt;
use typst::comemo;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp as PdfMoment};

/// Prints documents with one set of templates. Faces and templates are read when the first is printed: a server that never
/// prints does not hold them.
pub struct Printer {
    templates: Templates,
    shop: OnceLock<Shop>,
}

/// A document on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The file.
    pub pdf: Vec<u8>,
    /// How many pages.
    pub pages: usize,
    /// How many letters no face has; the document says so.
    pub unprintable: usize,
}

/// Why a document could not be printed. The text names the template and never the person: it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// The template, or what PDF/UA asks of it.
    #[error("the template at {} cannot print this document", .0.place())]
    Template(TemplateFault),
    /// The address for the QR code is longer than any code holds.
    #[error("the address of the verification page is too long for a QR code")]
    Address,
    /// Something that cannot be, if the program is whole.
    #[error("{0}")]
    Broken(&'static str),
}

/// Forgets what typst remembers of a document: it holds the data of a person.
struct Forget;

impl Drop for Forget {
    fn drop(&mut self) {
        comemo::evict(0);
    }
}

impl Printer {
    /// A printer with these templates.
    pub fn new(templates: Templates) -> Self {
        Self { templates, shop: OnceLock::new() }
    }

    /// What is wrong with the templates: each document is printed from invented data, in each language.
    pub fn check(&self) -> Vec<TemplateFault> {
        let forms = Form::ALL
            .into_iter()
            .flat_map(|form| form.languages().iter().map(move |language| (form, *language)));
        let mut faults: Vec<TemplateFault> = forms
            .filter_map(|(form, language)| match self.print(&sample(form, language)) {
                Err(PrintError::Template(fault)) => Some(fault),
                Ok(_) | Err(_) => None,
            })
            .collect();
        // one slip breaks every form that uses the file: it is told once
        faults.dedup_by(|a, b| match (a, b) {
            (
                TemplateFault::Broken { file, line, text, .. },
                TemplateFault::Broken { file: f, line: l, text: t, .. },
            ) => (file, line, text) == (f, l, t),
            _ => false,
        });
        faults
    }

    /// Prints a document: the same document gives the same bytes.
    pub fn print(&self, document: &Document) -> Result<Printed, PrintError> {
        let shop = self.shop.get_or_init(|| Shop::open(&self.templates));
        let forget = Forget;
        let mut value =
            serde_json::to_value(document).map_err(|_| PrintError::Broken("the document is not JSON"))?;
        let unprintable = printable(&mut value, &|letter| shop.fonts.have(letter));
        value["unprintable"] = unprintable.into();
        let main = id(document.form.template()).ok_or(PrintError::Broken("a template has no name"))?;
        let mut files = vec![(DATA, Bytes::from_string(value.to_string()))];
        if let Some(verification) = &document.verification {
            let code = qr::svg(&verification.address).ok_or(PrintError::Address)?;
            files.push((QR, Bytes::from_string(code)));
        }
        let files = files.into_iter().filter_map(|(name, bytes)| Some((id(name)?, bytes))).collect();
        let desk = Desk { shop, main, files };
        let fault = |errors: &[SourceDiagnostic]| PrintError::Template(told(&desk, document, errors));
        let laid_out = typst::compile::<PagedDocument>(&desk).output.map_err(|errors| fault(&errors))?;
        let pdf = typst_pdf::pdf(&laid_out, &options(document)?).map_err(|errors| fault(&errors))?;
        let pages = laid_out.pages().len();
        drop(forget);
        Ok(Printed { pdf, pages, unprintable })
    }
}

/// Tagged for assistive technology, or not at all.
fn options(document: &Document) -> Result<PdfOptions, PrintError> {
    let standards = PdfStandards::new(&[PdfStandard::Ua_1])
        .map_err(|_| PrintError::Broken("typst does not know PDF/UA-1"))?;
    let mark = document.verification.as_ref().map_or(document.form.code(), |verification| &verification.code);
    Ok(PdfOptions {
        ident: Smart::Custom(format!("{mark} {}", document.issued_at)),
        creator: Smart::Custom(Some("OpenIIS".to_owned())),
        timestamp: moment(document.issued_at),
        standards,
        ..PdfOptions::default()
    })
}

fn moment(at: Timestamp) -> Option<PdfMoment> {
    let at = at.to_zoned(TimeZone::UTC).datetime();
    let part = |number: i8| u8::try_from(number).ok();
    let date = (i32::from(at.year()), part(at.month())?, part(at.day())?);
    let time = (part(at.hour())?, part(at.minute())?, part(at.second())?);
    Datetime::from_ymd_hms(date.0, date.1, date.2, time.0, time.1, time.2).map(PdfMoment::new_utc)
}

/// The first thing that typst says, with its place in the template.
fn told(desk: &Desk<'_>, document: &Document, errors: &[SourceDiagnostic]) -> TemplateFault {
    let first = errors.first();
    let at = first.and_then(|error| {
        let id = error.span.id()?;
        let source = desk.shop.source(id.vpath().get_without_slash())?;
        let line = source.lines().byte_to_line(desk.range(error.span)?.start)?;
        Some((id.vpath().get_without_slash().to_owned(), line + 1))
    });
    let (file, line) = at.unwrap_or_else(|| (document.form.template().to_owned(), 0));
    let text = first.map(|error| error.message.to_string()).unwrap_or_default();
    TemplateFault::Broken { file, line, text, form: document.form.code(), language: document.language.code() }
}
