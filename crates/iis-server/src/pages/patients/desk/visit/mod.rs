//! The doses of a visit: what is due and from which lot it is given, what is asked before it is saved (requirements V-1 to V-7).

pub(in crate::pages) mod carry;
pub(super) mod doubts;
mod elsewhere;
pub(in crate::pages) mod give;
pub(super) mod given;
mod left_reaction;
mod rows;
mod scan;
mod unfit;
pub(in crate::pages) mod view;
