//! News on the first page, for the people of some roles or for all (requirements N-3).

use crate::accounts::Account;
use crate::{Arrival, Context, Failure};
use iis_model::Date;
use iis_model::access::Granted;
use iis_store::news::{self, NewsRow};
use iis_store::{AuditEntry, Lane};
use jiff::ToSpan;

/// News.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// For taking it down.
    pub id: i64,
    /// What it says.
    pub text: Box<str>,
    /// Names of the roles it is for; none: all.
    pub roles: Vec<Box<str>>,
    /// Last day on which it is shown.
    pub until_on: Date,
    /// Who wrote it.
    pub author: Box<str>,
}

/// The longest text, in characters.
const LONGEST: usize = 500;

/// Publishes news from today to a last day.
pub async fn publish(
    cx: &Context,
    granted: &Granted,
    text: &str,
    roles: Vec<Box<str>>,
    until_on: Date,
    arrival: Arrival,
) -> Result<(), Failure> {
    let length = text.trim().chars().count();
    if length == 0 || length > LONGEST {
        return Err(Failure::Rule("Write the news in 1 to 500 characters."));
    }
    if until_on < arrival.today {
        return Err(Failure::Rule("The last day is over."));
    }
    if roles.iter().any(|role| cx.roles.get(role).is_none()) {
        return Err(Failure::Rule("There is no such role."));
    }
    let row = NewsRow {
        id: cx.store.ids().take()?,
        text: text.trim().into(),
        roles: roles.join(" ").into(),
        from_on: arrival.today,
        until_on,
        author: granted.actor().label().1.into(),
        at: arrival.at,
    };
    let entry = AuditEntry::of(granted, arrival.at).action("publish-news").detail(format!("news {}", row.id));
    let published = cx.store.write(Lane::Web, move |tx| {
        news::insert(tx, &row)?;
        tx.audit(&entry)
    });
    Ok(published.await?)
}

/// Takes news down: yesterday was its last day.
pub async fn take_down(cx: &Context, granted: &Granted, id: i64, arrival: Arrival) -> Result<(), Failure> {
    let yesterday = arrival.today.saturating_sub(1.day());
    let entry = AuditEntry::of(granted, arrival.at).action("take-down-news").detail(format!("news {id}"));
    let done = cx.store.write(Lane::Web, move |tx| {
        if news::end(tx, id, yesterday)? {
            tx.audit(&entry)?;
        }
        Ok(())
    });
    Ok(done.await?)
}

/// What is news today, the latest first.
pub async fn today(cx: &Context, today: Date) -> Result<Vec<News>, Failure> {
    let rows = cx.store.read(move |tx| news::on(tx, today)).await?;
    Ok(rows
        .into_iter()
        .map(|row| News {
            id: row.id,
            text: row.text,
            roles: row.roles.split_whitespace().map(Into::into).collect(),
            until_on: row.until_on,
            author: row.author,
        })
        .collect())
}

/// What is news today for somebody.
pub async fn for_account(cx: &Context, account: &Account, day: Date) -> Result<Vec<News>, Failure> {
    let mut news = today(cx, day).await?;
    let holds = |role: &str| account.roles.iter().any(|held| &*held.role == role);
    news.retain(|one| one.roles.is_empty() || one.roles.iter().any(|role| holds(role)));
    Ok(news)
}
