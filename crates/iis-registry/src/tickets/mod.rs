//! Help Desk tickets: a question with its conversation, its attachments and what it is about (S-5, S-64). Mail about a ticket
//! says that there is an answer, and never what it says.

mod attachments;
pub mod flow;

pub use attachments::{Attachment, MOST_FILES, attach, attachment};
pub use flow::{Event, State};

use crate::cases::said::{Move, Said, conversation, moves};
use crate::cases::{By, Case, Keys, NOT_NOW};
use crate::enrollment::standing::{QUEUE, inside};
use crate::mail::{Letter, Link, knock};
use crate::names::{is_name_of_person, is_showable};
use crate::{Arrival, Context, Failure};
use iis_model::access::{Actor, Channel, Granted};
use iis_model::{AccountId, EmailAddress};
use iis_store::{AuditEntry, Lane, StoreError, Tx, outbox};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

crate::words::words! {
    /// What a ticket is about.
    Category {
        /// Courses and training records (S-5).
        Training = "training", "Training";
        /// Accounts and signing in.
        Account = "account", "Account and signing in";
        /// A further role for an account that is there (S-59).
        AddRole = "add-role", "Add a role to my account";
        /// Enrolling a site.
        Enrollment = "enrollment", "Enrollment of a site";
        /// HL7 and other interfaces.
        Interface = "interface", "Interface";
        /// Vaccine, inventory, orders.
        Vaccine = "vaccine", "Vaccine and inventory";
        /// Something wrong in a record.
        Record = "record", "Something wrong in a record";
        /// Something else.
        Other = "other", "Something else";
    }
}

crate::words::words! {
    /// How soon it is wanted.
    Priority {
        /// In its turn.
        Usual = "usual", "Usual";
        /// Somebody cannot work.
        Urgent = "urgent", "Urgent: I cannot work";
    }
}

/// What a ticket is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Who asks.
    pub name: Box<str>,
    /// About what.
    pub category: Category,
    /// How soon.
    pub priority: Priority,
    /// In one line.
    pub subject: Box<str>,
    /// What it is about within the registry: `request 12`, `enrollment 3`; empty: nothing.
    #[serde(default)]
    pub about: Box<str>,
}

/// A ticket.
pub type Ticket = Case<State, Question>;

/// A ticket with all that its page shows.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The ticket.
    pub case: Ticket,
    /// What was said.
    pub conversation: Vec<Said>,
    /// What became of it.
    pub moves: Vec<Move>,
    /// Its files.
    pub attachments: Vec<Attachment>,
}

impl Opened {
    /// Whether it takes a further file, looked at before one is scanned; the sentence why not.
    pub fn takes_file(&self) -> Result<(), Failure> {
        attachments::room(&self.case, self.attachments.len())
    }
}

/// The longest text of one message, in characters.
const LONGEST: usize = 8_000;

impl Ticket {
    /// The words that together are this ticket's alone: for its key.
    pub fn key_words(number: i64, email: &EmailAddress) -> [String; 3] {
        ["ticket".to_owned(), number.to_string(), email.to_string()]
    }

    fn link(&self, cx: &Context, keys: &Keys) -> Link {
        let words = Self::key_words(self.number, &self.email);
        let key = keys.key(&words.each_ref().map(String::as_str));
        Link::to(cx, &["help", "tickets", &self.number.to_string(), key.as_str()])
    }
}

fn check(text: &str) -> Result<(), Failure> {
    let fits = !text.trim().is_empty() && text.chars().count() <= LONGEST;
    if fits { Ok(()) } else { Err(Failure::Rule("Write what you want to say, in at most 8,000 characters.")) }
}

/// Opens a ticket: by somebody signed in, or by anybody with an address for mail.
pub async fn open(
    cx: &Context,
    email: &EmailAddress,
    account: Option<AccountId>,
    question: Question,
    text: &str,
    arrival: Arrival,
) -> Result<i64, Failure> {
    check(text)?;
    if !is_name_of_person(&question.name) || !is_showable(&question.subject) {
        return Err(Failure::Rule("Enter your name, and in one line what it is about."));
    }
    let keys = Keys::of(cx, arrival).await?;
    let (id, cx2, email, text) = (cx.store.ids().take()?, cx.clone(), email.clone(), text.to_owned());
    let entry = AuditEntry::by(&Actor::Nobody, Channel::Web, "open-ticket", arrival.at);
    let opened = cx.store.write(Lane::Web, move |tx| {
        let by = By { actor: &question.name, reason: "", at: arrival.at };
        let mut case = Ticket::open(tx, id, &email, State::New, question.clone(), by)?;
        (case.account_id, case.received_at) = (account, Some(arrival.at));
        case.save(tx)?;
        case.say(tx, false, &text, by)?;
        let letter = Letter::TicketNews { number: case.number, link: case.link(&cx2, &keys) };
        knock(tx, &letter.to(&cx2, &email, arrival.at).map_err(inside)?)?;
        tx.audit(&entry.clone().detail(format!("ticket {}", case.number)))?;
        Ok(case.number)
    });
    Ok(opened.await?)
}

