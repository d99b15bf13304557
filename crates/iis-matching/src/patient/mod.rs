//! Patient matching: normalize, find candidates, compare, weigh, decide (design page `matching`).

pub mod compare;
pub mod decide;
pub mod explain;
pub mod fit;
pub mod identifier;
pub mod judge;
pub mod keys;
pub mod link;
pub mod names;
pub mod normalize;
pub mod packed;
pub mod population;
pub mod score;
pub mod subject;
pub mod veto;
pub mod weights;
