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
use crate::pages::frame::{Fact, Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, percent_encoded, redirect};
use axum::extract::{Path, Query};
use iis_model::access::Permission;
use iis_registry::access::looking::Look;
use iis_registry::cases::{Party, Scan};
use iis_registry::tickets::{
    self, AskedBy, Attachment, Category, Event, Filter, LinkKind, Listed, Opened, Order, State, Ticket,
    Wanted,
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
    from: String,
    #[serde(default)]
    order: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    done: String,
}

impl Asked {
    /// The address of another page of the same tickets.
    fn at(&self, page: usize) -> String {
        let fields = [
            ("state", &self.state),
            ("category", &self.category),
            ("site", &self.site),
            ("from", &self.from),
            ("order", &self.order),
        ];
        let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
        let fields = fields.map(|(name, value)| format!("{name}={}&", percent_encoded(value)));
        format!("{HERE}?{}page={page}", fields.collect::<String>())
    }
}

/// The address of the list.
const HERE: &str = "/help/tickets";
/// The words that the address has for states besides their own.
const WAITING: &str = "";
const ALL: &str = "all";
/// The words that it has for who asks.
const SIGNED_IN: &str = "signed-in";
const NOT_SIGNED_IN: &str = "not-signed-in";
/// The form that sets aside what is marked in the list.
const SETTING_ASIDE: &str = "setting-aside";

/// `GET /help/tickets`: what waits for the Help Desk, or what it looks for.
pub(crate) async fn list(visitor: Visitor, Query(asked): Query<Asked>) -> Answer {
    visitor.granted(Permission::AnswerTickets)?;
    Ok(list_sheet(&visitor, &asked, None).await?.answer(visitor))
}

async fn list_sheet(visitor: &Visitor, asked: &Asked, refused: Option<Problem>) -> Result<Sheet, Stop> {
    let mut sheet = Sheet::new("Tickets", "tickets");
    sheet.at = HERE;
    let (filter, problem) = filter(visitor, asked).await?;
    let listed = tickets::listed(&visitor.app.registry, filter, asked.page.parse().unwrap_or(1)).await;
    let listed = listed.map_err(|failure| visitor.failed(&failure))?;
    let is_usual = Filter { order: Order::Urgent, ..filter } == Filter::default();
    sheet.lead = lead(&listed, is_usual);
    sheet.notice = (asked.done == "set-aside")
        .then(|| Notice { kind: "success", text: "Set aside. Nobody gets a message.".to_owned() });
    sheet.problems = refused.into_iter().chain(problem).collect();
    sheet.blocks = vec![search(asked), Block::Table(table(visitor, &listed.tickets, asked, is_usual))];
    if listed.tickets.iter().any(Ticket::can_be_set_aside) {
        sheet.blocks.push(setting_aside(SETTING_ASIDE, Vec::new()));
    }
    sheet.blocks.extend(other_pages(asked, &listed));
    Ok(sheet)
}

fn lead(listed: &Listed, is_usual: bool) -> String {
    let count = format::counted(i64::try_from(listed.total).unwrap_or(0), "ticket");
    let told = if is_usual {
        format!("{} for the Help Desk.", format::sentence_case(&waits(&count, listed.total)))
    } else {
        format!("{count} found.")
    };
    if listed.pages == 1 { told } else { format!("{told} Page {} of {}.", listed.page, listed.pages) }
}

fn waits(count: &str, n: usize) -> String {
    format!("{count} {}", if n == 1 { "waits" } else { "wait" })
}

/// The ways to the page before and to the page after.
fn other_pages(asked: &Asked, listed: &Listed) -> Option<Block> {
    let before = (listed.page > 1).then(|| (listed.page - 1, "The page before"));
    let after = (listed.page < listed.pages).then(|| (listed.page + 1, "The next page"));
    let link = |(page, label): (usize, &str)| Link { href: asked.at(page), label: label.to_owned() };
    let links: Vec<_> = before.into_iter().chain(after).map(link).collect();
    (!links.is_empty()).then_some(Block::Links("More tickets", links))
}

/// The form that sets tickets aside: those that are marked in the list, or the one of its page.
fn setting_aside(id: &'static str, fields: Vec<Field>) -> Block {
    Block::Form(FormView {
        id,
        lead: "What is no question for the Help Desk, from somebody who was not signed in: it is closed without an answer, and \
               nobody gets a message."
            .to_owned(),
        action: format!("{HERE}/set-aside"),
        fields,
        button: if id.is_empty() { "Set this ticket aside" } else { "Set the marked tickets aside" },
        is_quiet: true,
        ..FormView::default()
    })
}

