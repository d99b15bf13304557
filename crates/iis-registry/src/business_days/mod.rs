//! Business days: what the jurisdiction's calendar counts, and what a clock with pauses has counted.
//!
//! Source: requirements S-13 and S-17 (targets in business days of receipt, as long as the information is correct).

mod calendar;
mod clock;

pub use calendar::Calendar;
pub use clock::{Clock, Standing, Target};
