//! The registry itself: what people and senders can do, built from the rooms below.
//!
//! Nobody here reads the clock or draws random numbers: each call takes an [`Arrival`] that the server made.

pub mod access;
pub mod accounts;
pub mod activity;
pub mod audit;
pub mod business_days;
pub mod cases;
pub mod codes;
pub mod context;
pub mod desk;
pub mod directory;
pub mod drafts;
pub mod enrollment;
pub mod exchange;
pub mod failure;
pub mod inventory;
pub mod jurisdictions;
pub mod mail;
pub mod matching;
pub mod measures;
pub mod messages;
mod names;
pub mod news;
pub mod number_key;
pub mod opting_out;
pub mod people;
pub mod prints;
pub mod rebuild;
pub mod recommend;
mod reporting;
pub mod requests;
pub mod review;
pub mod rosters;
pub mod senders;
pub mod sessions;
pub mod settled;
pub mod setup;
pub mod sites;
pub mod staff;
pub mod tickets;
pub mod training;
pub mod vital_records;
pub mod withdrawal;
mod words;

pub use context::{Arrival, Context, Identity};
pub use failure::Failure;
