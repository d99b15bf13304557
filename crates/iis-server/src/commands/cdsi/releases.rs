//! `openiis cdsi releases` and `openiis cdsi activate`: which releases there are, and which is in force.

use crate::cli::Ended;
use crate::clock;
use crate::config::Config;
use crate::output::Output;
use clap::Args;
use iis_registry::Context;
use iis_registry::recommend::{refresh, releases};
use serde_json::json;
use std::collections::BTreeMap;
use std::os::unix::net::UnixStream;

/// The release to be put in force.
#[derive(Debug, Args)]
pub struct Activate {
    /// Its name.
    name: String,
}

/// Lists them.
pub async fn list(cx: &Context, output: Output) -> anyhow::Result<Ended> {
    let mut rows = Vec::new();
    for release in releases::releases(cx).await? {
        let count = |words: &str| {
            let found = release.counts.iter().find(|(name, _)| **name == *words);
            found.map(|(_, count)| count.to_string()).unwrap_or_default()
        };
        let imported = release.imported_at.map_or_else(|| "built in".to_owned(), |at| at.to_string());
        rows.push(vec![
            release.name.to_string(),
            if release.in_force { "in force" } else { "" }.to_owned(),
            imported.clone(),
            count("antigens"),
            count("series"),
            count("series doses"),
        ]);
        output.object(&json!({
            "release": release.name,
            "in_force": release.in_force,
            "imported_at": release.imported_at.map(|at| at.to_string()),
            "counts": release.counts.iter().cloned().collect::<BTreeMap<_, _>>(),
        }));
    }
    output.table(&["release", "", "imported", "antigens", "series", "doses"], &rows);
    Ok(Ended::Done)
}

/// Activates one.
pub async fn activate(
    config: &Config,
    cx: &Context,
    command: &Activate,
    output: Output,
) -> anyhow::Result<Ended> {
    releases::activate(cx, &command.name, clock::now()).await?;
    let mark = cx.schedules.now().mark.clone();
    output.line(&format!("Release {} is in force ({mark}).", command.name));
    let refreshed = refresh_here(config, cx, output).await?;
    output.object(&json!({ "release": command.name, "mark": mark, "refreshed": refreshed }));
    Ok(Ended::Done)
}

/// Makes the statuses of all persons again, unless a server that runs on the same file does; returns how many, when it
/// was done here. On PostgreSQL it is always done here: whether servers run elsewhere cannot be seen.
pub(super) async fn refresh_here(
    config: &Config,
    cx: &Context,
    output: Output,
) -> anyhow::Result<Option<u64>> {
    if UnixStream::connect(config.local_socket()).is_ok() {
        output.line(
            "The running server takes it over within seconds and makes the statuses of all persons again.",
        );
        return Ok(None);
    }
    let now = clock::arrival(&cx.identity.zone);
    let refreshed = refresh::refresh_statuses(cx, now.today, now.at).await?;
    output.line(&format!("Statuses made again: {refreshed}"));
    Ok(Some(refreshed))
}
