//! Rosters of schools: whose students a school nurse sees (S-57).

use crate::{Arrival, Context, Failure};
use iis_model::access::Granted;
use iis_model::{Date, Demographics, OrganizationId, PersonId, RegistryNumber, SiteId};
use iis_store::{AuditEntry, Lane, person, school_student};

/// A school: the site and its organization.
pub type School = (SiteId, OrganizationId);

/// Puts a person on the roster of a school. Nothing happens, and `false` comes back, where the school is out of reach or
/// nobody has the number.
pub async fn enroll(
    cx: &Context,
    granted: Granted,
    school: School,
    number: RegistryNumber,
    arrival: Arrival,
) -> Result<bool, Failure> {
    change(cx, granted, school, number, "enroll-student", arrival).await
}

/// Takes a person off the roster.
pub async fn withdraw(
    cx: &Context,
    granted: Granted,
    school: School,
    number: RegistryNumber,
    arrival: Arrival,
) -> Result<bool, Failure> {
    change(cx, granted, school, number, "withdraw-student", arrival).await
}

/// Rows read at a time.
const PAGE: i64 = 500;

/// Puts all on the roster of a school whom `is_student` recognizes; says how many there are.
pub async fn enroll_all(
    cx: &Context,
    granted: Granted,
    (site, organization): School,
    is_student: fn(&Demographics, Date) -> bool,
    arrival: Arrival,
) -> Result<usize, Failure> {
    if !granted.reach().covers_site(site, organization) {
        return Ok(0);
    }
    let enrolled = cx.store.write(Lane::Web, move |tx| {
        let (mut enrolled, mut after) = (0, PersonId(i64::MIN));
        loop {
            let page = person::list(tx, after, PAGE)?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            for (id, _) in page {
                let Some(person) = person::get(tx, &granted, id)? else { continue };
                if person.demographics.is_some_and(|person| is_student(&person, arrival.today)) {
                    school_student::put(tx, &granted, site, person.registry_number, arrival.at)?;
                    enrolled += 1;
                }
            }
        }
        let entry = AuditEntry::of(&granted, arrival.at).action("enroll-students");
        tx.audit(&entry.detail(format!("school {}: {enrolled} students", site.0)))?;
        Ok(enrolled)
    });
    Ok(enrolled.await?)
}

async fn change(
    cx: &Context,
    granted: Granted,
    (site, organization): School,
    number: RegistryNumber,
    action: &'static str,
    arrival: Arrival,
) -> Result<bool, Failure> {
    if !granted.reach().covers_site(site, organization) {
        return Ok(false);
    }
    let changed = cx.store.write(Lane::Web, move |tx| {
        let Some(id) = person::id_of_number(tx, number)? else { return Ok(false) };
        if action == "enroll-student" {
            school_student::put(tx, &granted, site, number, arrival.at)?;
        } else {
            school_student::delete(tx, &granted, site, number)?;
        }
        let entry = AuditEntry::of(&granted, arrival.at).action(action).person(id);
        tx.audit(&entry.detail(format!("school {}", site.0)))?;
        Ok(true)
    });
    Ok(changed.await?)
}
