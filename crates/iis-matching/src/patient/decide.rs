//! The decision: link, review, or new (design page `matching`, section 6).

use super::compare::{Mrn, compare};
use super::identifier::may_be_same;
use super::judge::{Judgement, judge};
use super::subject::Subject;
use super::veto::{Veto, Vetoes, look_like_twins};
use super::weights::Weights;
use iis_model::{Demographics, PersonId, SourceRecordId};

/// The report whose person is sought.
#[derive(Debug, Clone, Copy)]
pub struct Reported<'a> {
    /// What it says.
    pub demographics: &'a Demographics,
    /// The same in comparable form; `None`: only the sender's own identifier may link it.
    pub subject: Option<&'a Subject>,
}

/// Somebody whom a report might be about.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The person.
    pub person_id: PersonId,
    /// The record, if the report carries the identifier of one of the sender's own records.
    pub by_identifier: Option<SourceRecordId>,
    /// What is known.
    pub demographics: Demographics,
    /// The person's records in comparable form; empty: only the identifier counts.
    pub records: Vec<Subject>,
    /// Whether somebody decided that the report is not about this person.
    pub not_same: bool,
}

/// What a link rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// The sender's own identifier.
    Identifier,
    /// Similarity above the upper threshold without a veto.
    Automatic,
}

/// Somebody a report may be about, for a human to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Possible {
    /// The person.
    pub person_id: PersonId,
    /// Evidence in hundredths of a bit.
    pub score: i64,
    /// Why it was not linked; empty: the evidence was not enough.
    pub vetoes: Vetoes,
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
        candidates: Vec<Possible>,
    },
    /// Nobody known.
    New {
        /// The identifier was known, but for somebody whom birth date or first name contradict.
        identifier_reused: bool,
    },
}

/// Decides whom a report is about.
///
/// The sender's own identifier links first, unless birth date or first name contradict. Among the other candidates
/// one whose evidence reaches the upper threshold and whom nothing speaks against is linked; two of them, or any whose
/// evidence reaches the lower threshold, are left for review.
pub fn decide(reported: &Reported<'_>, candidates: &[Candidate], weights: &Weights) -> Decision {
    let identified = || candidates.iter().filter(|candidate| candidate.by_identifier.is_some());
    if let Some(candidate) =
        identified().find(|candidate| may_be_same(reported.demographics, &candidate.demographics))
    {
        return Decision::Link {
            person_id: candidate.person_id,
            source_record_id: candidate.by_identifier,
            kind: LinkKind::Identifier,
            score: None,
        };
    }
    let identifier_reused = identified().next().is_some();
    let Some(subject) = reported.subject else { return Decision::New { identifier_reused } };
    let mut possible = resembling(std::slice::from_ref(subject), candidates, weights);
    let (first, others) = {
        let mut sure = sure(&possible, weights);
        (sure.next().copied(), sure.next().is_some())
    };
    match (first, others) {
        (Some(only), false) => Decision::Link {
            person_id: only.person_id,
            source_record_id: None,
            kind: LinkKind::Automatic,
            score: Some(only.score),
        },
        (Some(_), true) => {
            for one in &mut possible {
                one.vetoes = one.vetoes.with(Veto::SeveralPersons);
            }
            Decision::Review { candidates: possible }
        }
        (None, _) if possible.is_empty() => Decision::New { identifier_reused },
        (None, _) => Decision::Review { candidates: possible },
    }
}

/// Whom a person, given by all its records, may be: the likeliest first, below the lower threshold nobody.
pub fn resembling(records: &[Subject], candidates: &[Candidate], weights: &Weights) -> Vec<Possible> {
    let weigh = |candidate| weigh(records, candidate, candidates, weights);
    let mut possible: Vec<Possible> = candidates.iter().filter_map(weigh).collect();
    possible.sort_by_key(|possible| (-possible.score, possible.person_id));
    possible
}