/// The requester says something: an answer to a question, or the ticket is opened again in time.
pub async fn answer(cx: &Context, number: i64, text: &str, arrival: Arrival) -> Result<(), Failure> {
    check(text)?;
    let (text, days) = (text.to_owned(), cx.settled.reopen_days);
    let answered = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Ticket::load(tx, number)? else { return Ok(Err(NOT_NOW)) };
        let name = case.body.name.clone();
        let by = By { actor: &name, reason: "", at: arrival.at };
        let event = match case.state {
            State::Waiting => Some(Event::Answer),
            State::Resolved | State::Closed => {
                let since = arrival.at.duration_since(case.state_since);
                if since > SignedDuration::from_hours(24 * i64::from(days)) {
                    return Ok(Err(Failure::Rule("This ticket was closed too long ago. Open a new one.")));
                }
                Some(Event::Reopen)
            }
            State::New | State::Open => None,
        };
        if let Some(event) = event {
            case.act(tx, event, by)?;
        }
        case.say(tx, false, &text, by)?;
        Ok(Ok(()))
    });
    answered.await?
}

/// The Help Desk says something: an answer that resolves, a question that waits, or a word in between.
pub async fn reply(
    cx: &Context,
    granted: &Granted,
    number: i64,
    event: Option<Event>,
    text: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    check(text)?;
    let keys = Keys::of(cx, arrival).await?;
    let (actor, text, cx2): (Box<str>, _, _) =
        (granted.actor().label().1.into(), text.to_owned(), cx.clone());
    let entry =
        AuditEntry::of(granted, arrival.at).action("answer-ticket").detail(format!("ticket {number}"));
    let replied = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Ticket::load(tx, number)? else { return Ok(false) };
        let by = By { actor: &actor, reason: "", at: arrival.at };
        let event = event.or((case.state == State::New).then_some(Event::Open));
        if let Some(event) = event
            && !case.act(tx, event, by)?
        {
            return Ok(false);
        }
        case.say(tx, true, &text, by)?;
        let letter = Letter::TicketNews { number, link: case.link(&cx2, &keys) };
        outbox::insert(tx, &letter.to(&cx2, &case.email, arrival.at).map_err(inside)?)?;
        tx.audit(&entry)?;
        Ok(true)
    });
    if replied.await? { Ok(()) } else { Err(NOT_NOW) }
}

/// Closes a ticket that is resolved.
pub async fn close(cx: &Context, granted: &Granted, number: i64, arrival: Arrival) -> Result<(), Failure> {
    let actor: Box<str> = granted.actor().label().1.into();
    let entry = AuditEntry::of(granted, arrival.at).action("close-ticket").detail(format!("ticket {number}"));
    let closed = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Ticket::load(tx, number)? else { return Ok(false) };
        if !case.act(tx, Event::Close, By { actor: &actor, reason: "", at: arrival.at })? {
            return Ok(false);
        }
        tx.audit(&entry)?;
        Ok(true)
    });
    if closed.await? { Ok(()) } else { Err(NOT_NOW) }
}

/// A ticket with all that its page shows.
pub async fn opened(cx: &Context, number: i64) -> Result<Option<Opened>, Failure> {
    let read = cx.store.read(move |tx| {
        let Some(case) = Ticket::load(tx, number)? else { return Ok(None) };
        Ok(Some(Opened {
            conversation: conversation(tx, case.id)?,
            moves: moves(tx, case.id)?,
            attachments: attachments::of(tx, case.id)?,
            case,
        }))
    });
    Ok(read.await?)
}

/// Tickets that wait for the Help Desk: the urgent ones first, then by receipt.
pub async fn waiting(cx: &Context) -> Result<Vec<Ticket>, Failure> {
    Ok(cx.store.read(waiting_of).await?)
}

fn waiting_of(tx: &mut Tx<'_>) -> Result<Vec<Ticket>, StoreError> {
    let mut waiting = Ticket::in_state(tx, State::New, QUEUE)?;
    waiting.extend(Ticket::in_state(tx, State::Open, QUEUE)?);
    waiting.sort_by_key(|case| (case.body.priority != Priority::Urgent, case.received_at, case.number));
    Ok(waiting)
}

/// The tickets of an address, the latest first.
pub async fn of(cx: &Context, email: &EmailAddress) -> Result<Vec<Ticket>, Failure> {
    let email = email.clone();
    Ok(cx.store.read(move |tx| Ticket::of(tx, &email, 50)).await?)
}
