//! The user and confidentiality agreement, accepted before anything else opens (requirements 3.3).

use super::owed::go_on;
use super::views::AgreementPage;
use crate::pages::errors::NoPage;
use crate::pages::filled::Filled;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Visitor, redirect, rendered};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use iis_registry::accounts::user_agreement;
use iis_registry::sessions::{self, Owed};
use serde::Deserialize;

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Accepted {
    #[serde(default)]
    accepted: String,
}

/// `GET /account/agreement`
pub(crate) async fn form(visitor: Visitor) -> Answer {
    Ok(rendered(&page(&visitor, Vec::new())?))
}

fn page(visitor: &Visitor, problems: Vec<Problem>) -> Result<AgreementPage, crate::pages::visitor::Stop> {
    let Some(agreement) = &visitor.app.sign_in.agreement else {
        return Err(visitor.no_page(NoPage::NotFound));
    };
    let frame = visitor.frame("").titled("User and confidentiality agreement").helped_by("account");
    let frame = if problems.is_empty() { frame } else { frame.in_error() };
    Ok(AgreementPage { frame, csrf: visitor.csrf(), paragraphs: agreement.paragraphs.clone(), problems })
}

/// `POST /account/agreement`: who does not accept may sign out, and nothing else.
pub(crate) async fn submit(Filled { visitor, form }: Filled<Accepted>) -> Answer {
    if form.accepted != "yes" {
        let text = "Check the box to accept. Without it the registry does not open.";
        let page = page(&visitor, vec![Problem::of("accepted", text)])?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, rendered(&page)).into_response());
    }
    let Some(agreement) = visitor.app.sign_in.agreement.clone() else {
        return Err(visitor.no_page(NoPage::NotFound));
    };
    let session = visitor.any_session()?;
    let (registry, account) = (&visitor.app.registry, &session.account);
    let accepted = user_agreement::accept(registry, account, agreement.sha256, visitor.arrival).await;
    accepted.map_err(|failure| visitor.failed(&failure))?;
    if session.owes == Some(Owed::AgreementAlone) {
        let noted = sessions::owes(registry, visitor.token_sha256, None).await;
        noted.map_err(|failure| visitor.failed(&failure))?;
        return Ok(redirect("/"));
    }
    go_on(&visitor, "/").await
}
