//! Determine Contraindications: CDSi Logic Specification 4.6, section 7.3.

use crate::compiled::{Antigen, CodeSet, Dose};
use crate::gather::{Assessment, Person};

/// Table 7-5: an observation forbids the antigen at the age of the assessment.
pub(crate) fn is_antigen_contraindicated(
    antigen: &Antigen,
    person: &Person,
    assessment: &Assessment,
) -> bool {
    let reached = |day| assessment.reached(day);
    antigen
        .contraindications
        .iter()
        .any(|(observation, ages)| person.observed.contains(*observation) && person.reaches(*ages, &reached))
}

/// Table 7-6: the vaccines forbidden at the age of the assessment.
pub(crate) fn contraindicated_vaccines(
    antigen: &Antigen,
    person: &Person,
    assessment: &Assessment,
) -> CodeSet {
    let reached = |day| assessment.reached(day);
    let rows = antigen.vaccine_contraindications.iter();
    let applying = rows.filter(|(observation, _, ages)| {
        person.observed.contains(*observation) && person.reaches(*ages, &reached)
    });
    applying.map(|(_, vaccine, _)| *vaccine).collect()
}

/// Table 7-7, its second row: whether every preferable vaccine of the dose is forbidden.
pub(super) fn are_all_out(dose: &Dose, out: &CodeSet) -> bool {
    !dose.preferable.is_empty() && dose.preferable.iter().all(|row| out.contains(row.vaccine))
}
