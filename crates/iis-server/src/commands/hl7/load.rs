//! `openiis hl7 load`: files of messages through the same line as real time.

use crate::cli::Ended;
use crate::config::Config;
use crate::loading::{self, Door, Results, Tally};
use crate::opening;
use crate::output::Output;
use anyhow::{Context as _, bail};
use clap::Args;
use iis_registry::{Context, senders};
use iis_store::StoreError;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// What to load.
#[derive(Debug, Args)]
pub struct Load {
    /// Files with messages, with or without batch envelopes, plain or gzip.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The sender whose messages they are.
    #[arg(long, value_name = "NAME")]
    sender: String,
    /// Folder for the files of replies; `results` in the data folder if none is given.
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
    /// Goes on where an earlier run broke off.
    #[arg(long)]
    resume: bool,
}

/// Loads all files. Ends with 1 when a message was not answered AA.
pub fn run(config: &Config, load: &Load, runtime: &Runtime, output: Output) -> anyhow::Result<Ended> {
    let folder = load.results.clone().unwrap_or_else(|| config.in_data("results"));
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let cx = opening::registry(config)?;
    let loaded = open_door(config, &cx, &load.sender, runtime, output)
        .and_then(|door| runtime.block_on(load_all(load, &cx, &door, &folder, output)));
    cx.store.clone().close_blocking();
    loaded
}

/// Through the server that holds the embedded database if there is one, otherwise directly.
fn open_door(
    config: &Config,
    cx: &Context,
    sender: &str,
    runtime: &Runtime,
    output: Output,
) -> anyhow::Result<Door> {
    let Some(sender) = runtime.block_on(senders::by_name(cx, sender))? else {
        bail!("there is no sender {sender}; `openiis sender list` names all");
    };
    match cx.store.lock_for_serving() {
        Ok(()) => Ok(Door::direct(cx.clone(), sender)),
        Err(StoreError::AlreadyServed) => {
            output.complain("A server holds the database: the messages are handed to it.");
            Ok(Door::server(&config.local_socket(), &sender.name)?)
        }
        Err(error) => bail!(error),
    }
}

async fn load_all(
    load: &Load,
    cx: &Context,
    door: &Door,
    folder: &Path,
    output: Output,
) -> anyhow::Result<Ended> {
    let mut any_refused = false;
    for input in &load.files {
        let path = replies_of(input, folder);
        let mut results = Results::open(&path, &cx.identity, load.resume)?;
        let started = Instant::now();
        let tally = if results.has_ended() {
            results.tally().clone()
        } else {
            let bar = progress_bar(input, output);
            let tally = loading::load(input, door, &mut results, |messages| bar.set_position(messages)).await;
            bar.finish_and_clear();
            tally.with_context(|| format!("{}: broke off; go on with --resume", input.display()))?
        };
        print(input, &path, &tally, started.elapsed(), output);
        any_refused |= tally.any_refused();
    }
    Ok(Ended::refused_if(any_refused))
}

fn replies_of(input: &Path, folder: &Path) -> PathBuf {
    let name = input.file_name().unwrap_or_default().to_string_lossy();
    folder.join(format!("{}.replies.hl7", name.trim_end_matches(".gz").trim_end_matches(".hl7")))
}

fn progress_bar(input: &Path, output: Output) -> ProgressBar {
    if !output.is_interactive() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_message(input.display().to_string());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}: {pos} messages, {per_sec}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn print(input: &Path, results: &Path, tally: &Tally, took: Duration, output: Output) {
    let counts: Vec<String> = tally.0.iter().map(|(ack, count)| format!("{count} {ack}")).collect();
    output.line(&format!(
        "{}: {} messages ({}) in {:.1} s; replies in {}",
        input.display(),
        tally.messages(),
        counts.join(", "),
        took.as_secs_f64(),
        results.display()
    ));
    output.object(&json!({
        "file": input.display().to_string(),
        "messages": tally.messages(),
        "acks": tally.0,
        "seconds": took.as_secs_f64(),
        "results": results.display().to_string(),
    }));
}