/// The one whom the evidence is enough to link to, if nothing speaks against it: the only one, or the likeliest of
/// several who are as sure of one another, so that all are one. A person whose reports came in an unlucky order stands
/// there in three pieces, each of which is sure of two.
pub fn the_one(possible: &[Possible], candidates: &[Candidate], weights: &Weights) -> Option<Possible> {
    let sure: Vec<PersonId> = self::sure(possible, weights).map(|one| one.person_id).collect();
    let of_one = |id: &PersonId| {
        let Some(this) = candidates.iter().find(|candidate| candidate.person_id == *id) else { return false };
        let others: Vec<Candidate> =
            candidates.iter().filter(|candidate| candidate.person_id != *id).cloned().collect();
        let about = resembling(&this.records, &others, weights);
        sure.iter().all(|other| other == id || self::sure(&about, weights).any(|one| one.person_id == *other))
    };
    if sure.len() > 1 && !sure.iter().all(of_one) {
        return None;
    }
    self::sure(possible, weights).next().copied()
}

/// Those whom the evidence is enough to link to and whom nothing speaks against, the likeliest first.
pub fn sure<'a>(possible: &'a [Possible], weights: &'a Weights) -> impl Iterator<Item = &'a Possible> {
    possible.iter().filter(|one| one.vetoes.is_empty() && is_enough(one.score, weights))
}

fn is_enough(score: i64, weights: &Weights) -> bool {
    score >= hundredths(weights.thresholds.link_bits)
}

#[expect(clippy::cast_possible_truncation, reason = "evidence is some hundred bits at most")]
fn hundredths(bits: f64) -> i64 {
    (bits * 100.0).round() as i64
}

/// The evidence for a candidate: that of the two records that are enough for a link, else of the two most alike; what
/// speaks against those two, and what contradicts in any others. `None`: below the lower threshold.
fn weigh(
    records: &[Subject],
    candidate: &Candidate,
    candidates: &[Candidate],
    weights: &Weights,
) -> Option<Possible> {
    let pairs = records.iter().flat_map(|one| candidate.records.iter().map(move |other| (one, other)));
    let judged: Vec<Pair<'_>> =
        pairs.map(|(one, other)| Pair { judgement: judge(one, other, weights), one, other }).collect();
    let best = judged.iter().max_by(|x, y| x.bits().total_cmp(&y.bits()))?;
    if best.bits() < weights.thresholds.review_bits {
        return None;
    }
    let found = |suspected: bool| {
        let enough = judged.iter().filter(|pair| pair.bits() >= weights.thresholds.link_bits);
        let linking = enough.filter(|pair| pair.vetoes(suspected).is_empty());
        let chosen = linking.max_by(|x, y| x.bits().total_cmp(&y.bits())).unwrap_or(best);
        let contradictions = judged.iter().map(|pair| pair.vetoes(suspected).contradictions());
        (chosen.judgement, contradictions.fold(chosen.vetoes(suspected), Vetoes::and))
    };
    // Whether there is a twin is asked of everybody around, so only where it makes a difference.
    let (alone, beside_a_twin) = (found(false), found(true));
    let is_beside = alone != beside_a_twin && twin_suspected(records, candidate, candidates);
    let (judgement, mut found) = if is_beside { beside_a_twin } else { alone };
    if candidate.not_same {
        found = found.with(Veto::NotSame);
    }
    if judgement.comparison.mrn == Mrn::Same {
        // The number is known for this person, and birth date or name contradict it.
        found = found.with(Veto::NumberReused);
    }
    if !judgement.is_worth_a_look(found, weights) {
        return None;
    }
    Some(Possible { person_id: candidate.person_id, score: hundredths(judgement.bits), vetoes: found })
}

/// A record, and one of a candidate.
struct Pair<'a> {
    judgement: Judgement,
    one: &'a Subject,
    other: &'a Subject,
}

impl Pair<'_> {
    fn bits(&self) -> f64 {
        self.judgement.bits
    }

    fn vetoes(&self, suspected: bool) -> Vetoes {
        self.judgement.vetoes(self.one, self.other, suspected)
    }
}

