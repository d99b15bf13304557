//! What the registry believes about a person apart from vaccinations (consolidated).

use crate::sql::sql;
use crate::val::vals;
use crate::{StoreError, Tx};
use iis_model::{Date, Demographics, PersonId};

sql! {
    PUT = "INSERT INTO person_view (person_id, demographics, born_on, sex, protected, deceased, doses, latest_dose_on) \
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (person_id) DO UPDATE SET \
           demographics = excluded.demographics, born_on = excluded.born_on, sex = excluded.sex, \
           protected = excluded.protected, deceased = excluded.deceased, doses = excluded.doses, \
           latest_dose_on = excluded.latest_dose_on";
}

/// A person's consolidated demographics. Date of birth, sex, protection and death stand in columns of their own too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonView {
    /// The person.
    pub person_id: PersonId,
    /// What is believed.
    pub demographics: Demographics,
    /// How many doses are known.
    pub doses: i64,
    /// The day of the latest one.
    pub latest_dose_on: Option<Date>,
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
            is_deceased,
            row.doses,
            row.latest_dose_on
        ],
    )
}
