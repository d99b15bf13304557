//! Who else lives with two persons that may be one: twins and siblings are seen beside them.

use crate::access::protection::Veil;
use crate::directory::Directory;
use crate::matching::model::Model;
use crate::matching::search::household;
use crate::matching::sweep::around;
use iis_matching::patient::subject::Subject;
use iis_model::access::Granted;
use iis_model::{Demographics, PersonId, RegistryNumber};
use iis_store::{StoreError, Tx, person};

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
    /// Whether born on the same day as one of the two.
    pub same_birth_date: bool,
    /// Whether a telephone number is shared.
    pub same_phone: bool,
    /// Whether an address is shared.
    pub same_address: bool,
}

/// Others around two persons, those born on the same day first. Who may not be seen is left out.
pub(super) fn family(
    tx: &mut Tx<'_>,
    (granted, names): (&Granted, &Directory),
    model: &Model,
    two: &[(PersonId, Vec<Subject>); 2],
) -> Result<Vec<Relative>, StoreError> {
    let mut veil = Veil::of(granted, names);
    let mut family: Vec<Relative> = Vec::new();
    for (id, subjects) in two {
        let mut others = around(tx, granted, model, (*id, subjects))?;
        for subject in subjects {
            others.extend(household(tx, granted, model, subject)?);
        }
        for candidate in others {
            let is_known = two.iter().any(|(one, _)| *one == candidate.person_id)
                || family.iter().any(|one| one.id == candidate.person_id);
            let Some(shares) = Shares::of(&candidate.records, two).filter(|_| !is_known) else { continue };
            let Some(person) = person::get(tx, granted, candidate.person_id)? else { continue };
            if !veil.shows(tx, person.id, person.protected)? {
                continue;
            }
            family.push(Relative {
                id: person.id,
                registry_number: person.registry_number,
                demographics: person.demographics.unwrap_or_default(),
                same_birth_date: shares.birth_date,
                same_phone: shares.phone,
                same_address: shares.address,
            });
        }
    }
    family.sort_by_key(|one| (!one.same_birth_date, one.id));
    family.truncate(MOST_RELATIVES);
    Ok(family)
}

#[derive(Clone, Copy, Default)]
struct Shares {
    birth_date: bool,
    phone: bool,
    address: bool,
}

impl Shares {
    /// What somebody shares with one of the two; none: not enough to be called family.
    fn of(records: &[Subject], two: &[(PersonId, Vec<Subject>); 2]) -> Option<Self> {
        let mut shares = Self::default();
        let mut name = false;
        for one in records {
            for other in two.iter().flat_map(|(_, subjects)| subjects) {
                shares.birth_date |= one.born_on.is_some() && one.born_on == other.born_on;
                shares.phone |= one.phones.iter().any(|phone| other.phones.contains(phone));
                shares.address |= one.streets.iter().any(|street| {
                    other.streets.iter().any(|known| {
                        !street.name.is_empty()
                            && (&street.number, &street.name) == (&known.number, &known.name)
                    })
                });
                name |= !one.last.whole.is_empty() && one.last.whole == other.last.whole;
            }
        }
        (shares.phone || shares.address || (shares.birth_date && name)).then_some(shares)
    }
}
