//! SQLite and PostgreSQL behind one transaction: migrations, queries, plans, audit rows.
//!
//! Callers give the [`Store`] a closure over one [`Tx`]: [`Store::read`] for a snapshot, [`Store::write`] for a
//! change that is durable when it returns, [`Store::propose_and_apply`] for a [`Plan`] made on a snapshot and applied
//! by a writer, [`Store::disclose`] for a reading whose audit row is durable before anything is shown. There is one
//! module for each noun with its queries; those on patient data ask for an [`iis_model::access::Granted`].

pub mod account;
mod apply;
pub mod audit;
pub mod case_file;
pub mod cdsi_overlay;
pub mod chosen_value;
pub mod consolidated;
pub mod emergency_opening;
mod error;
pub mod event;
pub mod extent;
mod gist;
mod hash;
mod ids;
pub mod job;
mod json;
pub mod jurisdiction;
pub mod link;
mod lite;
pub mod match_key;
pub mod match_release;
pub mod match_subject;
pub mod message;
pub mod message_answer;
pub mod migrate;
pub mod name_freq;
pub mod news;
pub mod not_same;
pub mod opening_purpose;
pub mod organization;
pub mod outbox;
pub mod password_link;
pub mod person;
pub mod person_name;
pub mod person_status;
pub mod person_view;
mod pg;
pub mod plan;
mod queue;
pub mod reach;
pub mod release;
pub mod replay;
pub mod report;
pub mod reporter;
pub mod review_answer;
pub mod review_item;
pub mod review_measures;
pub mod role_assignment;
pub mod row;
pub mod schema;
pub mod school_student;
pub mod search;
pub mod second_factor;
pub mod select;
pub mod sender;
pub mod sender_key;
pub mod sender_origin;
pub mod sender_quality;
pub mod session;
pub mod setting;
pub mod sign_in_failure;
pub mod site;
pub mod source_record;
pub mod sql;
pub mod statements;
pub mod stock;
pub mod stock_lot;
mod store;
pub mod submission;
#[cfg(feature = "testing")]
pub mod testing;
pub mod training;
mod tx;
mod unit;
pub mod unit_key;
pub mod user_agreement;
mod val;
pub mod way_back;
pub mod withdrawal;
pub mod worker;

pub use audit::AuditEntry;
pub use error::StoreError;
pub use hash::Hash;
pub use ids::Ids;
pub use migrate::AppliedStep;
pub use plan::{Applied, Change, Plan, UnitKey};
pub use queue::Lane;
pub use store::{Store, StoreConfig, Synchronous};
pub use tx::Tx;
pub use val::Val;
