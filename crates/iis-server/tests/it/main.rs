//! The server from outside: every door, every limit, and what must never happen.

mod backups;
mod batch;
mod busy;
mod command_line;
mod crash;
mod disk;
mod doors;
mod encodings;
mod fuzz;
mod hostile;
mod https;
mod loads;
mod matching;
mod memory;
mod read_only;
mod recommender;
mod replies;
mod samples;
mod soap;
mod stopping;
mod support;
mod zeep;
