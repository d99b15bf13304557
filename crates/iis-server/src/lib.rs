//! `openiis` as a library: configuration, listeners, doors, pages, command line. The binary only calls [`cli::run`].

pub mod app;
mod assets;
pub mod audit_key;
pub mod background;
pub mod cli;
pub mod client;
pub mod clock;
pub mod commands;
pub mod config;
pub mod demo;
pub mod exchange;
pub mod failure;
pub mod figures;
pub mod health;
pub mod listen;
pub mod loading;
pub mod logging;
pub mod message_file;
pub mod opening;
pub mod output;
pub mod pages;
pub mod passwords;
pub mod rate_limit;
mod request;
pub mod routes;
pub mod serve;
pub mod soap;
