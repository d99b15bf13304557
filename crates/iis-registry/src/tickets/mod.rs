//! Help Desk tickets: a question with its conversation, its attachments and what it is about (S-5, S-64). Mail about a ticket
//! says that there is an answer, and never what it says.

mod about;
mod attachments;
pub mod flow;
mod listing;
mod setting_aside;

pub use about::{LinkKind, Linked, site};
pub use attachments::{Attachment, MOST_FILES, MOST_OF_STRANGER, attach, attachment};
pub use flow::{Event, State};
pub use listing::{AskedBy, Filter, Listed, MOST_LISTED, Order, Wanted, listed, of, own, waiting};
pub use setting_aside::set_aside;

use crate::access::Refused;
use crate::accounts::told::address_of;
use crate::accounts::{Account, RoleAssignment};
use crate::cases::again::{self, NO_MORE_LETTERS};
use crate::cases::once::once;
use crate::cases::said::{Move, Said, conversation, moves};
use crate::cases::{Again, By, Case, Keys, NOT_NOW, Party};
use crate::enrollment::standing::inside;
use crate::mail::{Letter, Link, knock, may_ask};
use crate::names::{is_name_of_person, is_showable};
use crate::sites::site_named;
use crate::{Arrival, Context, Failure};
use iis_model::access::{Actor, Channel, Granted};
use iis_model::{AccountId, EmailAddress, SiteId};
use iis_store::stranger_file::{self, Sum};
use iis_store::{AuditEntry, Lane, StoreError, Tx, account, outbox, site};
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
    /// What it is about within the registry.
    #[serde(default)]
    pub linked: Option<Linked>,
    /// The number of the latest request for a role that was begun from it (S-59).
    #[serde(default)]
    pub request: Option<i64>,
    /// The site it comes from, as whoever is not signed in says.
    #[serde(default)]
    pub site: Box<str>,
}

/// Who opens a ticket.
#[derive(Debug, Clone, Copy)]
pub struct Asker<'a> {
    /// The address that was typed: where the account has none on record.
    pub email: Option<&'a EmailAddress>,
    /// Whoever is signed in.
    pub account: Option<&'a Account>,
    /// The site of their own from which they ask.
    pub site: Option<SiteId>,
}

/// A ticket.
pub type Ticket = Case<State, Question>;

impl Ticket {
    /// Whether this account may begin a request for a role from it: its own ticket, about a role, and not closed (S-59).
    pub fn may_begin_request(&self, account: AccountId) -> bool {
        self.account_id == Some(account)
            && self.body.category == Category::AddRole
            && self.state != State::Closed
    }
}

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
    /// How much of them came by its link alone.
    sent_by_link: Sum,
    /// Whether what it is linked with is there: for the Help Desk alone.
    pub is_linked_there: bool,
    /// The name of the site it comes from, where the registry has one.
    pub site: Box<str>,
    /// The user name of who opened it, signed in.
    pub user: Box<str>,
}

impl Opened {
    /// Whether it can be set aside: nobody was signed in, and it waits for the Help Desk.
    pub fn can_be_set_aside(&self) -> bool {
        self.case.can_be_set_aside()
    }

    /// Whether it takes a further file, looked at before one is scanned; the sentence why not.
    pub fn takes_file(&self) -> Result<(), Failure> {
        attachments::room(&self.case, self.attachments.len())
    }

    /// The same for whoever has its link and nothing else.
    pub fn takes_file_by_link(&self) -> Result<(), Failure> {
        self.takes_file()?;
        let is_strangers = self.case.account_id.is_none();
        if is_strangers { attachments::OF_STRANGER.takes(self.sent_by_link, 1) } else { Ok(()) }
    }
}

/// The longest text of one message, in characters.
const LONGEST: usize = 8_000;

impl Ticket {
    /// The words that together are this ticket's alone: for its key.
    pub fn key_words(number: i64, email: &EmailAddress) -> [String; 3] {
        ["ticket".to_owned(), number.to_string(), email.to_string()]
    }

    /// The letter with that link.
    fn letter(cx: &Context, keys: &Keys, case: &Self) -> Letter {
        Letter::TicketNews { number: case.number, link: case.link(cx, keys) }
    }

