//! What was put away of a person's former identities: for the operator on the server's own command line, and for nobody
//! else. No role of the matrix may read it.

use crate::{Arrival, Context, Failure};
use iis_model::RegistryNumber;
use iis_model::Timestamp;
use iis_model::access::Granted;
use iis_store::{AuditEntry, person, sealed as store};

/// A former identity.
pub struct Sealed {
    /// When it was replaced.
    pub at: Timestamp,
    /// By whom.
    pub actor: Box<str>,
    /// Why: a word of the layout.
    pub event: Box<str>,
    /// The registry numbers that led to the person, and what forms of opting out said, as JSON.
    pub former: Box<str>,
    /// What each report said of the identity, as JSON.
    pub said: Vec<Box<str>>,
}

/// The former identities of whoever has this registry number now, the oldest first; none: there is no such person. The look
/// is audited before anything is returned.
pub async fn sealed(
    cx: &Context,
    granted: Granted,
    number: RegistryNumber,
    arrival: Arrival,
) -> Result<Option<Vec<Sealed>>, Failure> {
    let disclosed = cx.store.disclose(move |tx| {
        let entry = AuditEntry::of(&granted, arrival.at).action("read-sealed-identity");
        let Some(id) = person::id_of_number(tx, number)? else {
            return Ok((None, vec![entry.result("not found")]));
        };
        let mut all = Vec::new();
        let mut audit = Vec::new();
        for row in store::of_person(tx, &granted, id)? {
            let said = store::submissions(tx, &granted, row.id)?;
            audit.push(entry.clone().detail(format!("sealed {}", row.id)));
            all.push(Sealed {
                at: row.at,
                actor: row.actor,
                event: row.event,
                former: row.former,
                said: said.into_iter().map(|one| one.demographics).collect(),
            });
        }
        if audit.is_empty() {
            audit.push(entry.result("none"));
        }
        Ok((Some(all), audit))
    });
    Ok(disclosed.await?)
}
