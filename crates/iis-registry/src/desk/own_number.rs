//! The record number that somebody types for a new person: the one by which the organization's own system knows the patient,
//! so that what that system sends goes on with the same record (decision 0027).

use super::Remark;
use crate::access::protection::Veil;
use crate::reporting::OwnIdentifier;
use iis_matching::patient::normalize::fold_identifier;
use iis_model::access::Granted;
use iis_model::organization::Site;
use iis_model::{Demographics, PersonId};
use iis_store::{StoreError, Tx, person, record_authority};
use sha2::{Digest, Sha256};

/// A medical record number (HL7 table 0203).
const RECORD_NUMBER: &str = "MR";

/// Numbers the person as messages of the site do. Where none came yet, or they do not tell, the number stands under the site's
/// code, as typed.
pub(super) fn as_messages_do(
    tx: &mut Tx<'_>,
    site: &Site,
    person: &mut Demographics,
) -> Result<(), StoreError> {
    let typed = person.identifiers.iter_mut().filter_map(|given| given.value.as_mut());
    let mut typed = typed.filter(|one| {
        &*one.kind == RECORD_NUMBER && fold_identifier(&one.authority) == fold_identifier(&site.code)
    });
    let Some(number) = typed.next() else { return Ok(()) };
    if let Some(authority) = record_authority::of_messages(tx, site.organization_id, site.id)? {
        number.authority = authority;
    }
    Ok(())
}

/// What is asked where the number is that of somebody whom the asker may not see: it tells nothing of whom.
pub(super) fn of_another(
    tx: &mut Tx<'_>,
    granted: &Granted,
    (own, owners): (Option<&OwnIdentifier>, &[PersonId]),
) -> Result<Option<Remark>, StoreError> {
    let mut veil = Veil::of(granted);
    for id in owners {
        let is_shown = match person::get(tx, granted, *id)? {
            Some(person) => veil.shows(tx, person.id, person.protected)?,
            None => false,
        };
        if !is_shown {
            return Ok(Some(Remark {
                dose: None,
                place: "PID-3".into(),
                code: code_of(own),
                text: "This record number was used before. Compare it with your own system; if it is right, save again."
                    .into(),
            }));
        }
    }
    Ok(None)
}

/// What was answered of one number is not answered of another one. A code tells no number.
fn code_of(own: Option<&OwnIdentifier>) -> Box<str> {
    let number = own.map(|own| format!("{} {}", own.authority, own.mrn)).unwrap_or_default();
    let hash: [u8; 32] = Sha256::digest(number).into();
    let short = hash.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    format!("number-in-use-{short:016x}").into()
}
