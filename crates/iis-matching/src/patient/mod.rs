//! Patient matching: normalize, compare, decide.

pub mod decide;
pub mod identifier;
pub mod normalize;
pub mod weights;
