//! `openiis match pairs`: labelled pairs of records.

use super::FromFile;
use super::file::{create, text};
use crate::output::Output;
use anyhow::Context as _;
use iis_matching::Weights;
use iis_matching::evaluate::pairs::{self, Agreement};
use serde_json::json;
use std::io::Write;

pub(super) fn run(files: &FromFile, output: Output) -> anyhow::Result<()> {
    let weights = Weights::default();
    let pairs = pairs::read(&text(&files.from)?).with_context(|| files.from.display().to_string())?;
    let mut out = create(&files.out)?;
    writeln!(out, "set,test_id,decision")?;
    for pair in &pairs {
        writeln!(out, "{},{},{}", pair.set, pair.test_id, pairs::judge(pair, &weights).words())?;
    }
    out.flush()?;
    let exact = Agreement::of(&pairs, &weights).exact();
    output.line(&format!("pairs {}\nagreement with the labels {exact:.4}", pairs.len()));
    output.object(&json!({ "pairs": pairs.len(), "agreement": exact }));
    Ok(())
}
