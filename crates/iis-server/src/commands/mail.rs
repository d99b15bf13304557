//! `openiis mail`: whether letters arrive, and what became of them.

use crate::clock;
use crate::output::Output;
use anyhow::Context as _;
use clap::{Args, Subcommand};
use iis_model::EmailAddress;
use iis_model::access::Permission;
use iis_registry::Context;
use iis_registry::access::operator;
use iis_registry::mail::{self, Letter, Link};
use serde_json::json;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Mail {
    /// Writes a letter to an address; a running server sends it.
    #[command(after_help = "Example:\n  openiis mail test me@example.gov")]
    Test(Test),
    /// Lists the latest letters with their state, without their text.
    #[command(after_help = "Example:\n  openiis mail list --json")]
    List,
}

/// A letter that only tests.
#[derive(Debug, Args)]
pub struct Test {
    /// To whom.
    to: String,
}

/// Letters in a list.
const LATEST: i64 = 100;

/// Runs one.
pub async fn run(cx: &Context, command: Mail, output: Output) -> anyhow::Result<()> {
    match command {
        Mail::Test(Test { to }) => {
            let granted = operator(Permission::Operate)?;
            let to: EmailAddress = to.parse().with_context(|| to.clone())?;
            let letter = Letter::Test { page: Link::to(cx, &["admin", "mail"]) };
            mail::post(cx, &granted, &to, &letter, clock::arrival(&cx.identity.zone)).await?;
            output.line("The letter is written. A running server sends it; openiis mail list shows what became of it.");
            output.object(&json!({ "to": to.as_str() }));
        }
        Mail::List => {
            let mut rows = Vec::new();
            for letter in mail::list(cx, None, LATEST).await? {
                let written = letter.created_at.to_string();
                output.object(&json!({
                    "written": written, "to": &*letter.recipient, "kind": &*letter.kind, "state": &*letter.state,
                    "attempts": letter.attempts, "trouble": &*letter.trouble,
                }));
                let cells = [&*written, &*letter.recipient, &*letter.kind, &*letter.state, &*letter.trouble];
                rows.push(cells.map(str::to_owned).to_vec());
            }
            output.table(&["written", "to", "letter", "state", "trouble"], &rows);
        }
    }
    Ok(())
}
