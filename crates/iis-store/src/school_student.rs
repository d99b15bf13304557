//! Rosters of schools: which persons are a school's students.

use crate::reach::shows;
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{OrganizationId, PersonId, RegistryNumber, SiteId, Timestamp};

sql! {
    PUT = "INSERT INTO school_student (site_id, registry_number, added_at) VALUES ($1, $2, $3) \
           ON CONFLICT (site_id, registry_number) DO NOTHING";
    DELETE = "DELETE FROM school_student WHERE site_id = $1 AND registry_number = $2";
    LIST = "SELECT n.person_id FROM school_student s JOIN registry_number n ON n.number = s.registry_number \
            WHERE s.site_id = $1 AND n.person_id > $2 ORDER BY n.person_id LIMIT $3";
    IS_ON = "SELECT n.person_id FROM registry_number n JOIN school_student s ON s.registry_number = n.number \
             WHERE n.person_id = $1 AND s.site_id = $2 LIMIT 1";
}

/// Puts a person on the roster of a school; once is enough.
pub fn put(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    school: SiteId,
    number: RegistryNumber,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.exec(&PUT, vals![school, number, at])
}

/// Takes a person off the roster.
pub fn delete(
    tx: &mut Tx<'_>,
    _granted: &Granted,
    school: SiteId,
    number: RegistryNumber,
) -> Result<(), StoreError> {
    tx.exec(&DELETE, vals![school, number])
}

/// The students of a school after `after` by id, at most `limit`; nobody when the school is out of reach.
pub fn list(
    tx: &mut Tx<'_>,
    granted: &Granted,
    (school, organization): (SiteId, OrganizationId),
    after: PersonId,
    limit: i64,
) -> Result<Vec<PersonId>, StoreError> {
    if !granted.reach().covers_site(school, organization) {
        return Ok(Vec::new());
    }
    let mut students: Vec<PersonId> = tx.all(&LIST, vals![school, after, limit])?;
    students.dedup(); // two numbers of one person
    let mut permitted = Vec::with_capacity(students.len());
    for student in students {
        if shows(tx, granted, student)? {
            permitted.push(student);
        }
    }
    Ok(permitted)
}

pub(crate) fn is_on_roster(tx: &mut Tx<'_>, school: SiteId, id: PersonId) -> Result<bool, StoreError> {
    Ok(tx.one::<PersonId>(&IS_ON, vals![id, school])?.is_some())
}
