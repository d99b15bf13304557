//! `openiis codes list` and `openiis codes activate`: which releases there are, and which is in force.

use crate::cli::Ended;
use crate::clock;
use crate::output::Output;
use clap::Args;
use iis_registry::{Context, codes};
use serde_json::json;

/// The release to be put in force.
#[derive(Debug, Args)]
pub struct Activate {
    /// Its name.
    name: String,
}

/// The sets whose sizes are shown.
const SHOWN: [&str; 6] = ["cvx", "mvx", "ndc-use", "ndc-sale", "cpt", "vis"];

/// Lists them.
pub async fn list(cx: &Context, output: Output) -> anyhow::Result<Ended> {
    let mut rows = Vec::new();
    for release in codes::releases(cx).await? {
        let imported = release.imported_at.map_or_else(|| "built in".to_owned(), |at| at.to_string());
        let in_force = if release.in_force { "in force" } else { "" };
        let mut row = vec![release.name.to_string(), in_force.to_owned(), imported];
        row.extend(SHOWN.iter().map(|set| release.counts.get(*set).copied().unwrap_or_default().to_string()));
        rows.push(row);
        output.object(&json!({
            "release": release.name,
            "in_force": release.in_force,
            "imported_at": release.imported_at.map(|at| at.to_string()),
            "counts": release.counts,
        }));
    }
    let head = ["release", "", "imported"].into_iter().chain(SHOWN).collect::<Vec<_>>();
    output.table(&head, &rows);
    Ok(Ended::Done)
}

/// Activates one.
pub async fn activate(cx: &Context, command: &Activate, output: Output) -> anyhow::Result<Ended> {
    codes::activate(cx, &command.name, clock::now()).await?;
    output.line(&format!(
        "The code sets {} are in force; a running server takes them over within seconds.",
        command.name
    ));
    output.object(&json!({ "release": command.name }));
    Ok(Ended::Done)
}