    /// The link to its page.
    pub(crate) fn link(&self, cx: &Context, keys: &Keys) -> Link {
        let words = Self::key_words(self.number, &self.email);
        let key = keys.key(&words.each_ref().map(String::as_str));
        Link::to(cx, &["help", "tickets", &self.number.to_string(), key.as_str()])
    }
}

fn check(text: &str) -> Result<(), Failure> {
    let fits = !text.trim().is_empty() && text.chars().count() <= LONGEST;
    if fits { Ok(()) } else { Err(Failure::Rule("Write what you want to say, in at most 8,000 characters.")) }
}

/// Opens a ticket: by somebody signed in, or by anybody with an address for mail. The letters go to the address of the account,
/// where it has one; the site is one of the account's own, and without an account what was typed.
pub async fn open(
    cx: &Context,
    asker: Asker<'_>,
    question: Question,
    text: &str,
    arrival: Arrival,
) -> Result<i64, Failure> {
    check(text)?;
    // an account has the name that it has
    let is_named = asker.account.is_some() || is_name_of_person(&question.name);
    if !is_named || !is_showable(&question.subject) {
        return Err(Failure::Rule("Enter your name, and in one line what it is about."));
    }
    if !question.site.is_empty() && !is_showable(&question.site) {
        return Err(Failure::Rule(
            "Enter the name or the code of your clinic, school or office in one line.",
        ));
    }
    let entry = match asker.account {
        Some(account) => AuditEntry::by(&account.actor(), Channel::Web, "open-ticket", arrival.at),
        None => arrival.by_nobody("open-ticket"),
    };
    let from = Origin::of(asker)?;
    let keys = Keys::of(cx, arrival).await?;
    let (id, cx2, text) = (cx.store.ids().take()?, cx.clone(), text.to_owned());
    let opened = cx.store.write(Lane::Web, move |tx| {
        once(tx, &arrival, |tx| {
            let Some(email) = from.address(tx)? else { return Ok(Err(NO_ADDRESS)) };
            let may_have_letter = from.account.is_some() || may_ask(tx, &cx2, &email, LETTER, arrival.at)?;
            if !may_have_letter {
                return Ok(Err(NO_MORE_LETTERS));
            }
            let by = By { actor: &question.name, reason: "", at: arrival.at };
            let about = (id, Some(question.category.word()));
            let mut case = Ticket::open_about(tx, about, &email, State::New, question.clone(), by)?;
            (case.account_id, case.received_at) = (from.account, Some(arrival.at));
            case.site_id = from.site(tx, &question.site)?;
            case.save(tx)?;
            case.say(tx, false, &text, by)?;
            let letter = Ticket::letter(&cx2, &keys, &case).to(&cx2, &email, arrival.at).map_err(inside)?;
            if from.account.is_some() {
                knock(tx, &letter)?; // it stands on a page of their own
            } else {
                outbox::insert(tx, &letter)?;
            }
            tx.audit(&entry.clone().detail(format!("ticket {}", case.number)))?;
            Ok(Ok(case.number))
        })
    });
    opened.await?
}

/// The kind of the letter with the link to a ticket.
const LETTER: &str = "ticket-news";

/// Sends the letter with the link of a ticket again, if it is of this address. Nobody learns whether it is.
pub async fn letter_again(
    cx: &Context,
    number: i64,
    email: &EmailAddress,
    arrival: Arrival,
) -> Result<Again, Failure> {
    let kind = (LETTER, "send-ticket-letter-again");
    again::letter_again(cx, (number, email), kind, Ticket::letter, arrival).await
}

const NO_ADDRESS: Failure = Failure::Rule("Enter an e-mail address, such as name@clinic.example.");

/// From whom and where a ticket comes, owned by the transaction that keeps it.
struct Origin {
    account: Option<AccountId>,
    typed: Option<EmailAddress>,
    own_site: Option<SiteId>,
}

impl Origin {
    fn of(asker: Asker<'_>) -> Result<Self, Failure> {
        let Asker { email, account, site } = asker;
        let sites =
            account.into_iter().flat_map(|account| account.roles.iter().flat_map(RoleAssignment::now));
        let mut sites = sites.flat_map(RoleAssignment::sites);
        if site.is_some_and(|site| sites.all(|own| *own != site)) {
            return Err(Refused.into());
        }
        Ok(Self { account: account.map(|account| account.id), typed: email.cloned(), own_site: site })
    }

