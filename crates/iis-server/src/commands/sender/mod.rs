//! `openiis sender`: HL7 senders.

mod agreement;
mod marks;

use super::withdraw::{self, Withdrawing};
use crate::clock;
use crate::output::Output;
use anyhow::bail;
use clap::{Args, Subcommand};
use iis_model::access::Permission;
use iis_model::organization::SenderProfile;
use iis_registry::Context;
use iis_registry::access::operator;
use iis_registry::senders::{self, Marks, NewSender};
use jiff::SignedDuration;
use marks::{Typed, shown};
use serde_json::json;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum SenderCommand {
    /// Makes a sender and prints its secret.
    #[command(after_help = "Example:\n  openiis sender add river-clinic --site RIVER --site RIVER-EAST")]
    Add(Add),
    /// Gives a sender a new secret; the old one holds a while longer.
    #[command(after_help = "Example:\n  openiis sender rotate river-clinic --overlap-hours 72")]
    Rotate(Rotate),
    /// Recognizes a sender by a certificate, an SSH key or an address from now on.
    #[command(
        after_help = "Examples:\n  openiis sender allow river-clinic --certificate river.pem\n  openiis sender allow river-clinic --address 10.20.0.0/16 --facility RIVER\n  openiis sender allow river-clinic --ssh-key river.pub"
    )]
    Allow(Recognized),
    /// No longer recognizes a sender by a certificate, an SSH key or an address.
    #[command(after_help = "Example:\n  openiis sender disallow river-clinic --certificate old.pem")]
    Disallow(Recognized),
    /// Shows what is agreed with a sender.
    #[command(after_help = "Example:\n  openiis sender show river-clinic")]
    Show(agreement::Show),
    /// Changes what is agreed with a sender; what is not named stays.
    #[command(
        after_help = "Examples:\n  openiis sender change river-clinic --test no --messages-a-minute 600\n  openiis sender change river-clinic --site RIVER --site RIVER-EAST\n  openiis sender change river-clinic --severity PAT-139=silent --severity VAC-102=usual"
    )]
    Change(agreement::Change),
    /// The codes of a sender's own and the standard ones as which they are read: prints the table, or replaces it by a file.
    #[command(
        after_help = "Examples:\n  openiis sender codes river-clinic > codes.csv\n  openiis sender codes river-clinic codes.csv"
    )]
    Codes(agreement::Codes),
    /// Withdraws all that a sender sent between two moments, in one action that can be taken back.
    #[command(
        after_help = "Examples:\n  openiis sender withdraw river-clinic --from 2026-03-01 --to 2026-03-04 --rehearse\n  openiis sender withdraw river-clinic --from 2026-03-01 --to 2026-03-04 --reason 'wrong interface'\n  openiis sender withdraw river-clinic --from 2026-03-01 --to 2026-03-04 --undo"
    )]
    Withdraw(Withdrawing),
    /// Lists all senders.
    #[command(after_help = "Example:\n  openiis sender list --json")]
    List,
}

/// A sender to be made.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Add {
    /// The name it signs in with.
    name: String,
    /// Code of a site it may submit for; the first is its default. May be given several times.
    #[arg(long = "site", required = true)]
    sites: Vec<String>,
    /// It may not submit.
    #[arg(long)]
    no_submit: bool,
    /// It may not query.
    #[arg(long)]
    no_query: bool,
    /// It may report completions of training.
    #[arg(long)]
    completions: bool,
    /// Other sites than its own give a warning and the default site instead of an error.
    #[arg(long)]
    accept_unknown_sites: bool,
    /// A stored value is erased when a message of this sender says `""` in its place.
    #[arg(long)]
    erase_on_empty_quotes: bool,
    /// Messages of version 2.3.1 and 2.4 are accepted.
    #[arg(long)]
    accept_older_versions: bool,
    #[command(flatten)]
    marks: Typed,
}

/// What a sender is recognized by.
#[derive(Debug, Args)]
pub struct Recognized {
    /// Its name.
    name: String,
    #[command(flatten)]
    marks: Typed,
}

/// A sender whose secret changes.
#[derive(Debug, Args)]
pub struct Rotate {
    /// Its name.
    name: String,
    /// How long the old secret still holds.
    #[arg(long, default_value_t = 24, value_name = "HOURS")]
    overlap_hours: u32,
}

