//! `openiis sender show`, `change` and `codes`: what is agreed with a sender.

use crate::agreement_text::{mappings, read_mappings};
use crate::clock;
use crate::output::Output;
use anyhow::{Context as _, bail};
use clap::Args;
use clap::builder::BoolishValueParser;
use iis_model::access::Permission;
use iis_registry::Context;
use iis_registry::access::operator;
use iis_registry::senders::{self, Agreement, in_words};
use serde_json::json;
use std::path::PathBuf;

/// A sender that is shown.
#[derive(Debug, Args)]
pub struct Show {
    /// Its name.
    name: String,
}

/// What is agreed anew; what is not named stays.
#[derive(Debug, Args)]
pub struct Change {
    /// Its name.
    name: String,
    /// Code of a site it may submit for; the first is its default. May be given several times; all others are taken away.
    #[arg(long = "site", value_name = "CODE")]
    sites: Vec<String>,
    /// It is let in at all.
    #[arg(long, value_name = "YES|NO", value_parser = BoolishValueParser::new())]
    active: Option<bool>,
    /// It may submit.
    #[arg(long, value_name = "YES|NO", value_parser = BoolishValueParser::new())]
    submit: Option<bool>,
    /// It may query.
    #[arg(long, value_name = "YES|NO", value_parser = BoolishValueParser::new())]
    query: Option<bool>,
    /// It may report completions of training.
    #[arg(long, value_name = "YES|NO", value_parser = BoolishValueParser::new())]
    completions: Option<bool>,
    /// It is under test: its messages are answered and change nothing.
    #[arg(long, value_name = "YES|NO", value_parser = BoolishValueParser::new())]
    test: Option<bool>,
    /// Doses that it gives come out of the inventory.
    #[arg(long, value_name = "YES|NO", value_parser = BoolishValueParser::new())]
    decrement: Option<bool>,
    /// Other sites than its own give a note and the default site instead of an error.
    #[arg(long, value_name = "YES|NO", value_parser = BoolishValueParser::new())]
    accept_unknown_sites: Option<bool>,
    /// A stored value is erased when a message says `""` in its place.
    #[arg(long, value_name = "YES|NO", value_parser = BoolishValueParser::new())]
    erase_on_empty_quotes: Option<bool>,
    /// Messages of version 2.3.1 and 2.4 are accepted.
    #[arg(long, value_name = "YES|NO", value_parser = BoolishValueParser::new())]
    accept_older_versions: Option<bool>,
    /// A query for a forecast is never answered with candidates.
    #[arg(long, value_name = "YES|NO", value_parser = BoolishValueParser::new())]
    forecast_only_when_certain: Option<bool>,
    /// Doses that others gave keep the source 00 in answers.
    #[arg(long, value_name = "YES|NO", value_parser = BoolishValueParser::new())]
    keep_new_immunization: Option<bool>,
    /// The most messages a minute; 0: as many as it sends.
    #[arg(long, value_name = "NUMBER")]
    messages_a_minute: Option<u32>,
    /// The time zone of MSH-7 without an offset, as America/Chicago; empty: the registry's.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Severity of a check for this sender: silent, information, warning or error, or usual to take it back. May be given
    /// several times.
    #[arg(long = "severity", value_name = "CHECK=SEVERITY")]
    severities: Vec<String>,
}

/// Codes of a sender's own.
#[derive(Debug, Args)]
pub struct Codes {
    /// Its name.
    name: String,
    /// CSV file with the whole table: field, code, system, standard code, its system. Without a file the table is printed.
    file: Option<PathBuf>,
}

/// Prints what is agreed.
pub(super) async fn show(cx: &Context, show: &Show, output: Output) -> anyhow::Result<()> {
    let agreement = of(cx, &show.name).await?;
    output.object(&json!({
        "sender": show.name, "active": agreement.is_active, "sites": agreement.site_codes, "profile": agreement.profile,
    }));
    for line in agreement.lines() {
        output.line(&format!("{:<34}{}", line.0, line.1));
    }
    Ok(())
}