    fn address(&self, tx: &mut Tx<'_>) -> Result<Option<EmailAddress>, StoreError> {
        let known = self.account.map(|id| address_of(tx, id)).transpose()?.flatten();
        Ok(known.or_else(|| self.typed.clone()))
    }

    fn site(&self, tx: &mut Tx<'_>, typed: &str) -> Result<Option<SiteId>, StoreError> {
        match self.account {
            Some(_) => Ok(self.own_site),
            None => Ok(site_named(tx, typed)?.map(|row| row.site.id)),
        }
    }
}

/// Somebody says something who is not the Help Desk: an answer to a question, or the ticket is opened again in time. That is
/// whoever has the link of the letter, whoever opened it, or somebody of the same organization who may; then whoever opened it
/// gets a letter.
pub async fn answer(
    cx: &Context,
    party: Party<'_>,
    number: i64,
    text: &str,
    arrival: Arrival,
) -> Result<(), Failure> {
    check(text)?;
    let keys = Keys::of(cx, arrival).await?;
    let (text, days, cx2) = (text.to_owned(), cx.settled.reopen_days, cx.clone());
    let entry = party.entry("answer-own-ticket", arrival).detail(format!("ticket {number}"));
    let granted = party.granted().cloned();
    let answered = cx.store.write(Lane::Web, move |tx| {
        let Some(mut case) = Ticket::load(tx, number)? else { return Ok(Err(NOT_NOW)) };
        if let Some(granted) = &granted
            && !case.is_within(tx, granted)?
        {
            return Ok(Err(Refused.into()));
        }
        let name = who(tx, granted.as_ref(), &case)?;
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
        let own = granted.as_ref().is_none_or(|granted| granted.actor().account_id() == case.account_id);
        if !own {
            let letter = Letter::TicketNews { number, link: case.link(&cx2, &keys) };
            knock(tx, &letter.to(&cx2, &case.email, arrival.at).map_err(inside)?)?;
        }
        tx.audit(&entry)?;
        Ok(Ok(()))
    });
    answered.await?
}

/// The name under which somebody who is not the Help Desk says something.
fn who(tx: &mut Tx<'_>, granted: Option<&Granted>, case: &Ticket) -> Result<Box<str>, StoreError> {
    let Some(Actor::Account { id, .. }) = granted.map(Granted::actor) else {
        return Ok(case.body.name.clone());
    };
    if case.account_id == Some(*id) {
        return Ok(case.body.name.clone());
    }
    let row = account::get(tx, *id)?;
    Ok(row.map_or_else(|| case.body.name.clone(), |row| row.display_name))
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
        shown(tx, case).map(Some)
    });
    Ok(read.await?)
}

/// The same for somebody who is not the Help Desk; none where it is not theirs to see.
pub async fn opened_by(cx: &Context, granted: &Granted, number: i64) -> Result<Option<Opened>, Failure> {
    let granted = granted.clone();
    let read = cx.store.read(move |tx| {
        let Some(case) = Ticket::load(tx, number)? else { return Ok(None) };
        if case.is_within(tx, &granted)? { shown(tx, case).map(Some) } else { Ok(None) }
    });
    Ok(read.await?)
}

fn shown(tx: &mut Tx<'_>, case: Ticket) -> Result<Opened, StoreError> {
    let site = case.site_id.map(|id| site::get(tx, id)).transpose()?.flatten();
    let user = case.account_id.map(|id| account::get(tx, id)).transpose()?.flatten();
    let linked = case.body.linked.as_ref().map(|linked| about::is_there(tx, linked)).transpose()?;
    Ok(Opened {
        conversation: conversation(tx, case.id)?,
        moves: moves(tx, case.id)?,
        attachments: attachments::of(tx, case.id)?,
        sent_by_link: stranger_file::of_case(tx, case.id)?,
        is_linked_there: linked.unwrap_or(false),
        site: site.map(|row| row.site.name).unwrap_or_default(),
        user: user.map(|row| row.name).unwrap_or_default(),
        case,
    })
}
