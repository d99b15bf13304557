//! `cargo xtask import cdsi`: from CDC's published files to the project's own tables.
//!
//! Reads the folder of XML files of a release, checks it completely, and writes the tables
//! that the recommender brings along, with a `SOURCE.md` that says where they come from.

use anyhow::{Context, Result, bail};
use iis_cdsi::supporting::{self, Counts, Finding, Severity};
use iis_cdsi::tables;
use std::fs;
use std::path::Path;

/// What the publisher says of the release; it does not stand in the files.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Published<'a> {
    /// CDC's number of the release, such as `4.64`.
    pub(crate) release: &'a str,
    /// The day of issue, such as `2025-11-10`.
    pub(crate) date: &'a str,
}

/// What was imported.
#[derive(Debug)]
pub(crate) struct Imported {
    /// How many of each.
    pub(crate) counts: Counts,
    /// Oddities that do not stand against using the release.
    pub(crate) notes: Vec<Finding>,
    /// The files written, by name.
    pub(crate) files: Vec<String>,
}

/// Imports a release from `from` into the folder `to` (`data/cdsi/<release>`), which is
/// made, or emptied of tables before.
pub(crate) fn import(from: &Path, to: &Path, published: Published<'_>) -> Result<Imported> {
    let imported = supporting::read(published.release, &xml_files(from)?);
    let errors = imported.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<String> = errors.map(ToString::to_string).collect();
    if !errors.is_empty() {
        bail!("the release has {} errors:\n{}", errors.len(), errors.join("\n"));
    }
    let mut files = tables::write(&imported.release);
    if tables::read(&files)? != imported.release {
        bail!("the tables do not say the same as the files");
    }
    files.push(("SOURCE.md".to_owned(), source(published, &imported.counts)));
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| format!("emptying {}", to.display()))?;
    }
    for (name, text) in &files {
        let path = to.join(name);
        let folder = path.parent().unwrap_or(to);
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    let names = files.into_iter().map(|(name, _)| name).collect();
    Ok(Imported { counts: imported.counts, notes: imported.findings, files: names })
}

/// The XML files of a folder, in the order of their names.
fn xml_files(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml")) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, fs::read(&path).with_context(|| format!("reading {}", path.display()))?));
        }
    }
    files.sort();
    Ok(files)
}

fn source(published: Published<'_>, counts: &Counts) -> String {
    let rows: Vec<String> =
        counts.rows().iter().map(|(words, count)| format!("| {words} | {count} |\n")).collect();
    format!(
        "# CDSi supporting data {release}\n\n\
         Publisher: Centers for Disease Control and Prevention (CDC), National Center for Immunization and\n\
         Respiratory Diseases. A work of the United States government.\n\n\
         Title: Clinical Decision Support for Immunization (CDSi), Supporting Data, version {release},\n\
         issued {date} (`AntigenSupportingData- *-508.xml`, `ScheduleSupportingData.xml`).\n\n\
         Made from these files by `cargo xtask import cdsi`. The tables hold the facts of the release: codes,\n\
         ages, intervals, vaccines, conditions, dates, names of antigens, series and vaccine groups, titles of\n\
         observations. CDC's texts (guidance, descriptions, indication and contraindication texts) are left\n\
         out; of the latter only the time is kept for which a contraindication lasts. The format is described in `crates/iis-cdsi/src/tables/mod.rs`.\n\n\
         | rows | count |\n| --- | ---: |\n{rows}",
        release = published.release,
        date = published.date,
        rows = rows.concat(),
    )
}
