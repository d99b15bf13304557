//! `openiis cdsi import`: a release of CDC's supporting data, checked completely, beside the others.

use super::archive::xml_files;
use crate::cli::Ended;
use crate::clock;
use crate::output::Output;
use clap::Args;
use iis_registry::Context;
use iis_registry::recommend::releases::{self, ImportOutcome};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What to import.
#[derive(Debug, Args)]
pub struct Import {
    /// CDC's XML files: a folder, or the zip.
    #[arg(value_name = "DIR|ZIP")]
    from: PathBuf,
    /// The name of the release: CDC's number, such as 4.65.
    #[arg(long, value_name = "NAME")]
    release: String,
}

/// Imports; nothing is stored unless everything is right.
pub async fn run(cx: &Context, command: &Import, output: Output) -> anyhow::Result<Ended> {
    let files = xml_files(&command.from)?;
    let import = releases::import(cx, &command.release, &files, clock::now()).await?;
    for finding in &import.findings {
        output.line(&finding.to_string());
    }
    output.line(import.counts.to_string().trim_end());
    let name = &command.release;
    let (word, sentence) = match import.outcome {
        ImportOutcome::Stored => (
            "stored",
            format!("Release {name} is stored. Put it in force with: openiis cdsi activate {name}"),
        ),
        ImportOutcome::AlreadyThere => {
            ("already there", format!("Release {name} is there already, with the same content."))
        }
        ImportOutcome::Refused => ("refused", "The release cannot be used: nothing was stored.".to_owned()),
    };
    output.line(&sentence);
    output.object(&json!({
        "release": name,
        "outcome": word,
        "counts": import.counts.rows().into_iter().collect::<BTreeMap<_, _>>(),
        "findings": import.findings.iter().map(ToString::to_string).collect::<Vec<_>>(),
    }));
    Ok(Ended::refused_if(import.outcome == ImportOutcome::Refused))
}
