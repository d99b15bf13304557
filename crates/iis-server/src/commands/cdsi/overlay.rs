//! `openiis cdsi overlay`: local changes to the schedule, such as the dates of a season.

use super::releases::refresh_here;
use crate::cli::Ended;
use crate::clock;
use crate::config::Config;
use crate::output::Output;
use anyhow::Context as _;
use clap::Subcommand;
use iis_registry::Context;
use iis_registry::recommend::releases;
use serde_json::json;
use std::path::PathBuf;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Overlays {
    /// Adds an overlay and puts it in force; it must fit the release in force.
    #[command(after_help = "Example:\n  openiis cdsi overlay add rsv-season.txt")]
    Add {
        /// The overlay: name, version, date, author, reason, and the lines that change.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Takes an overlay out of force.
    #[command(after_help = "Example:\n  openiis cdsi overlay withdraw rsv-season")]
    Withdraw {
        /// Its name.
        name: String,
    },
    /// Lists all overlays.
    #[command(after_help = "Example:\n  openiis cdsi overlay list")]
    List,
}

/// Runs one.
pub async fn run(config: &Config, cx: &Context, command: &Overlays, output: Output) -> anyhow::Result<Ended> {
    releases::follow(cx).await?;
    match command {
        Overlays::Add { file } => {
            let text = std::fs::read_to_string(file);
            let text = text.with_context(|| format!("cannot read {}", file.display()))?;
            let overlay = releases::add_overlay(cx, &text, clock::now()).await?;
            output.line(&format!(
                "Overlay {} of {} is in force: {}",
                overlay.label(),
                overlay.author,
                overlay.reason
            ));
            refresh_here(config, cx, output).await?;
            output.object(&json!({ "overlay": overlay.name, "version": overlay.version, "in_force": true }));
        }
        Overlays::Withdraw { name } => {
            releases::withdraw_overlay(cx, name, clock::now()).await?;
            output.line(&format!("Overlay {name} is no longer in force."));
            refresh_here(config, cx, output).await?;
            output.object(&json!({ "overlay": name, "in_force": false }));
        }
        Overlays::List => list(cx, output).await?,
    }
    Ok(Ended::Done)
}

async fn list(cx: &Context, output: Output) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for row in releases::overlays(cx).await? {
        output.object(&json!({
            "overlay": row.name, "version": row.version, "dated": row.dated.to_string(), "author": row.author,
            "reason": row.reason, "in_force": row.in_force,
        }));
        rows.push(vec![
            row.name.to_string(),
            row.version.to_string(),
            if row.in_force { "in force" } else { "" }.to_owned(),
            row.dated.to_string(),
            row.author.to_string(),
            row.reason.to_string(),
        ]);
    }
    output.table(&["overlay", "version", "", "dated", "author", "reason"], &rows);
    Ok(())
}
