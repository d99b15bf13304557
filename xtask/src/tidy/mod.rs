//! `cargo xtask tidy`: an ordinary test of the tree.
//!
//! Each rule is a function from the tree to remarks, in a file of its own; [`RULES`] is the one list.

mod access;
mod codes;
mod data_sources;
mod directions;
mod hl7_literals;
mod holes;
mod lengths;
mod licenses;
mod links;
mod listed;
mod locked;
mod map;
mod published;
mod rust_text;
mod sql;
mod stray;

use crate::arguments::Arguments;
use crate::cargo::{Reach, metadata};
use crate::tree::{self, Tree};
use crate::{Outcome, environment};
use anyhow::Result;
use serde_json::Value;
use std::path::Path;

/// Something a rule noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remark {
    weight: Weight,
    /// File, or file and line.
    place: String,
    text: String,
}

/// Whether a remark fails the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Failure,
    Warning,
}

impl Remark {
    fn failure(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { weight: Weight::Failure, place: place.into(), text: text.into() }
    }

    fn warning(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { weight: Weight::Warning, ..Self::failure(place, text) }
    }
}

/// What rules look at.
struct House<'a> {
    tree: &'a Tree,
    /// What `cargo metadata` says, dependencies included.
    metadata: &'a Value,
    published: Option<&'a Path>,
}

/// One rule: its name as printed, and its function.
struct Rule {
    name: &'static str,
    look: fn(&House) -> Vec<Remark>,
}

#[rustfmt::skip]
const RULES: &[Rule] = &[
    Rule { name: "dependencies go the drawn way",              look: |house| directions::look(house.metadata) },
    Rule { name: "licenses stand in deny.toml",                look: |house| licenses::look(house.tree, house.metadata) },
    Rule { name: "fewer than 800 crates, none banned",          look: |house| locked::look(house.tree) },
    Rule { name: "every table under data/ names its source",   look: |house| data_sources::look(house.tree) },
    Rule { name: "links in documents lead somewhere",          look: |house| links::look(house.tree) },
    Rule { name: "the documents name paths that exist",        look: |house| map::look(house.tree) },
    Rule { name: "no stray files",                             look: |house| stray::look(house.tree) },
    Rule { name: "files one likes to open",                    look: |house| lengths::look(house.tree) },
    Rule { name: "no holes in the code",                       look: |house| holes::look(house.tree) },
    Rule { name: "no copies of published material",            look: |house| published::look(house.tree, house.published) },
    Rule { name: "permission is granted in one place",         look: |house| access::look(house.tree) },
    Rule { name: "SQL only in iis-store",                      look: |house| sql::look(house.tree) },
    Rule { name: "pipes and carets only in iis-hl7",           look: |house| hl7_literals::look(house.tree) },
    Rule { name: "every check stands in the list of checks",   look: |house| listed::look(house.tree) },
    Rule { name: "every finding's code is defined once",       look: |house| codes::look(house.tree) },
];

/// Each rule's name with what it noticed.
pub(crate) type Look = Vec<(&'static str, Vec<Remark>)>;

pub(crate) fn run(arguments: Arguments) -> Result<Outcome> {
    arguments.done()?;
    let (_, failed) = print(&look(&tree::root(), environment::published()?.as_deref())?);
    Ok(Outcome::passed_if(failed == 0))
}

/// Applies every rule to the checkout at `root`.
pub(crate) fn look(root: &Path, published: Option<&Path>) -> Result<Look> {
    let tree = Tree::read(root)?;
    let metadata = metadata(Reach::Dependencies)?;
    let house = House { tree: &tree, metadata: &metadata, published };
    Ok(RULES.iter().map(|rule| (rule.name, (rule.look)(&house))).collect())
}

/// Prints all remarks; the numbers of rules that passed and failed.
pub(crate) fn print(look: &Look) -> (u64, u64) {
    let mut failed = 0;
    for (name, remarks) in look {
        let fails = remarks.iter().any(|remark| remark.weight == Weight::Failure);
        failed += u64::from(fails);
        println!("{} {name}", if fails { "✘" } else { "✔" });
        for Remark { weight, place, text } in remarks {
            let word = if *weight == Weight::Warning { "warning: " } else { "" };
            println!("    {place}: {word}{text}");
        }
    }
    (look.len() as u64 - failed, failed)
}
