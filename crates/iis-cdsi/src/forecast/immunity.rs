//! Determine Evidence of Immunity: CDSi Logic Specification 4.6, section 7.2.

use crate::compiled::{Antigen, ImmunityByBirth};
use crate::gather::{BirthCountry, Person};

/// Table 7-3: proved by an observation, or presumed by birth.
pub(crate) fn is_immune(antigen: &Antigen, person: &Person) -> bool {
    antigen.immunity.meets(&person.observed)
        || antigen.immunity_by_birth.iter().any(|row| is_immune_by_birth(row, person))
}

/// Born before the date, in the country asked for, without any exclusion. A country that is
/// not recorded counts as the United States.
fn is_immune_by_birth(row: &ImmunityByBirth, person: &Person) -> bool {
    person.birth < row.born_before
        && !row.exclusions.meets(&person.observed)
        && (!row.asks_for_united_states || person.birth_country != BirthCountry::Other)
}
