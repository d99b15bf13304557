//! Lists of tickets: what waits for the Help Desk, what it looks for, and what people see of their own and of their
//! organization.

use super::{Category, Priority, State, Ticket};
use crate::access::Refused;
use crate::enrollment::standing::QUEUE;
use crate::{Context, Failure};
use iis_model::access::{Actor, Granted, Permission, Within};
use iis_model::{AccountId, EmailAddress, SiteId};
use iis_store::{StoreError, Tx, site};

/// The most tickets that are listed at one time.
pub const MOST_LISTED: usize = 200;

/// Which tickets the Help Desk looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    /// In which states.
    pub wanted: Wanted,
    /// About what; none: about anything.
    pub category: Option<Category>,
    /// From which site; none: from any, or from none.
    pub site: Option<SiteId>,
    /// In which order.
    pub order: Order,
}

/// In which order tickets are listed.
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
        found.sort_by_key(|case| (is_later(case), case.received_at, case.number));
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

/// The tickets that were looked for, at most [`MOST_LISTED`], and whether there are more.
pub async fn listed(cx: &Context, filter: Filter) -> Result<(Vec<Ticket>, bool), Failure> {
    let read = cx.store.read(move |tx| {
        let topic = filter.category.map_or("", Category::word);
        let mut found = Vec::new();
        for state in filter.wanted.states() {
            let of_state = Ticket::of_topic(tx, *state, (topic, filter.site), QUEUE)?.into_iter();
            // of tickets of before the topic was kept the body alone says it
            found.extend(of_state.filter(|case| filter.category.is_none_or(|one| one == case.body.category)));
        }
        filter.order.sort(&mut found);
        let has_more = found.len() > MOST_LISTED;
        found.truncate(MOST_LISTED);
        Ok((found, has_more))
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
