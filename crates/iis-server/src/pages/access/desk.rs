//! `/help/requests`: the Help Desk reads requests in the order received, with all that is known of each on one page.

use super::requested::{NO_MORE_NOW, facts, mark_for_desk, title};
use super::sheet::{
    Block, Cell, Field, FieldKind, FormView, Link, Mark, Sent, Sheet, TableView, Typed, button, moves,
    quiet_button, refusal, refused, said, typed,
};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Fact, Notice};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{Path, Query};
use iis_model::access::{Granted, Permission};
use iis_registry::Failure;
use iis_registry::access::looking::Look;
use iis_registry::business_days::Standing;
use iis_registry::cases::{Again, Party};
use iis_registry::requests::{self, Alone, Approver, Gate, Moved, Opened, State, Verified, Waits};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::applying::Done;

/// `GET /help/requests`
pub(crate) async fn queue(visitor: Visitor) -> Answer {
    let granted = visitor.granted(Permission::ReviewRequests)?;
    let registry = &visitor.app.registry;
    let failed = |failure| visitor.failed(&failure);
    let open = requests::queue(registry, visitor.arrival.at).await.map_err(failed)?;
    let next = requests::next(registry, &granted, visitor.arrival.at).await.map_err(failed)?;
    let zone = &registry.identity.zone;
    let count = |standing| open.iter().filter(|one| one.standing == Some(standing)).count();
    let mut sheet = Sheet::new("Requests for accounts", "requests");
    sheet.at = "/help/requests";
    sheet.lead = format!(
        "{} open: {} on time, {} due today, {} past 2 business days. They are read in the order received.",
        open.len(),
        count(Standing::OnTime),
        count(Standing::DueSoon),
        count(Standing::Late)
    );
    if let Some(next) = next {
        sheet.blocks.push(button(format!("/help/requests/{next}/take"), "Next request", ""));
    }
    let row = |one: &Opened| {
        let name = registry.roles.get(&one.case.body.role).map_or("", |role| &role.title);
        vec![
            Cell::link(one.case.number.to_string(), format!("/help/requests/{}", one.case.number)),
            Cell::text(&*one.case.body.name),
            Cell::text(name),
            Cell::text(if one.site.is_empty() { &*one.case.body.site } else { &*one.site }),
            Cell::text(one.case.received_at.map(|at| format::moment(at, zone)).unwrap_or_default()),
            Cell::text(clock_words(one)),
            Cell::text(match one.case.state {
                State::InReview => format!("read by {}", one.case.body.taken_by),
                _ => String::new(),
            }),
        ]
    };
    sheet.blocks.push(Block::Table(TableView {
        id: "requests",
        caption: format!(
            "{}, the oldest first",
            format::counted(i64::try_from(open.len()).unwrap_or(0), "request")
        ),
        heads: &["Request", "Name", "Type of access", "Site", "Received", "Clock", "By"],
        rows: open.iter().map(row).collect(),
        nothing: "No request waits for the Help Desk.",
    }));
    let elsewhere = requests::waiting_elsewhere(registry, visitor.arrival.at).await.map_err(failed)?;
    sheet.blocks.push(Block::Table(waiting_elsewhere(&visitor, &elsewhere)));
    Ok(sheet.answer(visitor))
}

/// What waits for others, with whom and since when. A draft is not opened: what stands in it was not sent in.
fn waiting_elsewhere(visitor: &Visitor, waiting: &[Waits]) -> TableView {
    let registry = &visitor.app.registry;
    let row = |one: &Waits| {
        let role = registry.roles.get(&one.role).map_or("", |role| &role.title);
        let number = one.number.to_string();
        let first = match one.state {
            State::Draft => Cell::text(number),
            _ => Cell::link(number, format!("/help/requests/{}", one.number)),
        };
        vec![
            first,
            Cell::text(&*one.name),
            Cell::text(role),
            Cell::text(&*one.site),
            Cell::text(one.state.title()),
            Cell::text(format::sentence_case(&one.on)),
            Cell::text(format::sentence_case(&one.what)),
            Cell::text(format::moment(one.since, &registry.identity.zone)),
        ]
    };
    TableView {
        id: "elsewhere",
        caption: format!(
            "{} {} for somebody else, drafts of the last 30 days first",
            format::counted(i64::try_from(waiting.len()).unwrap_or(0), "request"),
            if waiting.len() == 1 { "waits" } else { "wait" }
        ),
        heads: &["Request", "Name", "Type of access", "Site", "State", "Waits for", "For what", "Since"],
        rows: waiting.iter().map(row).collect(),
        nothing: "No request waits for anybody else.",
    }
}

