//! `/request-access/{number}/{key}`: where a request stands and for whom it waits, and what its applicant can do about it.

use super::applying::{Done, application, fields_with, sought, which_site};
use super::keyed;
use super::sheet::{
    Block, FormView, Link, Mark, PublicSent, Sheet, Typed, button, moves, moves_outside, outside,
    quiet_button, refusal, said,
};
use super::tracker::{steps, where_it_stands};
use crate::pages::errors::NoPage;
use crate::pages::format;
use crate::pages::frame::{Fact, Notice, Problem};
use crate::pages::visitor::{Answer, Stop, Visitor, redirect};
use axum::extract::{ConnectInfo, Path, Query};
use iis_model::EmailAddress;
use iis_registry::Failure;
use iis_registry::cases::{self, Again};
use iis_registry::requests::{
    self, Application, Asked, Gate, Opened, Party, Places, Request, Standing, State, access_types,
};
use std::net::SocketAddr;

/// What is said where the site administrator was asked often enough for now.
pub(super) const NO_MORE_NOW: Failure = Failure::Rule(
    "The message went out three times within an hour. No more go out this hour; try again in an hour, or call the site \
     administrator.",
);

/// The request of a status page, if the key opens it.
async fn open(visitor: &Visitor, number: &str, key: &str) -> Result<Opened, Stop> {
    let number = keyed::number(visitor, number)?;
    let found = requests::opened(&visitor.app.registry, number, visitor.arrival.at).await;
    let words = |opened: &Opened| Request::key_words(number, &opened.case.email);
    keyed::by_key(visitor, found, words, key).await
}

/// `GET /request-access/{number}/{key}`: opening it from the message confirms the address.
pub(crate) async fn status(
    visitor: Visitor,
    Path((number, key)): Path<(String, String)>,
    Query(done): Query<Done>,
) -> Answer {
    let mut opened = open(&visitor, &number, &key).await?;
    if opened.case.body.confirmed_at.is_none() && !visitor.app.config.read_only {
        let registry = &visitor.app.registry;
        let confirmed = requests::confirm_address(registry, opened.case.number, visitor.arrival).await;
        confirmed.map_err(|failure| visitor.failed(&failure))?;
        opened = open(&visitor, &number, &key).await?;
    }
    Ok(status_sheet(&visitor, &opened, &key, (None, None), &done.done, Vec::new()).answer(visitor))
}

/// The page; `typed` is a change that was not accepted, to be shown again.
fn status_sheet(
    visitor: &Visitor,
    opened: &Opened,
    key: &str,
    (typed, meant): (Option<&Typed>, Option<&Places>),
    done: &str,
    problems: Vec<Problem>,
) -> Sheet {
    let (registry, case) = (&visitor.app.registry, &opened.case);
    let zone = &registry.identity.zone;
    let at = |verb: &str| format!("/request-access/{}/{key}/{verb}", case.number);
    let mut sheet = Sheet::new(format!("Request {}", case.number), "access");
    sheet.lead = where_it_stands(opened, zone);
    sheet.problems = problems;
    sheet.notice = notice(done);
    if registry.settled.is_personal(&case.email) {
        let text = "This is not a work address. Your administrator may not know it, and you lose it when you change providers.";
        sheet.blocks.push(Block::Alert(Notice { kind: "warning", text: text.to_owned() }));
    }
    sheet.blocks.push(Block::Marks("Where it stands", steps(opened)));
    sheet.blocks.push(Block::Facts(
        "What you asked for",
        facts(opened, registry.roles.get(&case.body.role).map_or("", |role| &role.title), zone),
    ));
    if matches!(
        case.state,
        State::Draft | State::Returned | State::WaitingEnrollment | State::InQueue | State::InReview
    ) {
        sheet.blocks.push(Block::Marks("What is required", opened.gates.iter().map(mark).collect()));
    }
    if matches!(case.state, State::Draft | State::Returned) {
        sheet.blocks.push(button(at("submit"), "Send in", ""));
    }
    if requests::can_change(case.state) {
        let form = typed.cloned().unwrap_or_else(|| typed_of(&case.body, &case.email));
        let fields = fields_with(&access_types(&registry.roles), &form, meant);
        sheet.blocks.push(Block::Form(FormView {
            heading: "Change".to_owned(),
            action: at("change"),
            fields: fields.into_iter().filter(|field| field.name != "email").collect(),
            button: "Save the change",
            is_quiet: true,
            ..FormView::default()
        }));
    }
    if case.state == State::AwaitingAdministrator {
        sheet.blocks.push(quiet_button(
            at("ask-again"),
            "Ask the site administrator again",
            "If the message was lost. It goes out at most three times within an hour.",
        ));
    }
    if case.state == State::Provisioned {
        sheet.blocks.push(quiet_button(
            at("link"),
            "Mail me a new link",
            "If the link that sets your password ran out, or the message did not come. An earlier link ends.",
        ));
    }
    sheet.blocks.extend(said(&outside(&opened.conversation), zone));
    sheet.blocks.push(moves(&moves_outside(&opened.moves, &[&opened.case.body.name]), title, zone));
    if !matches!(
        case.state,
        State::Denied | State::Expired | State::Withdrawn | State::Active | State::Provisioned
    ) {
        let link = Link { href: at("withdraw"), label: "Withdraw this request".to_owned() };
        sheet.blocks.push(Block::Links("If you no longer need the account", vec![link]));
    }
    sheet.blocks.push(help(case));
    sheet
}

