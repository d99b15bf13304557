//! `/tickets`: the tickets of whoever is signed in, and for a site administrator those of the organization. Out of a ticket
//! that asks for a role its owner begins the request for it (S-59).

use super::applying::{Done, application, fields_with, sought, table_of_types, which_site};
use super::files;
use super::sheet::{
    Block, Cell, FormView, Link, Sent, Sheet, TableView, Typed, outside, refused, say, typed,
};
use super::tickets::{attached, fetched, keep, ticket_sheet};
use crate::pages::errors::NoPage;
use crate::pages::filled::PublicUpload;
use crate::pages::format;
use crate::pages::frame::Problem;
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{ConnectInfo, Path, Query};
use iis_model::access::{Granted, Permission, Within};
use iis_registry::access::looking::Look;
use iis_registry::cases::Party;
use iis_registry::requests::{self, Places, access_types};
use iis_registry::tickets::{self, Opened, Ticket};
use std::net::SocketAddr;

const HERE: &str = "/tickets";

/// `GET /tickets`
pub(crate) async fn list(visitor: Visitor) -> Answer {
    let granted = visitor.granted(Permission::WriteTickets)?;
    let registry = &visitor.app.registry;
    let found = tickets::own(registry, &granted).await.map_err(|failure| visitor.failed(&failure))?;
    let (zone, own) = (&registry.identity.zone, visitor.session()?.account.id);
    let row = |case: &Ticket| {
        let from = if case.account_id == Some(own) { "you" } else { &*case.body.name };
        vec![
            Cell::link(case.number.to_string(), format!("{HERE}/{}", case.number)),
            Cell::text(&*case.body.subject),
            Cell::text(case.body.category.title()),
            Cell::text(from),
            Cell::text(format::moment(case.opened_at, zone)),
            Cell::text(case.state.title()),
        ]
    };
    let sees_others = granted.reach().stretches().iter().any(|one| matches!(one, Within::Organization(_)));
    let mut sheet = Sheet::new("Your tickets", "tickets");
    sheet.at = HERE;
    sheet.lead = if sees_others {
        "What you asked the Help Desk, and what people of your organization asked it, signed in. You can answer in all of them."
    } else {
        "What you asked the Help Desk while you were signed in. The site administrator of your site sees it too."
    }
    .into();
    let ask = [
        ("/help/tickets/new", "Ask the Help Desk"),
        ("/help/tickets/new?category=add-role", "Ask for a further role"),
    ];
    let ask = ask.map(|(href, label)| Link { href: href.to_owned(), label: label.to_owned() });
    sheet.blocks = vec![
        Block::Links("A new one", ask.into()),
        Block::Table(TableView {
            id: "own-tickets",
            caption: "Tickets, the latest first".to_owned(),
            heads: &["Ticket", "Subject", "About", "From", "Opened", "State"],
            rows: found.iter().map(row).collect(),
            nothing: "You have asked nothing yet.",
        }),
    ];
    Ok(sheet.answer(visitor))
}

/// A ticket that somebody may see; others look absent.
async fn theirs(visitor: &Visitor, number: &str) -> Result<(Granted, Opened), Stop> {
    let granted = visitor.granted(Permission::WriteTickets)?;
    let nothing = || visitor.no_page(NoPage::NotFound);
    let number = number.parse().map_err(|_| nothing())?;
    let opened = tickets::opened_by(&visitor.app.registry, &granted, number).await;
    let opened = opened.map_err(|failure| visitor.failed(&failure))?.ok_or_else(nothing)?;
    Ok((granted, opened))
}

/// `GET /tickets/{number}`
pub(crate) async fn show(visitor: Visitor, Path(number): Path<String>, Query(done): Query<Done>) -> Answer {
    let (_, opened) = theirs(&visitor, &number).await?;
    visitor.looks_at(Permission::WriteTickets, Look::Ticket(opened.case.number)).await?;
    Ok(sheet(&visitor, &opened, &done.done)?.answer(visitor))
}

fn sheet(visitor: &Visitor, opened: &Opened, done: &str) -> Result<Sheet, Stop> {
    let mut sheet = ticket_sheet(visitor, opened, &outside(&opened.conversation), done);
    sheet.at = HERE;
    sheet.below = Some(("Your tickets", HERE));
    let here = format!("{HERE}/{}", opened.case.number);
    sheet.blocks.extend(role(visitor, opened)?);
    sheet.blocks.extend(attached(opened, &here, |file| file.name.to_string()));
    sheet.blocks.push(say(here.clone(), "Answer", "Your words", "text", "Send"));
    sheet.blocks.extend(opened.takes_file().is_ok().then(|| files::sending(format!("{here}/files"))));
    Ok(sheet)
}

