//! `/account/mailbox`: a code that is mailed, before the first second factor of an account is added. Whoever knows the password
//! alone binds none (decision 0047).

use super::code::{mailed, send_code};
use super::sign_in::{Asked, locked, own_address};
use crate::pages::access::sheet::{Block, Field, FormView, Sheet};
use crate::pages::filled::Filled;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Stop, Visitor, percent_encoded, redirect};
use axum::extract::{ConnectInfo, Query};
use iis_registry::accounts::{Attempt, Heard, mailbox};
use serde::Deserialize;
use std::net::SocketAddr;

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

/// Asks for the mailed code first, where it is owed. Without it the registry adds no first factor; here it is asked for before
/// anything is typed.
pub(super) async fn first(visitor: &Visitor, next: &str) -> Result<(), Stop> {
    let owed = mailbox::is_owed(&visitor.app.registry, visitor.any_session()?, visitor.arrival.at).await;
    if owed.map_err(|failure| visitor.failed(&failure))? {
        return Err(redirect(&format!("/account/mailbox?next={}", percent_encoded(next))).into());
    }
    Ok(())
}

/// `GET /account/mailbox`
pub(crate) async fn form(visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    let next = own_address(asked.next()).to_owned();
    let mut sheet = sheet(&next, asked.is_mailed());
    sheet.notice = asked.is_mailed().then(mailed);
    Ok(sheet.answer(visitor))
}

/// With the field for the code once one was mailed.
fn sheet(next: &str, is_mailed: bool) -> Sheet {
    let mut sheet = Sheet::new("Show that you read your mail", "account");
    sheet.is_narrow = true;
    sheet.lead = "You are changing by what your account is opened, or where its messages go, and it has no second factor yet. So that nobody \
                  does that who only knows your password, type the code that we mail to the address of your account."
        .into();
    let hidden = || Field::hidden("next", next);
    let code = Field::text("code", "Code").hint("The six digits of the message. They work once.");
    if is_mailed {
        sheet.blocks.push(Block::Form(FormView {
            action: "/account/mailbox".to_owned(),
            fields: vec![hidden(), code.filled_by("one-time-code")],
            button: "Go on",
            ..FormView::default()
        }));
    }
    sheet.blocks.push(Block::Form(FormView {
        action: "/account/mailbox/mail".to_owned(),
        fields: vec![hidden()],
        button: if is_mailed { "Mail me another code" } else { "Mail me a code" },
        is_quiet: is_mailed,
        ..FormView::default()
    }));
    sheet
}

/// `POST /account/mailbox/mail`
pub(crate) async fn mail(Filled { visitor, form }: Filled<Typed>) -> Answer {
    send_code(&visitor, &visitor.any_session()?.account).await?;
    let next = percent_encoded(own_address(&form.next));
    Ok(redirect(&format!("/account/mailbox?ended=mailed&next={next}")))
}

/// `POST /account/mailbox`
pub(crate) async fn submit(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Filled { visitor, form }: Filled<Typed>,
) -> Answer {
    let (registry, account) = (&visitor.app.registry, &visitor.any_session()?.account);
    let failed = |failure| visitor.failed(&failure);
    let attempt = Attempt::to_prove(account, &peer.ip().to_string(), visitor.arrival);
    let next = own_address(&form.next);
    if let Heard::Locked(until) = attempt.hear(registry).await.map_err(failed)? {
        let text = locked(&visitor.app, until);
        return Ok(again(visitor, next, text));
    }
    let typed = (visitor.token_sha256, &*form.code);
    if mailbox::show(registry, &attempt, account, typed, visitor.arrival).await.map_err(failed)? {
        return Ok(redirect(next));
    }
    Ok(again(visitor, next, "That code is not right, or its ten minutes are over.".to_owned()))
}

fn again(visitor: Visitor, next: &str, text: String) -> axum::response::Response {
    let mut sheet = sheet(next, true);
    sheet.problems = vec![Problem::of("code", text)];
    sheet.answer(visitor)
}
