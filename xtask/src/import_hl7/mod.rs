//! `cargo xtask import hl7`: from the published computable profiles to the project's own tables.
//!
//! Reads the profiles as data (one JSON file each), the value sets and the list of sets that are not to be checked, and
//! writes the tables that `iis_hl7::rules` reads. Facts only; where the publication contradicts itself,
//! [`corrections`] says what is written instead and why. The same input gives the same bytes.

mod corrections;
mod expression;
mod json;
mod profile;
mod value_sets;

use anyhow::{Context, Result, bail};
use profile::{Profile, Type};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The profiles, in the order of their numbers.
const PROFILES: [&str; 8] = ["Z22", "Z23", "Z31", "Z32", "Z33", "Z34", "Z42", "Z44"];

/// How many rows of what.
type Counts = BTreeMap<&'static str, usize>;

/// What was imported.
#[derive(Debug)]
pub(crate) struct Imported {
    /// The files written, by name.
    pub(crate) files: Vec<String>,
    /// How many of what.
    pub(crate) counts: Counts,
}

/// Imports the profiles in the folder `from` into the folder `to` (`data/hl7/<version>`).
pub(crate) fn import(from: &Path, to: &Path, version: &str) -> Result<Imported> {
    let (files, counts) = tables(from, version)?;
    fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    for (name, text) in &files {
        fs::write(to.join(name), text).with_context(|| format!("writing {name}"))?;
    }
    Ok(Imported { files: files.into_iter().map(|(name, _)| name).collect(), counts })
}

/// The tables by name, and how many rows of what they hold.
pub(crate) fn tables(from: &Path, version: &str) -> Result<(Vec<(String, String)>, Counts)> {
    let read = |name: &str| fs::read_to_string(from.join(name)).with_context(|| format!("reading {name}"));
    let mut counts = BTreeMap::new();
    let mut profiles = Vec::new();
    for name in PROFILES {
        let json: Value = serde_json::from_str(&read(&format!("{name}.json"))?)?;
        let profile = Profile::read(&json).with_context(|| format!("profile {name}"))?;
        if profile.name != name {
            bail!("{name}.json holds the profile {}", profile.name);
        }
        profile.count(&mut counts);
        profiles.push(profile);
    }
    let shared = shared_types(&profiles);
    let mut files = vec![("types.txt".to_owned(), shared.values().map(|kind| kind.text.as_str()).collect())];
    for profile in &profiles {
        files.push((format!("{}.txt", profile.name.to_lowercase()), profile.text(&shared)));
    }
    let unchecked: BTreeSet<String> = read("no-validation.txt")?.lines().map(ToOwned::to_owned).collect();
    let named: BTreeSet<&str> =
        profiles.iter().flat_map(|profile| &profile.sets).map(String::as_str).collect();
    let sets = value_sets::table(&read("valuesets.csv")?, &named, &unchecked, &mut counts)?;
    files.push(("value-sets.txt".to_owned(), sets));
    files.push(("SOURCE.md".to_owned(), source(version, &counts)));
    Ok((files, counts))
}

/// Of each data type the form that most profiles have; a profile with another form holds its own.
fn shared_types(profiles: &[Profile]) -> BTreeMap<String, Type> {
    let mut forms: BTreeMap<&str, Vec<(&Type, usize)>> = BTreeMap::new();
    for (name, kind) in profiles.iter().flat_map(|profile| &profile.types) {
        let known = forms.entry(name).or_default();
        match known.iter_mut().find(|(form, _)| form.text == kind.text) {
            Some((_, count)) => *count += 1,
            None => known.push((kind, 1)),
        }
    }
    let most = |forms: Vec<(&Type, usize)>| {
        let first = forms.into_iter().rev().max_by_key(|(_, count)| *count);
        first.map(|(form, _)| form.clone())
    };
    forms.into_iter().filter_map(|(name, forms)| Some((name.to_owned(), most(forms)?))).collect()
}

fn source(version: &str, counts: &Counts) -> String {
    let rows: Vec<_> = counts.iter().map(|(what, count)| format!("| {what} | {count} |\n")).collect();
    let rows = rows.concat();
    let corrections: Vec<_> = corrections::ALL
        .iter()
        .map(|one| {
            format!("- {}: `{}` is read as `{}`. {}\n", one.profiles.join(", "), one.from, one.to, one.why)
        })
        .collect();
    let corrections = corrections.concat();
    format!(
        "# Immunization message profiles {version}\n\n\
         Publisher: National Institute of Standards and Technology (NIST), computable profiles of the HL7 Version\n\
         2.5.1 Implementation Guide for Immunization Messaging, release {version} (October 2014) with its addendum (July\n\
         2015), by the Centers for Disease Control and Prevention (CDC) and the American Immunization Registry\n\
         Association (AIRA).\n\n\
         Made by `cargo xtask import hl7`. The tables hold facts: which segments and fields there are and what they are\n\
         called, usage, cardinality, data type, length, value set, conditions, conformance statements as expressions,\n\
         codes of value sets with their names. The guide's texts are left out. The format is described in\n\
         `crates/iis-hl7/src/rules/tables/mod.rs`. Codes of vaccines, manufacturers, products and statements have\n\
         tables of their own under `data/`.\n\n\
         | rows | count |\n| --- | ---: |\n{rows}\n\
         ## Corrections\n\n\
         Where the publication contradicts itself or the written guide:\n\n{corrections}"
    )
}
