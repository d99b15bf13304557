//! `openiis cdsi overlay`: local changes to the schedule, such as the dates of a season.

use super::releases::refresh_here;
use crate::cli::Ended;
use crate::clock;
use crate::config::Config;
use crate::output::Output;
use anyhow::Context as _;
use clap::{Args, Subcommand};
use iis_cdsi::dates::Day;
use iis_cdsi::season::{self, Head};
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
    /// Prints a draft that moves the seasons of the release in force to the one of a day; compare it with this season's
    /// guidance before you add it.
    #[command(
        after_help = "Example:\n  openiis cdsi overlay draft --author 'Immunization Section' --reason 'Season 2026-27' > season.txt"
    )]
    Draft(Draft),
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

/// Whose draft, and for which day.
#[derive(Debug, Args)]
pub struct Draft {
    /// Who answers for the overlay.
    #[arg(long)]
    author: String,
    /// Why it is made.
    #[arg(long)]
    reason: String,
    /// Its short name.
    #[arg(long, default_value = "season")]
    name: String,
    /// The day for which the seasons are to speak; without it today.
    #[arg(long, value_name = "DATE")]
    on: Option<iis_model::Date>,
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
        Overlays::Draft(command) => draft(cx, command, output).await?,
    }
    Ok(Ended::Done)
}

/// The draft rests on the release alone: overlays in force may move the same lines already.
async fn draft(cx: &Context, command: &Draft, output: Output) -> anyhow::Result<()> {
    let on = command.on.unwrap_or_else(|| clock::arrival(&cx.identity.zone).today);
    let release = releases::release_in_force(cx).await?;
    let Draft { author, reason, name, .. } = command;
    let version = on.to_string();
    let head = Head { name, version: &version, author, reason };
    let text = season::draft(&release, Day::from(on), head)?;
    text.lines().for_each(|line| output.line(line));
    output.object(&json!({ "overlay": name, "version": version, "text": text }));
    Ok(())
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
