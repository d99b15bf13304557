//! Whether a person is active: at a site, and in the jurisdiction (requirements 4.3).
//!
//! What is said of it by a form and by a message (PD1-16) is a row of the same table, written in the plan of the report
//! that says it. Where somebody stands is computed from what was said and from the doses that sites gave: a dose makes
//! active again whom a rule or a site had thought gone.

pub mod rule;
mod said;
mod standing;

pub(crate) use said::change;
pub use standing::{Because, Everywhere, Here, Standing, read};

use crate::{Arrival, Context, Failure};
use iis_model::PersonId;
use iis_model::access::Granted;
use iis_store::AuditEntry;
use iis_store::activity::ActivityRow;

/// Where a person stands, and all that was ever said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activities {
    /// At each level.
    pub everywhere: Everywhere,
    /// What was said, the latest first.
    pub history: Vec<ActivityRow>,
}

/// Where a person stands, for a page whose look at the record is audited already.
pub async fn stands(cx: &Context, granted: Granted, id: PersonId) -> Result<Everywhere, Failure> {
    Ok(cx.store.read_beside(move |tx| Ok(read(tx, &granted, id)?.0)).await?)
}

/// Reads where a person stands. The look is audited.
pub async fn look(
    cx: &Context,
    granted: Granted,
    id: PersonId,
    arrival: Arrival,
) -> Result<Activities, Failure> {
    let disclosed = cx.store.disclose(move |tx| {
        let (everywhere, mut history) = read(tx, &granted, id)?;
        history.reverse();
        let entry = AuditEntry::of(&granted, arrival.at).action("view-activity").person(id);
        Ok((Activities { everywhere, history }, vec![entry]))
    });
    Ok(disclosed.await?)
}