/// The number of the request for a role that was begun from a ticket of one's own, and the way to begin one.
fn role(visitor: &Visitor, opened: &Opened) -> Result<Vec<Block>, Stop> {
    let account = visitor.session()?.account.id;
    if opened.case.account_id != Some(account) {
        return Ok(Vec::new());
    }
    let request = opened.case.body.request;
    let begun = request.map(|number| {
        let text = format!("Request {number}. Its link came to you by mail, and shows where it stands.");
        Block::Text("The role".to_owned(), vec![text])
    });
    let label = match request {
        Some(_) => "Fill in another request, if that one was denied or ran out",
        None => "Fill in the request for the role: it comes to the account that you have",
    };
    let begin = opened.case.may_begin_request(account).then(|| {
        let href = format!("{HERE}/{}/request", opened.case.number);
        Block::Links("Ask for it", vec![Link { href, label: label.to_owned() }])
    });
    Ok(begun.into_iter().chain(begin).collect())
}

/// `POST /tickets/{number}`
pub(crate) async fn answer(Path(number): Path<String>, Sent { visitor, form }: Sent) -> Answer {
    let (granted, opened) = theirs(&visitor, &number).await?;
    let here = format!("{HERE}/{}", opened.case.number);
    let (registry, party, at) = (&visitor.app.registry, Party::Staff(&granted), visitor.arrival);
    match tickets::answer(registry, party, opened.case.number, typed(&form, "text"), at).await {
        Ok(()) => Ok(redirect(&format!("{here}?done=answer"))),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            Ok(sheet(&visitor, &opened, "")?.refilled(&here, &form, problem).answer(visitor))
        }
    }
}

/// `POST /tickets/{number}/files`
pub(crate) async fn attach(
    Path(number): Path<String>,
    PublicUpload { visitor, called, content, .. }: PublicUpload,
) -> Answer {
    let (granted, opened) = theirs(&visitor, &number).await?;
    let here = format!("{HERE}/{}", opened.case.number);
    keep(visitor, Party::Staff(&granted), &opened, &here, (called, content)).await
}

/// `GET /tickets/{number}/files/{n}`
pub(crate) async fn file(visitor: Visitor, Path((number, n)): Path<(String, String)>) -> Answer {
    let (granted, opened) = theirs(&visitor, &number).await?;
    fetched(&visitor, Party::Staff(&granted), opened.case.number, &n).await
}

/// A ticket of one's own that asks for a role.
async fn asks_role(visitor: &Visitor, number: &str) -> Result<i64, Stop> {
    let (_, opened) = theirs(visitor, number).await?;
    let asks = opened.case.may_begin_request(visitor.session()?.account.id);
    if asks { Ok(opened.case.number) } else { Err(visitor.no_page(NoPage::NotFound)) }
}

/// `GET /tickets/{number}/request`
pub(crate) async fn request(visitor: Visitor, Path(number): Path<String>) -> Answer {
    let number = asks_role(&visitor, &number).await?;
    Ok(request_sheet(&visitor, number, (&Typed::new(), None), Vec::new()).answer(visitor))
}

fn request_sheet(
    visitor: &Visitor,
    number: i64,
    (form, meant): (&Typed, Option<&Places>),
    problems: Vec<Problem>,
) -> Sheet {
    let mut sheet = Sheet::new("Ask for a further role", "access");
    sheet.at = HERE;
    sheet.below = Some(("Your tickets", HERE));
    sheet.lead = format!(
        "The role comes to your account, {}, beside those it has. The request goes the way of every request: training, \
         the Help Desk, the site administrator.",
        visitor.session().map(|session| session.account.name.to_string()).unwrap_or_default()
    );
    sheet.problems = problems;
    let types = access_types(&visitor.app.registry.roles);
    let all = fields_with(&types, form, meant);
    sheet.blocks = vec![
        Block::Table(table_of_types(&types)),
        Block::Form(FormView {
            action: format!("{HERE}/{number}/request"),
            // who asks is known
            fields: all.into_iter().filter(|field| !matches!(&*field.name, "email" | "name")).collect(),
            button: "Save and send me the link",
            ..FormView::default()
        }),
    ];
    sheet
}

/// `POST /tickets/{number}/request`
pub(crate) async fn begin(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(number): Path<String>,
    Sent { visitor, mut form }: Sent,
) -> Answer {
    let number = asks_role(&visitor, &number).await?;
    // the registry puts the account's own in their place
    form.insert("email".to_owned(), "account@registry.example".to_owned());
    form.insert("name".to_owned(), "the account".to_owned());
    let asked = match application(&form) {
        Ok((_, asked)) => asked,
        Err(problems) => {
            return Ok(request_sheet(&visitor, number, (&form, None), problems).answer(visitor));
        }
    };
    if let Some(meant) = sought(&visitor, &form, peer.ip()).await? {
        let problem = which_site(&meant);
        return Ok(request_sheet(&visitor, number, (&form, Some(&meant)), vec![problem]).answer(visitor));
    }
    let account = &visitor.session()?.account;
    let begun = requests::begin_from_ticket(&visitor.app.registry, account, number, asked, visitor.arrival);
    match begun.await {
        Ok(request) => Ok(redirect(&format!("/request-access/sent?number={request}"))),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            Ok(request_sheet(&visitor, number, (&form, None), vec![problem]).answer(visitor))
        }
    }
}
