//! `openiis match sweep`: duplicates among stored persons.

use crate::clock;
use crate::output::Output;
use iis_registry::Context;
use iis_registry::matching::population;
use iis_registry::matching::sweep::Sweep;
use indicatif::ProgressBar;
use serde_json::json;
use std::time::Instant;

pub(super) async fn run(cx: &Context, output: Output) -> anyhow::Result<()> {
    let start = Instant::now();
    let records = population::count(cx).await?;
    output.complain(&format!("{records} records"));
    let bar = if output.is_interactive() { ProgressBar::no_length() } else { ProgressBar::hidden() };
    let mut sweep = Sweep::default();
    while !sweep.step(cx, clock::arrival(&cx.identity.zone)).await? {
        bar.set_position(sweep.persons);
    }
    bar.finish_and_clear();
    let Sweep { persons, merged, proposed, .. } = sweep;
    let seconds = start.elapsed().as_secs_f64();
    output.line(&format!("persons {persons}\nmerged {merged}\nreviews {proposed}\nseconds {seconds:.2}"));
    output.object(&json!({ "persons": persons, "merged": merged, "reviews": proposed, "seconds": seconds }));
    Ok(())
}
