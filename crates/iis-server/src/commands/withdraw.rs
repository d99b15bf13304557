//! `openiis sender withdraw`: all that a sender sent between two moments no longer counts, or counts again.

use crate::clock;
use crate::output::Output;
use anyhow::{Context as _, bail};
use clap::Args;
use iis_model::Timestamp;
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::review::Deed;
use iis_registry::withdrawal::{self, Extent, Withdraw, Withdrawal, Work, can_be_taken_back};
use iis_registry::{Context, senders};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::json;

/// What is withdrawn.
#[derive(Debug, Args)]
pub struct Withdrawing {
    /// The sender's name.
    name: String,
    /// The first moment: 2026-03-01, 2026-03-01T14:30, or with an offset.
    #[arg(long, value_name = "MOMENT")]
    from: String,
    /// The moment before which it ends.
    #[arg(long, value_name = "MOMENT")]
    to: String,
    /// Why; it stands in the audit log.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// Only says what it would be about.
    #[arg(long)]
    rehearse: bool,
    /// Takes the withdrawal of exactly this time back.
    #[arg(long, conflicts_with = "rehearse")]
    undo: bool,
}

/// Rehearses, withdraws or takes back, to the end.
pub async fn run(cx: &Context, asked: &Withdrawing, output: Output) -> anyhow::Result<()> {
    let zone = &cx.identity.zone;
    let all = senders::list(cx).await?;
    let Some(sender) = all.iter().find(|sender| *sender.name == *asked.name) else {
        bail!("there is no sender {}; `openiis sender list` names all", asked.name);
    };
    let withdraw =
        Withdraw { sender_id: sender.id, from: moment(&asked.from, zone)?, until: moment(&asked.to, zone)? };
    if withdraw.from >= withdraw.until {
        bail!("--from must be before --to");
    }
    if asked.rehearse {
        let granted = operator(Permission::WithdrawReports)?;
        let extent = withdrawal::rehearse(cx, granted, withdraw, clock::arrival(zone)).await?;
        print("would be withdrawn", None, extent, output);
        return Ok(());
    }
    let id =
        if asked.undo { take_back(cx, asked, withdraw).await? } else { begin(cx, asked, withdraw).await? };
    let Some(begun) = withdrawal::get(cx, id).await? else { bail!("the withdrawal is gone") };
    carry_out(cx, &begun, output).await?;
    let Withdrawal { messages, records, persons, doses, .. } = begun;
    let what = if asked.undo { "taken back" } else { "withdrawn" };
    print(what, Some(id), Extent { messages, records, persons, doses }, output);
    Ok(())
}

async fn begin(cx: &Context, asked: &Withdrawing, withdraw: Withdraw) -> anyhow::Result<i64> {
    Ok(withdrawal::begin(cx, deed(cx, asked)?, withdraw).await?)
}

async fn take_back(cx: &Context, asked: &Withdrawing, withdraw: Withdraw) -> anyhow::Result<i64> {
    let is_meant = |one: &&Withdrawal| {
        let of = Withdraw { sender_id: one.sender_id, from: one.sent_from, until: one.sent_until };
        of == withdraw && can_be_taken_back(one)
    };
    let listed = withdrawal::list(cx).await?;
    let Some(found) = listed.iter().find(is_meant) else {
        bail!("no withdrawal of this sender for this time stands");
    };
    let back = withdrawal::take_back(cx, deed(cx, asked)?, found.id).await?;
    back.context("it was taken back meanwhile")
}

fn deed(cx: &Context, asked: &Withdrawing) -> anyhow::Result<Deed> {
    Ok(Deed {
        granted: operator(Permission::WithdrawReports)?,
        arrival: clock::arrival(&cx.identity.zone),
        reason: asked.reason.as_str().into(),
        key: clock::random_bytes(),
    })
}

/// Works beside a server that may do the same: each person is done once.
async fn carry_out(cx: &Context, begun: &Withdrawal, output: Output) -> anyhow::Result<()> {
    let Some(mut work) = Work::take_up(cx, begun.id).await? else { return Ok(()) };
    let bar = if output.is_interactive() {
        ProgressBar::new(begun.persons.unsigned_abs())
    } else {
        ProgressBar::hidden()
    };
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} persons") {
        bar.set_style(style);
    }
    let zone = &cx.identity.zone;
    work.finish(|| clock::arrival(zone), |progress| bar.set_position(progress.persons)).await?;
    bar.finish_and_clear();
    Ok(())
}

fn print(what: &str, id: Option<i64>, extent: Extent, output: Output) {
    let Extent { messages, records, persons, doses } = extent;
    output.line(&format!(
        "{messages} messages about {persons} persons with {doses} doses, refusals and observations: {what}"
    ));
    output.object(&json!({
        "what": what, "withdrawal": id, "messages": messages, "records": records, "persons": persons, "doses": doses,
    }));
}

/// A moment as people write it; without an offset in the jurisdiction's zone.
pub(crate) fn moment(text: &str, zone: &TimeZone) -> anyhow::Result<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let civil = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(DateTime::from));
    let civil = civil.with_context(|| format!("{text}: write a moment as 2026-03-01 or 2026-03-01T14:30"))?;
    Ok(civil.to_zoned(zone.clone())?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::moment;
    use jiff::tz::{Offset, TimeZone};

    #[test]
    fn a_moment_is_read_in_the_zone_of_the_jurisdiction() {
        let zone = TimeZone::fixed(Offset::constant(-6));
        #[rustfmt::skip]
        let table = [
            ("2026-03-01",                Some("2026-03-01T06:00:00Z")),
            ("2026-03-01T14:30",          Some("2026-03-01T20:30:00Z")),
            ("2026-03-01T14:30:00-05:00", Some("2026-03-01T19:30:00Z")),
            ("2026-03-01T14:30:00Z",      Some("2026-03-01T14:30:00Z")),
            ("yesterday",                 None),
        ];
        for (text, expected) in table {
            assert_eq!(moment(text, &zone).ok().map(|at| at.to_string()).as_deref(), expected, "{text}");
        }
    }
}
