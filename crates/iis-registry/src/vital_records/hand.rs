//! Who puts identities away and gives them back: the office by its lines, and the operator.

use super::layout::Event;
use crate::matching::Model;
use crate::matching::index::Index;
use crate::reporting::{Report, Reporter, Whom};
use crate::{Arrival, Context};
use iis_model::access::Granted;
use iis_model::organization::Site;
use iis_model::{PersonId, RegistryNumber, Submission, Timestamp};
use iis_store::sealed::{Sealing, seal};
use iis_store::{AuditEntry, StoreError, Tx, person, review_item, submission};
use std::sync::Arc;

/// Who puts identities away and gives them back, and for which offices.
pub(super) struct Hand {
    pub(super) cx: Context,
    pub(super) model: Arc<Model>,
    pub(super) granted: Granted,
    pub(super) arrival: Arrival,
    pub(super) sites: Vec<Site>,
}

impl Hand {
    /// Puts the identity of a person away, and gives the person a number that nobody knows yet. `stood_since` is of one that
    /// stood by mistake. Answers the row key of what was put away.
    pub(super) fn put_away(
        &self,
        tx: &mut Tx<'_>,
        id: PersonId,
        event: Event,
        stood_since: Option<Timestamp>,
    ) -> Result<i64, StoreError> {
        let sealing = Sealing {
            id: self.cx.store.ids().take()?,
            person_id: id,
            at: self.arrival.at,
            actor: self.granted.actor().label().1.into(),
            event: event.word().into(),
            stood_since,
            new_number: self.new_number(tx, id)?,
        };
        let keys = Index::read(tx, &self.granted, &self.model, id)?.keys();
        seal(tx, &self.granted, &sealing, &keys)?;
        review_item::forget_person(tx, &self.granted, id, self.arrival.at)?;
        let entry = AuditEntry::of(&self.granted, self.arrival.at).action("seal-identity");
        tx.audit(&entry.detail(format!("sealed {}", sealing.id)))?;
        Ok(sealing.id)
    }

    fn new_number(&self, tx: &mut Tx<'_>, id: PersonId) -> Result<RegistryNumber, StoreError> {
        let mut salt = id.0;
        loop {
            let number = RegistryNumber::from_random(self.arrival.random(salt));
            if person::id_of_number(tx, number)?.is_none() {
                return Ok(number);
            }
            salt = salt.wrapping_add(1);
        }
    }

    /// A report of the office.
    pub(super) fn report(&self, site: &Site, whom: Whom, submission: Submission) -> Report {
        Report {
            cx: self.cx.clone(),
            model: Arc::clone(&self.model),
            granted: self.granted.clone(),
            arrival: self.arrival,
            by: Reporter {
                organization_id: site.organization_id,
                site_id: site.id,
                sender_id: None,
                account_id: None,
                decrements: false,
                is_vital: true,
            },
            whom,
            sent_hash: submission::hash_of(&submission.person),
            submission,
        }
    }
}
