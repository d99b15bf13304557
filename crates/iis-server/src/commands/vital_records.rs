//! `openiis vital-records`: files of births, deaths, adoptions, sealings and changes of name, and what was found in them.

use crate::cli::Ended;
use crate::clock;
use crate::output::Output;
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use iis_model::RegistryNumber;
use iis_model::access::Permission;
use iis_model::organization::Site;
use iis_registry::access::operator;
use iis_registry::vital_records::{self, File, Loaded, Restored, layout, rule};
use iis_registry::{Context, sites};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::path::PathBuf;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum VitalRecords {
    /// Loads a file; the same file again goes on where it was broken off, and changes nothing that is stored.
    #[command(after_help = "Example:\n  openiis vital-records load births-2026-03-01.csv --office VITAL")]
    Load(Load),
    /// Lists the latest loads.
    #[command(after_help = "Example:\n  openiis vital-records list --json")]
    List,
    /// Shows what was found in a load.
    #[command(after_help = "Example:\n  openiis vital-records findings 4711")]
    Findings {
        /// The load, as the list names it.
        load: i64,
    },
    /// Shows the identities that were replaced of whoever has this registry number now. It stands in the audit log.
    #[command(after_help = "Example:\n  openiis vital-records sealed 1234567897")]
    Sealed {
        /// The registry number.
        number: RegistryNumber,
    },
    /// Takes back the last adoption, sealing or change of name of whoever has this registry number now: the identity before
    /// it stands again. A line of the office does the same. It stands in the audit log.
    #[command(
        after_help = "Example:\n  openiis vital-records restore 1234567897 --reason 'annulled, order 17 of 2026'"
    )]
    Restore {
        /// The registry number.
        number: RegistryNumber,
        /// Why, without a name.
        #[arg(long)]
        reason: String,
    },
}

/// A file to be loaded.
#[derive(Debug, Args)]
pub struct Load {
    /// The file, in the layout of docs/vital-records.md.
    file: PathBuf,
    /// The office that it comes from: the code or the name of a site.
    #[arg(long, value_name = "NAME")]
    office: String,
}

/// The most loads and findings that are listed.
const MOST_LISTED: i64 = 1_000;

/// Runs one. Ends with 1 when a line was refused.
pub async fn run(cx: &Context, command: VitalRecords, output: Output) -> anyhow::Result<Ended> {
    match command {
        VitalRecords::Load(asked) => load(cx, &asked, output).await,
        VitalRecords::List => list(cx, output).await,
        VitalRecords::Findings { load } => findings(cx, load, output).await,
        VitalRecords::Sealed { number } => sealed(cx, number, output).await,
        VitalRecords::Restore { number, reason } => restore(cx, number, &reason, output).await,
    }
}

async fn load(cx: &Context, asked: &Load, output: Output) -> anyhow::Result<Ended> {
    let shown = asked.file.display().to_string();
    let size = std::fs::metadata(&asked.file).with_context(|| shown.clone())?.len();
    if size > layout::MOST_BYTES as u64 {
        bail!("{shown}: {}", rule::FILE_TOO_LARGE.text);
    }
    let bytes = std::fs::read(&asked.file).with_context(|| shown.clone())?;
    let name = asked.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let office = office(cx, &asked.office).await?;
    let bar = if output.is_interactive() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} lines") {
        bar.set_style(style);
    }
    let granted = operator(Permission::SubmitReports)?;
    let file = File { name: &name, bytes: &bytes };
    let arrival = || clock::arrival(&cx.identity.zone);
    let each = |done: i64| bar.set_position(done.unsigned_abs());
    let loaded = vital_records::load(cx, granted, &office, file, arrival, each).await?;
    bar.finish_and_clear();
    let Loaded { id, lines, stored, known, refused, notes } = &loaded;
    let rows: Vec<_> = notes
        .iter()
        .map(|note| finding(note.line, [&note.code, &note.severity, &note.column, &note.text]))
        .collect();
    if !rows.is_empty() {
        output.table(&FINDING, &rows);
    }
    output
        .line(&format!("load {id}: {lines} lines, {stored} stored, {known} known before, {refused} refused"));
    output.object(&json!({
        "load": id, "lines": lines, "stored": stored, "known": known, "refused": refused, "findings": notes,
    }));
    Ok(Ended::refused_if(*refused > 0 || (*lines == 0 && !notes.is_empty())))
}

