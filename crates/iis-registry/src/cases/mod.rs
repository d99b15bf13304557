//! Cases: what somebody asks of the registry and what goes through states. Enrollments of sites, requests for accounts and
//! tickets are cases; each has a table of moves ([`Flow`]) and keeps every move with actor, time and reason.

pub(crate) mod again;
pub(crate) mod flow;
mod key;
pub(crate) mod once;
pub(crate) mod said;
pub(crate) mod strangers;
pub(crate) mod upload;

pub use again::Again;
pub use flow::Flow;
pub use key::{Key, Keys};
pub use said::{Move, Said};
pub use upload::{LARGEST, Scan, Upload};

use crate::{Arrival, Failure};
use iis_model::access::Granted;
use iis_model::{AccountId, EmailAddress, OrganizationId, SiteId, Timestamp};
use iis_store::case_file::{self, CaseRow, EventRow, SaidRow, Sought};
use iis_store::{AuditEntry, StoreError, Tx};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A case: its state, what was asked, and who asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Case<F, B> {
    pub(crate) id: i64,
    version: i64,
    /// The number that people use.
    pub number: i64,
    /// Where it stands.
    pub state: F,
    /// Since when.
    pub state_since: Timestamp,
    /// When it was begun.
    pub opened_at: Timestamp,
    /// When it was received: its place in the queue.
    pub received_at: Option<Timestamp>,
    /// Who asks.
    pub email: EmailAddress,
    /// The account it is about.
    pub account_id: Option<AccountId>,
    /// The site it is about.
    pub site_id: Option<SiteId>,
    /// What is asked.
    pub body: B,
    topic: Option<Box<str>>,
}

/// Who moves a case, and why.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The actor's name: a user, an applicant, the registry.
    pub actor: &'a str,
    /// Why; may be empty where the move says it.
    pub reason: &'a str,
    /// When.
    pub at: Timestamp,
}

/// Who looks at a case or adds to it.
#[derive(Debug, Clone, Copy)]
pub enum Party<'a> {
    /// Whoever has the link of the letter.
    KeyHolder,
    /// Somebody signed in: staff of the registry, or of the site.
    Staff(&'a Granted),
}

impl Party<'_> {
    /// What was granted to them; nothing: they have the link.
    pub(crate) fn granted(&self) -> Option<&Granted> {
        match self {
            Self::KeyHolder => None,
            Self::Staff(granted) => Some(granted),
        }
    }

    /// The audit row of what they do.
    pub(crate) fn entry(self, action: &'static str, arrival: Arrival) -> AuditEntry {
        match self {
            Self::KeyHolder => arrival.by_nobody(action),
            Self::Staff(granted) => AuditEntry::of(granted, arrival.at).action(action),
        }
    }
}

impl<F: Flow, B: Serialize + DeserializeOwned> Case<F, B> {
    /// Begins a case.
    pub(crate) fn open(
        tx: &mut Tx<'_>,
        id: i64,
        email: &EmailAddress,
        begin: F,
        body: B,
        by: By<'_>,
    ) -> Result<Self, StoreError> {
        Self::open_about(tx, (id, None), email, begin, body, by)
    }

    /// Begins a case that is listed by its topic.
    pub(crate) fn open_about(
        tx: &mut Tx<'_>,
        (id, topic): (i64, Option<&str>),
        email: &EmailAddress,
        begin: F,
        body: B,
        by: By<'_>,
    ) -> Result<Self, StoreError> {
        let number = case_file::next_number(tx, F::KIND)?;
        let case = Self {
            id,
            version: 1,
            number,
            state: begin,
            state_since: by.at,
            opened_at: by.at,
            received_at: None,
            email: email.clone(),
            account_id: None,
            site_id: None,
            body,
            topic: topic.map(Into::into),
        };
        case_file::insert(tx, &case.row()?)?;
        case.note(tx, "", by)?;
        Ok(case)
    }

    /// The case of a number.
    pub(crate) fn load(tx: &mut Tx<'_>, number: i64) -> Result<Option<Self>, StoreError> {
        case_file::by_number(tx, F::KIND, number)?.map(|row| Self::read(&row)).transpose()
    }

    /// The case of a number, held until the transaction ends: what is counted of it now stays so until something is added.
    pub(crate) fn hold(tx: &mut Tx<'_>, number: i64) -> Result<Option<Self>, StoreError> {
        case_file::hold(tx, F::KIND, number)?;
        Self::load(tx, number)
    }

    /// Cases whose site is open, in every state but one.
    pub(crate) fn of_open_sites(tx: &mut Tx<'_>, but: F) -> Result<Vec<Self>, StoreError> {
        case_file::of_open_sites(tx, F::KIND, but.stored())?.iter().map(Self::read).collect()
    }

    /// The latest case about a site.
    pub(crate) fn of_site(tx: &mut Tx<'_>, site: SiteId) -> Result<Option<Self>, StoreError> {
        case_file::latest_of_site(tx, F::KIND, site)?.map(|row| Self::read(&row)).transpose()
    }

