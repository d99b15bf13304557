//! `openiis hl7 check`: what the wire would find in the messages of files.

use crate::cli::Ended;
use crate::clock;
use crate::config::Config;
use crate::message_file::MessageFile;
use crate::opening;
use crate::output::Output;
use clap::Args;
use iis_codes::CodeSets;
use iis_hl7::{GateRules, ReadOptions};
use iis_model::{Finding, Severity};
use iis_quality::Terms;
use iis_registry::exchange::{self, Checked};
use jiff::tz::TimeZone;
use serde_json::json;
use std::path::{Path, PathBuf};

/// What to check.
#[derive(Debug, Args)]
pub struct Check {
    /// Files with one or many messages, with or without batch envelopes, plain or gzip.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Says of messages of another profile that they are of another profile.
    #[arg(long)]
    profile: Option<String>,
    /// Accepts versions 2.3.1 and 2.4 as well.
    #[arg(long)]
    accept_older_versions: bool,
}

/// Checks all files. Ends with 1 when a message would not be answered AA.
pub fn run(config: &Config, check: &Check, output: Output) -> anyhow::Result<Ended> {
    let zone = TimeZone::get(&config.identity.time_zone)?;
    let today = clock::arrival(&zone).today;
    let processing_ids: Vec<&str> = config.exchange.processing_ids.iter().map(String::as_str).collect();
    let rules =
        GateRules { processing_ids: &processing_ids, accept_older_versions: check.accept_older_versions };
    let options = ReadOptions { sender_zone: zone };
    let (sets, policy) = (CodeSets::built_in()?, opening::checks(config)?);
    let terms = Terms { sets: &sets, policy: &policy, today };
    let mut tally = Tally::default();
    for path in &check.files {
        let before = tally.all;
        let mut file = MessageFile::open(path)?;
        while let Some(message) = file.next_message()? {
            let checked = exchange::check(&message.bytes, &rules, &options, &terms);
            let other =
                check.profile.as_ref().is_some_and(|profile| !checked.profile.eq_ignore_ascii_case(profile));
            tally.count(&checked, other);
            print(path, message.number, &checked, other, output);
        }
        let none = before == tally.all;
        anyhow::ensure!(!none, "{}: no message is in it; one begins with MSH", path.display());
    }
    output.line(&tally.to_string());
    Ok(Ended::refused_if(tally.good < tally.all))
}

fn print(path: &Path, number: u64, checked: &Checked, other_profile: bool, output: Output) {
    let Checked { ack, control_id, profile, findings } = checked;
    output.object(&json!({
        "file": path.display().to_string(),
        "message": number,
        "control_id": control_id,
        "profile": profile,
        "ack": ack,
        "findings": findings.iter().map(as_json).collect::<Vec<_>>(),
    }));
    let worst = findings.severity().unwrap_or(Severity::Information);
    if worst > Severity::Information || other_profile {
        let expected = if other_profile { "  (not the profile asked for)" } else { "" };
        output.line(&format!("{} message {number} {control_id} {profile} {ack}{expected}", path.display()));
        for finding in findings {
            let Finding { code, severity, place, text, .. } = finding;
            output.line(&format!("  {code} {} {place}  {text}", severity.word()));
        }
    }
}

fn as_json(finding: &Finding) -> serde_json::Value {
    json!({
        "code": finding.code,
        "severity": finding.severity.word(),
        "location": finding.place.to_string(),
        "error_code": finding.error_code.number(),
        "application_error": finding.application_error.map(iis_model::ApplicationError::number),
        "text": finding.text,
    })
}

/// How many messages were what.
#[derive(Debug, Default)]
struct Tally {
    all: u64,
    good: u64,
    accepted: u64,
    with_errors: u64,
    rejected: u64,
}

impl Tally {
    fn count(&mut self, checked: &Checked, other_profile: bool) {
        self.all += 1;
        self.good += u64::from(checked.ack == "AA" && !other_profile);
        match checked.ack {
            "AA" => self.accepted += 1,
            "AE" => self.with_errors += 1,
            _ => self.rejected += 1,
        }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { all, accepted, with_errors, rejected, .. } = self;
        write!(out, "{all} messages: {accepted} AA, {with_errors} AE, {rejected} AR")
    }
}
