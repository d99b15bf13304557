//! `openiis hl7 load`: files of messages through the same line as real time.

use crate::cli::Ended;
use crate::config::Config;
use crate::loading::{self, Door, Loaded, Places, Summary};
use crate::opening;
use crate::output::Output;
use anyhow::{Context as _, bail};
use clap::Args;
use iis_model::organization::Sender;
use iis_registry::exchange::timing;
use iis_registry::{Context, senders};
use iis_store::StoreError;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
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
    /// Folder for the results: the replies, a summary, and how far a load came; `results` in the data folder if none is
    /// given.
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
    /// Goes on where an earlier run broke off.
    #[arg(long)]
    resume: bool,
}

/// Loads all files. Ends with 1 when a message was not answered AA, or something could not be read.
pub fn run(config: &Config, load: &Load, runtime: &Runtime, output: Output) -> anyhow::Result<Ended> {
    let folder = load.results.clone().unwrap_or_else(|| config.in_data("results"));
    let places = places(&load.files, &folder)?;
    std::fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    let cx = opening::registry(config)?;
    let loaded = open_door(config, &cx, &load.sender, runtime, output)
        .and_then(|(sender, door)| runtime.block_on(load_all(load, &cx, &sender, &door, &places, output)));
    cx.store.clone().close_blocking();
    loaded
}

/// Where the results of each file go.
fn places(files: &[PathBuf], folder: &Path) -> anyhow::Result<Vec<Places>> {
    let places: Vec<_> = files.iter().map(|input| Places::in_folder(folder, input)).collect();
    let names: BTreeSet<_> = places.iter().map(|places| &places.replies).collect();
    if names.len() < places.len() {
        bail!("two of the files have the same name, and so would their results: load them one by one");
    }
    Ok(places)
}

/// The sender, and the way in: through the server that holds the embedded database if there is one, otherwise directly.
fn open_door(
    config: &Config,
    cx: &Context,
    sender: &str,
    runtime: &Runtime,
    output: Output,
) -> anyhow::Result<(Arc<Sender>, Door)> {
    let Some(sender) = runtime.block_on(senders::by_name(cx, sender))? else {
        bail!("there is no sender {sender}; `openiis sender list` names all");
    };
    match cx.store.lock_for_serving() {
        Ok(()) => Ok((Arc::clone(&sender), Door::direct(cx.clone(), sender))),
        Err(StoreError::AlreadyServed) => {
            output.complain("A server holds the database: the messages are handed to it.");
            let door = Door::server(&config.local_socket(), &sender.name)?;
            Ok((sender, door))
        }
        Err(error) => bail!(error),
    }
}

async fn load_all(
    load: &Load,
    cx: &Context,
    sender: &Sender,
    door: &Door,
    places: &[Places],
    output: Output,
) -> anyhow::Result<Ended> {
    let mut is_clean = true;
    for (input, places) in load.files.iter().zip(places) {
        let (started, bar) = (Instant::now(), progress_bar(input, output));
        let order = loading::Load { input, places, sender, registry: cx, resume: load.resume };
        let loaded = loading::load(&order, door, |summary| bar.set_position(summary.messages)).await;
        bar.finish_and_clear();
        let loaded = match loaded {
            Err(error) if error.broke_off() => {
                let what = format!("{}: broke off; go on with --resume", input.display());
                return Err(error).context(what);
            }
            loaded => loaded?,
        };
        if let Err(error) = timing::keep_times(cx).await {
            tracing::warn!(%error, "how long the messages took is not kept");
        }
        print(input, places, &loaded, started.elapsed(), output);
        is_clean &= loaded.summary.is_clean();
    }
    Ok(Ended::refused_if(!is_clean))
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

fn print(input: &Path, places: &Places, loaded: &Loaded, took: Duration, output: Output) {
    let Summary { messages, acks, with_errors, with_warnings, findings, unread, trailers } = &loaded.summary;
    let counts: Vec<String> = acks.iter().map(|(ack, count)| format!("{count} {ack}")).collect();
    let (seconds, replies) = (took.as_secs_f64(), places.replies.display().to_string());
    let when = if loaded.was_complete { "before".to_owned() } else { format!("in {seconds:.1} s") };
    let counts = counts.join(", ");
    let noun = if *messages == 1 { "message" } else { "messages" };
    output.line(&format!("{}: {messages} {noun} ({counts}) {when}; replies in {replies}", input.display()));
    output.line(&loaded.summary.to_string());
    let notes = |notes: &loading::Notes| json!({ "count": notes.count, "first": notes.first });
    output.object(&json!({
        "file": input.display().to_string(),
        "messages": messages,
        "acks": acks,
        "with_errors": with_errors,
        "with_warnings": with_warnings,
        "findings": findings,
        "unread": notes(unread),
        "trailers": notes(trailers),
        "seconds": seconds,
        "results": replies,
        "summary": places.summary.display().to_string(),
    }));
}
