//! The pages of the data-quality checks: the heading of each check's file, as a sender reads it.

use anyhow::{Context, Result};
use iis_quality::{Check, Gravity, checks};
use std::fmt::Write;
use std::fs;
use std::path::Path;

const CHECKS: &str = "crates/iis-quality/src/checks";

pub(crate) fn page(root: &Path) -> Result<Option<String>> {
    let mut text = String::from(
        "# Data-quality checks\n\nWhat is checked in every message besides its form, in code order.\n",
    );
    for check in checks::ALL {
        write!(
            text,
            "\n## {} {}\n\n{}. Place: {}.\n\n",
            check.code,
            check.name,
            follows(check.gravity),
            check.location
        )?;
        text.push_str(&heading(root, check)?);
    }
    Ok(Some(text))
}

fn follows(gravity: Gravity) -> &'static str {
    match gravity {
        Gravity::Information => "Information: nothing is lost and nothing is doubtful",
        Gravity::Warning => "Warning: stored, but clinically doubtful",
        Gravity::EventNotStored => "Error: the dose, refusal or observation is not stored",
        Gravity::MessageRefused => "Error: the message is refused",
    }
}

/// The heading of the check's file; its first line begins with the name, which is the page's heading already.
fn heading(root: &Path, check: &Check) -> Result<String> {
    let file = format!("{}.rs", check.name.replace('-', "_"));
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
