//! The FEBRL sets: invented Australian records with their duplicates, labelled by the record id.

use super::columns::{FileError, Row, Rows};
use super::pairs::compact_date;
use super::submissions::{numbered, pairs_within, ratio};
use crate::patient::judge::judge;
use crate::patient::link::{Record, candidate_pairs, prepare};
use crate::patient::names::Names;
use crate::patient::weights::Weights;
use iis_model::person::{Address, PersonName};
use iis_model::{Demographics, Given};

/// A FEBRL file: its records, and for each the number of the person.
#[derive(Debug)]
pub struct Febrl {
    /// The records.
    pub records: Vec<Record>,
    /// The person of each.
    pub persons: Vec<String>,
}

/// Reads a FEBRL file: `rec_id` is `rec-PERSON-org` or `rec-PERSON-dup-N`.
pub fn read(text: &str) -> Result<Febrl, FileError> {
    let rows = Rows::read(text)?.with(&["rec_id", "given_name", "surname", "date_of_birth", "soc_sec_id"])?;
    let person = |row: Row<'_>| row.get("rec_id").split('-').nth(1).unwrap_or_default().to_owned();
    let names = Names::built_in();
    let records =
        (0..).zip(rows.iter()).map(|(id, row)| Record::of(id, &demographics(row), &names)).collect();
    Ok(Febrl { records, persons: rows.iter().map(person).collect() })
}

fn demographics(row: Row<'_>) -> Demographics {
    let name = PersonName {
        family: row.get("surname").into(),
        given: row.get("given_name").into(),
        ..PersonName::default()
    };
    let address = Address {
        street: format!("{} {}", row.get("street_number"), row.get("address_1")).into(),
        city: row.get("suburb").into(),
        state: row.get("state").into(),
        // Four digits in Australia.
        zip: format!("0{}", row.get("postcode")).into(),
        ..Address::default()
    };
    Demographics {
        names: vec![name.into()],
        born_on: Given { value: compact_date(row.get("date_of_birth")), ..Given::default() },
        addresses: vec![address.into()],
        // Not a number of the Social Security Administration: a number of some program.
        identifiers: numbered([("MA", "", row.get("soc_sec_id"))]),
        ..Demographics::default()
    }
}

/// Precision and recall of pairs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairMeasures {
    /// Share of matched pairs that are of one person.
    pub precision: f64,
    /// Share of pairs of one person that were matched.
    pub recall: f64,
}

impl PairMeasures {
    /// The harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        2.0 * self.precision * self.recall / (self.precision + self.recall).max(f64::MIN_POSITIVE)
    }
}

/// Matches all candidate pairs of at least so many bits, and what follows from them: who matches a third matches.
///
/// The vetoes of a registry of families are left out: these records have no families.
pub fn matched(records: Vec<Record>, weights: &Weights, least_bits: f64) -> Vec<usize> {
    let records = prepare(records, weights);
    let mut persons: Vec<usize> = (0..records.len()).collect();
    for (a, b) in candidate_pairs(&records) {
        if judge(&records[a].subject, &records[b].subject, weights).bits >= least_bits {
            let (keep, give) = (root(&persons, a), root(&persons, b));
            persons[keep.max(give)] = keep.min(give);
        }
    }
    (0..persons.len()).map(|at| root(&persons, at)).collect()
}

fn root(persons: &[usize], mut at: usize) -> usize {
    while persons[at] != at {
        at = persons[at];
    }
    at
}

/// Measures matches against the truth.
pub fn measure(matched: &[usize], persons: &[String]) -> PairMeasures {
    let pairs = pairs_within(matched);
    let truth = pairs_within(persons).len();
    let right = pairs.iter().filter(|(a, b)| persons[*a] == persons[*b]).count();
    PairMeasures { precision: ratio(right, pairs.len()), recall: ratio(right, truth) }
}
