//! Whether a person lies within the reach of a grant: what every function that hands out a person's data asks first.
//!
//! Somebody outside is as if absent, and so is who opted out (requirements Y-1), but for whom handles that, and for what
//! reports: a report finds the record that is locked, so that no feed makes it anew. A person belongs to a clinic, or to an organization, when what it reported counts;
//! to a school when on its roster; to a jurisdiction when the current address lies there (requirements 6.1).

use crate::jurisdiction::{self, AreaRow};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx, opting_out, person_view, school_student};
use iis_model::access::{Actor, Granted, Within};
use iis_model::person::Address;
use iis_model::{Demographics, Given, OrganizationId, PersonId, SiteId};

sql! {
    AT_SITE = "SELECT l.person_id FROM link l JOIN submission s ON s.source_record_id = l.source_record_id \
               WHERE l.person_id = $1 AND s.site_id = $2 AND s.withdrawn_by IS NULL LIMIT 1";
    AT_ORGANIZATION = "SELECT l.person_id FROM link l JOIN source_record s ON s.id = l.source_record_id \
                       JOIN source_view v ON v.source_record_id = s.id \
                       WHERE l.person_id = $1 AND s.organization_id = $2 LIMIT 1";
}

/// Whether the grant reaches this person, whose data is handed out if it does: a unit of work that did so for somebody and
/// leaves no audit row is refused as a whole.
pub(crate) fn shows(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<bool, StoreError> {
    let shows = permits(tx, granted, id)?;
    if shows {
        handed_out(tx, granted);
    }
    Ok(shows)
}

/// Data about somebody is handed out to whoever the grant is for. The unit of work is refused if it leaves no audit row.
fn handed_out(tx: &mut Tx<'_>, granted: &Granted) {
    if !matches!(granted.actor(), Actor::Registry) {
        tx.watch.looked = true;
    }
}

/// What is handed out that is found by another row than the person's: a message, a source record, an answer. If there is
/// something, the unit of work is refused unless it leaves an audit row.
pub(crate) fn shown<T>(tx: &mut Tx<'_>, granted: &Granted, found: Option<T>) -> Option<T> {
    if found.is_some() {
        handed_out(tx, granted);
    }
    found
}

/// The same for several.
pub(crate) fn all_shown<T>(tx: &mut Tx<'_>, granted: &Granted, found: Vec<T>) -> Vec<T> {
    if !found.is_empty() {
        handed_out(tx, granted);
    }
    found
}

/// Whether the grant reaches this person.
pub fn permits(tx: &mut Tx<'_>, granted: &Granted, id: PersonId) -> Result<bool, StoreError> {
    if !granted.sees_opted_out() && opting_out::is_out(tx, id)? {
        return Ok(false);
    }
    if granted.reach().is_everything() {
        return Ok(true);
    }
    for within in granted.reach().stretches() {
        let permitted = match *within {
            Within::Clinic(site) => is_of_site(tx, site, id)?,
            Within::Organization(organization) => is_of_organization(tx, organization, id)?,
            Within::School(school) => school_student::is_on_roster(tx, school, id)?,
            Within::Jurisdiction(jurisdiction) => {
                let areas = jurisdiction::areas(tx, jurisdiction)?;
                person_view::believed(tx, id)?.is_some_and(|person| lives_in(&person, &areas))
            }
            Within::Own(_) => false, // nobody owns a person
        };
        if permitted {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether what the site reported about a person counts: the person is one of its patients.
pub fn is_of_site(tx: &mut Tx<'_>, site: SiteId, id: PersonId) -> Result<bool, StoreError> {
    Ok(tx.one::<PersonId>(&AT_SITE, vals![id, site])?.is_some())
}

fn is_of_organization(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    id: PersonId,
) -> Result<bool, StoreError> {
    Ok(tx.one::<PersonId>(&AT_ORGANIZATION, vals![id, organization])?.is_some())
}

/// Whether the current residence lies in one of the areas: by its county when that was told, else by ZIP code or city.
fn lives_in(person: &Demographics, areas: &[AreaRow]) -> bool {
    let Some(home) = person.addresses.iter().filter_map(Given::get).find(|address| is_residence(address))
    else {
        return false;
    };
    let is_area = |kind: &str, value: &str| {
        let value = value.trim().to_uppercase();
        !value.is_empty() && areas.iter().any(|area| &*area.kind == kind && *area.area == *value)
    };
    let zip: String = home.zip.chars().take(5).collect();
    if home.county.trim().is_empty() {
        is_area("zip", &zip) || is_area("city", &home.city)
    } else {
        is_area("county", &home.county)
    }
}

/// Not where mail goes, where somebody was born, or where nobody was found (HL7 table 0190).
fn is_residence(address: &Address) -> bool {
    !matches!(&*address.kind, "M" | "BA" | "BDL" | "N" | "B" | "O")
}

#[cfg(test)]
mod tests {
    use super::lives_in;
    use crate::jurisdiction::AreaRow;
    use iis_model::person::Address;
    use iis_model::testing::person;
    use iis_model::{Demographics, Given};

    fn living(kind: &str, city: &str, zip: &str, county: &str) -> Demographics {
        let address = Address {
            kind: kind.into(),
            city: city.into(),
            zip: zip.into(),
            county: county.into(),
            ..Address::default()
        };
        Demographics { addresses: vec![Given::of(address)], ..person() }
    }

    #[test]
    fn the_county_decides_and_else_the_zip_code_or_the_city() {
        let area = |kind: &str, area: &str| AreaRow { kind: kind.into(), area: area.into() };
        let areas = [area("county", "HARBOR"), area("zip", "86110"), area("city", "OLD FERRY")];
        #[rustfmt::skip]
        let table = [
            // kind  city             zip           county      lives there
            ("H",   "Port Lindgren", "86110",      "",         true),
            ("",    "Port Lindgren", "86110-1234", "",         true),
            ("L",   "Old Ferry",     "86144",      "",         true),
            ("H",   "Quillan",       "86201",      "Harbor",   true),
            ("H",   "Port Lindgren", "86110",      "Juniper",  false),  // the county was told
            ("H",   "Quillan",       "86201",      "",         false),
            ("M",   "Port Lindgren", "86110",      "",         false),  // where the mail goes
            ("H",   "",              "",           "",         false),
        ];
        for (kind, city, zip, county, lives) in table {
            assert_eq!(
                lives_in(&living(kind, city, zip, county), &areas),
                lives,
                "{kind} {city} {zip} {county}"
            );
        }
        assert!(!lives_in(&person(), &areas));
    }
}
