//! `/help/tickets`: questions to the Help Desk, by anybody, and their conversation.

use super::applying::{Begun, Done};
use super::files;
use super::sheet::{
    Block, Cell, Field, FieldKind, FormView, Link, PublicSent, Sent, Sheet, TableView, Typed, button, moves,
    refusal, refused, said, typed,
};
use crate::pages::errors::NoPage;
use crate::pages::filled::PublicUpload;
use crate::pages::format;
use crate::pages::frame::{Fact, Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::EmailAddress;
use iis_model::access::Permission;
use iis_registry::access::looking::Look;
use iis_registry::cases::{Keys, Party, Scan};
use iis_registry::tickets::{self, Attachment, Category, Event, Opened, Priority, Question, State, Ticket};
use serde::Deserialize;

/// What a new ticket is about, where a page says it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct About {
    #[serde(default)]
    category: String,
}

/// `GET /help/tickets/new`
pub(crate) async fn form(visitor: Visitor, Query(about): Query<About>) -> Answer {
    let typed = Typed::from([("category".to_owned(), about.category)]);
    Ok(sheet(&typed, Vec::new()).answer(visitor))
}

fn sheet(form: &Typed, problems: Vec<Problem>) -> Sheet {
    let value = |name: &str| typed(form, name).to_owned();
    let categories = Category::ALL.iter().map(|one| (one.word().to_owned(), one.title().to_owned()));
    let priorities = Priority::ALL.iter().map(|one| (one.word().to_owned(), one.title().to_owned()));
    let mut sheet = Sheet::new("Ask the Help Desk", "tickets");
    sheet.is_narrow = true;
    sheet.problems = problems;
    sheet.lead = "Do not write about a patient by name: give a registry ID, or call. You get a message when there is an answer.".into();
    sheet.blocks = vec![Block::Form(FormView {
        action: "/help/tickets/new".to_owned(),
        fields: vec![
            Field::choice("category", "About", FieldKind::Select, categories, typed(form, "category")),
            Field::choice("priority", "How soon", FieldKind::Select, priorities, typed(form, "priority")),
            Field::text("name", "First and last name").with(value("name")).filled_by("name"),
            Field::new("email", "E-mail", FieldKind::Email).with(value("email")).filled_by("email"),
            Field::text("subject", "In one line").with(value("subject")),
            Field::new("text", "Your question", FieldKind::Area).with(value("text")),
        ],
        button: "Send",
        ..FormView::default()
    })];
    sheet
}

/// `POST /help/tickets/new`
pub(crate) async fn open(PublicSent { visitor, form }: PublicSent) -> Answer {
    let Ok(email) = typed(&form, "email").parse::<EmailAddress>() else {
        let problem = Problem::of("email", "Enter an e-mail address, such as name@clinic.example.");
        return Ok(sheet(&form, vec![problem]).answer(visitor));
    };
    let question = Question {
        name: typed(&form, "name").into(),
        category: Category::of_word(typed(&form, "category")).unwrap_or(Category::Other),
        priority: Priority::of_word(typed(&form, "priority")).unwrap_or(Priority::Usual),
        subject: typed(&form, "subject").into(),
        about: "".into(),
    };
    let account = visitor.session().ok().map(|session| session.account.id);
    let text = typed(&form, "text");
    match tickets::open(&visitor.app.registry, &email, account, question, text, visitor.arrival).await {
        Ok(number) => Ok(redirect(&format!("/help/tickets/sent?number={number}"))),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            Ok(sheet(&form, vec![problem]).answer(visitor))
        }
    }
}

/// `GET /help/tickets/sent`
pub(crate) async fn sent(visitor: Visitor, Query(begun): Query<Begun>) -> Answer {
    let mut sheet = Sheet::new("Your question is with the Help Desk", "tickets");
    sheet.is_narrow = true;
    sheet.lead =
        format!("Ticket {}. The message that we sent you has the link to the conversation.", begun.number);
    Ok(sheet.answer(visitor))
}

