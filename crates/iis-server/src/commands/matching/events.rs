//! `openiis match events`: a file of vaccination reports.

use super::FromFile;
use super::file::{create, text};
use crate::output::Output;
use anyhow::Context as _;
use iis_matching::evaluate::events::Reports;
use iis_matching::vaccination::Vaccines;
use serde_json::json;
use std::io::Write;

pub(super) fn run(files: &FromFile, output: Output) -> anyhow::Result<()> {
    let reports = Reports::read(&text(&files.from)?).with_context(|| files.from.display().to_string())?;
    let mut out = create(&files.out)?;
    let mut events = 0_u64;
    writeln!(out, "report_id,event_id,preferred")?;
    for (id, placed) in reports.ids.iter().zip(reports.consolidate(&Vaccines::built_in())) {
        events += u64::from(placed.is_preferred);
        let preferred = if placed.is_preferred { "Y" } else { "N" };
        writeln!(out, "{id},{},{preferred}", placed.event + 1)?;
    }
    out.flush()?;
    output.line(&format!("reports {}\nevents {events}", reports.ids.len()));
    output.object(&json!({ "reports": reports.ids.len(), "events": events }));
    Ok(())
}
