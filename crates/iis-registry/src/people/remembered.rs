//! Searches that are kept on the server, so that nobody's name stands in an address.

use super::Criteria;
use crate::{Arrival, Context, Failure};
use iis_model::AccountId;
use iis_store::search::{self, SearchRow};

/// Keeps the criteria on the server, so that no name stands in an address; returns the number of the search.
pub async fn remember_search(
    cx: &Context,
    account_id: AccountId,
    criteria: &Criteria,
    arrival: Arrival,
) -> Result<i64, Failure> {
    let criteria = serde_json::to_string(criteria).unwrap_or_default();
    let id = i64::from_ne_bytes(arrival.random[1].to_ne_bytes()) & i64::MAX;
    let row = SearchRow { id, account_id, at: arrival.at, criteria: criteria.into() };
    cx.store.write_for_readers(move |tx| search::insert(tx, &row)).await?;
    Ok(id)
}

/// The criteria of a search that the same account made.
pub async fn recall_search(
    cx: &Context,
    account_id: AccountId,
    id: i64,
) -> Result<Option<Criteria>, Failure> {
    let row = cx.store.read(move |tx| search::get(tx, account_id, id)).await?;
    Ok(row.and_then(|row| serde_json::from_str(&row.criteria).ok()))
}
