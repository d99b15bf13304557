//! `/clinic/agreement`: the enrollment of the site where one works. The coordinator prepares it and sends it in; the signing
//! physician alone signs (S-54).

use super::applying::Done;
use super::sheet::{
    Block, Field, FieldKind, FormView, Link, Sent, Sheet, Typed, button, refusal, refused, typed,
};
use super::{enrolling, papers, standing};
use crate::pages::errors::NoPage;
use crate::pages::frame::Notice;
use crate::pages::sites::{self, OwnSites};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::access::{Granted, Permission};
use iis_registry::Failure;
use iis_registry::cases::Party;
use iis_registry::enrollment::{self, FirstAgreement, Opened};

const HERE: &str = "/clinic/agreement";

/// What is said where a site was set up without an enrollment.
const NOTHING_THERE: Failure =
    Failure::Rule("The site was set up without an enrollment. Nothing is signed or sent in here.");

/// What is said where the site has another enrollment by now than the one whose papers were shown.
const ANOTHER: Failure = Failure::Rule(
    "Nothing was signed: the site has another enrollment since this page was opened. Its papers are below. Read them, and sign \
     them.",
);

/// The site for which somebody prepares, signs or approves accounts, beside their other ones, with its latest enrollment.
pub(super) async fn open(
    visitor: &Visitor,
    permission: Permission,
) -> Result<(Granted, OwnSites, Option<Opened>), Stop> {
    let granted = visitor.granted(permission)?;
    let own = sites::own(visitor, permission).await?;
    let own = own.ok_or_else(|| visitor.no_page(NoPage::NotFound))?;
    let found = enrollment::of_site(&visitor.app.registry, &granted, &own.site, visitor.arrival).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    Ok((granted, own, found))
}

/// `GET /clinic/agreement`
pub(crate) async fn show(visitor: Visitor, Query(done): Query<Done>) -> Answer {
    let (granted, own, opened) = open(&visitor, Permission::PrepareAgreement).await?;
    let mut sheet = sheet(&visitor, &own, opened.as_ref());
    sheet.blocks.extend(first_agreement(&visitor, &granted, &own).await?);
    let told = match done.done.as_str() {
        "sign" => "Signed. You can fetch the signed paper below.",
        "send" => "Sent in.",
        "begin" => {
            "The agreement is begun. Its papers are below; the link to its page is in a message to you."
        }
        _ => "",
    };
    sheet.notice = (!told.is_empty()).then(|| Notice { kind: "success", text: told.to_owned() });
    Ok(sheet.answer(visitor))
}

fn sheet(visitor: &Visitor, own: &OwnSites, opened: Option<&Opened>) -> Sheet {
    let site = &own.site;
    let mut sheet = Sheet::new("Agreement", "enroll");
    sheet.at = HERE;
    sheet.blocks.extend(own.choice(HERE).map(Block::Sites));
    let Some(opened) = opened else {
        sheet.lead = format!("{} was set up without an agreement: nothing is signed for it yet.", site.name);
        return sheet;
    };
    let zone = &visitor.app.registry.identity.zone;
    sheet.lead = format!("{}. {}", site.name, standing::where_it_stands(opened, zone));
    sheet.blocks.push(Block::Marks("Documents", standing::documents(opened)));
    sheet.blocks.extend(to_sign(visitor, own, opened));
    if opened.case.can_be_sent_in() {
        let lead = standing::before_sending(opened);
        sheet.blocks.push(button(sites::at("/clinic/agreement/send", site), "Send in", lead));
    }
    sheet.blocks.push(Block::Facts("The site", standing::facts(opened, zone)));
    let links = papers::links(opened, HERE).into_iter();
    let links: Vec<_> = links.map(|link| Link { href: sites::at(&link.href, site), ..link }).collect();
    if !links.is_empty() {
        sheet.blocks.push(Block::Links("Papers", links));
    }
    sheet
}

/// The form that begins the first agreement of a site that is there; nothing where there is nothing to begin.
async fn first_agreement(
    visitor: &Visitor,
    granted: &Granted,
    own: &OwnSites,
) -> Result<Option<Block>, Stop> {
    let written = enrollment::first_agreement(&visitor.app.registry, granted, &own.site).await;
    let written = written.map_err(|failure| visitor.failed(&failure))?;
    Ok(written.map(|FirstAgreement { address, administrator, administrator_email }| {
        Block::Form(FormView {
            heading: format!("Begin the agreement of {}", own.site.name),
            lead: "The site stays as it is, under its code. The letter of agreement and the site administrator form are made from this; \
                   both are signed here, and staff of the registry review them."
                .to_owned(),
            action: sites::at("/clinic/agreement/begin", &own.site),
            fields: vec![
                Field::text("address", "Address of the site")
                    .with(&*address)
                    .hint("Street, city, ZIP code, in one line"),
                Field::text("administrator", "Site administrator")
                    .with(&*administrator)
                    .hint("The person who approves the accounts of your organization"),
                Field::new("administrator_email", "Site administrator’s e-mail", FieldKind::Email)
                    .with(&*administrator_email),
            ],
            button: "Begin the agreement",
            ..FormView::default()
        })
    }))
}

