//! Cases: what somebody asks of the registry and what goes through states, with its moves, its conversation and its papers.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx, ids};
use iis_model::{AccountId, OrganizationId, SiteId, Timestamp};

sql! {
    INSERT = "INSERT INTO case_file (id, kind, number, state, state_since, version, opened_at, received_at, email, account_id, \
              site_id, body, topic) VALUES ($1, $2, $3, $4, $5, 1, $5, $6, $7, $8, $9, $10, $11)";
    UPDATE = "UPDATE case_file SET state = $3, state_since = $4, received_at = $5, account_id = $6, site_id = $7, \
              body = $8, email = $9, version = version + 1 WHERE id = $1 AND version = $2";
    BY_NUMBER = "SELECT id, kind, number, state, state_since, version, opened_at, received_at, email, account_id, site_id, body, topic \
                 FROM case_file WHERE kind = $1 AND number = $2";
    IN_STATE = "SELECT id, kind, number, state, state_since, version, opened_at, received_at, email, account_id, site_id, body, topic \
                 FROM case_file WHERE kind = $1 AND state = $2 \
                ORDER BY received_at, number LIMIT $3";
    OPENED_SINCE = "SELECT id, kind, number, state, state_since, version, opened_at, received_at, email, account_id, site_id, body, \
                    topic FROM case_file WHERE kind = $1 AND state = $2 AND opened_at > $3 ORDER BY opened_at, number LIMIT $4";
    OF_OPEN_SITES = "SELECT c.id, c.kind, c.number, c.state, c.state_since, c.version, c.opened_at, c.received_at, c.email, \
                     c.account_id, c.site_id, c.body, c.topic FROM case_file c \
                     WHERE c.kind = $1 AND c.state <> $2 AND c.site_id IS NOT NULL \
                     AND NOT EXISTS (SELECT 1 FROM closed_site s WHERE s.site_id = c.site_id) ORDER BY c.number";
    LATEST_OF_SITE = "SELECT id, kind, number, state, state_since, version, opened_at, received_at, email, account_id, site_id, \
                      body, topic FROM case_file WHERE kind = $1 AND site_id = $2 ORDER BY number DESC LIMIT 1";
    OF_TOPIC = "SELECT id, kind, number, state, state_since, version, opened_at, received_at, email, account_id, site_id, body, \
                topic FROM case_file WHERE kind = $1 AND state = $2 AND ($3 = '' OR topic IS NULL OR topic = $3) AND ($4 = 0 OR site_id = $4) \
                AND ($5 = 0 OR ($5 = 1 AND account_id IS NOT NULL) OR ($5 = 2 AND account_id IS NULL)) \
                ORDER BY received_at, number LIMIT $6";
    OF_ACCOUNT = "SELECT id, kind, number, state, state_since, version, opened_at, received_at, email, account_id, site_id, \
                  body, topic FROM case_file WHERE account_id = $1 AND kind = $2 ORDER BY number DESC LIMIT $3";
    OF_ORGANIZATION = "SELECT c.id, c.kind, c.number, c.state, c.state_since, c.version, c.opened_at, c.received_at, c.email, \
                       c.account_id, c.site_id, c.body, c.topic FROM site s JOIN case_file c ON c.site_id = s.id \
                       WHERE s.organization_id = $1 AND c.kind = $2 AND c.account_id IS NOT NULL \
                       ORDER BY c.number DESC LIMIT $3";
    HOLD = "UPDATE case_file SET version = version WHERE kind = $1 AND number = $2";
    OF_EMAIL = "SELECT id, kind, number, state, state_since, version, opened_at, received_at, email, account_id, site_id, body, topic \
                 FROM case_file WHERE email = $1 AND kind = $2 ORDER BY number DESC LIMIT $3";
    LAST_EVENT = "SELECT COALESCE(MAX(n), 0) FROM case_event WHERE case_id = $1";
    ADD_EVENT = "INSERT INTO case_event (case_id, n, at, actor, from_state, to_state, reason) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)";
    EVENTS = "SELECT n, at, actor, from_state, to_state, reason FROM case_event WHERE case_id = $1 ORDER BY n";
    LAST_MESSAGE = "SELECT COALESCE(MAX(n), 0) FROM case_message WHERE case_id = $1";
    ADD_MESSAGE = "INSERT INTO case_message (case_id, n, at, author, is_staff, text) VALUES ($1, $2, $3, $4, $5, $6)";
    MESSAGES = "SELECT n, at, author, is_staff, text FROM case_message WHERE case_id = $1 ORDER BY n";
    LAST_PAPER = "SELECT COALESCE(MAX(n), 0) FROM case_paper WHERE case_id = $1";
    ADD_PAPER = "INSERT INTO case_paper (case_id, n, kind, name, media_type, content, content_sha256, at, facts) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    PAPERS = "SELECT n, kind, name, media_type, content_sha256, at, facts FROM case_paper WHERE case_id = $1 ORDER BY n";
    PAPER = "SELECT content FROM case_paper WHERE case_id = $1 AND n = $2";
    SET_FACTS = "UPDATE case_paper SET facts = $3 WHERE case_id = $1 AND n = $2";
}