/// Whether another candidate looks like the twin of the report or of this candidate.
fn twin_suspected(records: &[Subject], candidate: &Candidate, candidates: &[Candidate]) -> bool {
    let known = &candidate.records;
    candidates
        .iter()
        .filter(|other| other.person_id != candidate.person_id)
        .flat_map(|other| &other.records)
        .any(|other| {
            let is_twin_of = |record: &Subject| {
                record.born_on == other.born_on
                    && record.first != other.first
                    && look_like_twins(&compare(record, other))
            };
            records.iter().chain(known).any(is_twin_of)
        })
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Decision, LinkKind, Reported, Weights, decide, resembling, the_one};
    use crate::patient::population::Population;
    use crate::patient::subject::Subject;
    use iis_model::person::{Sex, Telecom};
    use iis_model::testing::person;
    use iis_model::{Demographics, PersonId, SourceRecordId};

    fn candidate(id: i64, by_identifier: bool) -> Candidate {
        Candidate {
            person_id: PersonId(id),
            by_identifier: by_identifier.then_some(SourceRecordId(id)),
            demographics: person(),
            records: Vec::new(),
            not_same: false,
        }
    }

    fn by_identifier(demographics: &Demographics) -> Reported<'_> {
        Reported { demographics, subject: None }
    }

    #[test]
    fn without_comparable_records_only_the_senders_own_identifier_links() {
        let weights = Weights::default();
        let ana = person();
        let linked = decide(&by_identifier(&ana), &[candidate(1, false), candidate(2, true)], &weights);
        let expected = Decision::Link {
            person_id: PersonId(2),
            source_record_id: Some(SourceRecordId(2)),
            kind: LinkKind::Identifier,
            score: None,
        };
        assert_eq!(linked, expected);
        assert_eq!(
            decide(&by_identifier(&ana), &[candidate(1, false)], &weights),
            Decision::New { identifier_reused: false }
        );
    }

    #[test]
    fn several_who_are_sure_of_one_another_are_one_and_others_are_left_alone() {
        let weights = Weights::default();
        let home = |given: &str, facility: &str| at_home("DOE", given, facility);
        let ana = home("ANA", "NORTH");
        let this = [subject(&ana, &weights)];
        let of = |others: &[(i64, Demographics)]| {
            let candidates: Vec<Candidate> = others
                .iter()
                .map(|(id, person)| known(*id, std::slice::from_ref(person), &weights))
                .collect();
            let possible = resembling(&this, &candidates, &weights);
            the_one(&possible, &candidates, &weights).is_some()
        };
        let called = |mut person: Demographics, suffix: &str| {
            person.names[0].value.as_mut().expect("a name").suffix = suffix.into();
            person
        };
        let (south, east) = (home("ANA", "SOUTH"), home("ANA", "EAST"));
        #[rustfmt::skip]
        let table = [
            // the others                                             one of them, or all
            (vec![],                                                  false),
            (vec![(1, south.clone())],                                true),
            (vec![(1, south.clone()), (2, east.clone())],             true),
            (vec![(1, called(south, "JR")), (2, called(east, "SR"))], false),
        ];
        for (others, expected) in table {
            assert_eq!(of(&others), expected, "{others:?}");
        }
    }

    #[test]
    fn a_reused_identifier_opens_a_new_person_and_says_so() {
        let somebody_else = person().called("ROE", "MIGUEL").born("1987-06-02");
        let decision = decide(&by_identifier(&somebody_else), &[candidate(1, true)], &Weights::default());
        assert_eq!(decision, Decision::New { identifier_reused: true });
    }

    /// At one telephone number, under a record number of the facility's own.
    fn at_home(family: &str, given: &str, facility: &str) -> Demographics {
        let phone = Telecom { digits: "5155551234".into(), ..Telecom::default() };
        let person = person().called(family, given).mrn("7", facility);
        Demographics { telecoms: vec![phone.into()], ..person }
    }

    fn subject(person: &Demographics, weights: &Weights) -> Subject {
        let mut subject = Subject::of(person, &weights.names);
        Population::unknown(weights.names.clone()).inform(&mut subject);
        subject
    }

    fn known(id: i64, records: &[Demographics], weights: &Weights) -> Candidate {
        Candidate {
            demographics: records[0].clone(),
            records: records.iter().map(|record| subject(record, weights)).collect(),
            ..candidate(id, false)
        }
    }

    /// Whom it links, whom it leaves for review.
    fn outcome(reported: &Demographics, candidates: &[Candidate]) -> (Option<i64>, Vec<i64>) {
        let weights = Weights::default();
        let subject = subject(reported, &weights);
        match decide(&Reported { demographics: reported, subject: Some(&subject) }, candidates, &weights) {
            Decision::Link { person_id, kind, .. } => {
                assert_eq!(kind, LinkKind::Automatic);
                (Some(person_id.0), Vec::new())
            }
            Decision::Review { candidates } => (None, candidates.iter().map(|one| one.person_id.0).collect()),
            Decision::New { .. } => (None, Vec::new()),
        }
    }

    #[test]
    fn enough_evidence_links_a_veto_leaves_for_review_and_the_rest_is_new() {
        let weights = Weights::default();
        let nora = [known(1, &[at_home("DOE", "NORA", "H1")], &weights)];
        #[rustfmt::skip]
        let table = [
            // family  given      linked   review
            ("DOE",   "NORA",    Some(1), vec![]),
            ("DOE",   "NROA",    Some(1), vec![]),
            ("DOE",   "NORAH",   None,    vec![1]), // may be her twin
            ("DOE",   "EMMA",    None,    vec![1]), // another first name, but nobody said twins
        ];
        for (family, given, linked, review) in table {
            assert_eq!(outcome(&at_home(family, given, "C2"), &nora), (linked, review), "{family} {given}");
        }
        let brother = at_home("DOE", "BRUNO", "C2").sex(Sex::Male);
        assert_eq!(outcome(&brother, &nora), (None, vec![]));
        let refused = [Candidate { not_same: true, ..nora[0].clone() }];
        assert_eq!(outcome(&at_home("DOE", "NORA", "C2"), &refused), (None, vec![1]));
    }

    #[test]
    fn a_report_that_fits_two_persons_is_left_for_review() {
        let weights = Weights::default();
        let twice = [1, 2].map(|id| known(id, &[at_home("DOE", "NORA", "H1")], &weights));
        assert_eq!(outcome(&at_home("DOE", "NORA", "C2"), &twice), (None, vec![1, 2]));
    }

    #[test]
    fn a_known_twin_or_any_record_of_the_person_can_speak_against() {
        let weights = Weights::default();
        let nora = at_home("DOE", "NORA", "H1");
        let with_twin = [
            known(1, std::slice::from_ref(&nora), &weights),
            known(2, &[at_home("DOE", "BRUNO", "H1").mrn("8", "H1").sex(Sex::Male)], &weights),
        ];
        assert_eq!(outcome(&at_home("DOE", "NORA", "C2"), &with_twin).0, Some(1));
        assert_eq!(outcome(&at_home("DOE", "NROA", "C2"), &with_twin), (None, vec![1]));
        let empty = Demographics::default();
        let with_notes = [known(1, &[nora.clone(), empty.clone()], &weights)];
        assert_eq!(outcome(&at_home("DOE", "NORA", "C2"), &with_notes).0, Some(1), "it says nothing at all");
        assert_eq!(outcome(&at_home("DOE", "NORA", "C2"), &[known(1, &[empty], &weights)]), (None, vec![]));
        let mixed = [known(1, &[nora, at_home("DOE", "BRUNO", "C3")], &weights)];
        assert_eq!(outcome(&at_home("DOE", "NORA", "C2"), &mixed), (None, vec![1]));
    }
}