/// Runs one.
pub async fn run(cx: &Context, command: SenderCommand, output: Output) -> anyhow::Result<()> {
    match command {
        SenderCommand::Add(add) => self::add(cx, add, output).await?,
        SenderCommand::Rotate(rotate) => self::rotate(cx, &rotate, output).await?,
        SenderCommand::Allow(change) => allow(cx, &change, output).await?,
        SenderCommand::Disallow(change) => disallow(cx, &change, output).await?,
        SenderCommand::Show(show) => agreement::show(cx, &show, output).await?,
        SenderCommand::Change(change) => agreement::change(cx, &change, output).await?,
        SenderCommand::Codes(codes) => agreement::codes(cx, &codes, output).await?,
        SenderCommand::Withdraw(withdrawing) => withdraw::run(cx, &withdrawing, output).await?,
        SenderCommand::List => list(cx, output).await?,
    }
    Ok(())
}

async fn add(cx: &Context, add: Add, output: Output) -> anyhow::Result<()> {
    let secret = clock::secret();
    let new = NewSender {
        name: add.name.as_str().into(),
        site_codes: add.sites.iter().map(|code| code.as_str().into()).collect(),
        profile: SenderProfile {
            may_submit: !add.no_submit,
            may_query: !add.no_query,
            may_report_completions: add.completions,
            accept_unknown_sites: add.accept_unknown_sites,
            erase_on_empty_quotes: add.erase_on_empty_quotes,
            accept_older_versions: add.accept_older_versions,
            ..SenderProfile::default()
        },
        secret: secret.as_str().into(),
    };
    let (granted, arrival) = (operator(Permission::ManageSenders)?, clock::arrival(&cx.identity.zone));
    senders::add_with(cx, &granted, new, add.marks.read(&add.sites)?, arrival).await?;
    show(&add.name, &secret, output);
    Ok(())
}

async fn allow(cx: &Context, change: &Recognized, output: Output) -> anyhow::Result<()> {
    let (granted, arrival) = (operator(Permission::ManageSenders)?, clock::arrival(&cx.identity.zone));
    let marks = change.read(cx).await?;
    senders::allow(cx, &granted, &change.name, marks, arrival).await?;
    output.line(&format!("{} is recognized by them from now on", change.name));
    Ok(())
}

async fn disallow(cx: &Context, change: &Recognized, output: Output) -> anyhow::Result<()> {
    let (granted, arrival) = (operator(Permission::ManageSenders)?, clock::arrival(&cx.identity.zone));
    let marks = change.read(cx).await?;
    senders::disallow(cx, &granted, &change.name, marks, arrival).await?;
    output.line(&format!("{} is no longer recognized by them", change.name));
    Ok(())
}

impl Recognized {
    /// What was typed, for the sites of the sender; something must have been.
    async fn read(&self, cx: &Context) -> anyhow::Result<Marks> {
        let Some(sender) = senders::by_name(cx, &self.name).await? else {
            bail!("there is no sender {}; `openiis sender list` names all", self.name);
        };
        let sites: Vec<String> = sender.sites.iter().map(|site| site.code.to_string()).collect();
        let marks = self.marks.read(&sites)?;
        if marks == Marks::default() {
            bail!("give --certificate, --ssh-key or --address");
        }
        Ok(marks)
    }
}

async fn rotate(cx: &Context, rotate: &Rotate, output: Output) -> anyhow::Result<()> {
    let secret = clock::secret();
    let overlap = SignedDuration::from_hours(i64::from(rotate.overlap_hours));
    senders::rotate(
        cx,
        &operator(Permission::ManageSenders)?,
        &rotate.name,
        &secret,
        overlap,
        clock::arrival(&cx.identity.zone),
    )
    .await?;
    show(&rotate.name, &secret, output);
    Ok(())
}

fn show(name: &str, secret: &str, output: Output) {
    output.line(&format!("sender  {name}\nsecret  {secret}\n\nThe secret is shown once."));
    output.object(&json!({ "sender": name, "secret": secret }));
}

async fn list(cx: &Context, output: Output) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for sender in senders::list(cx).await? {
        let sites: Vec<&str> = sender.sites.iter().map(|site| &*site.code).collect();
        let profile = &sender.profile;
        let marks = senders::marks(cx, sender.id).await?;
        let keys: Vec<String> = marks.keys.iter().map(shown).collect();
        let origins: Vec<String> =
            marks.origins.iter().map(|origin| format!("{} {}", origin.facility, origin.network)).collect();
        output.object(&json!({
            "sender": sender.name, "sites": sites, "may_submit": profile.may_submit, "may_query": profile.may_query,
            "keys": keys, "origins": origins,
        }));
        let may = match (profile.may_submit, profile.may_query) {
            (true, true) => "submit, query",
            (true, false) => "submit",
            (false, true) => "query",
            (false, false) => "nothing",
        };
        let recognized = keys.into_iter().chain(origins).collect::<Vec<_>>().join(", ");
        rows.push(vec![sender.name.to_string(), sites.join(", "), may.to_owned(), recognized]);
    }
    output.table(&["sender", "sites", "may", "recognized by"], &rows);
    Ok(())
}