/// A case as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Row key.
    pub id: i64,
    /// "enrollment", "request" or "ticket".
    pub kind: Box<str>,
    /// The number that people use, counted within the kind.
    pub number: i64,
    /// The state's word.
    pub state: Box<str>,
    /// Since when.
    pub state_since: Timestamp,
    /// Moves with every change.
    pub version: i64,
    /// When it was begun.
    pub opened_at: Timestamp,
    /// When it was received: its place in the queue.
    pub received_at: Option<Timestamp>,
    /// The address for mail of whoever asks.
    pub email: Box<str>,
    /// The account it is about.
    pub account_id: Option<AccountId>,
    /// The site it is about.
    pub site_id: Option<SiteId>,
    /// What was asked, as JSON.
    pub body: Box<str>,
    /// What it is about, of kinds that are listed by that.
    pub topic: Option<Box<str>>,
}
from_row!(CaseRow {
    id,
    kind,
    number,
    state,
    state_since,
    version,
    opened_at,
    received_at,
    email,
    account_id,
    site_id,
    body,
    topic,
});

impl std::fmt::Debug for CaseRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kind, number, state, .. } = self;
        f.debug_struct("CaseRow")
            .field("kind", kind)
            .field("number", number)
            .field("state", state)
            .finish_non_exhaustive()
    }
}

/// A move of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Counted from 1.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Box<str>,
    /// From which state; empty: it was begun.
    pub from_state: Box<str>,
    /// To which.
    pub to_state: Box<str>,
    /// Why.
    pub reason: Box<str>,
}
from_row!(EventRow { n, at, actor, from_state, to_state, reason });

/// Something said about a case.
#[derive(Clone, PartialEq, Eq)]
pub struct SaidRow {
    /// Counted from 1.
    pub n: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub author: Box<str>,
    /// By staff of the registry.
    pub is_staff: bool,
    /// What.
    pub text: Box<str>,
}
from_row!(SaidRow { n, at, author, is_staff, text });

/// A paper without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperRow {
    /// Counted from 1.
    pub n: i64,
    /// What kind of paper.
    pub kind: Box<str>,
    /// The name of its file.
    pub name: Box<str>,
    /// Its media type.
    pub media_type: Box<str>,
    /// SHA-256 of its content.
    pub content_sha256: [u8; 32],
    /// When it came.
    pub at: Timestamp,
    /// Who signed it, who looked at it, as JSON.
    pub facts: Box<str>,
}
from_row!(PaperRow { n, kind, name, media_type, content_sha256, at, facts });

/// The next number of a kind. Numbers are given in the order of the transactions that take them.
pub fn next_number(tx: &mut Tx<'_>, kind: &str) -> Result<i64, StoreError> {
    let series = match kind {
        "enrollment" => "enrollment-number",
        "request" => "request-number",
        _ => "ticket-number",
    };
    Ok(ids::lease(tx, series, 1)?.start)
}

/// Adds a case.
pub fn insert(tx: &mut Tx<'_>, row: &CaseRow) -> Result<(), StoreError> {
    tx.exec(
        &INSERT,
        vals![
            row.id,
            &row.kind,
            row.number,
            &row.state,
            row.opened_at,
            row.received_at,
            &row.email,
            row.account_id,
            row.site_id,
            &row.body,
            row.topic.as_deref()
        ],
    )
}

/// Changes a case, unless somebody else has changed it since it was read: then false.
pub fn update(tx: &mut Tx<'_>, row: &CaseRow) -> Result<bool, StoreError> {
    let changed = tx.count(
        &UPDATE,
        vals![
            row.id,
            row.version,
            &row.state,
            row.state_since,
            row.received_at,
            row.account_id,
            row.site_id,
            &row.body,
            &row.email
        ],
    )?;
    Ok(changed == 1)
}

/// The case of this number.
pub fn by_number(tx: &mut Tx<'_>, kind: &str, number: i64) -> Result<Option<CaseRow>, StoreError> {
    tx.one(&BY_NUMBER, vals![kind, number])
}

/// Cases in a state, in the order in which they were received.
pub fn in_state(tx: &mut Tx<'_>, kind: &str, state: &str, limit: i64) -> Result<Vec<CaseRow>, StoreError> {
    tx.all(&IN_STATE, vals![kind, state, limit])
}

/// Cases in a state that were opened after a moment, the oldest first.
pub fn opened_since(
    tx: &mut Tx<'_>,
    kind: &str,
    state: &str,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<CaseRow>, StoreError> {
    tx.all(&OPENED_SINCE, vals![kind, state, since, limit])
}

/// What cases are looked for by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sought<'a> {
    /// About which topic; empty: about any.
    pub topic: &'a str,
    /// From which site; none: from any, or from none.
    pub site: Option<SiteId>,
    /// Whether they are of somebody signed in; none: of anybody.
    pub is_of_account: Option<bool>,
}