/// The site of this code or name.
async fn office(cx: &Context, wanted: &str) -> anyhow::Result<Site> {
    let wanted = wanted.trim().to_lowercase();
    let is_it = |site: &Site| site.code.to_lowercase() == wanted || site.name.to_lowercase() == wanted;
    let mut found: Vec<Site> = sites::sites(cx).await?.into_iter().filter(is_it).collect();
    match (found.pop(), found.is_empty()) {
        (Some(site), true) => Ok(site),
        (Some(_), false) => {
            bail!("several sites have this name: give the code; openiis site list shows them")
        }
        (None, _) => {
            bail!("there is no such office: openiis site list shows all, openiis site add makes one")
        }
    }
}

async fn list(cx: &Context, output: Output) -> anyhow::Result<Ended> {
    let granted = operator(Permission::SubmitReports)?;
    let mut rows = Vec::new();
    for load in vital_records::loads(cx, granted, MOST_LISTED).await? {
        let ended_at = load.ended_at.map(|at| at.to_string());
        output.object(&json!({
            "load": load.id, "file": load.file_name, "begun_at": load.begun_at.to_string(), "ended_at": ended_at,
            "lines": load.lines, "stored": load.stored, "known": load.known, "refused": load.refused,
        }));
        rows.push(vec![
            load.id.to_string(),
            load.file_name.to_string(),
            load.begun_at.to_string(),
            ended_at.unwrap_or_else(|| "broken off".to_owned()),
            load.lines.to_string(),
            load.stored.to_string(),
            load.known.to_string(),
            load.refused.to_string(),
        ]);
    }
    output.table(&["load", "file", "begun", "ended", "lines", "stored", "known", "refused"], &rows);
    Ok(Ended::Done)
}

const FINDING: [&str; 5] = ["line", "code", "severity", "column", "what"];

fn finding(line: i64, words: [&str; 4]) -> Vec<String> {
    std::iter::once(line.to_string()).chain(words.map(str::to_owned)).collect()
}

async fn findings(cx: &Context, load: i64, output: Output) -> anyhow::Result<Ended> {
    let granted = operator(Permission::SubmitReports)?;
    let mut rows = Vec::new();
    for row in vital_records::findings(cx, granted, load, MOST_LISTED).await? {
        output.object(&json!({
            "line": row.line, "code": row.code, "severity": row.severity, "column": row.place, "text": row.text,
        }));
        rows.push(finding(row.line, [&row.code, &row.severity, &row.place, &row.text]));
    }
    output.table(&FINDING, &rows);
    Ok(Ended::Done)
}

async fn sealed(cx: &Context, number: RegistryNumber, output: Output) -> anyhow::Result<Ended> {
    let granted = operator(Permission::Operate)?;
    let arrival = clock::arrival(&cx.identity.zone);
    let Some(all) = vital_records::sealed(cx, granted, number, arrival).await? else {
        bail!("nobody has this registry number");
    };
    for one in &all {
        output.line(&format!("{}  {}  by {}\n  {}", one.at, one.event, one.actor, one.former));
        one.said.iter().for_each(|said| output.line(&format!("  {said}")));
        output.object(&json!({
            "at": one.at.to_string(), "event": one.event, "by": one.actor, "former": one.former, "said": one.said,
        }));
    }
    if all.is_empty() {
        output.line("no identity of this person was replaced");
    }
    Ok(Ended::Done)
}

async fn restore(
    cx: &Context,
    number: RegistryNumber,
    reason: &str,
    output: Output,
) -> anyhow::Result<Ended> {
    let granted = operator(Permission::Operate)?;
    let arrival = clock::arrival(&cx.identity.zone);
    match vital_records::restore(cx, granted, number, reason, arrival).await? {
        Restored::Done(number) => {
            output.line(&format!("the former identity stands again, under the registry number {number}"));
            output.object(&json!({ "registry_number": number.to_string() }));
            Ok(Ended::Done)
        }
        Restored::Refused(rule) => bail!("{}: {}", rule.code, rule.text),
        Restored::Nobody => bail!("nobody has this registry number"),
    }
}
