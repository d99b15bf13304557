//! The address for mail of an account: `/account/address` gives another one, `/confirm-address/{token}` is the link that makes it
//! count, `/stop-address/{token}` the one that ends it (decision 0059).

use super::mailbox;
use crate::pages::access::sheet::{
    Block, Field, FieldKind, FormView, Link, PublicSent, Sent, Sheet, button, quiet_button, refusal, refused,
    typed,
};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::Path;
use iis_model::EmailAddress;
use iis_registry::accounts::{self, address, stopping};

const HERE: &str = "/account/address";
const STOP: &str = "/account/address/stop";
const STOP_IT: &str = "Stop the new address";

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
        sheet.blocks.push(quiet_button(
            STOP.to_owned(),
            STOP_IT,
            "It counts no more then, and its link opens nothing.",
        ));
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

/// `POST /account/address/stop`: what waits for its confirmation ends.
pub(crate) async fn stop(Sent { visitor, .. }: Sent) -> Answer {
    match stopping::by_owner(&visitor.app.registry, visitor.session()?, visitor.arrival).await {
        Ok(()) => Ok(redirect("/account?done=address-stopped")),
        Err(failure) => refusal(visitor, failure, ("Your account", "/account")),
    }
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

async fn user_to_stop(visitor: &Visitor, token: &str) -> Result<(), Stop> {
    let found = stopping::is_link(&visitor.app.registry, token, visitor.arrival).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    found.map(drop).ok_or_else(|| visitor.no_page(NoPage::SpentLink))
}

/// `GET /stop-address/{token}`: shows the button, and uses nothing up: mail programs open links.
pub(crate) async fn ask_to_stop(visitor: Visitor, Path(token): Path<String>) -> Answer {
    user_to_stop(&visitor, &token).await?;
    let mut sheet = Sheet::new("Stop the new address", "account");
    sheet.is_narrow = true;
    sheet.lead = "Another e-mail address was given for your account and waits for its confirmation. If it shall not count, stop it: its \
                  link opens nothing then, and messages go to the address of before. If it was you, close this page."
        .into();
    sheet.blocks = vec![button(format!("/stop-address/{token}"), STOP_IT, "")];
    Ok(sheet.answer(visitor))
}

/// `POST /stop-address/{token}`
pub(crate) async fn stop_by_link(
    Path(token): Path<String>,
    PublicSent { visitor, .. }: PublicSent,
) -> Answer {
    let stopped = stopping::by_link(&visitor.app.registry, &token, visitor.arrival).await;
    if !stopped.map_err(|failure| visitor.failed(&failure))? {
        return Err(visitor.no_page(NoPage::SpentLink));
    }
    let mut sheet = Sheet::new("The new address is stopped", "account");
    sheet.is_narrow = true;
    sheet.lead = "It does not count, and its link opens nothing. Whoever gave it was signed in with your account, or called the Help \
                  Desk: change your password now, which ends all other sessions, and tell the Help Desk."
        .into();
    let link = |href: &str, label: &str| Link { href: href.to_owned(), label: label.to_owned() };
    let links = vec![
        link("/account/password", "Change your password"),
        link("/help/tickets/new", "Tell the Help Desk; you need not sign in"),
    ];
    sheet.blocks = vec![Block::Links("Go on", links)];
    Ok(sheet.answer(visitor))
}