/// A question about this request; and the ticket from which it was begun.
fn help(case: &Request) -> Block {
    let ask = format!("/help/tickets/new?category=account&kind=request&linked={}", case.number);
    let mut links = vec![Link { href: ask, label: "Ask the Help Desk a question".to_owned() }];
    links.extend(case.body.ticket.map(|number| Link {
        href: format!("/tickets/{number}"),
        label: format!("Ticket {number}, from which this request was begun"),
    }));
    Block::Links("Help", links)
}

pub(super) fn title(word: &str) -> &'static str {
    State::of_word(word).map_or("", State::title)
}

/// A gate as a mark for the applicant: open, waiting for somebody, or refused.
pub(super) fn mark(gate: &Gate) -> Mark {
    mark_for(gate, Party::title)
}

/// The same for the Help Desk, to whom the applicant is somebody else.
pub(super) fn mark_for_desk(gate: &Gate) -> Mark {
    mark_for(gate, |party| if party == Party::Applicant { "the applicant" } else { party.title() })
}

fn mark_for(gate: &Gate, called: impl Fn(Party) -> &'static str) -> Mark {
    let (look, word) = match gate.standing {
        Standing::Open => ("good", "✓ Complete".to_owned()),
        Standing::Waits(party) => ("waiting", format!("‖ Waiting for {}", called(party))),
        Standing::Refuses => ("bad", "✗ Refused".to_owned()),
    };
    Mark { look, word, text: gate.words.clone() }
}

