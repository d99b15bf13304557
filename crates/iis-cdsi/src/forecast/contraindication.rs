//! Determine Contraindications: CDSi Logic Specification 4.6, section 7.3.

use crate::compiled::{Antigen, CodeSet, Dose, Forbidding, Span};
use crate::gather::{Assessment, Person};

/// Table 7-5: an observation forbids the antigen at the age of the assessment.
pub(crate) fn is_antigen_contraindicated(
    antigen: &Antigen,
    person: &Person,
    assessment: &Assessment,
) -> bool {
    antigen.contraindications.iter().any(|row| forbids(row, person, assessment))
}

/// Table 7-6: the vaccines forbidden at the age of the assessment.
pub(crate) fn contraindicated_vaccines(
    antigen: &Antigen,
    person: &Person,
    assessment: &Assessment,
) -> CodeSet {
    let rows = antigen.vaccine_contraindications.iter();
    let applying = rows.filter(|(_, row)| forbids(row, person, assessment));
    applying.map(|(vaccine, _)| *vaccine).collect()
}

/// Whether the observation is on the record, the age is right, and its time has not run out.
/// One without a date forbids for as long as it is on the record.
pub(crate) fn forbids(row: &Forbidding, person: &Person, assessment: &Assessment) -> bool {
    let reached = |day| assessment.reached(day);
    let holds = |lasts: Span| {
        let on = person.observed_on(row.observation);
        on.is_none_or(|on| reached(on) && !reached(lasts.after(on)))
    };
    person.observed.contains(row.observation)
        && person.reaches(row.ages, &reached)
        && row.lasts.is_none_or(holds)
}

/// Table 7-7, its second row: whether every preferable vaccine of the dose is forbidden.
pub(super) fn are_all_out(dose: &Dose, out: &CodeSet) -> bool {
    !dose.preferable.is_empty() && dose.preferable.iter().all(|row| out.contains(row.vaccine))
}
