//! `/help/people/{id}`: the Help Desk corrects somebody who stands on staff lists and has no account (decision 0059).

use super::applying::Done;
use super::sheet::{Block, Field, FieldKind, FormView, Sent, Sheet, Typed, refused, typed};
use crate::pages::errors::NoPage;
use crate::pages::frame::{Fact, Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::EmailAddress;
use iis_model::access::Permission;
use iis_registry::access::looking::Look;
use iis_registry::staff::{self, Correction, Person};

const FOUND_AT: &str = "/help/accounts";

/// `GET /help/people/{id}`
pub(crate) async fn show(visitor: Visitor, Path(id): Path<String>, Query(done): Query<Done>) -> Answer {
    visitor.granted(Permission::ViewAccounts)?;
    let (_, mut sheet) = sheet(&visitor, &id).await?;
    sheet.notice = (done.done == "correct")
        .then(|| Notice { kind: "success", text: "Corrected. The person was told.".to_owned() });
    Ok(sheet.answer(visitor))
}

async fn sheet(visitor: &Visitor, id: &str) -> Result<(i64, Sheet), Stop> {
    let Ok(id) = id.parse() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let found = staff::person(&visitor.app.registry, id).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    let Person { known, sites } = found.ok_or_else(|| visitor.no_page(NoPage::NotFound))?;
    visitor.looks_at(Permission::ViewAccounts, Look::Person(id)).await?;
    let mut sheet = Sheet::new(known.name.to_string(), "account");
    (sheet.at, sheet.below) = (FOUND_AT, Some(("User accounts", FOUND_AT)));
    sheet.lead = "On staff lists, without an account.".into();
    let license = format!("{} {}", known.license_kind, known.license_number);
    let facts = [
        Fact::some("E-mail", known.email.as_str()),
        Fact::some("License", license.trim()),
        Fact::some("Listed at", sites.join(", ")),
    ];
    sheet.blocks.push(Block::Facts("What is known", facts.into_iter().flatten().collect()));
    if visitor.may(Permission::ManageAccounts) {
        sheet.blocks.push(form(&known, address(id)));
    }
    Ok((id, sheet))
}

fn address(id: i64) -> String {
    format!("/help/people/{id}")
}

/// The fields of what is on record of a person.
pub(super) fn fields(known: &Correction) -> Vec<Field> {
    vec![
        Field::text("name", "First and last name").with(&*known.name),
        Field::new("email", "Work e-mail", FieldKind::Email).with(known.email.as_str()),
        Field::text("license_kind", "Kind of license").with(&*known.license_kind).optional(),
        Field::text("license_number", "License number").with(&*known.license_number).optional(),
    ]
}

/// What those fields say.
pub(super) fn said(form: &Typed) -> Result<Correction, Problem> {
    let email = typed(form, "email")
        .parse::<EmailAddress>()
        .map_err(|_| Problem::of("email", "Enter an e-mail address, such as name@clinic.example."))?;
    Ok(Correction {
        name: typed(form, "name").into(),
        email,
        license_kind: typed(form, "license_kind").into(),
        license_number: typed(form, "license_number").into(),
    })
}

fn form(known: &Correction, action: String) -> Block {
    Block::Form(FormView {
        heading: "Correct the person on record".to_owned(),
        lead: "It holds at once, on all lists. The old address and the new one get a message.".to_owned(),
        action,
        fields: fields(known)
            .into_iter()
            .chain([
                Field::text("reason", "Why").hint("In one line of at most 120 characters; kept in the audit")
            ])
            .collect(),
        button: "Correct it",
        is_quiet: true,
        ..FormView::default()
    })
}

/// `POST /help/people/{id}`
pub(crate) async fn correct(Path(id): Path<String>, Sent { visitor, form }: Sent) -> Answer {
    let granted = visitor.granted(Permission::ManageAccounts)?;
    let (id, sheet) = sheet(&visitor, &id).await?;
    let problem = match said(&form) {
        Err(problem) => problem,
        Ok(new) => {
            let right = (new, typed(&form, "reason"));
            match staff::correct_person(&visitor.app.registry, &granted, id, right, visitor.arrival).await {
                Ok(()) => return Ok(redirect(&format!("{}?done=correct", address(id)))),
                Err(failure) => refused(&visitor, failure)?,
            }
        }
    };
    Ok(sheet.refilled(&address(id), &form, problem).answer(visitor))
}
