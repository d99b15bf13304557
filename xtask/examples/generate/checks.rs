//! The page of the data-quality checks: the catalogue of fields, and the heading of each rule's file as a sender reads it.

use crate::markdown::Table;
use anyhow::{Context, Result};
use iis_model::sent::Thing;
use iis_quality::{Gravity, Rule, catalogue, checks};
use std::fmt::Write;
use std::fs;
use std::path::Path;

const CHECKS: &str = "crates/iis-quality/src/checks";

pub(crate) fn page(root: &Path) -> Result<Option<String>> {
    let mut text = String::from(
        "# Data-quality checks\n\nWhat is noticed in every message besides its form. A code never changes its meaning. What is \
         *silent* is told to nobody and counted for the sender's measures; `policy/checks.toml` and the agreement with a \
         sender change severities.\n\n## Fields\n",
    );
    for &thing in Thing::ALL {
        let mut table = Table::new(&["code", "name", "place", "follows", "what is wrong and how to mend it"]);
        for entry in catalogue::fields(thing) {
            for &(code, condition, gravity) in entry.detections {
                table.row(&[
                    &anchored(code),
                    &entry.name(condition),
                    entry.location,
                    follows(gravity),
                    &entry.text(condition),
                ]);
            }
        }
        write!(text, "\n### {}\n\n{}", title(thing), table.text())?;
    }
    text.push_str("\n## Rules\n");
    for rule in checks::ALL {
        write!(text, "\n### {}\n\n{}\n", rule.name, heading(root, rule)?)?;
        let mut table = Table::new(&["code", "name", "place", "follows", "what is wrong and how to mend it"]);
        for check in rule.checks {
            table.row(&[
                &anchored(check.code),
                check.name,
                check.location,
                follows(check.gravity),
                check.text,
            ]);
        }
        text.push_str(&table.text());
    }
    Ok(Some(text))
}

/// The code, to which a page can point: `checks.md#VAC-014`.
fn anchored(code: &str) -> String {
    format!("<a id=\"{code}\"></a>{code}")
}

fn title(thing: Thing) -> &'static str {
    match thing {
        Thing::Message => "The message",
        Thing::Patient => "The patient",
        Thing::NextOfKin => "Parents, guardians and other contacts",
        Thing::Vaccination => "Doses, refusals, and what is said without a dose",
        Thing::Observation => "Observations",
    }
}

fn follows(gravity: Gravity) -> &'static str {
    match gravity {
        Gravity::Silent => "silent",
        Gravity::Information => "information",
        Gravity::Warning => "warning",
        Gravity::EventNotStored => "error: the dose is not stored",
        Gravity::MessageRefused => "error: the message is refused",
    }
}

/// The heading of the rule's file; its first line begins with the name, which is the page's heading already.
fn heading(root: &Path, rule: &Rule) -> Result<String> {
    let file = format!("{}.rs", rule.name.replace('-', "_"));
    let folders = fs::read_dir(root.join(CHECKS))?.flatten().map(|folder| folder.path().join(&file));
    let path =
        folders.into_iter().find(|path| path.is_file()).with_context(|| format!("{CHECKS} has no {file}"))?;
    let source = fs::read_to_string(&path)?;
    let lines = source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line));
    let lines: Vec<_> = lines.collect();
    let (_, first) = lines
        .first()
        .and_then(|line| line.split_once("`: "))
        .with_context(|| format!("{file}: no heading"))?;
    let mut sentence = first.chars();
    let capital: String = sentence.next().into_iter().flat_map(char::to_uppercase).collect();
    Ok(format!("{capital}{}\n{}\n", sentence.as_str(), lines[1..].join("\n")))
}
