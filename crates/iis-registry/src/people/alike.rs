//! Who may be meant by a query besides those whose name and birth date agree: whom matching would leave for review.

use crate::matching::Model;
use crate::matching::search::candidates;
use iis_matching::patient::judge::judge;
use iis_matching::patient::subject::Subject;
use iis_model::access::Granted;
use iis_model::query::HistoryQuery;
use iis_model::{Demographics, PersonId};
use iis_store::{StoreError, Tx};

/// The persons whom matching would not tell from the one asked for without looking, the likeliest first.
pub(super) fn alike(
    tx: &mut Tx<'_>,
    granted: &Granted,
    model: &Model,
    query: &HistoryQuery,
) -> Result<Vec<PersonId>, StoreError> {
    let asked = model.informed(Subject::of(&demographics(query), &model.weights.names));
    let mut alike = Vec::new();
    for candidate in candidates(tx, granted, model, &asked)? {
        let judged = candidate.records.iter().map(|record| (judge(&asked, record, &model.weights), record));
        let Some((judgement, record)) = judged.max_by(|one, other| one.0.bits.total_cmp(&other.0.bits))
        else {
            continue;
        };
        if judgement.is_worth_a_look(judgement.vetoes(&asked, record, false), &model.weights) {
            alike.push((judgement.bits, candidate.person_id));
        }
    }
    alike.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    Ok(alike.into_iter().map(|(_, person_id)| person_id).collect())
}

/// What the query says of the person.
fn demographics(query: &HistoryQuery) -> Demographics {
    Demographics {
        names: vec![query.name.clone()],
        mother_maiden_name: query.mother_maiden_name.clone(),
        born_on: query.born_on.clone(),
        sex: query.sex.clone(),
        addresses: vec![query.address.clone()],
        telecoms: vec![query.phone.clone()],
        multiple_birth: query.multiple_birth.clone(),
        birth_order: query.birth_order.clone(),
        ..Demographics::default()
    }
}
