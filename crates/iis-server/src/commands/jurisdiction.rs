//! `openiis jurisdiction`: counties, health districts and towns that answer for their residents.

use crate::clock;
use crate::output::Output;
use clap::{Args, Subcommand};
use iis_model::access::Permission;
use iis_registry::Context;
use iis_registry::access::operator;
use iis_registry::jurisdictions::{self, Area, NewJurisdiction};
use serde_json::json;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Jurisdiction {
    /// Makes a jurisdiction of counties, ZIP codes or cities.
    #[command(
        after_help = "Examples:\n  openiis jurisdiction add 'Harbor County' --county Harbor --zip 86110 --zip 86140\n  openiis jurisdiction add 'Old Ferry' --city 'Old Ferry'"
    )]
    Add(Add),
    /// Lists all jurisdictions.
    #[command(after_help = "Example:\n  openiis jurisdiction list --json")]
    List,
}

/// A jurisdiction to be made.
#[derive(Debug, Args)]
pub struct Add {
    /// Its name; no other jurisdiction has it.
    name: String,
    /// A county, as addresses name it; may be given several times.
    #[arg(long = "county", value_name = "NAME")]
    counties: Vec<String>,
    /// A ZIP code, for addresses without a county; may be given several times.
    #[arg(long = "zip", value_name = "CODE")]
    zips: Vec<String>,
    /// A city, for addresses without a county; may be given several times.
    #[arg(long = "city", value_name = "NAME")]
    cities: Vec<String>,
}

impl Add {
    fn areas(&self) -> Vec<Area> {
        let counties = self.counties.iter().map(|area| Area::County(area.as_str().into()));
        let zips = self.zips.iter().map(|area| Area::Zip(area.as_str().into()));
        let cities = self.cities.iter().map(|area| Area::City(area.as_str().into()));
        counties.chain(zips).chain(cities).collect()
    }
}

/// Runs one.
pub async fn run(cx: &Context, command: Jurisdiction, output: Output) -> anyhow::Result<()> {
    match command {
        Jurisdiction::Add(add) => {
            let granted = operator(Permission::Operate)?;
            let new = NewJurisdiction { name: add.name.as_str().into(), areas: add.areas() };
            jurisdictions::add(cx, &granted, new, clock::arrival(&cx.identity.zone)).await?;
            output.line(&format!("jurisdiction  {}", add.name.trim()));
            output.object(&json!({ "jurisdiction": add.name.trim() }));
        }
        Jurisdiction::List => {
            let mut rows = Vec::new();
            for jurisdiction in jurisdictions::list(cx).await? {
                let areas: Vec<_> =
                    jurisdiction.areas.iter().map(|(kind, area)| format!("{kind} {area}")).collect();
                output.object(&json!({ "jurisdiction": jurisdiction.name, "areas": areas }));
                rows.push(vec![jurisdiction.name.to_string(), areas.join(", ")]);
            }
            output.table(&["jurisdiction", "areas"], &rows);
        }
    }
    Ok(())
}
