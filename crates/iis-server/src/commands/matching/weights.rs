//! `openiis match weights`: sets of weights side by side, what they do, and which is in force.

use super::file::text;
use crate::cli::Ended;
use crate::clock;
use crate::output::Output;
use clap::{Args, Subcommand};
use iis_registry::Context;
use iis_registry::matching::releases::{
    self, Between, Changed, Figures, ImportOutcome, Labelled, Measured, Shadow, Verdict,
};
use indicatif::ProgressBar;
use serde_json::json;
use std::path::PathBuf;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum WeightsCommand {
    /// Stores a policy file beside the others, with the number that it calls its version.
    #[command(after_help = "Example:\n  openiis match weights import weights.toml --release spring")]
    Import {
        /// The file, as `policy/match-weights.toml`.
        file: PathBuf,
        /// The name of the set.
        #[arg(long, value_name = "NAME")]
        release: String,
    },
    /// Lists the sets, what is known of each, and which is in force.
    #[command(after_help = "Example:\n  openiis match weights list")]
    List,
    /// Links a labelled file with a set and with the one in force: precision, recall, twins, suggestions.
    #[command(after_help = "Example:\n  openiis match weights measure 3 records.csv.gz truth.csv.gz")]
    Measure {
        /// The number of the set.
        version: i64,
        /// Records with the columns of `match link`.
        records: PathBuf,
        /// Who they are: `record_id`, `person_id`, `family_id`, `traits` (`twin`).
        truth: PathBuf,
    },
    /// Tries a set on all stored persons beside the one in force: which links and questions would change. Goes on where it
    /// was stopped.
    #[command(after_help = "Example:\n  openiis match weights shadow 3")]
    Shadow {
        /// The number of the set.
        version: i64,
    },
    /// Puts a set in force that was measured and tried; a running server takes it over within seconds.
    #[command(
        after_help = "Examples:\n  openiis match weights activate 3\n  openiis match weights activate 3 --despite 'the labels of pairs 7 and 9 are wrong'"
    )]
    Activate(Activate),
}

/// The set to be put in force.
#[derive(Debug, Args)]
pub struct Activate {
    /// Its number.
    version: i64,
    /// Why it is put in force although it links more falsely than the one in force; kept in the audit.
    #[arg(long, value_name = "REASON")]
    despite: Option<String>,
}

/// Runs one. Weights in force that cannot be used keep nobody from choosing others.
pub(super) async fn run(cx: &Context, command: &WeightsCommand, output: Output) -> anyhow::Result<Ended> {
    if let Err(error) = releases::follow(cx).await {
        output.complain(&format!("{error}; the weights that ship with the program stand for them"));
    }
    match command {
        WeightsCommand::Import { file, release } => {
            let (version, outcome) = releases::import(cx, release, &text(file)?, clock::now()).await?;
            let (word, sentence) = match outcome {
                ImportOutcome::Stored => ("stored", "are stored. Next: openiis match weights measure"),
                ImportOutcome::AlreadyThere => ("already there", "are there already, with the same content."),
            };
            output.line(&format!("Weights {version} ({release}) {sentence}"));
            output.object(&json!({ "version": version, "release": release, "outcome": word }));
        }
        WeightsCommand::List => list(cx, output).await?,
        WeightsCommand::Measure { version, records, truth } => {
            let (records, truth) = (text(records)?, text(truth)?);
            let labelled = Labelled { records: &records, truth: &truth };
            let measured = releases::measure(cx, *version, labelled, clock::now()).await?;
            print_measured(*version, &measured, output);
        }
        WeightsCommand::Shadow { version } => shadow(cx, *version, output).await?,
        WeightsCommand::Activate(Activate { version, despite }) => {
            releases::activate(cx, *version, despite.as_deref(), clock::now()).await?;
            output.line(&format!(
                "Weights {version} are in force; a running server takes them over within seconds."
            ));
            output.object(&json!({ "version": version }));
        }
    }
    Ok(Ended::Done)
}

