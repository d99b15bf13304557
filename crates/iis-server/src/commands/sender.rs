//! `openiis sender`: HL7 senders.

use crate::clock;
use crate::output::Output;
use clap::{Args, Subcommand};
use iis_model::access::Permission;
use iis_model::organization::SenderProfile;
use iis_registry::Context;
use iis_registry::access::operator;
use iis_registry::senders::{self, NewSender};
use jiff::SignedDuration;
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
    /// Other sites than its own give a warning and the default site instead of an error.
    #[arg(long)]
    accept_unknown_sites: bool,
    /// A stored value is erased when a message of this sender says `""` in its place.
    #[arg(long)]
    erase_on_empty_quotes: bool,
    /// Messages of version 2.3.1 and 2.4 are accepted.
    #[arg(long)]
    accept_older_versions: bool,
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
            accept_unknown_sites: add.accept_unknown_sites,
            erase_on_empty_quotes: add.erase_on_empty_quotes,
            accept_older_versions: add.accept_older_versions,
            ..SenderProfile::default()
        },
        secret: secret.as_str().into(),
    };
    senders::add(cx, &operator(Permission::ManageSenders)?, new, clock::arrival(&cx.identity.zone)).await?;
    show(&add.name, &secret, output);
    Ok(())
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
        output.object(&json!({
            "sender": sender.name, "sites": sites, "may_submit": profile.may_submit, "may_query": profile.may_query,
        }));
        let may = match (profile.may_submit, profile.may_query) {
            (true, true) => "submit, query",
            (true, false) => "submit",
            (false, true) => "query",
            (false, false) => "nothing",
        };
        rows.push(vec![sender.name.to_string(), sites.join(", "), may.to_owned()]);
    }
    output.table(&["sender", "sites", "may"], &rows);
    Ok(())
}