/// `POST /clinic/agreement/begin`: an enrollment for the site that is there.
pub(crate) async fn begin(Sent { visitor, form }: Sent) -> Answer {
    let (granted, own, opened) = open(&visitor, Permission::PrepareAgreement).await?;
    let text = |name: &str| -> Box<str> { typed(&form, name).into() };
    let written = FirstAgreement {
        address: text("address"),
        administrator: text("administrator"),
        administrator_email: text("administrator_email"),
    };
    let registry = &visitor.app.registry;
    let begun = enrollment::begin_at_site(registry, &granted, &own.site, written, visitor.arrival).await;
    let Err(failure) = begun else {
        return Ok(redirect(&sites::at("/clinic/agreement?done=begin", &own.site)));
    };
    let problem = refused(&visitor, failure)?;
    let mut sheet = sheet(&visitor, &own, opened.as_ref());
    sheet.blocks.extend(first_agreement(&visitor, &granted, &own).await?);
    let at = sites::at("/clinic/agreement/begin", &own.site);
    Ok(sheet.refilled(&at, &form, problem).answer(visitor))
}

/// What is not signed yet: to be signed by the physician, and only told to others.
fn to_sign(visitor: &Visitor, own: &OwnSites, opened: &Opened) -> Vec<Block> {
    let may_sign = visitor.own_sites(Permission::SignAgreement).any(|site| site == own.site.id);
    if !may_sign {
        let missing = opened.missing.iter().filter(|_| opened.case.takes_papers());
        let names: Vec<_> = missing.map(|missing| missing.kind().title()).collect();
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
    let (registry, case) = (&visitor.app.registry, &opened.case);
    let form = |kind| {
        let shown = enrollment::shown(registry, case, kind);
        enrolling::signing_form(kind, &shown, case.number, sites::at("/clinic/agreement/sign", &own.site))
    };
    opened.to_sign().into_iter().flat_map(form).collect()
}

/// `POST /clinic/agreement/sign`: what was shown is signed, or nothing; then the page shows what holds now.
pub(crate) async fn sign(Sent { visitor, form }: Sent) -> Answer {
    let (granted, own, opened) = open(&visitor, Permission::SignAgreement).await?;
    let Some(opened) = opened else { return refusal(visitor, NOTHING_THERE, ("Agreement", HERE)) };
    let signed = match is_signable(&opened, &form) {
        Ok(()) => papers::sign(&visitor, Party::Staff(&granted), &opened.case, &form).await?,
        refused => refused,
    };
    let Err(failure) = signed else {
        return Ok(redirect(&sites::at("/clinic/agreement?done=sign", &own.site)));
    };
    let problem = refused(&visitor, failure)?;
    let at = sites::at("/clinic/agreement/sign", &own.site);
    Ok(sheet(&visitor, &own, Some(&opened)).refilled(&at, &form, problem).answer(visitor))
}

fn is_signable(opened: &Opened, form: &Typed) -> Result<(), Failure> {
    let is_same = typed(form, "enrollment").parse() == Ok(opened.case.number);
    if is_same { opened.takes_paper() } else { Err(ANOTHER) }
}

/// `POST /clinic/agreement/send`
pub(crate) async fn send(Sent { visitor, form: _ }: Sent) -> Answer {
    let (granted, own, opened) = open(&visitor, Permission::PrepareAgreement).await?;
    let here = sites::at(HERE, &own.site);
    let Some(opened) = opened else { return refusal(visitor, NOTHING_THERE, ("Agreement", &here)) };
    let (registry, number) = (&visitor.app.registry, opened.case.number);
    match enrollment::submit_by(registry, Party::Staff(&granted), number, visitor.arrival).await {
        Ok(_) => Ok(redirect(&sites::at("/clinic/agreement?done=send", &own.site))),
        Err(failure) => refusal(visitor, failure, ("Agreement", &here)),
    }
}

/// `GET /clinic/agreement/papers/{n}`: what was signed, or the scan that was sent.
pub(crate) async fn paper(visitor: Visitor, Path(n): Path<String>) -> Answer {
    let (granted, _, opened) = open(&visitor, Permission::PrepareAgreement).await?;
    let Some(opened) = opened else { return Err(visitor.no_page(NoPage::NotFound)) };
    papers::fetched(&visitor, Party::Staff(&granted), opened.case.number, &n).await
}
