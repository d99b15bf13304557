//! `/help/tickets`: questions to the Help Desk, by anybody, and their conversation.

use super::again::{self, Lost};
use super::applying::{Begun, Done};
use super::sheet::{
    Block, Field, FieldKind, FormView, Link, PublicSent, Sheet, Typed, outside, refusal, refused, said, typed,
};
use super::{files, keyed};
use crate::pages::errors::NoPage;
use crate::pages::filled::PublicUpload;
use crate::pages::format;
use crate::pages::frame::{Fact, Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::access::Permission;
use iis_model::{EmailAddress, SiteId};
use iis_registry::accounts;
use iis_registry::cases::{Party, Said};
use iis_registry::directory::directory;
use iis_registry::tickets::{
    self, Asker, Attachment, Category, LinkKind, Linked, Opened, Priority, Question, Ticket,
};
use serde::Deserialize;

/// What a new ticket is about, where a page says it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct About {
    #[serde(default)]
    category: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    linked: String,
}

/// `GET /help/tickets/new`
pub(crate) async fn form(visitor: Visitor, Query(about): Query<About>) -> Answer {
    let About { category, kind, linked } = about;
    let typed = [("category", category), ("kind", kind), ("linked", linked)];
    let typed = typed.map(|(name, value)| (name.to_owned(), value)).into();
    Ok(sheet(&visitor, &typed, Vec::new()).await?.answer(visitor))
}

const NOT_BY_NAME: &str = "Do not write about a patient by name: give a registry ID, or call.";

async fn sheet(visitor: &Visitor, form: &Typed, problems: Vec<Problem>) -> Result<Sheet, Stop> {
    let value = |name: &str| typed(form, name).to_owned();
    let categories = Category::ALL.iter().map(|one| (one.word().to_owned(), one.title().to_owned()));
    let priorities = Priority::ALL.iter().map(|one| (one.word().to_owned(), one.title().to_owned()));
    let kinds = LinkKind::ALL.iter().map(|one| (one.word().to_owned(), one.title().to_owned()));
    let kinds = std::iter::once((String::new(), "Nothing in particular".to_owned())).chain(kinds);
    let mut sheet = Sheet::new("Ask the Help Desk", "tickets");
    sheet.is_narrow = true;
    sheet.problems = problems;
    let (who, seen) = asker_fields(visitor, form).await?;
    sheet.lead = format!("{NOT_BY_NAME} You get a message when there is an answer.{seen}");
    let mut fields = vec![
        Field::choice("category", "About", FieldKind::Select, categories, typed(form, "category")),
        Field::choice("priority", "How soon", FieldKind::Select, priorities, typed(form, "priority")),
    ];
    fields.extend(who);
    fields.extend([
        Field::choice(
            "kind",
            "Does it concern something particular?",
            FieldKind::Select,
            kinds,
            typed(form, "kind"),
        )
        .optional(),
        Field::text("linked", "Which one")
            .with(value("linked"))
            .hint("Its number, user name, sender or site code; never a patient")
            .optional(),
        Field::text("subject", "In one line").with(value("subject")),
        Field::new("text", "Your question", FieldKind::Area).with(value("text")),
        Field::hidden("once", visitor.once()),
    ]);
    sheet.blocks = vec![Block::Form(FormView {
        action: "/help/tickets/new".to_owned(),
        fields,
        button: "Send",
        ..FormView::default()
    })];
    if visitor.session().is_err() {
        let link = Link {
            href: "/sign-in?next=/help/tickets/new".to_owned(),
            label:
                "Sign in first: your answers stand on a page of your own, and a role comes to your account"
                    .to_owned(),
        };
        let lost = Link {
            href: "/help/tickets/sent".to_owned(),
            label: "The message about my question did not come, or I lost its link".to_owned(),
        };
        sheet.blocks.push(Block::Links("If you have an account", vec![link]));
        sheet.blocks.push(Block::Links("If you have asked already", vec![lost]));
        sheet.blocks.splice(0..0, again::no_mail(visitor));
    }
    Ok(sheet)
}

/// What is asked of who asks: of whoever is signed in only what the account does not say, and at which of their sites.
async fn asker_fields(visitor: &Visitor, form: &Typed) -> Result<(Vec<Field>, &'static str), Stop> {
    let value = |name: &str| typed(form, name).to_owned();
    let email = || Field::new("email", "E-mail", FieldKind::Email).with(value("email")).filled_by("email");
    let Ok(session) = visitor.session() else {
        let fields = vec![
            Field::text("name", "First and last name").with(value("name")).filled_by("name"),
            email(),
            Field::text("site", "Clinic, school or office")
                .with(value("site"))
                .hint("Its name or its code")
                .filled_by("organization")
                .optional(),
        ];
        return Ok((fields, ""));
    };
    let failed = |failure| visitor.failed(&failure);
    let registry = &visitor.app.registry;
    let address = accounts::address_of(registry, session.account.id).await.map_err(failed)?;
    let names = directory(registry, &visitor.arrival).await.map_err(failed)?;
    let sites = visitor.sites().into_iter().filter_map(|id| names.site(id));
    let mut sites: Vec<_> = sites.map(|site| (site.code.to_string(), site.name.to_string())).collect();
    sites.sort_by(|a, b| a.1.cmp(&b.1));
    let mut fields = Vec::new();
    if address.is_none() {
        fields.push(email());
    }
    let seen = if sites.is_empty() {
        ""
    } else {
        fields.push(Field::choice("site", "For which site", FieldKind::Select, sites, typed(form, "site")));
        " Your site administrator sees the ticket too."
    };
    Ok((fields, seen))
}

