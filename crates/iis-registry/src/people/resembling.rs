//! Who resembles somebody who is searched for: candidates under the keys of matching, compared field by field.

use super::closeness::{Nearness, Reason, Sought, nearness, reasons};
use super::criteria::Criteria;
use crate::matching::Model;
use crate::matching::search::candidates;
use iis_matching::patient::subject::Subject;
use iis_model::access::Granted;
use iis_model::person::{PersonName, Telecom};
use iis_model::record::PersonSummary;
use iis_model::{Demographics, Given, PartialDate, PersonId};
use iis_store::{StoreError, Tx};

/// Somebody who resembles.
pub(super) struct Near {
    pub(super) person_id: PersonId,
    nearness: Nearness,
    sought: Sought,
    record: Subject,
}

impl Near {
    /// Why the person is in the results.
    pub(super) fn reasons(&self, person: &PersonSummary) -> Vec<Reason> {
        reasons(&self.nearness, &self.sought, &self.record, person)
    }

    fn is_nearer_than(&self, other: &Self) -> bool {
        self.order(other).is_lt()
    }

    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let (one, two) = (&self.nearness, &other.nearness);
        one.distance
            .cmp(&two.distance)
            .then(two.bits.total_cmp(&one.bits))
            .then(self.person_id.cmp(&other.person_id))
    }
}

/// Who resembles, the nearest first; whoever asks, and whether or not they may see them.
pub(super) fn resembling(
    tx: &mut Tx<'_>,
    granted: &Granted,
    model: &Model,
    criteria: &Criteria,
) -> Result<Vec<Near>, StoreError> {
    let mut nearest: Vec<Near> = Vec::new();
    for (last, first) in criteria.readings() {
        let said = demographics(criteria, &last, &first);
        let subject = model.informed(Subject::of(&said, &model.weights.names));
        let sought = Sought::of(criteria, (last, first), subject);
        for candidate in candidates(tx, granted, model, &sought.subject)? {
            let near = candidate.records.into_iter().filter_map(|record| {
                let nearness = nearness(&sought, &record, &model.weights)?;
                Some(Near { person_id: candidate.person_id, nearness, sought: sought.clone(), record })
            });
            for near in near {
                match nearest.iter_mut().find(|known| known.person_id == near.person_id) {
                    Some(known) if near.is_nearer_than(known) => *known = near,
                    Some(_) => {}
                    None => nearest.push(near),
                }
            }
        }
    }
    nearest.sort_by(Near::order);
    Ok(nearest)
}

/// What the search says of the person.
fn demographics(criteria: &Criteria, last: &str, first: &str) -> Demographics {
    let name = PersonName { family: last.into(), given: first.into(), ..PersonName::default() };
    let phone = Telecom::default().numbered(&criteria.phone);
    Demographics {
        names: vec![Given::of(name)],
        born_on: criteria.born_on.map(|date| Given::of(PartialDate::day(date))).unwrap_or_default(),
        telecoms: if criteria.phone.is_empty() { Vec::new() } else { vec![Given::of(phone)] },
        ..Demographics::default()
    }
}
