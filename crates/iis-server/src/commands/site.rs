//! `openiis site`: places where vaccine is given or stored, found by the code that messages name.

use crate::clock;
use crate::output::Output;
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use iis_model::access::Permission;
use iis_model::organization::SiteKind;
use iis_registry::access::operator;
use iis_registry::setup::NewSite;
use iis_registry::{Context, sites};
use serde_json::json;
use std::collections::HashMap;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Site {
    /// Makes a site of an organization.
    #[command(
        after_help = "Example:\n  openiis site add RIVER --organization 'River Health' --name 'River Clinic' --kind clinic --pin 12345"
    )]
    Add(Add),
    /// Says in which town a site is, so that its people find it on the public pages.
    #[command(after_help = "Example:\n  openiis site town RIVER 'Alder Falls'")]
    Town {
        /// The code of the site.
        code: String,
        /// The town.
        town: String,
    },
    /// Lists all sites.
    #[command(after_help = "Example:\n  openiis site list --json")]
    List,
}

/// A site to be made.
#[derive(Debug, Args)]
pub struct Add {
    /// The code by which messages name it (MSH-4, MSH-22, RXA-11.4); kept in upper case.
    code: String,
    /// Name of the organization that owns it.
    #[arg(long, value_name = "NAME")]
    organization: String,
    /// Its name on screens; the code if none is given.
    #[arg(long)]
    name: Option<String>,
    /// Its town, so that its people find it on the public pages.
    #[arg(long)]
    town: Option<String>,
    /// What kind of place it is.
    #[arg(long, default_value = "clinic", value_parser = kinds())]
    kind: String,
    /// Its number at the vaccine program, for a site that receives public vaccine.
    #[arg(long)]
    pin: Option<String>,
}

fn kinds() -> PossibleValuesParser {
    PossibleValuesParser::new(SiteKind::ALL.iter().map(|kind| kind.code()))
}

/// Runs one.
pub async fn run(cx: &Context, command: Site, output: Output) -> anyhow::Result<()> {
    match command {
        Site::Add(add) => self::add(cx, add, output).await,
        Site::Town { code, town } => {
            let (granted, arrival) =
                (operator(Permission::ManageSenders)?, clock::arrival(&cx.identity.zone));
            sites::set_town(cx, &granted, &code, &town, arrival).await?;
            output.line(&format!("site  {}  {town}", code.to_uppercase()));
            output.object(&json!({ "site": code.to_uppercase(), "town": town }));
            Ok(())
        }
        Site::List => list(cx, output).await,
    }
}

async fn add(cx: &Context, add: Add, output: Output) -> anyhow::Result<()> {
    let code = add.code.to_uppercase();
    let new = NewSite {
        code: code.as_str().into(),
        name: add.name.as_deref().unwrap_or(&code).trim().into(),
        kind: SiteKind::from_code(&add.kind).expect("the command line takes no other"),
        pin: add.pin.map(Into::into),
    };
    let (granted, arrival) = (operator(Permission::ManageSenders)?, clock::arrival(&cx.identity.zone));
    sites::add_site(cx, &granted, &add.organization, (new, add.town.as_deref()), arrival).await?;
    output.line(&format!("site  {code}"));
    output.object(&json!({ "site": code }));
    Ok(())
}

async fn list(cx: &Context, output: Output) -> anyhow::Result<()> {
    let owners: HashMap<_, _> =
        sites::organizations(cx).await?.into_iter().map(|found| (found.id, found.name)).collect();
    let mut rows = Vec::new();
    for site in sites::sites(cx).await? {
        let owner = owners.get(&site.organization_id).map_or("", |name| name);
        output.object(&json!({
            "site": site.code, "name": site.name, "kind": site.kind.code(), "pin": site.pin, "organization": owner,
        }));
        rows.push(vec![
            site.code.to_string(),
            site.name.to_string(),
            site.kind.code().to_owned(),
            site.pin.map(String::from).unwrap_or_default(),
            owner.to_owned(),
        ]);
    }
    output.table(&["site", "name", "kind", "PIN", "organization"], &rows);
    Ok(())
}