    /// Cases in a state, in the order in which they were received.
    pub(crate) fn in_state(tx: &mut Tx<'_>, state: F, limit: i64) -> Result<Vec<Self>, StoreError> {
        case_file::in_state(tx, F::KIND, state.stored(), limit)?.iter().map(Self::read).collect()
    }

    /// Cases in a state that were opened after a moment, the oldest first.
    pub(crate) fn opened_since(
        tx: &mut Tx<'_>,
        state: F,
        since: Timestamp,
        limit: i64,
    ) -> Result<Vec<Self>, StoreError> {
        case_file::opened_since(tx, F::KIND, state.stored(), since, limit)?.iter().map(Self::read).collect()
    }

    /// Cases in a state that were looked for, in the order in which they were received.
    pub(crate) fn of_topic(
        tx: &mut Tx<'_>,
        state: F,
        sought: Sought<'_>,
        limit: i64,
    ) -> Result<Vec<Self>, StoreError> {
        case_file::of_topic(tx, F::KIND, state.stored(), sought, limit)?.iter().map(Self::read).collect()
    }

    /// What somebody signed in asked for, the latest first.
    pub(crate) fn of_account(tx: &mut Tx<'_>, id: AccountId, limit: i64) -> Result<Vec<Self>, StoreError> {
        case_file::of_account(tx, F::KIND, id, limit)?.iter().map(Self::read).collect()
    }

    /// What people signed in asked for from a site of an organization, the latest first.
    pub(crate) fn of_organization(
        tx: &mut Tx<'_>,
        id: OrganizationId,
        limit: i64,
    ) -> Result<Vec<Self>, StoreError> {
        case_file::of_organization(tx, F::KIND, id, limit)?.iter().map(Self::read).collect()
    }

    /// What an address asked for, the latest first.
    pub(crate) fn of(tx: &mut Tx<'_>, email: &EmailAddress, limit: i64) -> Result<Vec<Self>, StoreError> {
        case_file::of_email(tx, F::KIND, email.as_str(), limit)?.iter().map(Self::read).collect()
    }

    /// Moves the case and keeps the move. False: the table has no such move, and nothing is written.
    pub(crate) fn act(&mut self, tx: &mut Tx<'_>, event: F::Event, by: By<'_>) -> Result<bool, StoreError> {
        let Some(to) = self.state.after(event) else { return Ok(false) };
        let from = self.state.stored();
        (self.state, self.state_since) = (to, by.at);
        self.save(tx)?;
        self.note(tx, from, by)?;
        Ok(true)
    }

    /// Keeps what was changed of the case. Somebody else's change in between stops the transaction, which is run again.
    pub(crate) fn save(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        if !case_file::update(tx, &self.row()?)? {
            return Err(StoreError::Stale);
        }
        self.version += 1;
        Ok(())
    }

    /// Adds to the conversation.
    pub(crate) fn say(
        &self,
        tx: &mut Tx<'_>,
        is_staff: bool,
        text: &str,
        by: By<'_>,
    ) -> Result<(), StoreError> {
        let row = SaidRow { n: 0, at: by.at, author: by.actor.into(), is_staff, text: text.trim().into() };
        case_file::add_message(tx, self.id, &row)
    }

    fn note(&self, tx: &mut Tx<'_>, from: &str, by: By<'_>) -> Result<(), StoreError> {
        let row = EventRow {
            n: 0,
            at: by.at,
            actor: by.actor.into(),
            from_state: from.into(),
            to_state: self.state.stored().into(),
            reason: by.reason.trim().into(),
        };
        case_file::add_event(tx, self.id, &row)
    }

    fn row(&self) -> Result<CaseRow, StoreError> {
        let body = serde_json::to_string(&self.body);
        Ok(CaseRow {
            id: self.id,
            kind: F::KIND.into(),
            number: self.number,
            state: self.state.stored().into(),
            state_since: self.state_since,
            version: self.version,
            opened_at: self.opened_at,
            received_at: self.received_at,
            email: self.email.as_str().into(),
            account_id: self.account_id,
            site_id: self.site_id,
            body: body.map_err(|_| StoreError::internal("a case that cannot be written"))?.into(),
            topic: self.topic.clone(),
        })
    }

    fn read(row: &CaseRow) -> Result<Self, StoreError> {
        let unreadable = || StoreError::internal("a case that cannot be read");
        Ok(Self {
            id: row.id,
            version: row.version,
            number: row.number,
            state: F::of_stored(&row.state).ok_or_else(unreadable)?,
            state_since: row.state_since,
            opened_at: row.opened_at,
            received_at: row.received_at,
            email: row.email.parse().map_err(|_| unreadable())?,
            account_id: row.account_id,
            site_id: row.site_id,
            body: serde_json::from_str(&row.body).map_err(|_| unreadable())?,
            topic: row.topic.clone(),
        })
    }
}

/// The failure for a move that the table does not have.
pub(crate) const NOT_NOW: Failure = Failure::Rule(
    "That is not possible as it stands by now: it was done before, or something else became of it. Look again.",
);
