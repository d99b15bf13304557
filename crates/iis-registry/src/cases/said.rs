//! The conversation about a case, and its moves, as pages show them.

use iis_model::Timestamp;
use iis_store::case_file::{self, EventRow, SaidRow};
use iis_store::{StoreError, Tx};

/// Something said about a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub author: Box<str>,
    /// By staff of the registry.
    pub is_staff: bool,
    /// What.
    pub text: Box<str>,
}

/// A move of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Box<str>,
    /// To which state: its word.
    pub to: Box<str>,
    /// Why.
    pub reason: Box<str>,
}

pub(crate) fn conversation(tx: &mut Tx<'_>, case_id: i64) -> Result<Vec<Said>, StoreError> {
    let rows = case_file::messages(tx, case_id)?;
    Ok(rows
        .into_iter()
        .map(|SaidRow { at, author, is_staff, text, .. }| Said { at, author, is_staff, text })
        .collect())
}

pub(crate) fn moves(tx: &mut Tx<'_>, case_id: i64) -> Result<Vec<Move>, StoreError> {
    let rows = case_file::events(tx, case_id)?;
    Ok(rows
        .into_iter()
        .map(|EventRow { at, actor, to_state, reason, .. }| Move { at, actor, to: to_state, reason })
        .collect())
}
