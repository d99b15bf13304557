//! What the page of a question shows.

use super::difference::Piece;
use super::histories::HistoryRow;

/// A question as it is shown.
#[derive(Debug, Clone)]
pub(crate) struct CaseView {
    pub(crate) href: String,
    pub(crate) next_href: String,
    pub(crate) is_open: bool,
    /// `Waiting for 3 days · asked by the registry`
    pub(crate) since: String,
    pub(crate) pair: Option<PairView>,
    /// The record that both are now.
    pub(crate) now_href: String,
    pub(crate) answers: Vec<AnswerView>,
}

/// Two persons.
#[derive(Debug, Clone)]
pub(crate) struct PairView {
    pub(crate) sides: [SideView; 2],
    /// What speaks against one person, in sentences.
    pub(crate) against: Vec<String>,
    /// What the registry makes of it, in a sentence.
    pub(crate) sentence: String,
    pub(crate) score: String,
    pub(crate) fields: Vec<FieldRow>,
    pub(crate) family: Vec<RelativeView>,
    pub(crate) history: Vec<HistoryRow>,
    /// What a merge would make of them.
    pub(crate) merged: String,
    /// What the two say differently, and what a merge would keep.
    pub(crate) kept: Vec<KeptRow>,
    pub(crate) others: Vec<OtherView>,
    /// The number of the second person, in the form.
    pub(crate) about: String,
}

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct SideView {
    pub(crate) letter: &'static str,
    pub(crate) name: String,
    pub(crate) tail: String,
    pub(crate) href: String,
    pub(crate) doses: String,
    pub(crate) reporters: String,
    /// Which of the person's records is compared.
    pub(crate) compared: String,
    pub(crate) is_protected: bool,
}

/// A field of both.
#[derive(Debug, Clone)]
pub(crate) struct FieldRow {
    pub(crate) field: &'static str,
    pub(crate) values: [Vec<Piece>; 2],
    pub(crate) level: &'static str,
    /// Whether it speaks for one person.
    pub(crate) speaks: &'static str,
}

/// A part of the demographics of which the two say different things.
#[derive(Debug, Clone)]
pub(crate) struct KeptRow {
    /// The field of the form.
    pub(crate) field: String,
    pub(crate) words: &'static str,
    pub(crate) a: String,
    pub(crate) b: String,
    /// What the rules would keep.
    pub(crate) by_rules: String,
}

/// Somebody of the household.
#[derive(Debug, Clone)]
pub(crate) struct RelativeView {
    pub(crate) name: String,
    pub(crate) born: String,
    pub(crate) href: String,
    pub(crate) shares: String,
}

/// Another one who may be the person.
#[derive(Debug, Clone)]
pub(crate) struct OtherView {
    pub(crate) tail: String,
    pub(crate) href: String,
}

/// What somebody answered.
#[derive(Debug, Clone)]
pub(crate) struct AnswerView {
    pub(crate) sentence: String,
    pub(crate) remark: String,
    /// By which it is taken back; empty: it cannot be.
    pub(crate) take_back: String,
}
