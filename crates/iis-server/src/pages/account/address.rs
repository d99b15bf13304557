//! The address for mail of an account: `/account/address` gives another one, `/confirm-address/{token}` is the link that makes it
//! count (decision 0059).

use super::mailbox;
use crate::pages::access::sheet::{
    Block, Field, FieldKind, FormView, PublicSent, Sent, Sheet, button, refused, typed,
};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::Path;
use iis_model::EmailAddress;
use iis_registry::accounts::{self, address};

const HERE: &str = "/account/address";

/// `GET /account/address`
pub(crate) async fn form(visitor: Visitor) -> Answer {
    mailbox::first(&visitor, HERE).await?;
    Ok(sheet(&visitor).await?.answer(visitor))
}

async fn sheet(visitor: &Visitor) -> Result<Sheet, Stop> {
    let (registry, id) = (&visitor.app.registry, visitor.session()?.account.id);
    let failed = |failure| visitor.failed(&failure);
    let known = accounts::address_of(registry, id).await.map_err(failed)?;
    let waiting = address::waiting(registry, id, visitor.arrival.at).await.map_err(failed)?;
    let mut sheet = Sheet::new("Your e-mail address", "account");
    sheet.is_narrow = true;
    sheet.below = Some(("Your account", "/account"));
    sheet.lead = match &known {
        Some(email) => format!("The messages of your account go to {email}."),
        None => "No address of yours is on record: no message of your account reaches you, and no way back after a lock.".to_owned(),
    };
    if let Some((email, until)) = waiting {
        let until = format::moment(until, &registry.identity.zone);
        let text =
            format!("{email} waits for its confirmation: open the link in the message there, until {until}.");
        sheet.blocks.push(Block::Alert(Notice { kind: "info", text }));
    }
    sheet.blocks.push(Block::Form(FormView {
        lead: "We mail a link to the new address, and it counts once you opened that. The address of before gets a message too."
            .to_owned(),
        action: HERE.to_owned(),
        fields: vec![Field::new("email", "New e-mail", FieldKind::Email).filled_by("email")],
        button: "Mail me the link",
        ..FormView::default()
    }));
    Ok(sheet)
}

/// `POST /account/address`
pub(crate) async fn submit(Sent { visitor, form }: Sent) -> Answer {
    mailbox::first(&visitor, HERE).await?;
    let session = visitor.session()?;
    let problem = match typed(&form, "email").parse::<EmailAddress>() {
        Err(_) => Problem::of("email", "Enter an e-mail address, such as name@clinic.example."),
        Ok(email) => {
            let (registry, token) = (&visitor.app.registry, crate::clock::secret());
            match address::ask_own(registry, session, email, &token, visitor.arrival).await {
                Ok(()) => return Ok(redirect("/account?done=address")),
                Err(failure) => refused(&visitor, failure)?,
            }
        }
    };
    Ok(sheet(&visitor).await?.refilled(HERE, &form, problem).answer(visitor))
}

async fn user_of(visitor: &Visitor, token: &str) -> Result<Box<str>, Stop> {
    let found = address::is_link(&visitor.app.registry, token, visitor.arrival).await;
    found.map_err(|failure| visitor.failed(&failure))?.ok_or_else(|| visitor.no_page(NoPage::SpentLink))
}

/// `GET /confirm-address/{token}`: shows the button, and uses nothing up: mail programs open links.
pub(crate) async fn ask(visitor: Visitor, Path(token): Path<String>) -> Answer {
    user_of(&visitor, &token).await?;
    Ok(to_confirm(&token, Vec::new()).answer(visitor))
}

fn to_confirm(token: &str, problems: Vec<Problem>) -> Sheet {
    let mut sheet = Sheet::new("Confirm your address", "account");
    sheet.is_narrow = true;
    sheet.problems = problems;
    sheet.lead = "You read the mail of the address that was given for an account. Confirm it, and the messages of the account go \
                  here from now on. If you have no account here, close this page."
        .into();
    sheet.blocks = vec![button(format!("/confirm-address/{token}"), "Confirm the address", "")];
    sheet
}

/// `POST /confirm-address/{token}`
pub(crate) async fn confirm(Path(token): Path<String>, PublicSent { visitor, .. }: PublicSent) -> Answer {
    user_of(&visitor, &token).await?;
    match address::confirm(&visitor.app.registry, &token, visitor.arrival).await {
        Ok(true) => Ok(done().answer(visitor)),
        Ok(false) => Err(visitor.no_page(NoPage::SpentLink)),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            Ok(to_confirm(&token, vec![problem]).answer(visitor))
        }
    }
}

fn done() -> Sheet {
    let mut sheet = Sheet::new("The address is confirmed", "account");
    sheet.is_narrow = true;
    sheet.lead = "The messages of the account come here from now on. What was mailed to the address of before opens nothing any more."
        .into();
    sheet
}
