//! How reviewing goes: how long questions wait, how often reviewers agree, how many merges are taken back. Counts only.

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::Timestamp;

sql! {
    WAITING = "SELECT COUNT(*) FROM review_item WHERE (state = 'open' OR state = 'second') AND opened_at <= $1";
    ANSWERED = "SELECT COUNT(*) FROM review_answer WHERE at >= $1 AND state = 'done' AND item_id IS NOT NULL \
                AND (op = 'merge' OR op = 'different' OR op = 'twins')";
    AS_EXPECTED = "SELECT COUNT(*) FROM review_answer a JOIN review_item i ON i.id = a.item_id \
                   WHERE a.at >= $1 AND a.state = 'done' AND ((a.op = 'merge' AND i.best_bits >= 0) \
                   OR ((a.op = 'different' OR a.op = 'twins') AND i.best_bits < 0))";
    BY_TWO = "SELECT COUNT(*) FROM (SELECT item_id FROM review_answer WHERE at >= $1 AND item_id IS NOT NULL \
              AND (op = 'merge' OR op = 'different' OR op = 'twins') GROUP BY item_id \
              HAVING COUNT(DISTINCT actor) > 1) t";
    BY_TWO_AGREEING = "SELECT COUNT(*) FROM (SELECT item_id FROM review_answer WHERE at >= $1 AND item_id IS NOT NULL \
                       AND (op = 'merge' OR op = 'different' OR op = 'twins') GROUP BY item_id \
                       HAVING COUNT(DISTINCT actor) > 1 AND COUNT(DISTINCT op) = 1) t";
    MERGED = "SELECT COUNT(*) FROM link_event WHERE op = 'merge' AND at >= $1";
    TAKEN_BACK = "SELECT COUNT(*) FROM link_event e WHERE e.op = 'merge' AND e.at >= $1 \
                  AND EXISTS (SELECT 1 FROM link_event u WHERE u.inverse_of = e.id)";
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// Those that are counted.
    pub part: i64,
    /// Those among whom they are counted.
    pub whole: i64,
}

/// How many questions wait that were asked at a moment or before.
pub fn waiting_since(tx: &mut Tx<'_>, at: Timestamp) -> Result<i64, StoreError> {
    Ok(tx.one(&WAITING, vals![at])?.unwrap_or(0))
}

/// Of the answers since a moment: those that say what the evidence alone would (one person from 0 bits on).
pub fn as_expected(tx: &mut Tx<'_>, since: Timestamp) -> Result<Share, StoreError> {
    share(tx, [&AS_EXPECTED, &ANSWERED], since)
}

/// Of the questions that two reviewers answered since a moment: those that they answered alike.
pub fn alike_by_two(tx: &mut Tx<'_>, since: Timestamp) -> Result<Share, StoreError> {
    share(tx, [&BY_TWO_AGREEING, &BY_TWO], since)
}

/// Of the merges since a moment: those that were taken back.
pub fn taken_back(tx: &mut Tx<'_>, since: Timestamp) -> Result<Share, StoreError> {
    share(tx, [&TAKEN_BACK, &MERGED], since)
}

fn share(
    tx: &mut Tx<'_>,
    [part, whole]: [&'static crate::sql::Sql; 2],
    since: Timestamp,
) -> Result<Share, StoreError> {
    let mut count = |sql| tx.one(sql, vals![since]).map(|count| count.unwrap_or(0));
    Ok(Share { part: count(part)?, whole: count(whole)? })
}
