//! Protected records: the reporter says that the record must not be shared (PD1-12).
//!
//! It stays visible to the organizations that report about the person themselves and to the state (requirements Y-2);
//! for everybody else it is as if it were not there. Who withdrew all its reports does not report. The same rule holds for queries, searches and record pages.

use iis_model::access::{Granted, Sight};
use iis_model::{OrganizationId, PersonId};
use iis_store::reach::permits;
use iis_store::{StoreError, Tx, source_record};

/// What an actor sees of protected records, and from whom a look was withheld.
pub(crate) struct Veil<'a> {
    granted: &'a Granted,
    own: Option<Vec<OrganizationId>>,
    /// Whether everybody is treated as protected.
    is_over_everybody: bool,
    withheld: Vec<PersonId>,
}

impl<'a> Veil<'a> {
    /// The veil before the eyes of whom this was granted to.
    pub(crate) fn of(granted: &'a Granted) -> Self {
        let own = match granted.sight() {
            Sight::All => None,
            Sight::Organizations(own) => Some(own.to_vec()),
        };
        Self { granted, own, is_over_everybody: false, withheld: Vec::new() }
    }

    /// Everybody is treated as protected: a connection under test sees whom its own organization reports about, and learns
    /// of nobody else that the registry knows them.
    #[must_use]
    pub(crate) fn over_everybody(self) -> Self {
        Self { is_over_everybody: true, ..self }
    }

    /// Whether nobody is withheld from these eyes.
    pub(crate) fn sees_all(&self) -> bool {
        self.own.is_none()
    }

    /// Whether the person lies within reach and may be seen. A person who may not is noted, for the audit.
    pub(crate) fn shows(
        &mut self,
        tx: &mut Tx<'_>,
        id: PersonId,
        is_protected: bool,
    ) -> Result<bool, StoreError> {
        if !permits(tx, self.granted, id)? {
            self.note(id);
            return Ok(false);
        }
        let Some(own) = self.own.as_deref().filter(|_| is_protected || self.is_over_everybody) else {
            return Ok(true);
        };
        let reporting = source_record::organizations_of_person(tx, self.granted, id)?;
        let shown = reporting.iter().any(|organization| own.contains(organization));
        if !shown {
            self.note(id);
        }
        Ok(shown)
    }

    fn note(&mut self, withheld: PersonId) {
        if !self.withheld.contains(&withheld) {
            self.withheld.push(withheld);
        }
    }

    /// The persons that were not shown.
    pub(crate) fn into_withheld(self) -> Vec<PersonId> {
        self.withheld
    }
}
