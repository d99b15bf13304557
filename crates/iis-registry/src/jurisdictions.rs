//! Jurisdictions below the state: counties, health districts and towns, kept by an operator.

use crate::names::is_showable;
use crate::{Arrival, Context, Failure};
use iis_model::JurisdictionId;
use iis_model::access::Granted;
use iis_store::jurisdiction::{self, AreaRow, JurisdictionRow};
use iis_store::{AuditEntry, Lane};

/// What makes an address one of a jurisdiction. The county decides when the address has one, else ZIP code or city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Area {
    /// A county, as addresses name it.
    County(Box<str>),
    /// A ZIP code of five digits.
    Zip(Box<str>),
    /// A city or town.
    City(Box<str>),
}

impl Area {
    fn row(&self) -> AreaRow {
        let (kind, area) = match self {
            Self::County(area) => ("county", area),
            Self::Zip(area) => ("zip", area),
            Self::City(area) => ("city", area),
        };
        AreaRow { kind: kind.into(), area: area.trim().to_uppercase().into() }
    }
}

/// A jurisdiction to be made.
#[derive(Debug, Clone)]
pub struct NewJurisdiction {
    /// Its name; no other jurisdiction has it.
    pub name: Box<str>,
    /// Where its residents live.
    pub areas: Vec<Area>,
}

/// Makes a jurisdiction.
pub async fn add(
    cx: &Context,
    granted: &Granted,
    new: NewJurisdiction,
    arrival: Arrival,
) -> Result<JurisdictionId, Failure> {
    if !is_showable(&new.name) {
        return Err(Failure::Rule("A jurisdiction's name is one line of 1 to 120 characters."));
    }
    let mut areas: Vec<AreaRow> = new.areas.iter().map(Area::row).collect();
    areas.sort();
    areas.dedup();
    if areas.is_empty() || areas.iter().any(|area| !is_showable(&area.area)) {
        return Err(Failure::Rule("A jurisdiction needs at least one county, ZIP code or city."));
    }
    let id = JurisdictionId(cx.store.ids().take()?);
    let row = JurisdictionRow { id, name: new.name.trim().into() };
    let entry = AuditEntry::of(granted, arrival.at)
        .action("add-jurisdiction")
        .detail(format!("jurisdiction {}: {}", id.0, row.name));
    let added = cx.store.write(Lane::Web, move |tx| {
        jurisdiction::insert(tx, &row, &areas)?;
        tx.audit(&entry)
    });
    match added.await {
        Err(error) if error.is_constraint("jurisdiction_name") => {
            Err(Failure::Rule("A jurisdiction of this name exists."))
        }
        other => Ok(other.map(|()| id)?),
    }
}

/// A jurisdiction with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jurisdiction {
    /// Its name.
    pub name: Box<str>,
    /// Kind and name of each area.
    pub areas: Vec<(Box<str>, Box<str>)>,
}

/// All jurisdictions, by name.
pub async fn list(cx: &Context) -> Result<Vec<Jurisdiction>, Failure> {
    let listed = cx.store.read(|tx| {
        let mut listed = Vec::new();
        for row in jurisdiction::list(tx)? {
            let areas = jurisdiction::areas(tx, row.id)?.into_iter().map(|area| (area.kind, area.area));
            listed.push(Jurisdiction { name: row.name, areas: areas.collect() });
        }
        Ok(listed)
    });
    Ok(listed.await?)
}
