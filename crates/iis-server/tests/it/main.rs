//! The server from outside: every door, every limit, and what must never happen.

mod as_checked;
mod authority;
mod backups;
mod batch;
mod busy;
mod command_line;
mod crash;
mod disk;
mod doctor;
mod doors;
mod drops;
mod encodings;
mod evidence;
mod first_steps;
mod forecast_of_the_demo;
mod fuzz;
mod hostile;
mod https;
mod loads;
mod log_pipe;
mod matching;
mod memory;
mod mllp;
mod mllp_limits;
mod mllp_senders;
mod pace;
mod parsers;
mod python;
mod read_only;
mod recommender;
mod release_archives;
mod replies;
mod samples;
#[cfg(feature = "sftp")]
mod sftp;
#[cfg(feature = "sftp")]
mod sftp_limits;
mod soap;
mod stopping;
mod support;
mod zeep;
