//! `/help/tickets` for the Help Desk: what waits, what is looked for, and one ticket with its answer.

use super::applying::Done;
use super::files;
use super::sheet::{
    Block, Cell, Field, FieldKind, FilterView, FormView, Link, Sent, Sheet, TableView, button, moves,
    refusal, refused, typed,
};
use super::tickets::{attached, fetched, keep, ticket_sheet};
use crate::pages::errors::NoPage;
use crate::pages::filled::PublicUpload;
use crate::pages::format;
use crate::pages::frame::{Fact, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, percent_encoded, redirect};
use axum::extract::{Path, Query};
use iis_model::access::Permission;
use iis_registry::access::looking::Look;
use iis_registry::cases::{Party, Scan};
use iis_registry::tickets::{
    self, Attachment, Category, Event, Filter, LinkKind, MOST_LISTED, Opened, Order, State, Ticket, Wanted,
};
use serde::Deserialize;

/// Which tickets are looked for, as the address says.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    site: String,
    #[serde(default)]
    order: String,
}

/// The words that the address has for states besides their own.
const WAITING: &str = "";
const ALL: &str = "all";

/// `GET /help/tickets`: what waits for the Help Desk, or what it looks for.
pub(crate) async fn list(visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    visitor.granted(Permission::AnswerTickets)?;
    let mut sheet = Sheet::new("Tickets", "tickets");
    sheet.at = "/help/tickets";
    let (filter, problem) = filter(&visitor, &asked).await?;
    let listed = tickets::listed(&visitor.app.registry, filter).await;
    let (found, has_more) = listed.map_err(|failure| visitor.failed(&failure))?;
    let count = format::counted(i64::try_from(found.len()).unwrap_or(0), "ticket");
    let is_usual = Filter { order: Order::Urgent, ..filter } == Filter::default();
    sheet.lead = match (is_usual, has_more) {
        (_, true) => format!("The first {MOST_LISTED} tickets. Look for fewer to see the others."),
        (true, false) => format!("{} for the Help Desk.", format::sentence_case(&waits(&count, found.len()))),
        (false, false) => format!("{count} found."),
    };
    sheet.problems = problem.into_iter().collect();
    sheet.blocks = vec![search(&asked), Block::Table(table(&visitor, &found, &asked, is_usual))];
    Ok(sheet.answer(visitor))
}

fn waits(count: &str, n: usize) -> String {
    format!("{count} {}", if n == 1 { "waits" } else { "wait" })
}

/// What is looked for; a site that nobody knows is told, and those of all sites are shown.
async fn filter(visitor: &Visitor, asked: &Asked) -> Result<(Filter, Option<Problem>), Stop> {
    let wanted = match asked.state.as_str() {
        WAITING => Wanted::Waiting,
        ALL => Wanted::All,
        word => State::of_word(word).map_or(Wanted::Waiting, Wanted::In),
    };
    let order = if asked.order == "oldest" { Order::Oldest } else { Order::Urgent };
    let filter = Filter { wanted, category: Category::of_word(&asked.category), site: None, order };
    let typed = asked.site.trim();
    if typed.is_empty() {
        return Ok((filter, None));
    }
    let site = tickets::site(&visitor.app.registry, typed).await;
    let site = site.map_err(|failure| visitor.failed(&failure))?;
    let problem = site.is_none().then(|| {
        let text = "We know no site of this code or name, or several. The tickets below are of all sites.";
        Problem::of("site", text)
    });
    Ok((Filter { site, ..filter }, problem))
}

fn search(asked: &Asked) -> Block {
    let pair = |value: &str, label: &str| (value.to_owned(), label.to_owned());
    let states = State::ALL.iter().map(|one| pair(one.word(), one.title()));
    let states = [pair(WAITING, "For the Help Desk"), pair(ALL, "All")].into_iter().chain(states);
    let categories = Category::ALL.iter().map(|one| pair(one.word(), one.title()));
    let categories = std::iter::once(pair("", "Anything")).chain(categories);
    let orders = [pair("", "Urgent first"), pair("oldest", "Oldest first")];
    Block::Filter(FilterView {
        action: "/help/tickets",
        fields: vec![
            Field::choice("state", "State", FieldKind::Select, states, &asked.state),
            Field::choice("category", "About", FieldKind::Select, categories, &asked.category),
            Field::text("site", "Site: its code or its name").with(&*asked.site),
            Field::choice("order", "Order", FieldKind::Select, orders, &asked.order),
        ],
        button: "Show",
    })
}

