//! `openiis hl7 replay`: stored messages against the rules of today, as a dry run, with the differences.

use crate::clock;
use crate::commands::withdraw::moment;
use crate::output::Output;
use anyhow::bail;
use clap::Args;
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::exchange::replay::{Difference, Replay, Stored};
use iis_registry::messages::{KeptFinding, Wanted};
use iis_registry::{Context, senders};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

/// Messages of one step.
const PAGE: u16 = 100;

/// What is replayed.
#[derive(Debug, Args)]
pub struct Replaying {
    /// Of this sender; of all if none is named.
    #[arg(long, value_name = "NAME")]
    sender: Option<String>,
    /// Received at or after: 2026-03-01, 2026-03-01T14:30, or with an offset.
    #[arg(long, value_name = "MOMENT")]
    from: String,
    /// Received before.
    #[arg(long, value_name = "MOMENT")]
    to: String,
    /// Answered so: AA, AE or AR.
    #[arg(long, value_name = "CODE")]
    ack: Option<String>,
    /// With a finding of this code.
    #[arg(long, value_name = "CODE")]
    finding: Option<String>,
}

/// Replays, prints what differs, and says how many messages do.
pub async fn run(cx: &Context, asked: &Replaying, output: Output) -> anyhow::Result<()> {
    let zone = &cx.identity.zone;
    let sender_id = match &asked.sender {
        None => None,
        Some(name) => match senders::list(cx).await?.iter().find(|sender| *sender.name == **name) {
            Some(sender) => Some(sender.id),
            None => bail!("there is no sender {name}; `openiis sender list` names all"),
        },
    };
    let wanted = Wanted {
        sender_id,
        ack: asked.ack.as_deref().map(Into::into),
        code: asked.finding.as_deref().map(Into::into),
        control_id: None,
        from: moment(&asked.from, zone)?,
        before: moment(&asked.to, zone)?,
        after: None,
        limit: PAGE,
    };
    let mut replay = Replay::begin(cx, operator(Permission::ReadMessages)?, wanted).await?;
    let bar = if output.is_interactive() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} messages, {per_sec}") {
        bar.set_style(style);
    }
    let (mut messages, mut differing) = (0, 0);
    loop {
        let step = replay.step(clock::arrival(zone)).await?;
        if step.messages == 0 {
            break;
        }
        messages += step.messages;
        differing += step.differences.len();
        bar.set_position(messages);
        step.differences.iter().for_each(|difference| print(difference, output));
    }
    bar.finish_and_clear();
    output
        .line(&format!("{messages} messages were looked at; {differing} would be answered otherwise today"));
    output.object(&json!({ "messages": messages, "differing": differing }));
    Ok(())
}

fn print(difference: &Difference, output: Output) {
    let Difference { id, received_at, control_id, sender, acks, added, removed, stored } = difference;
    let stored = match stored {
        Stored::Alike => "",
        Stored::Now => "would be stored now",
        Stored::NoLonger => "would no longer be stored",
        Stored::Elsewhere => "would go to another person",
    };
    output.line(&format!("{received_at} {sender} {control_id}: {} -> {}  {stored}", acks.0, acks.1));
    for (sign, findings) in [("+", added), ("-", removed)] {
        for KeptFinding { code, severity, place } in findings {
            output.line(&format!("  {sign} {code} {} {place}", severity.word()));
        }
    }
    let as_json = |findings: &[KeptFinding]| {
        let finding = |f: &KeptFinding| json!({ "code": f.code, "severity": f.severity.word(), "location": f.place.to_string() });
        findings.iter().map(finding).collect::<Vec<_>>()
    };
    output.object(&json!({
        "message": id.0, "received_at": received_at.to_string(), "sender": sender, "control_id": control_id,
        "ack_before": acks.0, "ack_now": acks.1, "added": as_json(added), "removed": as_json(removed),
        "stored": stored,
    }));
}
