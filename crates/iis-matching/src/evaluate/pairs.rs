//! Labelled pairs of records, as experts judged them.

use super::columns::{FileError, Row, Rows};
use super::submissions::{kin, numbered, ratio, telecoms};
use crate::patient::compare::{Last, Mrn, compare};
use crate::patient::decide::{Candidate, Decision, Reported, decide};
use crate::patient::names::Names;
use crate::patient::population::Population;
use crate::patient::subject::Subject;
use crate::patient::weights::Weights;
use iis_model::person::{Address, PersonName, Sex};
use iis_model::{Demographics, Given, PersonId, SourceRecordId};
use std::sync::Arc;

/// What experts or the matcher say of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// One person.
    Match,
    /// For a human to look at.
    PossibleMatch,
    /// Two people.
    NotAMatch,
}

impl Verdict {
    /// As the published sets write it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Match => "Match",
            Self::PossibleMatch => "Possible Match",
            Self::NotAMatch => "Not a Match",
        }
    }

    fn from_words(words: &str) -> Option<Self> {
        [Self::Match, Self::PossibleMatch, Self::NotAMatch]
            .into_iter()
            .find(|verdict| verdict.words() == words)
    }
}

/// Two records with what experts say of them.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The set it is from.
    pub set: String,
    /// Its id in the set.
    pub test_id: String,
    /// What the published versions say; `None`: the file does not say.
    pub expected: Option<Verdict>,
    /// Whether published versions disagree.
    pub is_disputed: bool,
    /// The one record.
    pub a: Demographics,
    /// The other record.
    pub b: Demographics,
}

/// Reads a file with the columns `set`, `test_id`, `expect`, and each field as `a_FIELD` and `b_FIELD`.
pub fn read(text: &str) -> Result<Vec<Pair>, FileError> {
    let rows = Rows::read(text)?.with(&["set", "test_id", "a_nameFirst", "b_nameFirst", "a_birthDate"])?;
    let pair = |row: Row<'_>| Pair {
        set: row.get("set").to_owned(),
        test_id: row.get("test_id").to_owned(),
        expected: Verdict::from_words(row.get("expect")),
        is_disputed: row.get("label_disputed") == "Y",
        a: demographics(Side { row, prefix: "a_" }),
        b: demographics(Side { row, prefix: "b_" }),
    };
    Ok(rows.iter().map(pair).collect())
}

#[derive(Clone, Copy)]
struct Side<'a> {
    row: Row<'a>,
    prefix: &'static str,
}

impl<'a> Side<'a> {
    fn get(self, field: &str) -> &'a str {
        self.row.get(&format!("{}{field}", self.prefix))
    }
}

fn demographics(side: Side<'_>) -> Demographics {
    let mut person = Demographics::default();
    let name = |family: &str, given: &str| PersonName {
        family: family.into(),
        given: given.into(),
        ..PersonName::default()
    };
    let (last, second) = (side.get("nameLast"), side.get("nameLastHyph"));
    let family = if second.is_empty() { last.to_owned() } else { format!("{last}-{second}") };
    let legal = PersonName {
        middle: side.get("nameMiddle").into(),
        suffix: side.get("nameSuffix").into(),
        ..name(&family, side.get("nameFirst"))
    };
    person.names.push(legal.into());
    if !side.get("nameAlias").is_empty() {
        person.names.push(name("", side.get("nameAlias")).into());
    }
    person.born_on = Given { value: compact_date(side.get("birthDate")), ..Given::default() };
    person.sex = Given { value: Sex::from_code(side.get("gender")), ..Given::default() };
    person.multiple_birth = match (side.get("birthStatus"), side.get("birthType")) {
        ("Y", _) | (_, "2") => Given::of(true),
        ("N", _) => Given::of(false),
        _ => Given::default(),
    };
    person.birth_order = Given { value: side.get("birthOrder").parse().ok(), ..Given::default() };
    person.mother_maiden_name = name(side.get("motherMaidenName"), "").into();
    let guardian = name(side.get("guardianNameLast"), side.get("guardianNameFirst"));
    if guardian != PersonName::default() {
        person.next_of_kin.push(kin("GRD", guardian));
    }
    person.addresses.push(
        Address {
            street: side.get("addressStreet1").into(),
            other: side.get("addressStreet2").into(),
            city: side.get("addressCity").into(),
            state: side.get("addressState").into(),
            zip: side.get("addressZip").into(),
            ..Address::default()
        }
        .into(),
    );
    person.telecoms = telecoms(side.get("phone"), side.get("email"));
    person.identifiers = numbered([("SS", "", side.get("ssn")), ("MA", "", side.get("medicaid"))]);
    for mrn in side.get("mrns").split_whitespace() {
        // What stands before the hyphen names the facility.
        let (facility, number) = mrn.split_once('-').unwrap_or(("", mrn));
        person.identifiers.extend(numbered([("MR", facility, number)]));
    }
    person
}

/// A date as eight digits.
pub(super) fn compact_date(digits: &str) -> Option<iis_model::PartialDate> {
    let iso = format!("{}-{}-{}", digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?);
    iso.parse().ok().filter(|_| digits.len() == 8)
}

/// Decides a pair as if one record were known and the other reported. The same whichever is which.
///
/// The sets give strangers one record number on purpose: it counts as the sender's own identifier only where the last
/// names have something in common, too.
pub fn judge(pair: &Pair, weights: &Weights) -> Verdict {
    let population = Population::unknown(Arc::<Names>::clone(&weights.names));
    let subject = |person: &Demographics| {
        let mut subject = Subject::of(person, &weights.names);
        population.inform(&mut subject);
        subject
    };
    let (a, b) = (subject(&pair.a), subject(&pair.b));
    let same_number = compare(&a, &b).mrn == Mrn::Same && compare(&a, &b).last != Last::Different;
    let candidate = Candidate {
        person_id: PersonId(1),
        by_identifier: same_number.then_some(SourceRecordId(1)),
        demographics: pair.b.clone(),
        records: vec![b],
        not_same: false,
    };
    match decide(&Reported { demographics: &pair.a, subject: Some(&a) }, &[candidate], weights) {
        Decision::Link { .. } => Verdict::Match,
        Decision::Review { .. } => Verdict::PossibleMatch,
        Decision::New { .. } => Verdict::NotAMatch,
    }
}

/// How well pairs were decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreement {
    /// By what is expected and what was decided, each in the order match, possible match, not a match.
    pub counts: [[usize; 3]; 3],
}

impl Agreement {
    /// Of pairs that have a label.
    pub fn of<'a>(pairs: impl IntoIterator<Item = &'a Pair>, weights: &Weights) -> Self {
        let mut agreement = Self::default();
        for pair in pairs {
            if let Some(expected) = pair.expected {
                agreement.counts[expected as usize][judge(pair, weights) as usize] += 1;
            }
        }
        agreement
    }

    /// Share of pairs decided exactly as expected.
    pub fn exact(&self) -> f64 {
        let all = self.counts.iter().flatten().sum();
        ratio((0..3).map(|at| self.counts[at][at]).sum(), all)
    }

    /// Share of the pairs that are no match which were linked.
    pub fn false_links(&self) -> f64 {
        let [.., not_a_match] = self.counts;
        ratio(not_a_match[0], not_a_match.iter().sum())
    }
}