/// Changes what is named.
pub(super) async fn change(cx: &Context, change: &Change, output: Output) -> anyhow::Result<()> {
    let seen = of(cx, &change.name).await?;
    let mut new = seen.clone();
    change.apply(&mut new)?;
    agree(cx, &change.name, seen, new, output).await
}

/// Puts a table of codes in the place of the one there was, or prints that.
pub(super) async fn codes(cx: &Context, codes: &Codes, output: Output) -> anyhow::Result<()> {
    let seen = of(cx, &codes.name).await?;
    let Some(path) = &codes.file else {
        output.object(&json!({ "sender": codes.name, "codes": seen.profile.mappings }));
        output.line(mappings(&seen.profile.mappings).trim_end());
        return Ok(());
    };
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let read = read_mappings(&text).map_err(|why| anyhow::anyhow!("{}: {why}", path.display()))?;
    let mut new = seen.clone();
    new.profile.mappings = read;
    agree(cx, &codes.name, seen, new, output).await
}

async fn of(cx: &Context, name: &str) -> anyhow::Result<Agreement> {
    let Some(agreement) = senders::agreement(cx, name).await? else {
        bail!("there is no sender {name}; `openiis sender list` names all");
    };
    Ok(agreement)
}

async fn agree(
    cx: &Context,
    name: &str,
    seen: Agreement,
    new: Agreement,
    output: Output,
) -> anyhow::Result<()> {
    let wrongs = new.wrongs(&seen, &cx.codes.now());
    let wrongs: Vec<String> = wrongs.into_iter().map(|wrong| wrong.text).collect();
    if !wrongs.is_empty() {
        bail!("{}", wrongs.join("\n"));
    }
    let changes = in_words(&seen, &new);
    if !changes.is_empty() {
        let granted = operator(Permission::ManageSenders)?;
        let arrival = clock::arrival(&cx.identity.zone);
        senders::agree(cx, &granted, name, (seen, new), arrival).await?;
    }
    output.object(&json!({ "sender": name, "changes": changes }));
    for change in &changes {
        output.line(change);
    }
    if changes.is_empty() {
        output.line("Nothing has changed.");
    }
    Ok(())
}

impl Change {
    fn apply(&self, new: &mut Agreement) -> anyhow::Result<()> {
        if !self.sites.is_empty() {
            new.site_codes = self.sites.iter().map(|code| code.as_str().into()).collect();
        }
        let profile = &mut new.profile;
        let switches = [
            (&mut new.is_active, self.active),
            (&mut profile.may_submit, self.submit),
            (&mut profile.may_query, self.query),
            (&mut profile.may_report_completions, self.completions),
            (&mut profile.is_test, self.test),
            (&mut profile.decrements, self.decrement),
            (&mut profile.accept_unknown_sites, self.accept_unknown_sites),
            (&mut profile.erase_on_empty_quotes, self.erase_on_empty_quotes),
            (&mut profile.accept_older_versions, self.accept_older_versions),
            (&mut profile.forecast_only_when_certain, self.forecast_only_when_certain),
            (&mut profile.keep_new_immunization, self.keep_new_immunization),
        ];
        for (switch, asked) in switches {
            *switch = asked.unwrap_or(*switch);
        }
        profile.messages_a_minute = self.messages_a_minute.unwrap_or(profile.messages_a_minute);
        if let Some(zone) = &self.time_zone {
            profile.time_zone.clone_from(zone);
        }
        for severity in &self.severities {
            let (code, word) = severity.split_once('=').context("write --severity CHECK=SEVERITY")?;
            match word {
                "usual" => drop(profile.severities.remove(code)),
                _ => drop(profile.severities.insert(code.into(), word.into())),
            }
        }
        Ok(())
    }
}
