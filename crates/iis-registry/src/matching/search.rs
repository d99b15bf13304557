//! Candidates: who in the registry shares a key with a record, read in comparable form (design page `matching`,
//! section 4).
//!
//! One prepared question a key and one a candidate; on PostgreSQL all of a kind are on their way at once.

use super::index::unpacked;
use super::model::Model;
use iis_matching::Candidate;
use iis_matching::patient::keys::{self, Key, keys, probes};
use iis_matching::patient::subject::Subject;
use iis_model::access::Granted;
use iis_model::{Demographics, PersonId};
use iis_store::{StoreError, Tx, match_key, match_subject};

/// A key under which more persons stand says nothing.
const LARGEST_BUCKET: usize = 200;

/// The most candidates that are read, those that share the most keys first.
const MOST_CANDIDATES: usize = 300;

/// Who may be the person of a record, given in the form in which it is compared ([`Model::informed`]).
pub(crate) fn candidates(
    tx: &mut Tx<'_>,
    granted: &Granted,
    model: &Model,
    subject: &Subject,
) -> Result<Vec<Candidate>, StoreError> {
    let mut sought = keys(subject);
    sought.extend(probes(subject));
    under(tx, granted, model, subject, &sought)
}

/// Who lives where a record says, or did, and so may be of its family.
pub(crate) fn household(
    tx: &mut Tx<'_>,
    granted: &Granted,
    model: &Model,
    subject: &Subject,
) -> Result<Vec<Candidate>, StoreError> {
    under(tx, granted, model, subject, &keys::household(subject))
}

fn under(
    tx: &mut Tx<'_>,
    granted: &Granted,
    model: &Model,
    subject: &Subject,
    keys: &[Key],
) -> Result<Vec<Candidate>, StoreError> {
    let mut sought: Vec<i64> = keys.iter().map(|key| key.0.cast_signed()).collect();
    sought.sort_unstable();
    sought.dedup();
    let found = found(tx, granted, &sought)?;
    let mut candidates = Vec::with_capacity(found.persons.len());
    match_subject::of_persons(tx, granted, &found.persons, |person_id, packed| {
        let records = unpacked(packed, model)?.into_iter().map(|record| model.informed(record.subject));
        let candidate = Candidate {
            person_id,
            by_identifier: None,
            demographics: Demographics::default(),
            records: records.collect(),
            not_same: false,
        };
        if !found.only_by_birth_year
            || candidate.records.iter().any(|record| born_in_one_year(record, subject))
        {
            candidates.push(candidate);
        }
        Ok(())
    })?;
    Ok(candidates)
}

/// The persons found under keys, those that share the most first.
struct Found {
    persons: Vec<PersonId>,
    /// Every key was too common: of one of them, only those born in the same year are worth comparing.
    only_by_birth_year: bool,
}

fn found(tx: &mut Tx<'_>, granted: &Granted, keys: &[i64]) -> Result<Found, StoreError> {
    let mut hits: Vec<(usize, PersonId)> = Vec::with_capacity(128);
    let mut sizes = vec![0_usize; keys.len()];
    let limit = i64::try_from(LARGEST_BUCKET + 1).unwrap_or(i64::MAX);
    match_key::persons(tx, granted, keys, limit, |key, person_id| {
        sizes[key] += 1;
        hits.push((key, person_id));
    })?;
    let only_by_birth_year =
        !hits.is_empty() && sizes.iter().all(|size| *size == 0 || *size > LARGEST_BUCKET);
    if only_by_birth_year {
        let first = hits[0].0;
        hits.retain(|(key, _)| *key == first);
    } else {
        hits.retain(|(key, _)| sizes[*key] <= LARGEST_BUCKET);
    }
    Ok(Found { persons: ranked(hits), only_by_birth_year })
}

/// Each person once, by the number of keys it was found under, then by id.
fn ranked(hits: Vec<(usize, PersonId)>) -> Vec<PersonId> {
    let mut persons: Vec<PersonId> = hits.into_iter().map(|(_, person_id)| person_id).collect();
    persons.sort_unstable();
    let mut counted: Vec<(usize, PersonId)> =
        persons.chunk_by(|one, other| one == other).map(|same| (same.len(), same[0])).collect();
    counted.sort_by_key(|(shared, person_id)| (std::cmp::Reverse(*shared), *person_id));
    counted.truncate(MOST_CANDIDATES);
    counted.into_iter().map(|(_, person_id)| person_id).collect()
}

fn born_in_one_year(a: &Subject, b: &Subject) -> bool {
    matches!((a.born_on, b.born_on), (Some(a), Some(b)) if a.year() == b.year())
}

#[cfg(test)]
mod tests {
    use super::{MOST_CANDIDATES, ranked};
    use iis_model::PersonId;

    #[test]
    fn who_shares_more_keys_comes_first_and_there_is_an_end() {
        let hits = [(0, 7), (0, 3), (1, 7), (2, 5), (3, 5), (4, 5)].map(|(key, id)| (key, PersonId(id)));
        assert_eq!(ranked(hits.into()), [PersonId(5), PersonId(7), PersonId(3)]);
        assert_eq!(ranked((0..500).map(|id| (0, PersonId(id))).collect()).len(), MOST_CANDIDATES);
    }
}
