//! The decision: link, review, or new.
//!
//! A person is recognized by the sender's own identifier only; otherwise the report opens a new person. Similarity
//! never attaches on a guess.

use super::identifier::may_be_same;
use super::weights::Weights;
use iis_model::{Demographics, PersonId, SourceRecordId};

/// Somebody whom a report might be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The person.
    pub person_id: PersonId,
    /// The record, if the report carries the identifier of one of the sender's own records.
    pub by_identifier: Option<SourceRecordId>,
    /// What is known.
    pub demographics: Demographics,
}

/// What a link rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// The sender's own identifier.
    Identifier,
    /// Similarity above the upper threshold without a veto.
    Automatic,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is this person.
    Link {
        /// The person.
        person_id: PersonId,
        /// The record it continues, if it carries its identifier.
        source_record_id: Option<SourceRecordId>,
        /// What the link rests on.
        kind: LinkKind,
        /// Evidence in hundredths of a bit, where it was weighed.
        score: Option<i64>,
    },
    /// It may be one of these: stored under a provisional person of its own until somebody looks.
    Review {
        /// Whom it may be about, best first.
        candidates: Vec<PersonId>,
    },
    /// Nobody known.
    New {
        /// The identifier was known, but for somebody whom birth date or first name contradict.
        identifier_reused: bool,
    },
}

/// Decides whom a report is about.
pub fn decide(reported: &Demographics, candidates: &[Candidate], _weights: &Weights) -> Decision {
    let mut identified = candidates.iter().filter(|candidate| candidate.by_identifier.is_some()).peekable();
    let identifier_known = identified.peek().is_some();
    match identified.find(|candidate| may_be_same(reported, &candidate.demographics)) {
        Some(candidate) => Decision::Link {
            person_id: candidate.person_id,
            source_record_id: candidate.by_identifier,
            kind: LinkKind::Identifier,
            score: None,
        },
        None => Decision::New { identifier_reused: identifier_known },
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Decision, LinkKind, Weights, decide};
    use iis_model::testing::person;
    use iis_model::{PersonId, SourceRecordId};

    fn candidate(id: i64, by_identifier: bool) -> Candidate {
        Candidate {
            person_id: PersonId(id),
            by_identifier: by_identifier.then_some(SourceRecordId(id)),
            demographics: person(),
        }
    }

    #[test]
    fn only_the_senders_own_identifier_links() {
        let weights = Weights::default();
        let linked = decide(&person(), &[candidate(1, false), candidate(2, true)], &weights);
        let expected = Decision::Link {
            person_id: PersonId(2),
            source_record_id: Some(SourceRecordId(2)),
            kind: LinkKind::Identifier,
            score: None,
        };
        assert_eq!(linked, expected);
        assert_eq!(
            decide(&person(), &[candidate(1, false)], &weights),
            Decision::New { identifier_reused: false }
        );
    }

    #[test]
    fn a_reused_identifier_opens_a_new_person_and_says_so() {
        let somebody_else = person().called("ROE", "MIGUEL").born("1987-06-02");
        let decision = decide(&somebody_else, &[candidate(1, true)], &Weights::default());
        assert_eq!(decision, Decision::New { identifier_reused: true });
    }
}
