//! The server from outside: every door, every limit, and what must never happen.

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
mod read_only;
mod recommender;
mod replies;
mod samples;
mod soap;
mod stopping;
mod support;
mod zeep;
