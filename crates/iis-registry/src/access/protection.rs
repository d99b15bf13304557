//! Protected records: the reporter says that the record must not be shared (PD1-12).
//!
//! It stays visible to the organizations that report about the person themselves and to the state (requirements Y-2);
//! for everybody else it is as if it were not there. The same rule holds for queries, searches and record pages.

use crate::directory::Directory;
use iis_model::access::{Granted, Sight};
use iis_model::{OrganizationId, PersonId};
use iis_store::{StoreError, Tx, source_record};

/// What an actor sees of protected records, and from whom a look was withheld.
pub(crate) struct Veil<'a> {
    granted: &'a Granted,
    own: Option<Vec<OrganizationId>>,
    withheld: Vec<PersonId>,
}

impl<'a> Veil<'a> {
    /// The veil before the eyes of whom this was granted to.
    pub(crate) fn of(granted: &'a Granted, names: &Directory) -> Self {
        let own = match granted.sight() {
            Sight::All => None,
            Sight::Organization(id) => Some(vec![*id]),
            Sight::Sites(sites) => {
                Some(sites.iter().filter_map(|id| names.site(*id)).map(|site| site.organization_id).collect())
            }
        };
        Self { granted, own, withheld: Vec::new() }
    }

    /// Whether nobody is withheld from these eyes.
    pub(crate) fn sees_all(&self) -> bool {
        self.own.is_none()
    }

    /// Whether the person may be seen at all. A person who may not is noted, for the audit.
    pub(crate) fn shows(
        &mut self,
        tx: &mut Tx<'_>,
        id: PersonId,
        is_protected: bool,
    ) -> Result<bool, StoreError> {
        let Some(own) = self.own.as_deref().filter(|_| is_protected) else { return Ok(true) };
        let records = source_record::of_person(tx, self.granted, id)?;
        let shown = records.iter().any(|record| own.contains(&record.organization_id));
        if !shown && !self.withheld.contains(&id) {
            self.withheld.push(id);
        }
        Ok(shown)
    }

    /// The persons that were not shown.
    pub(crate) fn into_withheld(self) -> Vec<PersonId> {
        self.withheld
    }
}
