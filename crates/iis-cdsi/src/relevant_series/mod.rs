//! Create relevant patient series: CDSi Logic Specification 4.6, chapter 5.

use crate::compiled::Series;
use crate::gather::{Assessment, Person};
use crate::supporting::model::SeriesType;

/// Table 5-5. A series is relevant when the sex fits and it is for everybody, or
/// only for evaluation, or for a risk that an indication shows.
pub(crate) fn is_relevant(series: &Series, person: &Person, assessment: &Assessment) -> bool {
    if series.sexes & person.sex.bit() == 0 {
        return false;
    }
    match series.kind {
        SeriesType::Standard | SeriesType::EvaluationOnly => true,
        SeriesType::Risk => applying_indication(series, person, assessment).is_some(),
    }
}

/// Table 5-4: the first indication that applies: its observation is active, and the assessment date
/// lies within its ages.
pub(crate) fn applying_indication(series: &Series, person: &Person, assessment: &Assessment) -> Option<u16> {
    if !series.indicated_by.meets(&person.observed) {
        return None;
    }
    let reached = |day| assessment.reached(day);
    let applies = |(observation, ages): &&(u16, _)| {
        person.observed.contains(*observation) && person.reaches(*ages, &reached)
    };
    series.indications.iter().find(applies).map(|(observation, _)| *observation)
}
