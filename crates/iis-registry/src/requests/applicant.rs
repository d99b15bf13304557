//! Who asks: found in one way for the gates, for the account that is made, and for whoever approves.

use super::{Application, Request};
use crate::names::is_same_person;
use crate::staff::persons;
use iis_store::{StoreError, Tx, worker};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Applicant {
    /// Nobody whom a staff list or an account knows.
    New,
    /// Somebody known by the address, with the same name.
    Known(i64),
    /// Somebody known by the license, with the same name and under another address. Names and licenses are public: letters
    /// that open an account go to the address that is known.
    KnownElsewhere(i64),
    /// The address is that of somebody with another name.
    NamedOtherwise,
}

impl Applicant {
    /// Finds out.
    pub(super) fn of(tx: &mut Tx<'_>, request: &Request) -> Result<Self, StoreError> {
        let Application { name, license_kind, license_number, .. } = &request.body;
        if let Some(row) = persons::of_address(tx, request.email.as_str())? {
            let is_same = is_same_person(&row.name, name);
            return Ok(if is_same { Self::Known(row.id) } else { Self::NamedOtherwise });
        }
        if worker::plain(license_number).is_empty() {
            return Ok(Self::New);
        }
        let licensed = persons::of_license(tx, license_kind, license_number)?;
        let same = licensed.into_iter().find(|row| is_same_person(&row.name, name));
        Ok(same.map_or(Self::New, |row| Self::KnownElsewhere(row.id)))
    }

    /// Whether the registry knows the person under another address.
    pub(super) fn is_known_elsewhere(self) -> bool {
        matches!(self, Self::KnownElsewhere(_))
    }

    /// The person, where known.
    pub(super) fn worker(self) -> Option<i64> {
        match self {
            Self::Known(id) | Self::KnownElsewhere(id) => Some(id),
            Self::New | Self::NamedOtherwise => None,
        }
    }
}