pub(super) fn facts(opened: &Opened, role: &str, zone: &jiff::tz::TimeZone) -> Vec<Fact> {
    let (case, body) = (&opened.case, &opened.case.body);
    let site = if opened.site_in_full.is_empty() { &body.site } else { &opened.site_in_full };
    let license = format!("{} {}", body.license_kind, body.license_number);
    [
        Fact::some("Name", &*body.name),
        Fact::some("E-mail", case.email.as_str()),
        Fact::some("Type of access", role),
        Fact::some("Site", &**site),
        Fact::some("Jurisdiction", &*body.jurisdiction),
        Fact::some("User", body.user_kind.title()),
        Fact::some("Vaccinates", if body.vaccinates { "yes" } else { "no" }),
        Fact::some("License", license.trim()),
        Fact::some("Site administrator", &*body.administrator),
        Fact::some(
            "Account",
            if body.adds_to.is_some() { "the role is added to the one that is there" } else { "" },
        ),
        Fact::some("Begun from", body.ticket.map(|number| format!("ticket {number}")).unwrap_or_default()),
        Fact::some("Received", case.received_at.map(|at| format::moment(at, zone)).unwrap_or_default()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn typed_of(body: &Application, email: &EmailAddress) -> Typed {
    [
        ("name", &*body.name),
        ("email", email.as_str()),
        ("user_kind", body.user_kind.word()),
        ("vaccinates", if body.vaccinates { "yes" } else { "no" }),
        ("role", &*body.role),
        ("site", &*body.site),
        ("jurisdiction", &*body.jurisdiction),
        ("administrator", &*body.administrator),
        ("license_kind", &*body.license_kind),
        ("license_number", &*body.license_number),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

fn notice(done: &str) -> Option<Notice> {
    let (kind, text) = match done {
        "submit" => ("success", "Sent in. You get a message when there is news."),
        "change" => ("success", "Saved."),
        "link" => {
            ("success", "A new link is on its way to your address, and your user name in another message.")
        }
        "ask-again" => ("success", "The site administrator gets the message again."),
        "withdraw" => ("info", "Withdrawn."),
        _ => return None,
    };
    Some(Notice { kind, text: text.to_owned() })
}

/// `GET /request-access/{number}/{key}/{verb}`: what ends with a request that is withdrawn, before it ends.
pub(crate) async fn ask(
    visitor: Visitor,
    Path((number, key, verb)): Path<(String, String, String)>,
) -> Answer {
    let opened = open(&visitor, &number, &key).await?;
    if verb != "withdraw" {
        return Err(visitor.no_page(NoPage::NotFound));
    }
    let here = format!("/request-access/{}/{key}", opened.case.number);
    let mut sheet = Sheet::new(format!("Withdraw request {}?", opened.case.number), "access");
    sheet.is_narrow = true;
    let text = "The request ends, with its place in the queue. What you typed, your training and your address stay known. To get \
                access later you ask anew, and wait from the end of the queue.";
    let back = Link { href: here.clone(), label: "Back to the request; nothing ends".to_owned() };
    sheet.blocks = vec![
        Block::Text("What ends".to_owned(), vec![text.to_owned()]),
        quiet_button(format!("{here}/withdraw"), "Withdraw this request", ""),
        Block::Links("Or", vec![back]),
    ];
    Ok(sheet.answer(visitor))
}

/// `POST /request-access/{number}/{key}/{verb}`
pub(crate) async fn act(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((number, key, verb)): Path<(String, String, String)>,
    PublicSent { visitor, mut form }: PublicSent,
) -> Answer {
    let opened = open(&visitor, &number, &key).await?;
    let (registry, at, number) = (&visitor.app.registry, visitor.arrival, opened.case.number);
    let here = format!("/request-access/{number}/{key}");
    let acted = match verb.as_str() {
        "submit" => match requests::submit(registry, number, at).await {
            Ok(Asked::Received(_)) => Ok(()),
            Ok(Asked::Held(gates)) => {
                let waits = gates.iter().filter(|gate| gate.standing != Standing::Open);
                let waits = waits.filter(|gate| !requests::lets_submit(std::slice::from_ref(gate)));
                let problems = waits.map(|gate| Problem::of("", gate.words.clone())).collect();
                return Ok(status_sheet(&visitor, &opened, &key, (None, None), "", problems).answer(visitor));
            }
            Err(failure) => Err(failure),
        },
        "withdraw" => requests::withdraw(registry, number, at).await,
        "ask-again" => match requests::ask_again(registry, cases::Party::KeyHolder, number, at).await {
            Ok(Again::OnItsWay) => Ok(()),
            Ok(Again::NoMoreNow) => Err(NO_MORE_NOW),
            Err(failure) => Err(failure),
        },
        "link" => requests::mail_link_again(registry, number, &crate::clock::secret(), at).await,
        "change" => {
            visitor.one_more_form()?; // what the checks say of a site is not to be tried name by name
            form.insert("email".to_owned(), opened.case.email.to_string());
            let shown = |meant: Option<&Places>, problems| {
                status_sheet(&visitor, &opened, &key, (Some(&form), meant), "", problems)
            };
            let application = match application(&form) {
                Ok((_, application)) => application,
                Err(problems) => return Ok(shown(None, problems).answer(visitor)),
            };
            if let Some(meant) = sought(&visitor, &form, peer.ip()).await? {
                let problem = which_site(&meant);
                return Ok(shown(Some(&meant), vec![problem]).answer(visitor));
            }
            requests::change(registry, number, application, at).await
        }
        _ => return Err(visitor.no_page(NoPage::NotFound)),
    };
    match acted {
        Ok(()) => Ok(redirect(&format!("{here}?done={verb}"))),
        Err(failure) => refusal(visitor, failure, ("Back to the request", &here)),
    }
}