/// How the clock stands, in words: business time without pauses, and with them where they differ.
fn clock_words(one: &Opened) -> String {
    let Some((counted, unpaused)) = one.elapsed else { return String::new() };
    let sign = match one.standing {
        Some(Standing::Late) => "✗ past target",
        Some(Standing::DueSoon) => "! due today",
        _ => "◐ on time",
    };
    let paused =
        if counted == unpaused { String::new() } else { format!(" ({} with pauses)", span(unpaused)) };
    format!("{} {sign}{paused}", span(counted))
}

fn span(time: SignedDuration) -> String {
    let hours = time.as_hours();
    if hours < 24 { format!("{hours} h") } else { format!("{} d {} h", hours / 24, hours % 24) }
}

/// `GET /help/requests/{number}`
pub(crate) async fn show(visitor: Visitor, Path(number): Path<String>, Query(done): Query<Done>) -> Answer {
    let granted = visitor.granted(Permission::ReviewRequests)?;
    let number: i64 = number.parse().map_err(|_| visitor.no_page(NoPage::NotFound))?;
    let opened = match by_number(&visitor, &granted, number).await? {
        Ok(opened) => opened,
        Err(failure) => return refusal(visitor, failure, ("Requests for accounts", "/help/requests")),
    };
    visitor.looks_at(Permission::ReviewRequests, Look::Request(number)).await?;
    let mut sheet = sheet(&visitor, &opened);
    sheet.notice = notice(&done.done);
    Ok(sheet.answer(visitor))
}

/// A request that was sent in: nobody reads a draft, and the applicant was told so. One's own is refused.
async fn by_number(
    visitor: &Visitor,
    granted: &Granted,
    number: i64,
) -> Result<Result<Opened, Failure>, Stop> {
    match requests::opened_by_desk(&visitor.app.registry, granted, number, visitor.arrival.at).await {
        Ok(opened) => {
            let sent = opened.filter(|opened| opened.case.state != State::Draft);
            sent.map(Ok).ok_or_else(|| visitor.no_page(NoPage::NotFound))
        }
        Err(failure) => Ok(Err(failure)),
    }
}

fn sheet(visitor: &Visitor, opened: &Opened) -> Sheet {
    let registry = &visitor.app.registry;
    let (zone, case) = (&registry.identity.zone, &opened.case);
    let mut sheet = Sheet::new(format!("Request {}", case.number), "requests");
    sheet.at = "/help/requests";
    sheet.below = Some(("Requests for accounts", "/help/requests"));
    sheet.lead = format!("{}. {}", case.state.title(), clock_words(opened));
    let role = registry.roles.get(&case.body.role).map_or("", |role| &role.title);
    sheet.blocks.push(Block::Facts("What was asked, as written", facts(opened, role, zone)));
    sheet.blocks.extend(same_person(opened, zone));
    sheet.blocks.push(Block::Marks(
        "Checks, in the words that the applicant reads",
        opened.gates.iter().map(mark_for_desk).collect::<Vec<Mark>>(),
    ));
    if !opened.earlier.is_empty() {
        let earlier = opened.earlier.iter().map(|(number, state)| Fact {
            label: format!("Request {number}"),
            value: state.title().to_owned(),
        });
        sheet.blocks.push(Block::Facts("Earlier requests of this address", earlier.collect()));
    }
    sheet.blocks.extend(forms(opened));
    sheet.blocks.extend(said(&opened.conversation, zone));
    sheet.blocks.push(moves(&opened.moves, title, zone));
    let mut links = vec![Link { href: "/help/requests".to_owned(), label: "All requests".to_owned() }];
    links.extend(opened.account.as_ref().map(|user| Link {
        href: format!("/help/accounts/{user}"),
        label: format!("Account {user} of this person"),
    }));
    links.extend(case.body.ticket.map(|number| Link {
        href: format!("/help/tickets/{number}"),
        label: format!("Ticket {number}, from which it was begun"),
    }));
    sheet.blocks.push(Block::Links("Go on", links));
    sheet
}

