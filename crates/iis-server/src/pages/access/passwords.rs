//! `/set-password/{token}`: the first password of a new account, set once by the link of a letter.

use super::sheet::{Block, Field, FieldKind, FormView, PublicSent, Sheet, typed};
use crate::pages::account::{RULES, problems_of_password, sign_in::unanswered};
use crate::pages::errors::NoPage;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::Path;
use iis_registry::requests;

async fn user_of(visitor: &Visitor, token: &str) -> Result<Box<str>, Stop> {
    let found = requests::is_link(&visitor.app.registry, token, visitor.arrival).await;
    let found = found.map_err(|failure| visitor.failed(&failure))?;
    found.ok_or_else(|| visitor.no_page(NoPage::SpentLink))
}

/// `GET /set-password/{token}`
pub(crate) async fn form(visitor: Visitor, Path(token): Path<String>) -> Answer {
    user_of(&visitor, &token).await?;
    Ok(sheet(&token, Vec::new()).answer(visitor))
}

fn sheet(token: &str, problems: Vec<Problem>) -> Sheet {
    let mut sheet = Sheet::new("Choose your password", "account");
    sheet.is_narrow = true;
    sheet.problems = problems;
    sheet.lead =
        "The link works once. Afterwards you sign in with the user name from the other message.".into();
    sheet.blocks = vec![Block::Form(FormView {
        action: format!("/set-password/{token}"),
        fields: vec![
            Field::new("new", "Password", FieldKind::Password).hint(RULES),
            Field::new("again", "Password, once more", FieldKind::Password),
        ],
        button: "Set the password",
        ..FormView::default()
    })];
    sheet
}

/// `POST /set-password/{token}`
pub(crate) async fn submit(Path(token): Path<String>, PublicSent { visitor, form }: PublicSent) -> Answer {
    let user = user_of(&visitor, &token).await?;
    // passwords are not trimmed
    let raw = |name: &str| form.get(name).cloned().unwrap_or_default();
    let problems = problems_of_password(&visitor, &user, &raw("new"), &raw("again")).await;
    if !problems.is_empty() || typed(&form, "new").is_empty() {
        return Ok(sheet(&token, problems).answer(visitor));
    }
    let hash = visitor.app.passwords.hash(&raw("new")).await.map_err(|error| unanswered(&visitor, error))?;
    let set = requests::set_password(&visitor.app.registry, &token, hash.into(), visitor.arrival).await;
    if set.map_err(|failure| visitor.failed(&failure))? {
        Ok(redirect("/sign-in"))
    } else {
        Err(visitor.no_page(NoPage::SpentLink))
    }
}
