//! News for the people of some roles, or for all.

use crate::row::from_row;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{Date, Timestamp};

sql! {
    INSERT = "INSERT INTO news (id, text, roles, from_on, until_on, author, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ON = "SELECT id, text, roles, from_on, until_on, author, at FROM news WHERE from_on <= $1 AND until_on >= $1 \
          ORDER BY from_on DESC, id DESC";
    END = "UPDATE news SET until_on = $2 WHERE id = $1 AND until_on > $2";
}

/// News as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsRow {
    /// Row key.
    pub id: i64,
    /// What it says.
    pub text: Box<str>,
    /// Names of roles, joined by blanks; empty: all.
    pub roles: Box<str>,
    /// First day on which it is shown.
    pub from_on: Date,
    /// Last day.
    pub until_on: Date,
    /// Who wrote it.
    pub author: Box<str>,
    /// When.
    pub at: Timestamp,
}
from_row!(NewsRow { id, text, roles, from_on, until_on, author, at });

/// Adds news.
pub fn insert(tx: &mut Tx<'_>, row: &NewsRow) -> Result<(), StoreError> {
    tx.exec(&INSERT, vals![row.id, &row.text, &row.roles, row.from_on, row.until_on, &row.author, row.at])
}

/// What is news on a day, the latest first.
pub fn on(tx: &mut Tx<'_>, day: Date) -> Result<Vec<NewsRow>, StoreError> {
    tx.all(&ON, vals![day])
}

/// Ends news with a day. False: it had ended.
pub fn end(tx: &mut Tx<'_>, id: i64, day: Date) -> Result<bool, StoreError> {
    Ok(tx.count(&END, vals![id, day])? == 1)
}