/// Whom the registry knows by the applicant's name or license under another address.
fn same_person(opened: &Opened, zone: &TimeZone) -> Option<Block> {
    let facts = [
        Fact::some("Known by the license under", opened.known_as.as_deref().unwrap_or_default()),
        Fact::some("Of the same name on the staff list of the site", namesakes(&opened.namesakes)),
        Fact::some("Address on record", moved(opened.moved.as_ref(), zone)),
        Fact::some("Name on record", corrected(opened.called_before.as_ref(), zone)),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().collect();
    (!facts.is_empty()).then_some(Block::Facts("Is it the same person? Ask the site before you go on", facts))
}

const ANOTHER: &str = "Call the owner of the account by a number that is known otherwise. If the applicant is that person, return the request: they \
                       sign in and ask by a ticket. If not, note it here; the owner of the account gets a message.";
const MOVED: &str = "The only site administrator of the organization asks, from an address that was moved lately. The address of before was \
                     told when you noted that the organization was asked.";
const FIRST: &str = "The organization has no other site administrator who can sign in. Its primary vaccine coordinators are told.";
const UNHEARD: &str = "The organization has no other site administrator who can sign in, and nobody of it can be told. Another clerk than \
                       the one who noted that it was asked approves.";
const ASK: &str = "Call the organization by a number that is known otherwise, and ask whether this person is to approve its accounts.";
const ASK_MOVED: &str = "Call the site administrator, whose address was moved lately, by a number that is known otherwise: is it they who ask? The \
                         address of before is told.";
const ASK_UNHEARD: &str = "Nobody of the organization has an address on record, so that nobody is told. Call it by a number that is known \
                           otherwise, and ask whether this person is to approve its accounts. A colleague approves then.";

fn forms(opened: &Opened) -> Vec<Block> {
    let case = &opened.case;
    let at = |verb: &str| format!("/help/requests/{}/{verb}", case.number);
    match case.state {
        State::InQueue => vec![Block::Form(FormView {
            heading: "Read this request".to_owned(),
            lead: if opened.before == 0 {
                String::new()
            } else {
                "It is not the oldest: say why it is read before the others.".to_owned()
            },
            action: at("take"),
            fields: if opened.before == 0 { Vec::new() } else { vec![Field::text("reason", "Why")] },
            button: "Take it",
            ..FormView::default()
        })],
        State::InReview => {
            let is_held = opened.gates.iter().any(Gate::holds_approval);
            let said = if is_held {
                "The site administrator gets a message and decides, when the checks above are passed."
            } else {
                "The checks are passed: the site administrator gets a message and decides."
            };
            let is_first = opened.gates.iter().any(|gate| gate.rule == requests::FIRST_ADMINISTRATOR);
            let mut blocks = if is_first && is_held {
                Vec::new() // the checks above say what is to be done first
            } else if is_first && opened.alone == Alone::Moved {
                let lead = if opened.is_unheard { UNHEARD } else { MOVED };
                vec![button(at("approve"), "Approve after asking the organization", lead)]
            } else if is_first {
                vec![button(
                    at("approve"),
                    "Approve as first site administrator",
                    if opened.is_unheard { UNHEARD } else { FIRST },
                )]
            } else if opened.alone == Alone::Administrator {
                vec![button(
                    at("approve"),
                    "Approve for the site administrator",
                    "The only site administrator of the organization asks, from the address that is on record. They get a message.",
                )]
            } else {
                vec![button(at("ask"), "Ask the site administrator", said)]
            };
            if is_first && case.body.administrator_verified.is_none() {
                blocks.insert(
                    0,
                    button(
                        at("administrator"),
                        "The organization was asked",
                        match opened.alone {
                            Alone::Moved => ASK_MOVED,
                            _ if opened.is_unheard => ASK_UNHEARD,
                            _ => ASK,
                        },
                    ),
                );
            }
            let waits_for_us =
                |gate: &Gate| gate.standing == requests::Standing::Waits(requests::Party::HelpDesk);
            if opened.gates.iter().any(|gate| gate.rule == "S-8" && waits_for_us(gate)) {
                blocks.insert(0, button(at("another"), "It is somebody else", ANOTHER));
            }
            if opened.gates.iter().any(|gate| gate.rule == "S-60" && waits_for_us(gate)) {
                blocks.insert(
                    0,
                    button(
                        at("jurisdiction"),
                        "The jurisdiction is verified",
                        "Ask the health department that answers for it whether this office is theirs.",
                    ),
                );
            }
            if !case.body.license_number.is_empty() && case.body.license_verified.is_none() {
                blocks.insert(
                    0,
                    button(
                        at("license"),
                        "The license is verified",
                        "Look the license up at the licensing board first.",
                    ),
                );
            }
            let reason = |verb: &str, heading: &str, word: &'static str, text: &str| {
                Block::Form(FormView {
                    heading: heading.to_owned(),
                    action: at(verb),
                    fields: vec![
                        Field::new("text", "What the applicant reads", FieldKind::Area)
                            .called(&format!("text-{verb}"))
                            .with(text),
                    ],
                    button: word,
                    is_quiet: true,
                    ..FormView::default()
                })
            };
            let waits: Vec<_> = opened
                .gates
                .iter()
                .filter(|gate| gate.holds_approval())
                .map(|gate| gate.words.clone())
                .collect();
            blocks.push(reason("return", "Return for correction", "Return", &waits.join("\n")));
            blocks.push(reason("deny", "Deny", "Deny", ""));
            blocks
        }
        State::AwaitingAdministrator => vec![quiet_button(
            at("ask-again"),
            "Send the message to the site administrator again",
            "If it was lost. It goes out at most three times within an hour, with the same link.",
        )],
        _ => Vec::new(),
    }
}

