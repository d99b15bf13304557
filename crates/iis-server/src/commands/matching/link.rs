//! `openiis match link`: a file of demographic submissions.

use super::FromFile;
use super::file::{create, open};
use crate::output::Output;
use anyhow::Context as _;
use iis_matching::Weights;
use iis_matching::evaluate::submissions::Submissions;
use iis_matching::patient::link::{Linked, Threads, link_on};
use iis_matching::patient::veto::Veto;
use serde_json::json;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

pub(super) fn run(files: &FromFile, output: Output) -> anyhow::Result<()> {
    let start = Instant::now();
    let weights = Weights::default();
    let threads = std::thread::available_parallelism().unwrap_or(Threads::MIN);
    let read = Submissions::read(open(&files.from)?, &weights.names, threads);
    let Submissions { ids, records } = read.with_context(|| files.from.display().to_string())?;
    let linked = link_on(threads, records, &weights);
    std::fs::create_dir_all(&files.out).with_context(|| format!("cannot write {}", files.out.display()))?;
    write(&ids, &linked, &files.out)?;
    let (records, persons, reviews) = (ids.len(), linked.person_count(), linked.suggestions.len());
    let seconds = start.elapsed().as_secs_f64();
    output.line(&format!("records {records}\npersons {persons}\nreviews {reviews}\nseconds {seconds:.2}"));
    output.object(&json!({ "records": records, "persons": persons, "reviews": reviews, "seconds": seconds }));
    Ok(())
}

/// Automatic decisions, and what somebody should look at.
fn write(ids: &[String], linked: &Linked, folder: &Path) -> anyhow::Result<()> {
    let mut links = create(&folder.join("links.csv"))?;
    writeln!(links, "record_id,person_id")?;
    for (id, person) in ids.iter().zip(&linked.persons) {
        writeln!(links, "{id},{}", person + 1)?;
    }
    links.flush()?;
    let mut reviews = create(&folder.join("reviews.csv"))?;
    writeln!(reviews, "record_a,record_b,score,reason")?;
    for one in &linked.suggestions {
        let reasons: Vec<&str> = one.vetoes.iter().map(Veto::words).collect();
        let reason = if reasons.is_empty() { "not enough evidence".to_owned() } else { reasons.join("; ") };
        writeln!(reviews, "{},{},{:.2},\"{reason}\"", ids[one.a], ids[one.b], one.bits)?;
    }
    Ok(reviews.flush()?)
}
