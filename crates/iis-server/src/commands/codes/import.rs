//! `openiis codes import`: CDC's files, checked completely, beside the releases that are there.

use crate::cli::Ended;
use crate::clock;
use crate::output::Output;
use anyhow::Context as _;
use clap::Args;
use iis_codes::Changes;
use iis_registry::Context;
use iis_registry::codes::{self, ImportOutcome};
use serde_json::json;
use std::path::PathBuf;

/// The most changed codes that are named for people.
const MOST_NAMED: usize = 40;

/// What to import.
#[derive(Debug, Args)]
pub struct Import {
    /// CDC's files; they are known by their content.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The name of the release; without it the day of today.
    #[arg(long, value_name = "NAME")]
    release: Option<String>,
    /// Only says what would change.
    #[arg(long)]
    dry_run: bool,
}

/// Imports; nothing is stored unless everything is right.
pub async fn run(cx: &Context, command: &Import, output: Output) -> anyhow::Result<Ended> {
    let mut files = Vec::new();
    for path in &command.files {
        let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        files.push((path.display().to_string(), bytes));
    }
    let now = clock::arrival(&cx.identity.zone);
    let name = command.release.clone().unwrap_or_else(|| now.today.to_string());
    let import = codes::import(cx, &name, &files, command.dry_run, now.at).await?;
    for (file, title) in &import.imported.files {
        output.line(&format!("{file}: {title}"));
    }
    for problem in &import.imported.problems {
        output.line(&problem.to_string());
    }
    print(&import.changes, &import.base, output);
    let (word, sentence) = match import.outcome {
        ImportOutcome::Stored => (
            "stored",
            format!("Release {name} is stored. Put it in force with: openiis codes activate {name}"),
        ),
        ImportOutcome::AlreadyThere => {
            ("already there", format!("Release {name} is there already, with the same content."))
        }
        ImportOutcome::Previewed => ("previewed", "Nothing was stored.".to_owned()),
        ImportOutcome::Refused => ("refused", "The files cannot be used: nothing was stored.".to_owned()),
    };
    output.line(&sentence);
    output.object(&json!({
        "release": name,
        "base": import.base,
        "outcome": word,
        "files": import.imported.files.iter().map(|(file, title)| json!({ "file": file, "is": title })).collect::<Vec<_>>(),
        "problems": import.imported.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "changes": import.changes.0.iter().map(|((set, code), changes)| json!({
            "set": set.word(),
            "code": code,
            "changes": changes.iter().map(|change| change.word()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    }));
    Ok(Ended::refused_if(import.outcome == ImportOutcome::Refused))
}

fn print(changes: &Changes, base: &str, output: Output) {
    if changes.0.is_empty() {
        output.line(&format!("Nothing changes against {base}."));
        return;
    }
    let number = |count: usize| count.to_string();
    let rows: Vec<Vec<String>> = changes
        .counts()
        .into_iter()
        .map(|(set, [added, removed, changed])| {
            vec![set.word().to_owned(), number(added), number(removed), number(changed)]
        })
        .collect();
    output.line(&format!("Against {base}:"));
    output.table(&["set", "added", "removed", "changed"], &rows);
    for ((set, code), changes) in changes.0.iter().take(MOST_NAMED) {
        let words: Vec<_> = changes.iter().map(|change| change.word()).collect();
        output.line(&format!("  {} {code}: {}", set.word(), words.join(", ")));
    }
    let more = changes.0.len().saturating_sub(MOST_NAMED);
    if more > 0 {
        output.line(&format!("  and {more} more; --json names all"));
    }
}