/// Cases in a state that were looked for, in the order in which they were received; also those whose topic is not known, of
/// before it was kept.
pub fn of_topic(
    tx: &mut Tx<'_>,
    kind: &str,
    state: &str,
    sought: Sought<'_>,
    limit: i64,
) -> Result<Vec<CaseRow>, StoreError> {
    let of_account: i64 = match sought.is_of_account {
        None => 0,
        Some(true) => 1,
        Some(false) => 2,
    };
    let site = sought.site.map_or(0, |site| site.0);
    tx.all(&OF_TOPIC, vals![kind, state, sought.topic, site, of_account, limit])
}

/// What somebody signed in asked for, the latest first.
pub fn of_account(
    tx: &mut Tx<'_>,
    kind: &str,
    account: AccountId,
    limit: i64,
) -> Result<Vec<CaseRow>, StoreError> {
    tx.all(&OF_ACCOUNT, vals![account, kind, limit])
}

/// What people signed in asked for from a site of an organization, the latest first.
pub fn of_organization(
    tx: &mut Tx<'_>,
    kind: &str,
    organization: OrganizationId,
    limit: i64,
) -> Result<Vec<CaseRow>, StoreError> {
    tx.all(&OF_ORGANIZATION, vals![organization, kind, limit])
}

/// Cases with a site that is not closed, in every state but one, by number.
pub fn of_open_sites(tx: &mut Tx<'_>, kind: &str, but: &str) -> Result<Vec<CaseRow>, StoreError> {
    tx.all(&OF_OPEN_SITES, vals![kind, but])
}

/// The latest case of a kind about a site.
pub fn latest_of_site(tx: &mut Tx<'_>, kind: &str, site: SiteId) -> Result<Option<CaseRow>, StoreError> {
    tx.one(&LATEST_OF_SITE, vals![kind, site])
}

/// Holds a case until the transaction ends: whoever else wants to hold it waits. For what is counted and then added.
pub fn hold(tx: &mut Tx<'_>, kind: &str, number: i64) -> Result<(), StoreError> {
    tx.exec(&HOLD, vals![kind, number])
}

/// What an address asked for, the latest first.
pub fn of_email(tx: &mut Tx<'_>, kind: &str, email: &str, limit: i64) -> Result<Vec<CaseRow>, StoreError> {
    tx.all(&OF_EMAIL, vals![email, kind, limit])
}

/// Notes a move.
pub fn add_event(tx: &mut Tx<'_>, case_id: i64, row: &EventRow) -> Result<(), StoreError> {
    let last: i64 = tx.one(&LAST_EVENT, vals![case_id])?.unwrap_or(0);
    tx.exec(
        &ADD_EVENT,
        vals![case_id, last + 1, row.at, &row.actor, &row.from_state, &row.to_state, &row.reason],
    )
}

/// The moves of a case, in order.
pub fn events(tx: &mut Tx<'_>, case_id: i64) -> Result<Vec<EventRow>, StoreError> {
    tx.all(&EVENTS, vals![case_id])
}

/// Adds to the conversation.
pub fn add_message(tx: &mut Tx<'_>, case_id: i64, row: &SaidRow) -> Result<(), StoreError> {
    let last: i64 = tx.one(&LAST_MESSAGE, vals![case_id])?.unwrap_or(0);
    tx.exec(&ADD_MESSAGE, vals![case_id, last + 1, row.at, &row.author, row.is_staff, &row.text])
}

/// The conversation, in order.
pub fn messages(tx: &mut Tx<'_>, case_id: i64) -> Result<Vec<SaidRow>, StoreError> {
    tx.all(&MESSAGES, vals![case_id])
}

/// Adds a paper and says its number.
pub fn add_paper(tx: &mut Tx<'_>, case_id: i64, row: &PaperRow, content: &[u8]) -> Result<i64, StoreError> {
    let last: i64 = tx.one(&LAST_PAPER, vals![case_id])?.unwrap_or(0);
    tx.exec(
        &ADD_PAPER,
        vals![
            case_id,
            last + 1,
            &row.kind,
            &row.name,
            &row.media_type,
            content,
            &row.content_sha256,
            row.at,
            &row.facts
        ],
    )?;
    Ok(last + 1)
}

/// The papers of a case, in order, without their content.
pub fn papers(tx: &mut Tx<'_>, case_id: i64) -> Result<Vec<PaperRow>, StoreError> {
    tx.all(&PAPERS, vals![case_id])
}

/// What is on a paper.
pub fn paper(tx: &mut Tx<'_>, case_id: i64, n: i64) -> Result<Option<Box<[u8]>>, StoreError> {
    tx.one(&PAPER, vals![case_id, n])
}

/// Changes what is known of a paper.
pub fn set_facts(tx: &mut Tx<'_>, case_id: i64, n: i64, facts: &str) -> Result<(), StoreError> {
    tx.exec(&SET_FACTS, vals![case_id, n, facts])
}
