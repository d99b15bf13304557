//! `openiis organization`: legal entities that own sites.

use crate::clock;
use crate::output::Output;
use clap::{Args, Subcommand};
use iis_model::access::Permission;
use iis_registry::access::operator;
use iis_registry::{Context, sites};
use serde_json::json;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Organization {
    /// Makes an organization.
    #[command(after_help = "Example:\n  openiis organization add 'River Health'")]
    Add(Add),
    /// Lists all organizations.
    #[command(after_help = "Example:\n  openiis organization list --json")]
    List,
}

/// An organization to be made.
#[derive(Debug, Args)]
pub struct Add {
    /// Its name; no other organization has it.
    name: String,
}

/// Runs one.
pub async fn run(cx: &Context, command: Organization, output: Output) -> anyhow::Result<()> {
    match command {
        Organization::Add(add) => {
            let granted = operator(Permission::ManageSenders)?;
            sites::add_organization(cx, &granted, &add.name, clock::arrival(&cx.identity.zone)).await?;
            output.line(&format!("organization  {}", add.name.trim()));
            output.object(&json!({ "organization": add.name.trim() }));
        }
        Organization::List => {
            let mut rows = Vec::new();
            for organization in sites::organizations(cx).await? {
                output.object(&json!({ "organization": organization.name }));
                rows.push(vec![organization.name.to_string()]);
            }
            output.table(&["organization"], &rows);
        }
    }
    Ok(())
}