async fn list(cx: &Context, output: Output) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for one in releases::releases(cx).await? {
        let measured = one.measured.as_ref().map_or_else(
            || "not measured".to_owned(),
            |it| format!("precision {:.5}, recall {:.4}", it.these.precision, it.these.recall),
        );
        let tried = match &one.shadow {
            None => "not tried".to_owned(),
            Some(shadow) if shadow.is_done => format!("tried on {} persons", shadow.persons),
            Some(shadow) => format!("tried on {} persons so far", shadow.persons),
        };
        let is_built_in = one.imported_at.is_none();
        rows.push(vec![
            one.version.to_string(),
            one.name.to_string(),
            if one.in_force { "in force" } else { "" }.to_owned(),
            one.imported_at.map_or_else(|| "built in".to_owned(), |at| at.to_string()),
            if is_built_in { String::new() } else { measured },
            if is_built_in { String::new() } else { tried },
        ]);
        output.object(&json!({
            "version": one.version,
            "release": one.name,
            "in_force": one.in_force,
            "imported_at": one.imported_at.map(|at| at.to_string()),
            "measured": one.measured,
            "shadow": one.shadow,
        }));
    }
    output.table(&["version", "release", "", "imported", "measured", "tried"], &rows);
    Ok(())
}

fn print_measured(version: i64, measured: &Measured, output: Output) {
    let row = |name: &str, of: fn(&Figures) -> String| {
        vec![name.to_owned(), of(&measured.these), of(&measured.in_force)]
    };
    let rows = [
        row("records", |it| it.records.to_string()),
        row("precision", |it| format!("{:.5}", it.precision)),
        row("recall", |it| format!("{:.4}", it.recall)),
        row("recall with review", |it| format!("{:.4}", it.recall_with_review)),
        row("suggestions per 100", |it| format!("{:.2}", it.suggestions_per_hundred)),
        row("pairs linked falsely", |it| it.linked_falsely.to_string()),
        row("of these twins", |it| it.linked_twins.to_string()),
    ];
    let (these, those) = (format!("weights {version}"), format!("{} in force", measured.beside));
    output.table(&["", &these, &those], &rows);
    output.object(&json!({ "version": version, "measured": measured }));
}

async fn shadow(cx: &Context, version: i64, output: Output) -> anyhow::Result<()> {
    let mut shadow = Shadow::resume(cx, version, clock::now()).await?;
    if shadow.persons > 0 {
        output.complain(&format!("goes on behind {} persons", shadow.persons));
    }
    let bar = if output.is_interactive() { ProgressBar::no_length() } else { ProgressBar::hidden() };
    while !shadow.step(cx).await? {
        bar.set_position(shadow.persons);
    }
    bar.finish_and_clear();
    output.line(&format!(
        "{} persons; beside weights {} {} decisions stay as they are",
        shadow.persons, shadow.beside, shadow.unchanged
    ));
    let rows: Vec<Vec<String>> = shadow.changed.iter().map(changed).collect();
    if rows.is_empty() {
        output.line("No decision would be another.");
    } else {
        output.table(&["between", "now", "then", "count", "for example"], &rows);
    }
    output.object(&shadow);
    Ok(())
}

fn changed(changed: &Changed) -> Vec<String> {
    let between = match changed.between {
        Between::Persons => "two persons",
        Between::Records => "records of one person",
    };
    let word = |verdict| match verdict {
        Verdict::Link => "one",
        Verdict::Review => "to be looked at",
        Verdict::Apart => "two",
    };
    let examples: Vec<String> =
        changed.examples.iter().take(3).map(|numbers| numbers.join(" and ")).collect();
    vec![
        between.to_owned(),
        word(changed.now).to_owned(),
        word(changed.then).to_owned(),
        changed.count.to_string(),
        examples.join("; "),
    ]
}
