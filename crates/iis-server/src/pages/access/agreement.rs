//! `/clinic/agreement`: the enrollment of the site where one works. The coordinator prepares it and sends it in; the signing
//! physician alone signs (S-54).

use super::applying::Done;
use super::sheet::{Block, Link, Sent, Sheet, button, refusal};
use super::{enrolling, papers};
use crate::pages::errors::NoPage;
use crate::pages::frame::Notice;
use crate::pages::patients::desk::site;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::access::{Granted, Permission};
use iis_model::organization::Site;
use iis_registry::Failure;
use iis_registry::cases::Party;
use iis_registry::enrollment::{self, Missing, Opened, PaperKind};

const HERE: &str = "/clinic/agreement";

/// What is said where a site was set up without an enrollment.
const NOTHING_THERE: Failure =
    Failure::Rule("The site was set up without an enrollment. Nothing is signed or sent in here.");

/// The site for which somebody prepares or signs, with its latest enrollment.
async fn open(visitor: &Visitor, permission: Permission) -> Result<(Granted, Site, Option<Opened>), Stop> {
    let granted = visitor.granted(permission)?;
    let site = site(visitor, permission).await?;
    let found = enrollment::of_site(&visitor.app.registry, &granted, &site, visitor.arrival).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    Ok((granted, site, found))
}

/// `GET /clinic/agreement`
pub(crate) async fn show(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    let (_, site, opened) = open(&visitor, Permission::PrepareAgreement).await?;
    let signs = visitor.may(Permission::SignAgreement);
    let mut sheet = Sheet::new("Agreement", "enroll");
    sheet.at = HERE;
    sheet.notice = match done.done.as_str() {
        "sign" => {
            Some(Notice { kind: "success", text: "Signed. You can fetch the signed paper below.".to_owned() })
        }
        "send" => Some(Notice { kind: "success", text: "Sent in.".to_owned() }),
        _ => None,
    };
    let Some(opened) = opened else {
        sheet.lead = format!("{} was set up without an enrollment. Nothing is signed here.", site.name);
        return Ok(sheet.answer(visitor));
    };
    let zone = &visitor.app.registry.identity.zone;
    sheet.lead = format!("{}. {}", site.name, enrolling::where_it_stands(&opened, zone));
    sheet.blocks.push(Block::Marks("Documents", enrolling::documents(&opened)));
    if opened.case.takes_papers() {
        sheet.blocks.extend(to_sign(&visitor, &opened, signs));
    }
    if opened.case.can_be_sent_in() {
        let lead = enrolling::before_sending(&opened);
        sheet.blocks.push(button(format!("{HERE}/send"), "Send in", lead));
    }
    sheet.blocks.push(Block::Facts("The site", enrolling::facts(&opened, zone)));
    let links: Vec<Link> = papers::links(&opened, HERE);
    if !links.is_empty() {
        sheet.blocks.push(Block::Links("Papers", links));
    }
    Ok(sheet.answer(visitor))
}

/// What is not signed yet: to be signed by the physician, and only told to others.
fn to_sign(visitor: &Visitor, opened: &Opened, signs: bool) -> Vec<Block> {
    let kinds = opened.missing.iter().map(|missing| Missing::kind(*missing));
    if !signs {
        let names: Vec<_> = kinds.map(PaperKind::title).collect();
        let text = format!(
            "{} to be signed. Only the signing physician of the site signs: with an own account of the type Enrollment and \
             Re-Enrollment Only.",
            names.join(" and ")
        );
        return if names.is_empty() {
            Vec::new()
        } else {
            vec![Block::Text("Signature".to_owned(), vec![text])]
        };
    }
    let name = &visitor.app.registry.identity.name;
    let at = |verb: &str| format!("{HERE}/{verb}");
    kinds.flat_map(|kind| enrolling::signing_form(kind, name, &opened.case.body, &at)).collect()
}

/// `POST /clinic/agreement/sign`
pub(crate) async fn sign(Sent { visitor, form }: Sent) -> Answer {
    let (granted, _, opened) = open(&visitor, Permission::SignAgreement).await?;
    let Some(opened) = opened else { return refusal(visitor, NOTHING_THERE, ("Agreement", HERE)) };
    let signed = match opened.takes_paper() {
        Ok(()) => papers::sign(&visitor, Party::Staff(&granted), &opened.case, &form).await?,
        refused => refused,
    };
    match signed {
        Ok(()) => Ok(redirect("/clinic/agreement?done=sign")),
        Err(failure) => refusal(visitor, failure, ("Agreement", HERE)),
    }
}

/// `POST /clinic/agreement/send`
pub(crate) async fn send(Sent { visitor, form: _ }: Sent) -> Answer {
    let (granted, _, opened) = open(&visitor, Permission::PrepareAgreement).await?;
    let Some(opened) = opened else { return refusal(visitor, NOTHING_THERE, ("Agreement", HERE)) };
    let (registry, number) = (&visitor.app.registry, opened.case.number);
    match enrollment::submit_by(registry, Party::Staff(&granted), number, visitor.arrival).await {
        Ok(_) => Ok(redirect("/clinic/agreement?done=send")),
        Err(failure) => refusal(visitor, failure, ("Agreement", HERE)),
    }
}

/// `GET /clinic/agreement/papers/{n}`: what was signed, or the scan that was sent.
pub(crate) async fn paper(visitor: Visitor, Path(n): Path<String>) -> Answer {
    let (granted, _, opened) = open(&visitor, Permission::PrepareAgreement).await?;
    let Some(opened) = opened else { return Err(visitor.no_page(NoPage::NotFound)) };
    papers::fetched(&visitor, Party::Staff(&granted), opened.case.number, &n).await
}
