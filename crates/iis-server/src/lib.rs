//! `openiis` as a library: configuration, listeners, doors, pages, command line. The binary only calls [`cli::run`].

pub mod config;
