//! Tests of the store on both engines.

mod audit;
mod backup;
mod columns;
mod consolidated;
mod engines_agree;
mod faults;
mod full_disk;
mod group_commit;
mod jobs;
mod once;
mod people;
mod schema;
mod sql;
mod support;
mod tls;
