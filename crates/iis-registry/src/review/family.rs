//! Who else lives with two persons that may be one: twins and siblings are seen beside them.

use crate::access::protection::Veil;
use crate::matching::model::Model;
use crate::matching::search::household;
use crate::matching::sweep::around;
use iis_matching::patient::normalize::address::Street;
use iis_matching::patient::subject::Subject;
use iis_model::access::Granted;
use iis_model::{Demographics, PersonId, RegistryNumber};
use iis_store::{StoreError, Tx, person};
use std::collections::BTreeSet;

/// The most relatives shown.
const MOST_RELATIVES: usize = 12;

/// Somebody of the household, or born on the same day under the same family name.
#[derive(Debug, Clone, PartialEq)]
pub struct Relative {
    /// Row key.
    pub id: PersonId,
    /// The number by which the outside knows the person.
    pub registry_number: RegistryNumber,
    /// What is believed.
    pub demographics: Demographics,
    /// What is shared with one of the two.
    pub shares: BTreeSet<Shared>,
}

/// What somebody shares with another one of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shared {
    /// The day of birth.
    BirthDate,
    /// An address.
    Address,
    /// A telephone number.
    Phone,
    /// A mother of the same first name and one of the same family names.
    Mother,
}

/// Others around two persons, those born on the same day first. Who may not be seen is left out.
pub(super) fn family(
    tx: &mut Tx<'_>,
    granted: &Granted,
    model: &Model,
    two: &[(PersonId, Vec<Subject>); 2],
) -> Result<Vec<Relative>, StoreError> {
    let mut veil = Veil::of(granted);
    let mut family: Vec<Relative> = Vec::new();
    for (id, subjects) in two {
        let mut others = around(tx, granted, model, (*id, subjects))?;
        for subject in subjects {
            others.extend(household(tx, granted, model, subject)?);
        }
        for candidate in others {
            let is_known = two.iter().any(|(one, _)| *one == candidate.person_id)
                || family.iter().any(|one| one.id == candidate.person_id);
            let Some(shares) = shared(&candidate.records, two).filter(|_| !is_known) else { continue };
            let Some(person) = person::get(tx, granted, candidate.person_id)? else { continue };
            if !veil.shows(tx, person.id, person.protected)? {
                continue;
            }
            family.push(Relative {
                id: person.id,
                registry_number: person.registry_number,
                demographics: person.demographics.unwrap_or_default(),
                shares,
            });
        }
    }
    family.sort_by_key(|one| (!one.shares.contains(&Shared::BirthDate), one.id));
    family.truncate(MOST_RELATIVES);
    Ok(family)
}

/// What somebody shares with one of the two; none: not enough to be called family.
fn shared(records: &[Subject], two: &[(PersonId, Vec<Subject>); 2]) -> Option<BTreeSet<Shared>> {
    let mut shares = BTreeSet::new();
    let mut is_family = false;
    for one in records {
        for other in two.iter().flat_map(|(_, subjects)| subjects) {
            let found = [
                (Shared::BirthDate, one.born_on.is_some() && one.born_on == other.born_on),
                (Shared::Address, same_address(one, other)),
                (Shared::Phone, one.phones.iter().any(|phone| other.phones.contains(phone))),
                (Shared::Mother, same_mother(one, other)),
            ];
            shares.extend(found.into_iter().filter(|(_, is_shared)| *is_shared).map(|(what, _)| what));
            is_family |= !one.last.whole.is_empty() && one.last.whole == other.last.whole;
        }
    }
    let household = [Shared::Address, Shared::Phone, Shared::Mother].iter().any(|what| shares.contains(what));
    (household || (is_family && shares.contains(&Shared::BirthDate))).then_some(shares)
}

fn same_address(one: &Subject, other: &Subject) -> bool {
    let is_known = |street: &Street| {
        let same = |known: &Street| (&street.number, &street.name) == (&known.number, &known.name);
        !street.name.is_empty() && other.streets.iter().any(same)
    };
    one.streets.iter().any(is_known)
}

fn same_mother(one: &Subject, other: &Subject) -> bool {
    let names = |subject: &Subject| {
        let both = [&subject.mother_maiden, &subject.mother_last].map(|name| name.whole.clone());
        both.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>()
    };
    let known = names(other);
    !one.mother_first.is_empty()
        && one.mother_first == other.mother_first
        && names(one).iter().any(|name| known.contains(name))
}
