//! Rules about doses, refusals and observations.

pub mod codings_disagree;
pub mod day_of_month;
pub mod dose_timeliness;
pub mod funding_and_eligibility;
pub mod given_after_death;
pub mod given_after_entry;
pub mod given_after_lot_expired;
pub mod given_before_birth;
pub mod given_in_future;
pub mod kind_of_vaccine;
pub mod lot_number;
pub mod out_of_use;
pub mod product;
pub mod refusal_conflict;
pub mod route_of_vaccine;
pub mod source_doubtful;
pub mod vaccine_age;
pub mod vaccine_unrecognized;
pub mod vis_dates;
