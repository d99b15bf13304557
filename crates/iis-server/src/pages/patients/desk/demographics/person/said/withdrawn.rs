//! What one empties withdraws one's own word.

use super::super::super::fields::Part;
use iis_model::Demographics;
use iis_model::erasure::Erased;

/// What can be withdrawn: the part of the form, the part of the demographics, and whether something is said of it.
type Withdrawn = (Part, Erased, fn(&Demographics) -> bool);

#[rustfmt::skip]
const WITHDRAWN: &[Withdrawn] = &[
    (Part::Mother,     Erased::MotherMaidenName, |of| of.mother_maiden_name.value.is_some()),
    (Part::Home,       Erased::Addresses,        |of| !of.addresses.is_empty()),
    (Part::Contact,    Erased::Telecoms,         |of| !of.telecoms.is_empty()),
    (Part::Guardian,   Erased::NextOfKin,        |of| !of.next_of_kin.is_empty()),
    (Part::Language,   Erased::Language,         |of| of.language.value.is_some()),
    (Part::Ethnicity,  Erased::Ethnicity,        |of| of.ethnicity.value.is_some()),
    (Part::Race,       Erased::Races,            |of| !of.races.is_empty()),
    (Part::Multiple,   Erased::MultipleBirth,    |of| of.multiple_birth.value.is_some()),
    (Part::Multiple,   Erased::BirthOrder,       |of| of.birth_order.value.is_some()),
    (Part::Publicity,  Erased::Publicity,        |of| of.publicity.value.value.is_some()),
    (Part::Protection, Erased::Protection,       |of| of.protection.value.value.is_some()),
    (Part::Death,      Erased::DiedOn,           |of| of.died_on.value.is_some()),
];

/// Of these parts what is believed and is not said any more.
pub(super) fn withdrawn(parts: &[Part], believed: &Demographics, person: &Demographics) -> Vec<Erased> {
    let is_withdrawn = |(part, _, says): &&Withdrawn| parts.contains(part) && says(believed) && !says(person);
    WITHDRAWN.iter().filter(is_withdrawn).map(|(_, erased, _)| *erased).collect()
}