async fn by_number(visitor: &Visitor, number: &str) -> Result<Opened, Stop> {
    let nothing = || visitor.no_page(NoPage::NotFound);
    let number = number.parse().map_err(|_| nothing())?;
    let opened = tickets::opened(&visitor.app.registry, number).await;
    opened.map_err(|failure| visitor.failed(&failure))?.ok_or_else(nothing)
}

async fn by_key(visitor: &Visitor, number: &str, key: &str) -> Result<Opened, Stop> {
    let opened = by_number(visitor, number).await?;
    let keys = Keys::of(&visitor.app.registry, visitor.arrival).await;
    let keys = keys.map_err(|failure| visitor.failed(&failure))?;
    let words = Ticket::key_words(opened.case.number, &opened.case.email);
    if keys.opens(&words.each_ref().map(String::as_str), key) {
        Ok(opened)
    } else {
        Err(visitor.no_page(NoPage::NotFound))
    }
}

fn ticket_sheet(visitor: &Visitor, opened: &Opened, done: &str) -> Sheet {
    let zone = &visitor.app.registry.identity.zone;
    let case = &opened.case;
    let mut sheet = Sheet::new(format!("Ticket {}", case.number), "tickets");
    sheet.lead = format!("{}. {}", case.body.subject, case.state.title());
    sheet.notice = (!done.is_empty()).then(|| Notice { kind: "success", text: "Sent.".to_owned() });
    let facts = [
        Fact::some("About", case.body.category.title()),
        Fact::some("How soon", case.body.priority.title()),
        Fact::some("From", &*case.body.name),
        Fact::some("Opened", format::moment(case.opened_at, zone)),
    ];
    sheet.blocks.push(Block::Facts("Ticket", facts.into_iter().flatten().collect()));
    sheet.blocks.extend(said(&opened.conversation, zone));
    sheet
}

