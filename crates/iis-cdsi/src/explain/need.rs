//! Words for whether a dose is needed: section 7.4, table 7-10, with what it rests on.

use super::Told;
use crate::answer::{SeriesStatus, StatusReason};
use crate::dates::Day;
use crate::gather::Assessment;
use crate::supporting::model::{AgeRange, VaccineAtAge};

/// The line of a series.
pub(super) fn line(
    told: &Told<'_>,
    series: u16,
    target: Option<u8>,
    status: SeriesStatus,
    reason: StatusReason,
) -> String {
    let next = target.map(super::target).unwrap_or_default();
    match reason {
        StatusReason::DoseNeeded => format!("{next} of the series is needed next"),
        StatusReason::SeriesComplete => {
            "complete: every dose of the series was given or is not needed".to_owned()
        }
        StatusReason::PastHistorySuffices => {
            "not recommended: no dose of the series is needed any more, though none was given".to_owned()
        }
        _ => format!("{}: {}", status_words(status), told.because(series, target, reason)),
    }
}

const fn status_words(status: SeriesStatus) -> &'static str {
    match status {
        SeriesStatus::NotComplete => "not complete",
        SeriesStatus::Complete => "complete",
        SeriesStatus::Immune => "not needed",
        SeriesStatus::Contraindicated => "must not be given",
        SeriesStatus::NotRecommended => "not recommended",
        SeriesStatus::AgedOut => "too late",
    }
}

impl Told<'_> {
    /// The reason of a status with the facts of the person behind it.
    pub(super) fn because(&self, series: u16, target: Option<u8>, reason: StatusReason) -> String {
        let words = reason.words();
        match reason {
            StatusReason::EvidenceOfImmunity => with_facts(words, &self.proofs_of_immunity(series)),
            StatusReason::Contraindication => with_facts(words, &self.contraindications(series, None)),
            StatusReason::VaccinesContraindicated => {
                with_facts(words, &self.contraindications(series, target))
            }
            StatusReason::SeasonOver | StatusReason::CompleteForPastSeason => format!(
                "{}; what is recommended in the season since then is not known",
                self.season_of(series)
            ),
            StatusReason::ExceededMaximumAge | StatusReason::CannotFinishInTime => {
                match target.and_then(|target| self.maximum_age(series, target)) {
                    Some((age, on)) => format!("{words} ({age}, reached on {on})"),
                    None => words.to_owned(),
                }
            }
            _ => words.to_owned(),
        }
    }

    /// Titles of the observations on the record that prove immunity, or the birth that does.
    fn proofs_of_immunity(&self, series: u16) -> Vec<String> {
        let Some(antigen) = self.plain_antigen(series) else { return Vec::new() };
        let person = &self.scratch.person;
        let proofs = antigen.immunity_observations.iter().map(|code| code.number());
        let mut titles: Vec<String> = proofs
            .filter(|code| person.observed.contains(*code))
            .map(|code| self.observation(code))
            .collect();
        if titles.is_empty() {
            let rows = antigen.immunity_by_birth.iter().filter(|row| person.birth < row.born_before);
            titles.extend(rows.take(1).map(|row| format!("born before {}", row.born_before)));
        }
        titles
    }

    /// Titles of the observations that forbid the antigen; with a dose, those that forbid one
    /// of its vaccines.
    fn contraindications(&self, series: u16, target: Option<u8>) -> Vec<String> {
        let Some(antigen) = self.plain_antigen(series) else { return Vec::new() };
        let dose =
            target.and_then(|target| self.schedule.plain_series(series)?.doses.get(usize::from(target)));
        let forbids = |vaccine: &VaccineAtAge| {
            self.is_of_age(vaccine.ages)
                && dose.is_some_and(|dose| dose.preferable_vaccines.iter().any(|row| row.cvx == vaccine.cvx))
        };
        let applying = antigen.contraindications.iter().filter(|row| {
            self.scratch.person.observed.contains(row.observation.number())
                && match &row.vaccines {
                    None => dose.is_none() && self.is_of_age(row.ages),
                    Some(vaccines) => vaccines.iter().any(forbids),
                }
        });
        let applying = applying.filter_map(|row| {
            let code = row.observation.number();
            let on = self.scratch.person.observed_on(code);
            match (row.lasts, on) {
                (Some(lasts), Some(on)) if self.assessed_on >= on.plus(lasts) => None,
                (Some(lasts), Some(on)) => {
                    Some(format!("{} of {on}, until {}", self.observation(code), on.plus(lasts)))
                }
                _ => Some(self.observation(code)),
            }
        });
        applying.collect()
    }

    /// Whether the person is within the ages on the day of the question.
    fn is_of_age(&self, ages: AgeRange) -> bool {
        let birth = self.scratch.person.birth;
        ages.begin.is_none_or(|begin| birth.plus(begin) <= self.assessed_on)
            && ages.end.is_none_or(|end| self.assessed_on < birth.plus(end))
    }

    /// The maximum age of a dose and the day on which it is reached.
    fn maximum_age(&self, series: u16, target: u8) -> Option<(String, Day)> {
        let dose = self.schedule.series[usize::from(series)].doses.get(usize::from(target))?;
        let assessment = Assessment::new(self.assessed_on);
        let (row, ages) = crate::evaluate::numbered_age_row(dose, &|day| assessment.reached(day))?;
        let on = self.scratch.person.at_named(ages.maximum)?;
        Some((self.age_row(series, target, row)?.maximum?.to_string(), on))
    }
}

fn with_facts(words: &str, facts: &[String]) -> String {
    if facts.is_empty() { words.to_owned() } else { format!("{words} ({})", facts.join("; ")) }
}