/// `POST /help/tickets/new`
pub(crate) async fn open(PublicSent { visitor, form }: PublicSent) -> Answer {
    visitor.one_more_form()?;
    match ask(&visitor, &form).await? {
        // whose sites are closed has no list of tickets: the link of the letter leads there
        Ok(number) if visitor.may(Permission::WriteTickets) => {
            Ok(redirect(&format!("/tickets/{number}?done=asked")))
        }
        Ok(number) => Ok(redirect(&format!("/help/tickets/sent?number={number}"))),
        Err(problem) => Ok(sheet(&visitor, &form, vec![problem]).await?.answer(visitor)),
    }
}

async fn ask(visitor: &Visitor, form: &Typed) -> Result<Result<i64, Problem>, Stop> {
    let registry = &visitor.app.registry;
    let account = visitor.session().ok().map(|session| &session.account);
    let linked = match LinkKind::of_word(typed(form, "kind")) {
        None if typed(form, "linked").is_empty() => None,
        None => {
            return Ok(Err(Problem::of("kind", "Say what kind of thing it is, or leave both fields empty.")));
        }
        Some(kind) => match Linked::typed(kind, typed(form, "linked")) {
            Ok(linked) => Some(linked),
            Err(failure) => {
                return refused(visitor, failure).map(|one| Err(Problem { field: "linked".into(), ..one }));
            }
        },
    };
    let email = typed(form, "email").parse::<EmailAddress>().ok();
    let question = Question {
        name: account.map_or_else(|| typed(form, "name").into(), |account| account.display_name.clone()),
        category: Category::of_word(typed(form, "category")).unwrap_or(Category::Other),
        priority: Priority::of_word(typed(form, "priority")).unwrap_or(Priority::Usual),
        subject: typed(form, "subject").into(),
        linked,
        request: None,
        site: if account.is_some() { "".into() } else { typed(form, "site").into() },
    };
    let site = match account {
        Some(_) => own_site(visitor, typed(form, "site")).await?,
        None => None,
    };
    if email.is_none() && account.is_none() {
        return Ok(Err(Problem::of("email", "Enter an e-mail address, such as name@clinic.example.")));
    }
    let asker = Asker { email: email.as_ref(), account, site };
    let arrival = visitor.arrival_once(typed(form, "once"));
    match tickets::open(registry, asker, question, typed(form, "text"), arrival).await {
        Ok(number) => Ok(Ok(number)),
        Err(failure) => refused(visitor, failure).map(Err),
    }
}

/// The site of one's own that a form names by its code.
async fn own_site(visitor: &Visitor, code: &str) -> Result<Option<SiteId>, Stop> {
    let names = directory(&visitor.app.registry, &visitor.arrival).await;
    let names = names.map_err(|failure| visitor.failed(&failure))?;
    let is_meant = |id: &SiteId| names.site(*id).is_some_and(|site| site.code.eq_ignore_ascii_case(code));
    Ok(visitor.sites().into_iter().find(is_meant))
}

/// `GET /help/tickets/sent`
pub(crate) async fn sent(visitor: Visitor, Query(begun): Query<Begun>) -> Answer {
    let (said, number) = match begun.number {
        0 => (
            ("Look into your mail", "A ticket goes on by the link in its message.".to_owned()),
            String::new(),
        ),
        number => {
            let lead =
                format!("Ticket {number}. The message that we sent you has the link to the conversation.");
            (("Your question is with the Help Desk", lead), number.to_string())
        }
    };
    let form = Typed::from([("number".to_owned(), number)]);
    Ok(again::sheet(&visitor, Lost::Ticket, said, &form, Vec::new()).answer(visitor))
}

async fn by_key(visitor: &Visitor, number: &str, key: &str) -> Result<Opened, Stop> {
    let number = keyed::number(visitor, number)?;
    let found = tickets::opened(&visitor.app.registry, number).await;
    let words = |opened: &Opened| Ticket::key_words(number, &opened.case.email);
    keyed::by_key(visitor, found, words, key).await
}