/// The name under which a ticket is sent that is set aside.
fn marked(number: i64) -> String {
    format!("ticket-{number}")
}

/// `POST /help/tickets/set-aside`: tickets of people who were not signed in, without an answer.
pub(crate) async fn set_aside(Sent { visitor, form }: Sent) -> Answer {
    let granted = visitor.granted(Permission::AnswerTickets)?;
    let marked = form.iter().filter(|(_, value)| *value == "yes");
    let numbers: Vec<i64> =
        marked.filter_map(|(name, _)| name.strip_prefix("ticket-")?.parse().ok()).collect();
    match tickets::set_aside(&visitor.app.registry, &granted, &numbers, visitor.arrival).await {
        Ok(()) => Ok(redirect(&format!("{HERE}?done=set-aside"))),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            Ok(list_sheet(&visitor, &Asked::default(), Some(problem)).await?.answer(visitor))
        }
    }
}

/// What is looked for; a site that nobody knows is told, and those of all sites are shown.
async fn filter(visitor: &Visitor, asked: &Asked) -> Result<(Filter, Option<Problem>), Stop> {
    let wanted = match asked.state.as_str() {
        WAITING => Wanted::Waiting,
        ALL => Wanted::All,
        word => State::of_word(word).map_or(Wanted::Waiting, Wanted::In),
    };
    let asked_by = match asked.from.as_str() {
        SIGNED_IN => AskedBy::SignedIn,
        NOT_SIGNED_IN => AskedBy::Strangers,
        _ => AskedBy::Anybody,
    };
    let order = if asked.order == "oldest" { Order::Oldest } else { Order::Urgent };
    let category = Category::of_word(&asked.category);
    let filter = Filter { wanted, category, site: None, asked_by, order };
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
    let from = [
        pair("", "Anybody"),
        pair(SIGNED_IN, "People who were signed in"),
        pair(NOT_SIGNED_IN, "People who were not signed in"),
    ];
    let orders = [pair("", "Urgent first"), pair("oldest", "Oldest first")];
    Block::Filter(FilterView {
        action: HERE,
        fields: vec![
            Field::choice("state", "State", FieldKind::Select, states, &asked.state),
            Field::choice("category", "About", FieldKind::Select, categories, &asked.category),
            Field::choice("from", "From", FieldKind::Select, from, &asked.from),
            Field::text("site", "Site: its code or its name").with(&*asked.site),
            Field::choice("order", "Order", FieldKind::Select, orders, &asked.order),
        ],
        button: "Show",
    })
}

fn table(visitor: &Visitor, found: &[Ticket], asked: &Asked, is_usual: bool) -> TableView {
    let zone = &visitor.app.registry.identity.zone;
    let row = |case: &Ticket| {
        let who = &case.body.name;
        vec![
            Cell::link(case.number.to_string(), format!("{HERE}/{}", case.number)),
            Cell::text(&*case.body.subject),
            Cell::text(case.body.category.title()),
            Cell::text(if case.account_id.is_some() {
                who.to_string()
            } else {
                format!("{who} (not signed in)")
            }),
            Cell::text(case.body.priority.title()),
            Cell::text(format::moment(case.opened_at, zone)),
            Cell::text(case.state.title()),
            if case.can_be_set_aside() {
                let about = format!("Ticket {}: {}", case.number, case.body.subject);
                Cell::mark(marked(case.number), about, SETTING_ASIDE)
            } else {
                Cell::default()
            },
        ]
    };
    let order = if asked.order == "oldest" {
        "those of people who were signed in, then others, of each the oldest first"
    } else {
        "those of people who were signed in, then others, of each the urgent ones first, then the oldest"
    };
    let what = if is_usual { "Tickets that wait" } else { "Tickets" };
    TableView {
        id: "tickets",
        caption: format!("{what}: {order}"),
        heads: &["Ticket", "Subject", "About", "From", "How soon", "Opened", "State", "Mark"],
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
    let mut sheet = ticket_sheet(visitor, opened, &opened.conversation, done);
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
    if opened.can_be_set_aside() {
        sheet.blocks.push(setting_aside("", vec![Field::hidden(marked(opened.case.number), "yes")]));
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
