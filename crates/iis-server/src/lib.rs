//! `openiis` as a library: configuration, listeners, doors, pages, command line. The binary only calls [`cli::run`].

pub mod config;
pub mod listen;
pub mod logging;
pub mod passwords;
pub mod rate_limit;
pub mod soap;
pub mod clock;
