//! `openiis hl7`: messages in files.

pub mod check;
pub mod load;
pub mod replay;
pub mod send;

use clap::Subcommand;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Hl7 {
    /// Parses and checks every message in the files as the wire would; stores nothing.
    #[command(after_help = "Example:\n  openiis hl7 check messages.hl7 --json")]
    Check(check::Check),
    /// Loads files of messages through the same line as real time; writes a results file with every reply.
    #[command(
        after_help = "Example:\n  openiis hl7 load feed.hl7.gz --sender river-clinic --results results --resume"
    )]
    Load(load::Load),
    /// Runs stored messages against the rules of today and tells what would be answered otherwise; changes nothing.
    #[command(
        after_help = "Examples:\n  openiis hl7 replay --sender river-clinic --from 2026-03-01 --to 2026-04-01\n  openiis hl7 replay --ack AE --from 2026-03-01 --to 2026-03-02 --json"
    )]
    Replay(replay::Replaying),
    /// Sends messages to any registry and prints its replies.
    #[command(
        after_help = "Examples:\n  openiis hl7 send vxu.hl7 --to http://localhost:8080/hl7 --user river-clinic:SECRET\n  openiis hl7 send vxu.hl7 --to https://iis.example.gov/soap --user river-clinic --password-file secret.txt\n  openiis hl7 send vxu.hl7 --to mllp://10.0.0.1:2575"
    )]
    Send(send::Send),
}
