//! Lists of tickets: what waits for the Help Desk, what it looks for, and what people see of their own and of their
//! organization.

use super::{Category, Priority, State, Ticket};
use crate::access::Refused;
use crate::enrollment::standing::QUEUE;
use crate::{Context, Failure};
use iis_model::access::{Actor, Granted, Permission, Within};
use iis_model::{AccountId, EmailAddress, SiteId};
use iis_store::case_file::Sought;
use iis_store::{StoreError, Tx, site};

/// The most tickets of one page.
pub const MOST_LISTED: usize = 100;

/// Which tickets the Help Desk looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    /// In which states.
    pub wanted: Wanted,
    /// About what; none: about anything.
    pub category: Option<Category>,
    /// From which site; none: from any, or from none.
    pub site: Option<SiteId>,
    /// By whom they were asked.
    pub asked_by: AskedBy,
    /// In which order.
    pub order: Order,
}

/// By whom tickets were asked that are looked for. Who is not signed in can write as many as they like, under any name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AskedBy {
    /// By anybody.
    #[default]
    Anybody,
    /// By people who were signed in.
    SignedIn,
    /// By people who were not.
    Strangers,
}

impl AskedBy {
    /// Whether they are of accounts, one after the other: of each so many are looked at, so that those of strangers leave room
    /// for the others.
    const fn of_accounts(self) -> &'static [bool] {
        match self {
            Self::Anybody => &[true, false],
            Self::SignedIn => &[true],
            Self::Strangers => &[false],
        }
    }
}

/// A page of the tickets that were looked for.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The tickets.
    pub tickets: Vec<Ticket>,
    /// Which page it is, counted from 1.
    pub page: usize,
    /// Of how many.
    pub pages: usize,
    /// How many tickets there are on all of them.
    pub total: usize,
}

/// In which order tickets are listed: those of people who were signed in, then those of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The urgent ones first, then the oldest.
    #[default]
    Urgent,
    /// The oldest first.
    Oldest,
}

impl Order {
    fn sort(self, found: &mut [Ticket]) {
        let is_later = |case: &Ticket| self == Self::Urgent && case.body.priority != Priority::Urgent;
        let key = |case: &Ticket| (case.account_id.is_none(), is_later(case), case.received_at, case.number);
        found.sort_by_key(key);
    }
}

/// In which states tickets are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wanted {
    /// Those that wait for the Help Desk.
    #[default]
    Waiting,
    /// Those in one state.
    In(State),
    /// All.
    All,
}

impl Wanted {
    /// The states.
    fn states(self) -> &'static [State] {
        const WAITING: &[State] = &[State::New, State::Open];
        match self {
            Self::Waiting => WAITING,
            Self::All => State::ALL,
            Self::In(state) => {
                State::ALL.iter().position(|one| *one == state).map_or(&[], |at| &State::ALL[at..=at])
            }
        }
    }
}

/// A page of the tickets that were looked for, counted from 1: the last one where there are not so many.
pub async fn listed(cx: &Context, filter: Filter, page: usize) -> Result<Listed, Failure> {
    let mut found = cx.store.read(move |tx| found(tx, filter)).await?;
    filter.order.sort(&mut found);
    let (total, pages) = (found.len(), found.len().div_ceil(MOST_LISTED).max(1));
    let page = page.clamp(1, pages);
    let tickets = found.into_iter().skip((page - 1) * MOST_LISTED).take(MOST_LISTED).collect();
    Ok(Listed { tickets, page, pages, total })
}

fn found(tx: &mut Tx<'_>, filter: Filter) -> Result<Vec<Ticket>, StoreError> {
    let topic = filter.category.map_or("", Category::word);
    let mut found = Vec::new();
    for state in filter.wanted.states() {
        for is_of_account in filter.asked_by.of_accounts() {
            let sought = Sought { topic, site: filter.site, is_of_account: Some(*is_of_account) };
            let some = Ticket::of_topic(tx, *state, sought, QUEUE)?.into_iter();
            // of tickets of before the topic was kept the body alone says it
            found.extend(some.filter(|case| filter.category.is_none_or(|one| one == case.body.category)));
        }
    }
    Ok(found)
}

/// Tickets that wait for the Help Desk: those of people who were signed in first, of each the urgent ones, then by receipt.
pub async fn waiting(cx: &Context) -> Result<Vec<Ticket>, Failure> {
    Ok(cx.store.read(waiting_of).await?)
}

fn waiting_of(tx: &mut Tx<'_>) -> Result<Vec<Ticket>, StoreError> {
    let mut waiting = found(tx, Filter::default())?;
    Order::Urgent.sort(&mut waiting);
    Ok(waiting)
}

/// The tickets of an address, the latest first.
pub async fn of(cx: &Context, email: &EmailAddress) -> Result<Vec<Ticket>, Failure> {
    let email = email.clone();
    Ok(cx.store.read(move |tx| Ticket::of(tx, &email, 50)).await?)
}

/// The tickets that somebody signed in opened, and those that others opened from a site of an organization whose tickets they
/// may see; the latest first.
pub async fn own(cx: &Context, granted: &Granted) -> Result<Vec<Ticket>, Failure> {
    const MOST: i64 = 100;
    let Some(account) = asker(granted) else { return Err(Refused.into()) };
    let stretches: Vec<Within> = granted.reach().stretches().into();
    let read = cx.store.read(move |tx| {
        let mut found = Ticket::of_account(tx, account, MOST)?;
        for within in &stretches {
            if let Within::Organization(organization) = within {
                found.extend(Ticket::of_organization(tx, *organization, MOST)?);
            }
        }
        found.sort_by_key(|case| std::cmp::Reverse(case.number));
        found.dedup_by_key(|case| case.number);
        Ok(found)
    });
    Ok(read.await?)
}

/// Who asks to see or to write tickets outside the Help Desk.
fn asker(granted: &Granted) -> Option<AccountId> {
    match granted.actor() {
        Actor::Account { id, .. } if granted.permission() == Permission::WriteTickets => Some(*id),
        _ => None,
    }
}

impl Ticket {
    /// Whether somebody may see it and answer in it: at the Help Desk; as whoever opened it; or as who sees the tickets of the
    /// organization, where somebody signed in opened it at one of its sites. What strangers say of themselves counts for
    /// nobody.
    pub(super) fn is_within(&self, tx: &mut Tx<'_>, granted: &Granted) -> Result<bool, StoreError> {
        match granted.permission() {
            Permission::AnswerTickets => return Ok(true),
            Permission::WriteTickets => {}
            _ => return Ok(false),
        }
        if self.account_id.is_none() || asker(granted) == self.account_id {
            return Ok(self.account_id.is_some());
        }
        let row = self.site_id.map(|id| site::get(tx, id)).transpose()?.flatten();
        Ok(row.is_some_and(|row| granted.reach().covers_organization(row.site.organization_id)))
    }
}
