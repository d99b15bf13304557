//! The commands of the command line, one file each.

pub mod audit;
pub mod backup;
pub mod cdsi;
pub mod codes;
pub mod configuration;
pub mod doctor;
pub mod hl7;
pub mod jurisdiction;
pub mod mail;
pub mod matching;
pub mod migrate;
pub mod organization;
pub mod rebuild;
pub mod restore;
pub mod sender;
pub mod serve;
pub mod site;
pub mod synth;
pub mod user;
pub mod vital_records;
pub mod withdraw;
