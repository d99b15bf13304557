//! A person's whole record, as the registry believes it, with who said what.

use super::best::Reports;
use crate::directory::Directory;
use crate::reporting::SHARED;
use iis_model::access::{Granted, Sight};
use iis_model::person::Identifier;
use iis_model::record::{ConsolidatedEvent, PersonRecord, ReportOrigin};
use iis_model::{OrganizationId, PersonId, ReportId, SourceRecordId};
use iis_store::report::{self, ReportRow};
use iis_store::source_record::SourceRecordRow;
use iis_store::{StoreError, Tx, event, person, reporter, source_record};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Loads a record as seen by `asker`.
pub(crate) fn load(
    tx: &mut Tx<'_>,
    granted: &Granted,
    names: &Directory,
    id: PersonId,
    asker: Option<OrganizationId>,
) -> Result<Option<PersonRecord>, StoreError> {
    let Some(person) = person::get(tx, granted, id)? else { return Ok(None) };
    let Some(demographics) = person.demographics else { return Ok(None) }; // all that was said is withdrawn
    let records = source_record::of_person(tx, granted, id)?;
    let mut own_identifiers: Vec<Identifier> = Vec::new();
    let is_told = |row: &SourceRecordRow| Some(row.organization_id) == asker && !row.is_put_away;
    for record in records.into_iter().filter(is_told) {
        let identifier = Identifier { value: record.mrn, authority: record.authority, kind: "MR".into() };
        if !own_identifiers.contains(&identifier) {
            own_identifiers.push(identifier); // a number given out again makes two records
        }
    }
    let reports = report::current_of_person(tx, granted, id)?;
    let by_id: HashMap<(SourceRecordId, ReportId), &ReportRow> =
        reports.iter().map(|row| ((row.source_record_id, row.id), row)).collect();
    let mut events: Vec<_> = event::of_person(tx, granted, id)?
        .into_iter()
        .filter_map(|row| {
            let rows: Vec<_> = row.reports.iter().filter_map(|key| by_id.get(key).copied()).collect();
            let mut best = Reports::of(rows.iter().map(|row| &row.body))?.best();
            let own = rows.iter().filter(|row| is_own(granted, names, row));
            let why = own.map(|row| &row.body.not_from_stock).find(|why| why.get().is_some());
            best.not_from_stock = why.cloned().unwrap_or_default();
            Some(ConsolidatedEvent {
                id: row.id,
                best,
                reports: rows.iter().map(|row| origin(row, names)).collect(),
            })
        })
        .collect();
    events.sort_by_key(|event| (Reverse(event.best.given_on.value), event.id));
    Ok(Some(PersonRecord {
        id,
        registry_number: person.registry_number,
        version: person.version,
        demographics,
        own_identifiers,
        events,
        reporters: reporter::of_person(tx, granted, id)?,
    }))
}

/// Whether a report is of an organization of whoever looks: what it says of its stock is told to nobody else (decision 0058).
fn is_own(granted: &Granted, names: &Directory, row: &ReportRow) -> bool {
    let Sight::Organizations(own) = granted.sight() else { return false };
    own.contains(&owner(names, row))
}

/// The organization that said a report; in a record whose number is shared the site that answers for it tells.
fn owner(names: &Directory, row: &ReportRow) -> OrganizationId {
    let of_site = || row.site_id.and_then(|id| names.site(id)).map(|site| site.organization_id);
    let own = if row.organization_id == SHARED { of_site() } else { None };
    own.unwrap_or(row.organization_id)
}

fn origin(row: &ReportRow, names: &Directory) -> ReportOrigin {
    let owner_id = owner(names, row);
    ReportOrigin {
        report_id: row.id,
        source_record_id: row.source_record_id,
        organization_id: row.organization_id,
        owner_id,
        organization: names.organization(owner_id).into(),
        site: row.site_id.and_then(|id| names.site(id)).map(|site| site.name.clone()).unwrap_or_default(),
        sender: row.sender_id.map(|id| names.sender(id).into()).unwrap_or_default(),
        received_at: row.received_at,
        is_administered: row.body.is_administered(),
    }
}