/// The addresses of others of the applicant's name.
pub(super) fn namesakes(addresses: &[Box<str>]) -> String {
    addresses.join(", ")
}

/// How a name was corrected lately, in words; empty: it was not.
pub(super) fn corrected(called: Option<&Moved>, zone: &TimeZone) -> String {
    called.map_or_else(String::new, |Moved { before, at, .. }| {
        format!("corrected by the Help Desk on {}; before it was {before}", format::moment(*at, zone))
    })
}

/// From where an address was moved lately, in words; empty: it stands.
pub(super) fn moved(moved: Option<&Moved>, zone: &TimeZone) -> String {
    moved.map_or_else(String::new, |Moved { before, at, is_by_desk }| {
        let by = if *is_by_desk { "the Help Desk" } else { "the person or the site" };
        let at = format::moment(*at, zone);
        if before.is_empty() {
            return format!("given by {by} on {at}; before there was none");
        }
        format!("moved by {by} on {at}; before it was {before}")
    })
}

fn notice(done: &str) -> Option<Notice> {
    let text = match done {
        "take" => "It is yours to read.",
        "return" => {
            "Returned. The applicant got a message, the clock stands, the place in the queue is kept."
        }
        "deny" => "Denied. The applicant got a message.",
        "ask" | "ask-again" => "The site administrator gets a message.",
        "license" => "Noted: the license is verified.",
        "administrator" => "Noted: the organization wants this person.",
        "another" => "Noted: it is somebody else. The owner of the account gets a message.",
        "jurisdiction" => "Noted: the office answers for the jurisdiction.",
        "approve" => "Approved. Two messages are on their way.",
        _ => return None,
    };
    Some(Notice { kind: "success", text: text.to_owned() })
}

/// `POST /help/requests/{number}/{verb}`
pub(crate) async fn act(
    Path((number, verb)): Path<(String, String)>,
    Sent { visitor, form }: Sent,
) -> Answer {
    let granted = visitor.granted(Permission::ReviewRequests)?;
    let Ok(number) = number.parse::<i64>() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let (registry, at) = (&visitor.app.registry, visitor.arrival);
    let text = typed(&form, "text");
    let acted = match verb.as_str() {
        "take" => requests::take(registry, &granted, number, typed(&form, "reason"), at).await,
        "return" => requests::return_to(registry, &granted, number, text, at).await,
        "deny" => requests::deny_as_desk(registry, &granted, number, text, at).await,
        "ask" => requests::ask_administrator(registry, &granted, number, at).await,
        "ask-again" => match requests::ask_again(registry, Party::Staff(&granted), number, at).await {
            Ok(Again::OnItsWay) => Ok(()),
            Ok(Again::NoMoreNow) => Err(NO_MORE_NOW),
            Err(failure) => Err(failure),
        },
        "license" => requests::verify(registry, &granted, number, Verified::License, at).await,
        "jurisdiction" => requests::verify(registry, &granted, number, Verified::Jurisdiction, at).await,
        "administrator" => requests::verify(registry, &granted, number, Verified::Administrator, at).await,
        "another" => requests::verify(registry, &granted, number, Verified::AnotherPerson, at).await,
        _ => return Err(visitor.no_page(NoPage::NotFound)),
    };
    said_to(visitor, number, (&verb, &form), acted).await
}

/// `POST /help/requests/{number}/approve`: it makes an account that makes others.
pub(crate) async fn approve(Path(number): Path<String>, Sent { visitor, form }: Sent) -> Answer {
    let granted = visitor.granted(Permission::ReviewRequests)?;
    let Ok(number) = number.parse::<i64>() else { return Err(visitor.no_page(NoPage::NotFound)) };
    let (registry, token) = (&visitor.app.registry, crate::clock::secret());
    let by = Approver::HelpDesk;
    let approved = requests::approve(registry, &granted, number, by, &token, visitor.arrival).await;
    said_to(visitor, number, ("approve", &form), approved).await
}

/// Back to the request, with what came of it; what was refused stands with what was written.
async fn said_to(
    visitor: Visitor,
    number: i64,
    (verb, form): (&str, &Typed),
    acted: Result<(), Failure>,
) -> Answer {
    let here = format!("/help/requests/{number}");
    let Err(failure) = acted else { return Ok(redirect(&format!("{here}?done={verb}"))) };
    let granted = visitor.granted(Permission::ReviewRequests)?;
    let Ok(opened) = by_number(&visitor, &granted, number).await? else {
        return refusal(visitor, failure, ("Requests for accounts", "/help/requests"));
    };
    let problem = refused(&visitor, failure)?;
    Ok(sheet(&visitor, &opened).refilled(&format!("{here}/{verb}"), form, problem).answer(visitor))
}
