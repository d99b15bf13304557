//! `/approve/{number}/{key}`: the site administrator's answer. The link only shows the request; deciding is a form after
//! signing in, since scanners of mail open links.

use super::desk::{corrected, moved, namesakes};
use super::sheet::{Block, Field, FieldKind, FormView, Link, Sent, Sheet, refused, typed};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Fact, Notice};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::Path;
use iis_model::Timestamp;
use iis_model::access::Permission;
use iis_registry::access::looking::Look;
use iis_registry::requests::{self, Approval, Approver};
use jiff::tz::TimeZone;

async fn open(visitor: &Visitor, number: &str, key: &str) -> Result<Approval, Stop> {
    let granted = visitor.granted(Permission::ApproveAccounts)?;
    let nothing = || visitor.no_page(NoPage::NotFound);
    let number: i64 = number.parse().map_err(|_| nothing())?;
    let found = requests::approval(&visitor.app.registry, &granted, number, key, visitor.arrival).await;
    found.map_err(|failure| visitor.failed(&failure))?.ok_or_else(nothing)
}

/// `GET /approve/{number}/{key}`
pub(crate) async fn show(visitor: Visitor, Path((number, key)): Path<(String, String)>) -> Answer {
    let asked = open(&visitor, &number, &key).await?;
    visitor.looks_at(Permission::ApproveAccounts, Look::Request(asked.request.number)).await?;
    if asked.is_open() {
        Ok(sheet(&visitor, &asked, &key).answer(visitor))
    } else {
        Ok(answered(&visitor, &asked).answer(visitor))
    }
}

/// What became of a request whose letter somebody opens again, or after a colleague.
fn answered(visitor: &Visitor, Approval { request, site, .. }: &Approval) -> Sheet {
    let roles = &visitor.app.registry.roles;
    let since = format::moment(request.state_since, &visitor.app.registry.identity.zone);
    let mut sheet = Sheet::new("This request waits for you no longer", "access");
    sheet.is_narrow = true;
    sheet.lead = "It was answered already, or it was taken back. The link of the letter did its work.".into();
    let facts = [
        Fact::some("Name", &*request.body.name),
        Fact::some("Site", &**site),
        Fact::some("Type of access", roles.get(&request.body.role).map_or("", |role| role.title.as_str())),
        Fact::some("Where it stands", format!("{}, since {since}", request.state.title())),
    ];
    sheet.blocks = vec![
        Block::Facts("The request", facts.into_iter().flatten().collect()),
        Block::Links("Go on", go_on()),
    ];
    sheet
}

fn go_on() -> Vec<Link> {
    let link = |href: &str, label: &str| Link { href: href.to_owned(), label: label.to_owned() };
    vec![link("/admin/accounts", "Accounts"), link("/", "Today")]
}

fn sheet(
    visitor: &Visitor,
    Approval {
        request: case,
        site,
        known_as,
        is_another_since,
        namesakes: others,
        moved: lately,
        called_before,
    }: &Approval,
    key: &str,
) -> Sheet {
    let roles = &visitor.app.registry.roles;
    let (role, purpose) =
        roles.get(&case.body.role).map_or(("", ""), |role| (role.title.as_str(), role.purpose.as_str()));
    let zone = &visitor.app.registry.identity.zone;
    let at = |verb: &str| format!("/approve/{}/{key}/{verb}", case.number);
    let mut sheet = Sheet::new("Approve an account?", "access");
    sheet.is_narrow = true;
    sheet.lead = "The Help Desk has checked this request. Nothing happens before you answer.".into();
    let facts = [
        Fact::some("Name", &*case.body.name),
        Fact::some("E-mail", case.email.as_str()),
        Fact::some("Site", &**site),
        Fact::some("Jurisdiction", &*case.body.jurisdiction),
        Fact::some("Type of access", role),
        Fact::some("What the role does", purpose),
        Fact::some("License", format!("{} {}", case.body.license_kind, case.body.license_number).trim()),
        Fact::some("Known by the license under", known_as.as_deref().unwrap_or_default()),
        Fact::some(
            "An account of this name and license is there, under another address",
            noted(*is_another_since, zone),
        ),
        Fact::some(
            "Of the same name on the staff list of the site, under another address: ask whether it is the same person",
            namesakes(others),
        ),
        Fact::some("Address on record", moved(lately.as_ref(), zone)),
        Fact::some("Name on record", corrected(called_before.as_ref(), zone)),
    ];
    sheet.blocks = vec![
        Block::Facts("The request", facts.into_iter().flatten().collect()),
        Block::Form(FormView { action: at("approve"), button: "Approve", ..FormView::default() }),
        Block::Form(FormView {
            action: at("deny"),
            fields: vec![Field::new("text", "Why not", FieldKind::Area).hint("The applicant reads it")],
            button: "Deny",
            is_quiet: true,
            ..FormView::default()
        }),
    ];
    sheet
}

/// What the Help Desk found out about that account; empty: there is none.
fn noted(since: Option<Timestamp>, zone: &TimeZone) -> String {
    let Some(at) = since else { return String::new() };
    format!(
        "the Help Desk noted on {} that it is somebody else’s. Approve if you know this person.",
        format::moment(at, zone)
    )
}

/// `POST /approve/{number}/{key}/{verb}`
pub(crate) async fn act(
    Path((number, key, verb)): Path<(String, String, String)>,
    Sent { visitor, form }: Sent,
) -> Answer {
    let granted = visitor.granted(Permission::ApproveAccounts)?;
    let approver = Approver::Administrator(visitor.session()?.account.id);
    let asked = open(&visitor, &number, &key).await?;
    let case = &asked.request;
    if !asked.is_open() {
        return Ok(answered(&visitor, &asked).answer(visitor));
    }
    let registry = &visitor.app.registry;
    let acted = match verb.as_str() {
        "approve" => {
            let token = crate::clock::secret();
            requests::approve(registry, &granted, case.number, approver, &token, visitor.arrival).await
        }
        "deny" => {
            requests::deny(registry, &granted, case.number, approver, typed(&form, "text"), visitor.arrival)
                .await
        }
        _ => return Err(visitor.no_page(NoPage::NotFound)),
    };
    match acted {
        Ok(()) => Ok(redirect(&format!("/approved?done={verb}"))),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            let at = format!("/approve/{}/{key}/{verb}", case.number);
            Ok(sheet(&visitor, &asked, &key).refilled(&at, &form, problem).answer(visitor))
        }
    }
}

/// `GET /approved`
pub(crate) async fn done(
    visitor: Visitor,
    axum::extract::Query(done): axum::extract::Query<super::applying::Done>,
) -> Answer {
    visitor.granted(Permission::ApproveAccounts)?;
    let mut sheet = Sheet::new("Your answer is noted", "access");
    sheet.is_narrow = true;
    let (kind, text) = match done.done.as_str() {
        "approve" => (
            "success",
            "Approved. The new user gets the user name and the link that sets the password in two messages.",
        ),
        "deny" => ("info", "Denied. The applicant gets a message with your words."),
        _ => return Ok(redirect("/")),
    };
    sheet.notice = Some(Notice { kind, text: text.to_owned() });
    sheet.blocks = vec![Block::Links("Go on", go_on())];
    Ok(sheet.answer(visitor))
}