fn table(visitor: &Visitor, found: &[Ticket], asked: &Asked, is_usual: bool) -> TableView {
    let zone = &visitor.app.registry.identity.zone;
    let row = |case: &Ticket| {
        vec![
            Cell::link(case.number.to_string(), format!("/help/tickets/{}", case.number)),
            Cell::text(&*case.body.subject),
            Cell::text(case.body.category.title()),
            Cell::text(&*case.body.name),
            Cell::text(case.body.priority.title()),
            Cell::text(format::moment(case.opened_at, zone)),
            Cell::text(case.state.title()),
        ]
    };
    let order =
        if asked.order == "oldest" { "the oldest first" } else { "the urgent ones first, then the oldest" };
    let what = if is_usual { "Tickets that wait" } else { "Tickets" };
    TableView {
        id: "tickets",
        caption: format!("{what}, {order}"),
        heads: &["Ticket", "Subject", "About", "From", "How soon", "Opened", "State"],
        rows: found.iter().map(row).collect(),
        nothing: if is_usual { "No ticket waits for the Help Desk." } else { "No ticket is like that." },
    }
}

/// Who opened it, as far as that is known and not only said.
fn whose(opened: &Opened) -> Vec<Fact> {
    let signed_in = if opened.user.is_empty() {
        "nobody was signed in: name and site are as typed".to_owned()
    } else {
        opened.user.to_string()
    };
    let typed = if opened.case.account_id.is_none() { &*opened.site } else { "" };
    [
        Fact::some("Signed in as", signed_in),
        Fact::some("The site that was typed may be", typed),
        Fact::some("E-mail", opened.case.email.as_str()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The way to the request for a role that was begun from it.
fn begun(opened: &Opened) -> Option<Block> {
    let number = opened.case.body.request?;
    let link = Link { href: format!("/help/requests/{number}"), label: format!("Request {number}") };
    Some(Block::Links("Begun from this ticket", vec![link]))
}

/// The way to what it is linked with, where there is such a thing and this person may see it.
fn linked(visitor: &Visitor, opened: &Opened) -> Option<Block> {
    let linked = opened.case.body.linked.as_ref()?;
    let label = format!("{} {}", linked.kind.title(), linked.name);
    if !opened.is_linked_there {
        return Some(Block::Text(
            "Linked with".to_owned(),
            vec![format!("{label}: nothing of that name is here.")],
        ));
    }
    let (permission, href) = match linked.kind {
        LinkKind::Request => (Permission::ReviewRequests, format!("/help/requests/{}", linked.name)),
        LinkKind::Enrollment => (Permission::ViewEnrollments, format!("/help/enrollments/{}", linked.name)),
        LinkKind::Account => (Permission::ViewAccounts, format!("/admin/access?user={}", linked.name)),
        LinkKind::Sender => (Permission::ManageSenders, format!("/interfaces/senders/{}", linked.name)),
        LinkKind::Site => {
            let address = format!("/help/tickets?state=all&site={}", percent_encoded(&linked.name));
            let links = vec![Link { href: address, label: format!("All tickets of {}", linked.name) }];
            return Some(Block::Links("Linked with", links));
        }
    };
    Some(if visitor.may(permission) {
        Block::Links("Linked with", vec![Link { href, label }])
    } else {
        Block::Text("Linked with".to_owned(), vec![label])
    })
}

/// A file as staff see it, who decide whether to open it.
fn for_staff(file: &Attachment) -> String {
    match file.scan {
        Scan::Clean => file.name.to_string(),
        _ => format!("{} (not scanned for malware)", file.name),
    }
}

fn title(word: &str) -> &'static str {
    State::of_word(word).map_or("", State::title)
}

async fn by_number(visitor: &Visitor, number: &str) -> Result<Opened, Stop> {
    let nothing = || visitor.no_page(NoPage::NotFound);
    let number = number.parse().map_err(|_| nothing())?;
    let opened = tickets::opened(&visitor.app.registry, number).await;
    opened.map_err(|failure| visitor.failed(&failure))?.ok_or_else(nothing)
}

/// `GET /help/tickets/{number}`: the Help Desk's page.
pub(crate) async fn show(visitor: Visitor, Path(number): Path<String>, Query(done): Query<Done>) -> Answer {
    let opened = by_number(&visitor, &number).await?;
    visitor.looks_at(Permission::AnswerTickets, Look::Ticket(opened.case.number)).await?;
    Ok(sheet(&visitor, &opened, &done.done).answer(visitor))
}

fn sheet(visitor: &Visitor, opened: &Opened, done: &str) -> Sheet {
    let mut sheet = ticket_sheet(visitor, opened, done);
    sheet.at = "/help/tickets";
    sheet.below = Some(("Tickets", "/help/tickets"));
    let here = format!("/help/tickets/{}", opened.case.number);
    sheet.blocks.push(Block::Facts("Whose it is", whose(opened)));
    sheet.blocks.extend(linked(visitor, opened));
    sheet.blocks.extend(begun(opened).filter(|_| visitor.may(Permission::ReviewRequests)));
    sheet.blocks.extend(attached(opened, &here, for_staff));
    let nexts = [
        ("open", "Answer; the ticket stays open"),
        ("ask", "Ask; wait for the requester"),
        ("resolve", "Answer; the ticket is resolved"),
    ];
    let nexts = nexts.map(|(value, label)| (value.to_owned(), label.to_owned()));
    sheet.blocks.push(Block::Form(FormView {
        heading: "Answer".to_owned(),
        lead: "The message to the requester says that there is an answer, not what it says.".to_owned(),
        action: here.clone(),
        fields: vec![
            Field::new("text", "Your words", FieldKind::Area),
            Field::choice("next", "And then", FieldKind::Select, nexts, "resolve"),
        ],
        button: "Send",
        ..FormView::default()
    }));
    if opened.case.state == State::Resolved {
        sheet.blocks.push(button(format!("{here}/close"), "Close the ticket", ""));
    }
    sheet.blocks.extend(opened.takes_file().is_ok().then(|| files::sending(format!("{here}/files"))));
    let zone = &visitor.app.registry.identity.zone;
    sheet.blocks.push(moves(&opened.moves, title, zone));
    sheet
}

/// `POST /help/tickets/{number}`
pub(crate) async fn reply(Path(number): Path<String>, Sent { visitor, form }: Sent) -> Answer {
    let granted = visitor.granted(Permission::AnswerTickets)?;
    let opened = by_number(&visitor, &number).await?;
    let event = match typed(&form, "next") {
        "ask" => Some(Event::Ask),
        "resolve" => Some(Event::Resolve),
        _ => None,
    };
    let (registry, at) = (&visitor.app.registry, visitor.arrival);
    let replied =
        tickets::reply(registry, &granted, opened.case.number, event, typed(&form, "text"), at).await;
    let here = format!("/help/tickets/{}", opened.case.number);
    match replied {
        Ok(()) => Ok(redirect(&format!("{here}?done=reply"))),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            Ok(sheet(&visitor, &opened, "").refilled(&here, &form, problem).answer(visitor))
        }
    }
}

/// `POST /help/tickets/{number}/close`
pub(crate) async fn close(Path(number): Path<String>, Sent { visitor, form: _ }: Sent) -> Answer {
    let granted = visitor.granted(Permission::AnswerTickets)?;
    let opened = by_number(&visitor, &number).await?;
    let closed = tickets::close(&visitor.app.registry, &granted, opened.case.number, visitor.arrival).await;
    match closed {
        Ok(()) => Ok(redirect("/help/tickets")),
        Err(failure) => refusal(visitor, failure, ("Tickets", "/help/tickets")),
    }
}

/// `POST /help/tickets/{number}/files`: staff send a file.
pub(crate) async fn attach(
    Path(number): Path<String>,
    PublicUpload { visitor, called, content, .. }: PublicUpload,
) -> Answer {
    let granted = visitor.granted(Permission::AnswerTickets)?;
    let opened = by_number(&visitor, &number).await?;
    let here = format!("/help/tickets/{}", opened.case.number);
    keep(visitor, Party::Staff(&granted), &opened, &here, (called, content)).await
}

/// `GET /help/tickets/{number}/files/{n}`
pub(crate) async fn file(visitor: Visitor, Path((number, n)): Path<(String, String)>) -> Answer {
    let granted = visitor.granted(Permission::AnswerTickets)?;
    let number = by_number(&visitor, &number).await?.case.number;
    fetched(&visitor, Party::Staff(&granted), number, &n).await
}
