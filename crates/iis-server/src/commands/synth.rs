//! `openiis synth`: an invented population as files, with the truth beside them.

use crate::cli::Ended;
use crate::clock;
use crate::output::Output;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use iis_model::Date;
use iis_synth::Settings;
use iis_synth::files::{self, Format};
use jiff::tz::TimeZone;
use serde_json::json;
use std::path::PathBuf;

/// What to invent, and where to.
#[derive(Debug, Args)]
pub struct Synth {
    /// How many people, at least: the last family is whole.
    #[arg(long, value_name = "N")]
    people: u32,
    /// The same seed gives the same people.
    #[arg(long, value_name = "S")]
    seed: u64,
    /// Folder to write into; files of the same names are replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Messages by sender, or records for matching.
    #[arg(long, value_enum, default_value_t = Form::Hl7)]
    format: Form,
    /// The day that is today in the invented world, YYYY-MM-DD; the same day and seed give the same bytes. Today, if
    /// none is given.
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A file of messages for each sender, and one of queries.
    Hl7,
    /// A row for each record, and one for each dose.
    Csv,
}

/// Invents and writes.
pub fn run(synth: &Synth, output: Output) -> anyhow::Result<Ended> {
    let on = synth.on.unwrap_or_else(|| clock::arrival(&TimeZone::UTC).today);
    let settings = Settings::new(synth.people, synth.seed, on);
    let format = match synth.format {
        Form::Hl7 => Format::Hl7,
        Form::Csv => Format::Csv,
    };
    let written =
        files::write(&settings, &synth.out, format).with_context(|| synth.out.display().to_string())?;
    let (folder, what) = (synth.out.display(), if format == Format::Hl7 { "messages" } else { "records" });
    output.line(&format!("{folder}: {} people, {} {what}, as of {on}", written.people, written.messages));
    output.object(&json!({
        "folder": folder.to_string(), "people": written.people, what: written.messages, "bytes": written.bytes, "on": on,
    }));
    Ok(Ended::Done)
}