/// Links to the files of a ticket below an address.
fn attached(opened: &Opened, at: &str, label: impl Fn(&Attachment) -> String) -> Option<Block> {
    let link = |file: &Attachment| Link { href: format!("{at}/files/{}", file.n), label: label(file) };
    let links: Vec<_> = opened.attachments.iter().map(link).collect();
    (!links.is_empty()).then_some(Block::Links("Files", links))
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

/// `GET /help/tickets/{number}/{key}`: the requester's page.
pub(crate) async fn own(
    visitor: Visitor,
    Path((number, key)): Path<(String, String)>,
    Query(done): Query<Done>,
) -> Answer {
    let opened = by_key(&visitor, &number, &key).await?;
    let mut sheet = ticket_sheet(&visitor, &opened, &done.done);
    let at = format!("/help/tickets/{number}/{key}");
    sheet.blocks.extend(attached(&opened, &at, |file| file.name.to_string()));
    sheet.blocks.push(super::sheet::say(at.clone(), "Answer", "Your words", "text", "Send"));
    sheet.blocks.extend(opened.takes_file().is_ok().then(|| files::sending(format!("{at}/files"))));
    Ok(sheet.answer(visitor))
}

/// `POST /help/tickets/{number}/{key}`
pub(crate) async fn answer(
    Path((number, key)): Path<(String, String)>,
    PublicSent { visitor, form }: PublicSent,
) -> Answer {
    let opened = by_key(&visitor, &number, &key).await?;
    let here = format!("/help/tickets/{number}/{key}");
    let said =
        tickets::answer(&visitor.app.registry, opened.case.number, typed(&form, "text"), visitor.arrival);
    match said.await {
        Ok(()) => Ok(redirect(&format!("{here}?done=answer"))),
        Err(failure) => refusal(visitor, failure, ("Back to the ticket", &here)),
    }
}

/// `GET /help/tickets`: what waits for the Help Desk.
pub(crate) async fn list(visitor: Visitor) -> Answer {
    visitor.granted(Permission::AnswerTickets)?;
    let registry = &visitor.app.registry;
    let waiting = tickets::waiting(registry).await.map_err(|failure| visitor.failed(&failure))?;
    let zone = &registry.identity.zone;
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
    let mut sheet = Sheet::new("Tickets", "tickets");
    sheet.at = "/help/tickets";
    sheet.lead = format!(
        "{} for the Help Desk.",
        format::counted(i64::try_from(waiting.len()).unwrap_or(0), "ticket")
    );
    sheet.blocks = vec![Block::Table(TableView {
        id: "tickets",
        caption: "Tickets that wait, the urgent ones first, then the oldest".to_owned(),
        heads: &["Ticket", "Subject", "About", "From", "How soon", "Opened", "State"],
        rows: waiting.iter().map(row).collect(),
        nothing: "No ticket waits for the Help Desk.",
    })];
    Ok(sheet.answer(visitor))
}

/// `GET /help/tickets/{number}`: the Help Desk's page.
pub(crate) async fn show(visitor: Visitor, Path(number): Path<String>, Query(done): Query<Done>) -> Answer {
    let opened = by_number(&visitor, &number).await?;
    visitor.looks_at(Permission::AnswerTickets, Look::Ticket(opened.case.number)).await?;
    let mut sheet = ticket_sheet(&visitor, &opened, &done.done);
    sheet.at = "/help/tickets";
    sheet.below = Some(("Tickets", "/help/tickets"));
    let here = format!("/help/tickets/{}", opened.case.number);
    sheet.blocks.extend(attached(&opened, &here, for_staff));
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
    Ok(sheet.answer(visitor))
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
    let here = format!("/help/tickets/{number}");
    match replied {
        Ok(()) => Ok(redirect(&format!("{here}?done=reply"))),
        Err(failure) => refusal(visitor, failure, ("Back to the ticket", &here)),
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

/// A file that was sent with a ticket, by whomever.
async fn keep(
    visitor: Visitor,
    party: Party<'_>,
    opened: &Opened,
    here: &str,
    (called, content): (String, Box<[u8]>),
) -> Answer {
    if let Err(refused) = opened.takes_file() {
        return refusal(visitor, refused, ("Back to the ticket", here));
    }
    let (upload, number) = (files::received(&visitor, content).await, opened.case.number);
    match tickets::attach(&visitor.app.registry, party, number, &called, upload, visitor.arrival).await {
        Ok(()) => Ok(redirect(&format!("{here}?done=file"))),
        Err(failure) => refusal(visitor, failure, ("Back to the ticket", here)),
    }
}

async fn fetched(visitor: &Visitor, party: Party<'_>, number: i64, n: &str) -> Answer {
    let nothing = || visitor.no_page(NoPage::NotFound);
    let n = n.parse().map_err(|_| nothing())?;
    let found = tickets::attachment(&visitor.app.registry, party, number, n, visitor.arrival).await;
    let (file, content) = found.map_err(|failure| visitor.failed(&failure))?.ok_or_else(nothing)?;
    Ok(files::saved(&file.media_type, &file.name, content))
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

/// `POST /help/tickets/{number}/{key}/files`: the requester sends a file.
pub(crate) async fn own_attach(
    Path((number, key)): Path<(String, String)>,
    PublicUpload { visitor, called, content, .. }: PublicUpload,
) -> Answer {
    let opened = by_key(&visitor, &number, &key).await?;
    let here = format!("/help/tickets/{number}/{key}");
    keep(visitor, Party::KeyHolder, &opened, &here, (called, content)).await
}

/// `GET /help/tickets/{number}/{key}/files/{n}`
pub(crate) async fn own_file(
    visitor: Visitor,
    Path((number, key, n)): Path<(String, String, String)>,
) -> Answer {
    let number = by_key(&visitor, &number, &key).await?.case.number;
    fetched(&visitor, Party::KeyHolder, number, &n).await
}
