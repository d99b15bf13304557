//! What each source says about a person, beside what the registry believes (requirements P-2).

use super::history::{Stage, stages};
use crate::directory::directory;
use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::{Demographics, PersonId, SourceRecordId, Timestamp};
use iis_store::chosen_value::{self, ChosenValue};
use iis_store::{AuditEntry, source_record, submission};

/// What one source record says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSays {
    /// Row key, by which its value is chosen.
    pub id: SourceRecordId,
    /// The reporting organization.
    pub organization: Box<str>,
    /// The medical record number there.
    pub mrn: Box<str>,
    /// When the latest report that changed it was sent.
    pub sent_at: Timestamp,
    /// What it says.
    pub demographics: Demographics,
    /// What it said from one submission to the next, the oldest first.
    pub stages: Vec<Stage>,
    /// What somebody chose of it: these stand.
    pub chosen: Vec<ChosenValue>,
}

/// What every source says about a person, in the order in which the sources became known.
pub async fn sources(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    arrival: Arrival,
) -> Result<Vec<SourceSays>, Failure> {
    let names = directory(cx, &arrival).await?;
    let disclosed = cx.store.disclose(move |tx| {
        let records = source_record::of_person(tx, &granted, id)?;
        let views = source_record::views_of_person(tx, &granted, id)?;
        let choices = chosen_value::of_person(tx, &granted, id)?;
        let standing: Vec<&ChosenValue> = chosen_value::standing(&choices).collect();
        let mut says = Vec::new();
        for view in views {
            let record = records.iter().find(|record| record.id == view.source_record_id);
            let Some(record) = record else { continue };
            let chosen = standing.iter().filter(|row| row.source_record_id == record.id);
            says.push(SourceSays {
                id: record.id,
                organization: names.organization(record.organization_id).into(),
                mrn: record.mrn.clone(),
                sent_at: view.sent_at,
                demographics: view.demographics,
                stages: stages(&submission::of_record(tx, &granted, record.id)?),
                chosen: chosen.map(|row| (*row).clone()).collect(),
            });
        }
        let entry = AuditEntry::of(&granted, arrival.at).action("view-demographics").person(id);
        Ok((says, vec![entry]))
    });
    Ok(disclosed.await?)
}