/// The page of a ticket; `conversation` as whoever looks sees it: staff by name, or as staff.
pub(super) fn ticket_sheet(visitor: &Visitor, opened: &Opened, conversation: &[Said], done: &str) -> Sheet {
    let zone = &visitor.app.registry.identity.zone;
    let case = &opened.case;
    let mut sheet = Sheet::new(format!("Ticket {}", case.number), "tickets");
    sheet.lead = format!("{}. {}", case.body.subject, case.state.title());
    let text = match done {
        "" => "",
        "asked" => "Your question is with the Help Desk.",
        _ => "Sent.",
    };
    sheet.notice = (!text.is_empty()).then(|| Notice { kind: "success", text: text.to_owned() });
    let linked = case.body.linked.as_ref().map(|one| format!("{} {}", one.kind.title(), one.name));
    let facts = [
        Fact::some("About", case.body.category.title()),
        Fact::some("Linked with", linked.unwrap_or_default()),
        Fact::some("How soon", case.body.priority.title()),
        Fact::some("From", &*case.body.name),
        Fact::some("Site", if case.account_id.is_some() { &*opened.site } else { &*case.body.site }),
        Fact::some("Opened", format::moment(case.opened_at, zone)),
    ];
    sheet.blocks.push(Block::Facts("Ticket", facts.into_iter().flatten().collect()));
    sheet.blocks.extend(said(conversation, zone));
    sheet
}

/// Links to the files of a ticket below an address.
pub(super) fn attached(opened: &Opened, at: &str, label: impl Fn(&Attachment) -> String) -> Option<Block> {
    let link = |file: &Attachment| Link { href: format!("{at}/files/{}", file.n), label: label(file) };
    let links: Vec<_> = opened.attachments.iter().map(link).collect();
    (!links.is_empty()).then_some(Block::Links("Files", links))
}

/// `GET /help/tickets/{number}/{key}`: the requester's page.
pub(crate) async fn own(
    visitor: Visitor,
    Path((number, key)): Path<(String, String)>,
    Query(done): Query<Done>,
) -> Answer {
    let opened = by_key(&visitor, &number, &key).await?;
    Ok(own_sheet(&visitor, &opened, &key, &done.done).answer(visitor))
}

fn own_sheet(visitor: &Visitor, opened: &Opened, key: &str, done: &str) -> Sheet {
    let mut sheet = ticket_sheet(visitor, opened, &outside(&opened.conversation), done);
    let at = format!("/help/tickets/{}/{key}", opened.case.number);
    sheet.blocks.extend(attached(opened, &at, |file| file.name.to_string()));
    sheet.blocks.push(super::sheet::say(at.clone(), "Answer", "Your words", "text", "Send"));
    let takes_file = opened.takes_file_by_link().is_ok();
    sheet.blocks.extend(takes_file.then(|| files::sending(format!("{at}/files"))));
    if opened.case.body.category == Category::AddRole && opened.case.account_id.is_some() {
        let here = format!("/tickets/{}", opened.case.number);
        let link = Link { href: here, label: "Sign in, and fill in the request for the role".to_owned() };
        sheet.blocks.push(Block::Links("The role", vec![link]));
    }
    sheet
}

/// `POST /help/tickets/{number}/{key}`
pub(crate) async fn answer(
    Path((number, key)): Path<(String, String)>,
    PublicSent { visitor, form }: PublicSent,
) -> Answer {
    visitor.one_more_form()?;
    let opened = by_key(&visitor, &number, &key).await?;
    let here = format!("/help/tickets/{number}/{key}");
    let said = tickets::answer(
        &visitor.app.registry,
        Party::KeyHolder,
        opened.case.number,
        typed(&form, "text"),
        visitor.arrival,
    );
    match said.await {
        Ok(()) => Ok(redirect(&format!("{here}?done=answer"))),
        Err(failure) => {
            let problem = refused(&visitor, failure)?;
            Ok(own_sheet(&visitor, &opened, &key, "").refilled(&here, &form, problem).answer(visitor))
        }
    }
}

/// A file that was sent with a ticket, by whomever.
pub(super) async fn keep(
    visitor: Visitor,
    party: Party<'_>,
    opened: &Opened,
    here: &str,
    (called, content): (String, Box<[u8]>),
) -> Answer {
    let room = match party {
        Party::KeyHolder => opened.takes_file_by_link(),
        Party::Staff(_) => opened.takes_file(),
    };
    if let Err(refused) = room {
        return refusal(visitor, refused, ("Back to the ticket", here));
    }
    let (upload, number) = (files::received(&visitor, content).await, opened.case.number);
    match tickets::attach(&visitor.app.registry, party, number, &called, upload, visitor.arrival).await {
        Ok(()) => Ok(redirect(&format!("{here}?done=file"))),
        Err(failure) => refusal(visitor, failure, ("Back to the ticket", here)),
    }
}

pub(super) async fn fetched(visitor: &Visitor, party: Party<'_>, number: i64, n: &str) -> Answer {
    let nothing = || visitor.no_page(NoPage::NotFound);
    let n = n.parse().map_err(|_| nothing())?;
    let found = tickets::attachment(&visitor.app.registry, party, number, n, visitor.arrival).await;
    let (file, content) = found.map_err(|failure| visitor.failed(&failure))?.ok_or_else(nothing)?;
    Ok(files::saved(&file.media_type, &file.name, content))
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
