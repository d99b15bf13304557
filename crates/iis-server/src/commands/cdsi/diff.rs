//! `openiis cdsi diff`: what changes between two releases, in the schedule and in people's answers.

use crate::cli::Ended;
use crate::clock;
use crate::output::Output;
use clap::Args;
use iis_registry::Context;
use iis_registry::recommend::{compare, releases};
use serde_json::json;

/// The two releases.
#[derive(Debug, Args)]
pub struct Diff {
    /// The older release.
    older: String,
    /// The newer release.
    newer: String,
    /// How many of the people stored are asked; without it all are.
    #[arg(long, value_name = "N")]
    people: Option<u64>,
}

/// Compares them.
pub async fn run(cx: &Context, command: &Diff, output: Output) -> anyhow::Result<Ended> {
    let older = releases::release(cx, Some(&command.older)).await?;
    let newer = releases::release(cx, Some(&command.newer)).await?;
    let changes = iis_cdsi::diff::releases(&older, &newer);
    output.line(&format!("{} places of the schedule differ", changes.len()));
    for change in &changes {
        output.line(&change.place);
        change.gone.iter().for_each(|line| output.line(&format!("  - {line}")));
        change.new.iter().for_each(|line| output.line(&format!("  + {line}")));
        output.object(&json!({ "place": change.place, "gone": change.gone, "new": change.new }));
    }
    let pair = compare::Pair {
        older: releases::schedule(cx, Some(&command.older)).await?,
        newer: releases::schedule(cx, Some(&command.newer)).await?,
    };
    let now = clock::arrival(&cx.identity.zone);
    let people = compare::people(cx, pair, now, command.people.unwrap_or(u64::MAX)).await?;
    output.line(&format!(
        "\n{} of {} people are answered otherwise on {}",
        people.changed, people.asked, now.today
    ));
    for (group, changed) in &people.groups {
        let examples: Vec<String> = changed.examples.iter().map(ToString::to_string).collect();
        output.line(&format!("  {group}: {}, such as {}", changed.count, examples.join(", ")));
        output.object(&json!({ "vaccine_group": group, "people": changed.count, "examples": examples }));
    }
    output.object(&json!({ "places": changes.len(), "people": people.asked, "changed": people.changed }));
    Ok(Ended::Done)
}
