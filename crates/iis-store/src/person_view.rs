//! What the registry believes about a person apart from vaccinations (consolidated).

use crate::reach::shows;
use crate::row::{FromRow, Row};
use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::access::Granted;
use iis_model::{Demographics, PersonId};

sql! {
    PUT = "INSERT INTO person_view (person_id, demographics, born_on, sex, protected, deceased) \
           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person_id) DO UPDATE SET \
           demographics = excluded.demographics, born_on = excluded.born_on, sex = excluded.sex, \
           protected = excluded.protected, deceased = excluded.deceased";
    DEMOGRAPHICS = "SELECT demographics FROM person_view WHERE person_id = $1";
}

/// A person's consolidated demographics. Date of birth, sex, protection and death stand in columns of their own too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonView {
    /// The person.
    pub person_id: PersonId,
    /// What is believed.
    pub demographics: Demographics,
}

/// What is believed of a person; none while it is being rebuilt, and when out of reach.
pub fn demographics(
    tx: &mut Tx<'_>,
    granted: &Granted,
    id: PersonId,
) -> Result<Option<Demographics>, StoreError> {
    if shows(tx, granted, id)? { believed(tx, id) } else { Ok(None) }
}

/// The same for whoever decides about reach.
pub(crate) fn believed(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Demographics>, StoreError> {
    Ok(tx.one::<Believed>(&DEMOGRAPHICS, vals![id])?.map(|believed| believed.0))
}

struct Believed(Demographics);

impl FromRow for Believed {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        row.json(0).map(Self)
    }
}

pub(crate) fn put(tx: &mut Tx<'_>, row: &PersonView) -> Result<(), StoreError> {
    let person = &row.demographics;
    let demographics = crate::json::text(person)?;
    let is_protected = person.protection.value.value.unwrap_or(false);
    let is_deceased = person.is_deceased.value.unwrap_or(false) || person.died_on.value.is_some();
    tx.exec(
        &PUT,
        vals![
            row.person_id,
            demographics,
            person.born_on.value,
            person.sex.value.map(iis_model::person::Sex::code),
            is_protected,
            is_deceased
        ],
    )
}
