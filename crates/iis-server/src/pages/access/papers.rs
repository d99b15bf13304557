//! Signing a document of an enrollment, and fetching what was signed: by the site with its key, and by staff.

use super::files::saved;
use super::sheet::{Link, Typed, typed};
use crate::pages::errors::NoPage;
use crate::pages::press::{issuer, printed, verification};
use crate::pages::visitor::{Answer, Stop, Visitor};
use crate::pages::{format, patients};
use iis_print::{Document, Form, Language, Signed};
use iis_registry::Failure;
use iis_registry::cases::Party;
use iis_registry::enrollment::{self, Enrollment, Opened, Paper, PaperKind, Signature, Signing};
use iis_registry::prints::Code;

/// Signs what the form names, if it is what the form's page showed: the document is printed with the signature below it, and
/// that file is kept.
pub(super) async fn sign(
    visitor: &Visitor,
    party: Party<'_>,
    case: &Enrollment,
    form: &Typed,
) -> Result<Result<(), Failure>, Stop> {
    let kind = PaperKind::of_word(typed(form, "kind")).ok_or_else(|| visitor.no_page(NoPage::NotFound))?;
    let registry = &visitor.app.registry;
    let signer = (typed(form, "signer"), typed(form, "title"));
    let signing = enrollment::signing(registry, case, kind, signer, typed(form, "text_sha256"));
    let signing = match signing {
        Ok(signing) => signing,
        Err(failure) => return Ok(Err(failure)),
    };
    let code = Code::of_random(visitor.arrival.random[1]);
    let pdf = printed(visitor, document(visitor, case, &signing, &code)).await?;
    let kept = (pdf.into_boxed_slice(), code);
    Ok(enrollment::sign(registry, party, case.number, signing, kept, visitor.arrival).await)
}

fn document(visitor: &Visitor, case: &Enrollment, signing: &Signing, code: &Code) -> Document {
    let form = match signing.kind {
        PaperKind::LetterOfAgreement => Form::LetterOfAgreement,
        PaperKind::AdministratorForm => Form::SiteAdministratorForm,
    };
    let wanted = patients::printing::document::Wanted {
        form,
        language: Language::En,
        lots: false,
        conditions: false,
        immunity: false,
    };
    let blank = patients::printing::document::blank(&wanted, issuer(visitor), &visitor.arrival);
    let paragraphs = signing.text.lines().skip(1).filter(|line| !line.is_empty());
    let signed = Signed {
        site: case.body.site.clone(),
        case: format!("Enrollment {}", case.number).into(),
        paragraphs: paragraphs.map(Into::into).collect(),
        signer: signing.signer.clone(),
        office: signing.title.clone(),
        at: format::moment(visitor.arrival.at, &visitor.app.registry.identity.zone).into(),
        text_sha256: signing.text_sha256.clone(),
    };
    Document {
        signed: Some(signed),
        verification: Some(verification(&visitor.app.public_url(), code)),
        ..blank
    }
}

/// Links to the papers of an enrollment below an address.
pub(super) fn links(opened: &Opened, at: &str) -> Vec<Link> {
    let link = |paper: &Paper| Link {
        href: format!("{at}/papers/{}", paper.n),
        label: match paper.signature {
            Signature::Electronic { .. } => format!("{}, as signed (PDF)", paper.kind.title()),
            Signature::Scan { .. } => format!("{}, scan {}", paper.kind.title(), paper.n),
        },
    };
    opened.papers.iter().map(link).collect()
}

/// A paper as a file. One that is not what was signed any more is not handed out.
pub(super) async fn fetched(visitor: &Visitor, party: Party<'_>, number: i64, n: &str) -> Answer {
    let nothing = || visitor.no_page(NoPage::NotFound);
    let n: i64 = n.parse().map_err(|_| nothing())?;
    let found = enrollment::fetch(&visitor.app.registry, party, number, n, visitor.arrival).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?.ok_or_else(nothing)?;
    let Some(content) = found.content else {
        tracing::error!(enrollment = number, paper = n, "a paper is not what was signed");
        return Err(visitor.no_page(NoPage::Internal));
    };
    let ending = match &*found.paper.media_type {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "application/pdf" => "pdf",
        _ => "txt",
    };
    let name = format!("{}-{number}-{n}.{ending}", found.paper.kind.word());
    Ok(saved(&found.paper.media_type, &name, content))
}
